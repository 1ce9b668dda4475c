// The site's own messages by POST /v1/messages, and messages that are handed on to the site.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { formOf } from './lib/callback.mjs';
import { send, Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { receive, SECRET } from './lib/receiver.mjs';
import { storedObjects } from './lib/store.mjs';
import { enrolThreema, loginByReply } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;
let receiver;
let alice;
let bob;

before(async () => {
  receiver = await receive(await freePort());
  stack = await startStack({ threema: true, forum: false });
  await restart();
  alice = await stack.gateway.phone('ALICE001');
  bob = await stack.gateway.phone('BOBBOB02');
});
after(async () => {
  console.log(`messages: ${receiver.tries.length} tries, ${receiver.taken.length} taken`);
  await stack?.stop();
  await receiver?.close();
});

/** Kills the worker and starts it again, handing on all messages unless told otherwise. */
async function restart(settings) {
  await stack.worker.kill();
  await stack.restartWorker({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET, FORWARD_MESSAGES: 'yes', ...settings });
  site = new Site(stack.worker, stack.origin);
}

/** The texts that came to a phone. */
async function textsOf(phone, count = 0) {
  const { messages } = await stack.gateway.call('GET', `/phones/${phone.id}?messages=${count}`);
  return messages.filter(({ direction }) => direction === 'in').map(({ text }) => text);
}

const write = (body, secret = site.secrets.ADMIN_SECRET, key = undefined) => site.admin('messages', body, { secret, key });
/** The same with an idempotency key. */
const writeOnce = (key, body) => write(body, undefined, key);
const received = (text) => () => receiver.taken.find(({ type, data }) => type === 'message.received' && data.text === text);

// From the site

test('a message reaches a user’s enrolled ID, and a plain one, end-to-end encrypted', async () => {
  const { user } = await enrolThreema(site, alice);
  const sent = expectStatus(await write({ user, text: 'To *you* – 🔑 ü' }), 201);
  assert.match(sent.message_id, /^[0-9a-f]{16}$/);
  assert.equal(sent.end_to_end, true);
  assert.deepEqual((await textsOf(alice, 1)).slice(-1), ['To *you* – 🔑 ü']);
  expectStatus(await write({ threema_id: 'bobbob02', text: 'hello' }), 201);
  assert.deepEqual((await textsOf(bob, 1)).slice(-1), ['hello']);
});

test('what cannot be sent is refused with its cause, and nothing is sent', async () => {
  const { user } = await enrol(site);
  const before = [await textsOf(alice), await textsOf(bob)];
  for (const [body, status, code] of [
    [{ user, text: 'x' }, 409, 'no_threema_id'],
    [{ user: 'nobody-here', text: 'x' }, 409, 'no_threema_id'],
    [{ user: '', text: 'x' }, 400, 'user_invalid'],
    [{ threema_id: 'NOBODY99', text: 'x' }, 404, 'threema_id_unknown'],
    [{ threema_id: 'no', text: 'x' }, 422, 'threema_id_malformed'],
    [{ threema_id: bob.id, text: '' }, 400, 'bad_request'],
    [{ threema_id: bob.id, text: 'x'.repeat(6001) }, 422, 'text_too_long'],
    [{ threema_id: bob.id, user, text: 'x' }, 400, 'bad_request'],
    [{ text: 'x' }, 400, 'bad_request'],
    [{ threema_id: bob.id }, 400, 'bad_request'],
    [{ threema_id: bob.id, text: 'x', to: 'y' }, 400, 'bad_request'],
  ]) expectStatus(await write(body), status, code);
  for (const secret of ['', site.secrets.SITE_SECRET, site.secrets.STATUS_SECRET]) {
    expectStatus(await write({ threema_id: bob.id, text: 'x' }, secret), 401, 'secret_invalid');
  }
  assert.deepEqual([await textsOf(alice), await textsOf(bob)], before);
});

test('whatever the Gateway does, a message is sent at most once, and the answer says whether it was', async () => {
  const phone = await stack.gateway.addPhone('FAULTS01');
  const outcomes = {};
  for (const [kind, code] of [
    ['400', 'send_failed'], ['401', 'send_failed'], ['402', 'send_failed'], ['413', 'send_failed'], ['429', 'send_failed'],
    ['500', 'send_unknown'], ['503', 'send_unknown'], ['truncated', 'send_unknown'], ['nonsense', 'send_unknown'],
    ['huge', 'send_unknown'], ['dropped', 'send_unknown'], ['lost', 'send_unknown'],
  ]) {
    await stack.gateway.change({ send_fault: { kind, times: 1 } });
    const { detail } = expectStatus(await write({ threema_id: phone.id, text: kind }), 502, code);
    assert.match(detail, /\(gateway_[a-z_]+\)$/);
    outcomes[code] = (outcomes[code] ?? 0) + 1;
  }
  const texts = await textsOf(phone);
  assert.deepEqual(texts, [...new Set(texts)], 'none twice');
  assert.ok(texts.includes('lost') && !texts.includes('400'));
  expectStatus(await write({ threema_id: phone.id, text: 'now' }), 201);
  console.log(`messages: ${JSON.stringify(outcomes)}`);
});

test('a hundred equal requests with a key at once send one message, and all later ones get its answer', async () => {
  const phone = await stack.gateway.addPhone('ONCEONLY');
  const { user } = await enrolThreema(site, phone);
  const key = randomUUID();
  const answers = await atOnce(100, () => writeOnce(key, { user, text: 'once' }));
  const outcomes = counted(answers, ({ status, body }) => `${status} ${body.code ?? ''}`.trim());
  console.log(`messages: 100 equal requests: ${JSON.stringify(outcomes)}`);
  assert.ok(Object.keys(outcomes).every((outcome) => ['201', '409 idempotency_in_progress'].includes(outcome)), JSON.stringify(outcomes));
  const [first] = answers.filter(({ status }) => status === 201);
  await stack.worker.kill();
  await restart();
  const again = await writeOnce(key, { user, text: 'once' });
  assert.deepEqual(expectStatus(again, 201), first.body);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  expectStatus(await writeOnce(key, { user, text: 'other' }), 422, 'idempotency_key_reused');
  assert.deepEqual(await textsOf(phone, 1), ['once']);
});

test('with a key, what was refused may be asked for again, and what may have been sent may not', async () => {
  const phone = await stack.gateway.addPhone('ONCEFAIL');
  const key = randomUUID();
  const words = (text) => ({ threema_id: phone.id, text });
  expectStatus(await writeOnce(key, { threema_id: 'NOBODY99', text: 'x' }), 404, 'threema_id_unknown');
  await stack.gateway.change({ send_fault: { kind: '402', times: 1 } });
  expectStatus(await writeOnce(key, words('paid')), 502, 'send_failed');
  expectStatus(await writeOnce(key, words('paid')), 201);
  const other = randomUUID();
  await stack.gateway.change({ send_fault: { kind: 'lost', times: 1 } });
  const lost = expectStatus(await writeOnce(other, words('lost')), 502, 'send_unknown');
  assert.deepEqual(expectStatus(await writeOnce(other, words('lost')), 502, 'send_unknown'), lost);
  assert.deepEqual(await textsOf(phone, 2), ['paid', 'lost']);
});

test('a worker killed while it sends with a key sends nothing more under it', async () => {
  const phone = await stack.gateway.addPhone('ONCEKILL');
  const key = randomUUID();
  const body = { threema_id: phone.id, text: 'perhaps' };
  await stack.gateway.change({ slow_ms: 4_000, send_fault: { kind: 'slow', times: 1 } });
  const asked = writeOnce(key, body).catch(() => undefined);
  await stack.gateway.child.ready(async () => (await stack.gateway.control()).faults.send.kind === 'none', 10);
  await restart();
  await asked;
  expectStatus(await writeOnce(key, body), 409, 'idempotency_in_progress');
  expectStatus(await writeOnce(key, { ...body, text: 'other' }), 422, 'idempotency_key_reused');
});

test('a user gets four in a minute, an ID its sixty in a day', async () => {
  const phone = await stack.gateway.addPhone('CAPPED01');
  const { user } = await enrolThreema(site, phone);
  const many = await atOnce(20, (at) => write({ user, text: `to the user ${at}` }));
  assert.deepEqual(counted(many, ({ status, body }) => `${status} ${body.code ?? ''}`), { '201 ': 4, '429 too_many_messages': 16 });
  const more = await atOnce(80, (at) => write({ threema_id: phone.id, text: `to the ID ${at}` }));
  assert.deepEqual(counted(more, ({ status, body }) => `${status} ${body.code ?? ''}`), { '201 ': 56, '429 too_many_messages': 24 });
  assert.equal((await textsOf(phone)).length, 60);
  const { retry_at, now } = more.find(({ status }) => status === 429).body;
  assert.ok(retry_at > now);
});

test('an ID whose key is another than its users pinned is written to no more by its name, and nobody enrols it', async () => {
  const phone = await stack.gateway.addPhone('CHANGED1');
  await enrolThreema(site, phone);
  const before = (await site.status()).body.counts.keys_changed ?? 0;
  await phone.changeKey(randomBytes(32).toString('hex'));
  expectStatus(await write({ threema_id: phone.id, text: 'x' }), 409, 'threema_key_changed');
  const other = expectStatus(await site.tickets('somebody-else', 'enroll'), 201);
  expectStatus(await site.page(other.ticket).threemaId(phone.id), 409, 'threema_key_changed');
  const [event] = await receiver.of('somebody-else');
  assert.deepEqual([event.type, event.data], ['threema_key.changed', { user: 'somebody-else' }]);
  assert.equal((await site.status()).body.counts.keys_changed - before, 2);
});

// To the site

test('what a member writes is handed on once, and a reply that lets in is not', async () => {
  const member = await enrolThreema(site, alice);
  const tries = receiver.tries.length;
  await loginByReply(site, { ...member, phone: alice });
  assert.equal(await alice.text('Is anybody there?'), 200);
  const event = await receiver.until(received('Is anybody there?'));
  assert.deepEqual(Object.keys(event.data).sort(), ['date', 'message_id', 'text', 'threema_id']);
  assert.equal(event.data.threema_id, alice.id);
  assert.deepEqual(receiver.tries.slice(tries).map(({ event: { type, data } }) => [type, data.text]).filter(([type]) => type === 'message.received'), [['message.received', 'Is anybody there?']]);
  const again = await alice.body({ text: 'once only' });
  const answers = await atOnce(20, () => send(stack.callback, { body: formOf(again), type: 'application/x-www-form-urlencoded' }));
  assert.deepEqual(counted(answers, ({ status }) => status), { 200: 20 });
  await receiver.until(received('once only'));
  assert.equal(receiver.taken.filter(({ data }) => data.text === 'once only').length, 1);
});

test('a stranger’s message is handed on, waits for a site that fails, and then nothing is left of it', async () => {
  const stranger = await stack.gateway.addPhone('STRANGE1');
  receiver.answer = () => 503;
  const tries = receiver.tries.length;
  assert.equal(await stranger.text('a stranger’s words'), 200);
  await receiver.until(() => receiver.tries.length > tries);
  await stack.worker.kill();
  const waiting = () => storedObjects(stack.state, 'Contact').filter((object) => object.count('event') > 0);
  const [stored, ...others] = waiting();
  assert.deepEqual([others.length, stored.tables()], [0, ['event']]);
  const rows = JSON.stringify(stored.all('select id, kind, members, hex(sealed), tries from event'));
  assert.ok(!rows.includes('stranger') && !rows.includes(stranger.id), rows);
  stored.timePasses(60);
  receiver.answer = () => 200;
  await restart();
  const event = await receiver.until(received('a stranger’s words'));
  assert.equal(event.data.threema_id, stranger.id);
  await receiver.settled();
  await stack.worker.kill();
  assert.equal(waiting().length, 0);
  assert.equal(storedObjects(stack.state, 'Contact').filter((object) => object.tables().includes('event') && object.tables().length === 1).length, 0);
  await restart();
});

test('the keys of strangers are looked up six hundred times an hour, one for a sender', async () => {
  const stranger = await stack.gateway.addPhone('STRANGE2');
  const before = (await site.status()).body.counts.look_ups ?? 0;
  for (let at = 0; at < 5; at += 1) assert.equal(await stranger.text(`word ${at}`), 200);
  await receiver.until(received('word 4'));
  assert.equal((await site.status()).body.counts.look_ups - before, 1);
  await stack.worker.kill();
  const [counter] = storedObjects(stack.state, 'Site');
  counter.run('update stranger set look_ups = 600');
  await restart();
  const late = await stack.gateway.addPhone('STRANGE3');
  assert.equal(await late.text('too late'), 200);
  assert.equal((await site.status()).body.counts.strangers_left_unread, 1);
  assert.equal(receiver.taken.find(({ data }) => data.text === 'too late'), undefined);
});

test('without the setting nothing is handed on, and a stranger leaves nothing behind', async () => {
  await restart({ FORWARD_MESSAGES: undefined });
  const tries = receiver.tries.length;
  const quiet = await stack.gateway.addPhone('STRANGE4');
  assert.equal(await quiet.text('not for you'), 200);
  assert.equal(await alice.text('nor this'), 200);
  assert.equal((await site.status()).body.counts.look_ups !== undefined, true);
  await stack.worker.kill();
  assert.equal(storedObjects(stack.state, 'Contact').filter((object) => object.count('event') > 0).length, 0);
  assert.equal(receiver.tries.length, tries);
});
