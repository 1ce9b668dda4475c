// The socket that says when to look: who gets one, what it says, how many there are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { askForSocket, PROTOCOL } from './lib/socket.mjs';
import { beginThreema, enrolling, enrolThreema, isProved, openReply, otherCode } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;
let alice;
let member;
const sockets = [];

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  member = await enrolThreema(site, alice);
});
after(async () => {
  sockets.forEach((socket) => socket.close());
  await stack?.stop();
});

/** An open socket of a page. */
async function listen(page) {
  const { status, socket, text } = await askForSocket(page);
  assert.equal(status, 101, text);
  sockets.push(socket);
  return socket;
}

test('with the ticket as second subprotocol it opens, and only the first is echoed', async () => {
  const { page } = await openReply(site, member);
  const { status, headers, socket } = await askForSocket(page);
  sockets.push(socket);
  assert.equal(status, 101);
  assert.equal(headers['sec-websocket-protocol'], PROTOCOL);
  assert.ok(!JSON.stringify(headers).includes(page.ticket));
});

test('without the right ticket, origin and subprotocols there is none, and the answer says why', async () => {
  const { page } = await openReply(site, member);
  const { ticket } = page;
  const protocols = (text) => ({ 'sec-websocket-protocol': text });
  const refused = {
    ticket_invalid: [401, protocols(`${PROTOCOL}, x`), protocols(`${PROTOCOL}, ${ticket.slice(0, -1)}`), protocols(`${PROTOCOL}, ${ticket}A`)],
    origin_mismatch: [403, { origin: 'https://evil.example' }, { origin: undefined }, { origin: 'null' }, { origin: `${page.origin}.example` }],
    bad_request: [
      400, protocols(undefined), protocols(PROTOCOL), protocols(ticket), protocols(`${ticket}, ${PROTOCOL}`),
      protocols(`threegate.v2, ${ticket}`), protocols(`${PROTOCOL}, ${ticket}, x`), protocols(`${PROTOCOL}, x, ${ticket}`),
    ],
  };
  for (const [code, [status, ...changes]] of Object.entries(refused)) {
    for (const change of changes) {
      const answer = await askForSocket(page, change);
      assert.deepEqual([answer.status, answer.body?.code], [status, code], `${JSON.stringify(change)}: ${answer.text}`);
      assert.ok(!answer.text.includes(ticket));
    }
  }
  expectStatus(await page.call('GET', '/socket'), 400, 'bad_request');
  expectStatus(await page.call('POST', '/socket', {}), 405, 'method_not_allowed');
  assert.ok(!stack.worker.child.output.includes(ticket), 'the log holds no ticket');
});

test('a login’s pages hear “changed” when the reply came, and those of another ticket hear nothing', async () => {
  const [open, other] = [await openReply(site, member), await openReply(site, member)];
  const [one, two, stranger] = [await listen(open.page), await listen(open.page), await listen(other.page)];
  await alice.text(open.reply.code);
  assert.deepEqual(await one.hears(1), ['changed']);
  assert.deepEqual(await two.hears(1), ['changed']);
  assert.equal(await isProved(open.page), true);
  await alice.text(other.reply.code);
  assert.deepEqual(await stranger.hears(1), ['changed']);
  assert.deepEqual([one.heard, two.heard], [['changed'], ['changed']]);
});

test('an enrolment’s page hears “changed” when the ID is confirmed', async () => {
  const { page } = await enrolling(site);
  const socket = await listen(page);
  const { reply } = await beginThreema(page, alice);
  assert.deepEqual(socket.heard, []);
  await alice.text(reply.code);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(expectStatus(await page.look(), 200).pass_ready, true);
});

test('a page hears “changed” when its code ended after ten that nobody awaits', async () => {
  const open = await openReply(site, member);
  const socket = await listen(open.page);
  for (let miss = 1; miss <= 10; miss += 1) await alice.text(otherCode(open.reply.code, miss));
  assert.deepEqual(await socket.hears(1), ['changed']);
  const view = expectStatus(await open.page.look(), 200);
  assert.deepEqual([view.awaited, view.proof], [undefined, 'needed']);
});

test('a fourth socket of a ticket closes the oldest, and none of another ticket', async () => {
  const [open, other] = [await openReply(site, member), await openReply(site, member)];
  const stranger = await listen(other.page);
  const [oldest, ...three] = [await listen(open.page), await listen(open.page), await listen(open.page), await listen(open.page)];
  assert.equal(await oldest.isClosed(), 1001);
  await alice.text(open.reply.code);
  for (const socket of three) assert.deepEqual(await socket.hears(1), ['changed']);
  assert.deepEqual(oldest.heard, []);
  await alice.text(other.reply.code);
  assert.deepEqual(await stranger.hears(1), ['changed']);
});

test('a page that says something is closed, whatever it says', async () => {
  const { page } = await openReply(site, member);
  for (const text of ['changed', '', '{"ticket":"x"}']) {
    const socket = await listen(page);
    socket.say(text);
    assert.equal(await socket.isClosed(), 1008);
  }
});

test('a socket dies with the worker, the reply does not need it, and a new one hears what comes next', async () => {
  const open = await openReply(site, member);
  const socket = await listen(open.page);
  await stack.worker.kill();
  assert.equal(await socket.isClosed(), 0);
  await stack.restartWorker();
  const again = await listen(open.page);
  await alice.text(open.reply.code);
  assert.deepEqual(await again.hears(1), ['changed']);
  assert.equal(await isProved(open.page), true);
});
