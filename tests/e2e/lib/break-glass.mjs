// The forum's break-glass command, as its team runs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../stack.mjs';

export async function breakGlass(state, name) {
  const child = spawn(process.execPath, [join(ROOT, 'www/forum/break-glass.mjs'), name], {
    env: { ...process.env, FORUM_DATA: join(state, 'forum.json') },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

export function breakGlassLog(state) {
  const lines = readFileSync(join(state, 'forum.json.break-glass.log'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}
