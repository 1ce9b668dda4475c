// The README shows the integration as the demo forum has it, and it stays as small as it says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const blocks = (language) => [...read('README.md').matchAll(new RegExp('```' + language + '\\n([^]*?)\\n```', 'g'))].map(([, block]) => block);
const lines = (text) => text.split('\n').map((line) => line.trim());

test('the README shows the server\u2019s side as it is, in under 40 lines', () => {
  const server = read('www/forum/threegate.mjs').trimEnd();
  assert.deepEqual(blocks('js'), [server, read('www/alone/second-factor.mjs').trimEnd()]);
  assert.ok(lines(server).length < 40);
});

test('the README shows the page\u2019s side as it is, in at most 5 lines', () => {
  const [, inside] = read('www/forum/pages/second-step.html').match(/<!-- threegate -->\n([^]*?)\n *<!-- \/threegate -->/);
  assert.deepEqual(blocks('html').map(lines), [lines(inside)]);
  assert.ok(lines(inside).length <= 5);
});
