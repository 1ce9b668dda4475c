// Each attack holds if its tests do: see `lib/attacks.mjs`. In its full form, `cargo xtask prove attacks`,
// they are run from here; `cargo xtask test` runs their files anyway, so that only their being there is
// looked at. Prints the table.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { ATTACKS } from './lib/attacks.mjs';

const FULL = process.env.THREEGATE_PROVE === 'full';
const fileOf = (name) => fileURLToPath(new URL(`${name}.test.mjs`, import.meta.url));
const held = new Map();

before(async () => {
  const files = new Set(ATTACKS.flatMap(({ tests }) => tests.map(([file]) => file)));
  for (const file of files) {
    const names = new Set(ATTACKS.flatMap(({ tests }) => tests.filter(([of]) => of === file).map(([, name]) => name)));
    for (const [name, holds] of FULL ? await ran(file, names) : found(file, names)) held.set(`${file}: ${name}`, holds);
  }
});

/** Which of these tests pass. */
async function ran(file, names) {
  const patterns = [...names].map((name) => `--test-name-pattern=^${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`);
  // This process is a test's own, which its children must not take for theirs.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...patterns, fileOf(file)], { env });
  const [printed] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const passed = new Set([...printed.matchAll(/^\s*ok \d+ - (.*)$/gm)].map(([, name]) => name.replaceAll('\\#', '#')));
  if (![...names].every((name) => passed.has(name))) console.log(printed);
  return [...names].map((name) => [name, passed.has(name)]);
}

/** Which of these tests are there. */
function found(file, names) {
  const source = existsSync(fileOf(file)) ? readFileSync(fileOf(file), 'utf8') : '';
  return [...names].map((name) => [name, source.includes(`test('${name}',`)]);
}

for (const { attack, tests } of ATTACKS) {
  test(attack, () => {
    for (const [file, name] of tests) assert.ok(held.get(`${file}: ${name}`), `${file}.test.mjs: ${name}`);
  });
}

after(() => {
  const rows = ATTACKS.map(({ attack, asvs, sheet = [], tests }) => [
    attack, asvs.map((item) => `v5.0.0-${item}`).join(' '), sheet.join(', '), String(tests.length),
    tests.every(([file, name]) => held.get(`${file}: ${name}`)) ? (FULL ? 'holds' : 'is tested') : 'FAILS',
  ]);
  const all = [['attack', 'ASVS', 'MFA cheat sheet', 'tests', ''], ...rows];
  const widths = all[0].map((_, at) => Math.max(...all.map((row) => [...row[at]].length)));
  for (const row of all) console.log(`= ${row.map((cell, at) => cell + ' '.repeat(widths[at] - [...cell].length)).join('  ').trimEnd()}`);
});
