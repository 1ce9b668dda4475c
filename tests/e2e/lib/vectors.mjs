// Vectors: a file a case, in folders of tests/vectors. A line is `name: value`, or a comment after `#`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../stack.mjs';

/** The cases of a folder, each an object of its lines. */
export const cases = (folder) => {
  const path = join(ROOT, 'tests/vectors', folder);
  const files = readdirSync(path).filter((name) => name.endsWith('.txt')).sort();
  if (files.length === 0) throw new Error(`${folder} has no case`);
  return files.map((name) => Object.fromEntries(readFileSync(join(path, name), 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#')).map((line) => line.match(/^([^:]+):(?: (.*))?$/).slice(1))));
};
