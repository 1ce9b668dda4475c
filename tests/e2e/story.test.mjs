// The whole story in a browser, a test a step; every screen on the way is looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, open, STEPS } from './lib/story.mjs';

let story;
let failed;
before(async () => {
  story = await open();
});
after(() => close(story));

for (const { name, play } of STEPS) {
  test(name, async () => {
    assert.equal(failed, undefined, 'this step stands on one that failed');
    failed = name;
    await play(story);
    failed = undefined;
  });
}

test('no page broke its content security policy or threw', () => {
  // A refused code, a worker that is gone: the browser reports such answers as errors by itself.
  const answers = /^Failed to load resource: |^WebSocket connection to /;
  assert.deepEqual(story.page.errors.filter((text) => !answers.test(text)), []);
});

test('no ticket was in any address, and the page asked nobody but its site and the worker', () => {
  const { sent, tickets, stack } = story;
  assert.ok(tickets.size > 10, `${tickets.size} tickets were seen`);
  const withTicket = sent.filter(({ url }) => [...tickets].some((ticket) => url.includes(ticket)));
  assert.deepEqual(withTicket, []);
  const known = [stack.forum.origin, stack.worker.endpoint, stack.worker.endpoint.replace('http:', 'ws:')];
  assert.deepEqual(sent.filter(({ url }) => !url.startsWith('data:') && !known.includes(new URL(url).origin)), []);
  assert.ok(sent.some(({ url }) => url.startsWith('ws:')), 'the page had a socket');
});
