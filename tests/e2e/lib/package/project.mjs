// An empty project that has the npm package, as any site would install it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../stack.mjs';

const VERSION = /^version = "(.+)"$/m.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8'))[1];

export class Project {
  folder = mkdtempSync(join(tmpdir(), 'threegate-package-'));

  /** With copies of these files of the repository. */
  constructor(...files) {
    this.write('package.json', JSON.stringify({ name: 'a-site', private: true, type: 'module' }));
    this.run('npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', join(ROOT, `dist/threegate-${VERSION}.tgz`));
    for (const file of files) copyFileSync(join(ROOT, file), join(this.folder, basename(file)));
  }

  write(name, content) {
    writeFileSync(join(this.folder, name), content);
  }

  read(name) {
    return readFileSync(join(this.folder, name));
  }

  load(name) {
    return import(pathToFileURL(join(this.folder, name)));
  }

  /** Runs a program in it; what it printed. */
  run(program, ...given) {
    try {
      return execFileSync(program, given, { cwd: this.folder, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' } });
    } catch ({ stdout, stderr, message }) {
      throw new Error([message, stdout, stderr].join('\n'));
    }
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
