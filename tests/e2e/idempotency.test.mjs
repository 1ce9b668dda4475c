// A site whose connection broke sends its request again, with the same key: one effect, one answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, openLogin } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { storedUser } from './lib/store.mjs';
import { newState, startWorker } from './stack.mjs';

const ORIGIN = 'http://localhost:4001';
const state = newState();
let port;
let worker;
let site;

before(async () => {
  port = await freePort();
  await start();
});
after(() => worker?.kill());

async function start() {
  worker = await startWorker({ state, port, origins: [ORIGIN] });
  site = new Site(worker, ORIGIN);
}

const ticket = (user, more = {}) => ({ user, purpose: 'enroll', origin: ORIGIN, ...more });
const isReplay = ({ headers }) => headers.get('idempotency-replayed') === 'true';

test('a hundred equal requests at once for a ticket make one ticket', async () => {
  const key = randomUUID();
  const answers = await atOnce(100, () => site.post('tickets', ticket('alice'), { key }));
  answers.forEach((answer) => expectStatus(answer, 201));
  const made = new Set(answers.map(({ body }) => body.ticket_id));
  const replayed = answers.filter(isReplay).length;
  console.log(`100 equal requests: ${made.size} ticket, ${replayed} answers repeated`);
  assert.equal(made.size, 1);
  assert.equal(replayed, 99);
  expectStatus(await site.page(answers[99].body.ticket).look(), 200);
});

test('a key is also read in quotation marks, as the draft writes it', async () => {
  const first = expectStatus(await site.post('tickets', ticket('quoted'), { key: 'k-1' }), 201);
  const second = await site.post('tickets', ticket('quoted'), { key: '"k-1"' });
  assert.deepEqual(expectStatus(second, 201), first);
});

test('the same key with another body is refused, and nothing is done', async () => {
  const key = randomUUID();
  expectStatus(await site.post('tickets', ticket('bob'), { key }), 201);
  expectStatus(await site.post('tickets', ticket('bob', { label: 'bob' }), { key }), 422, 'idempotency_key_reused');
  // Another address and another secret make it another key.
  expectStatus(await site.admin('users:reset', { user: 'bob' }, { key }), 200);
});

test('what is no key is refused', async () => {
  for (const key of ['', 'x'.repeat(256), 'a"b']) {
    expectStatus(await site.post('tickets', ticket('carol'), { key }), 400, 'idempotency_key_invalid');
  }
});

test('without the secret a key opens nothing', async () => {
  const key = randomUUID();
  expectStatus(await site.post('tickets', ticket('dave'), { key }), 201);
  expectStatus(await site.post('tickets', ticket('dave'), { key, secret: 'wrong' }), 401, 'secret_invalid');
});

test('a reset that comes a second time leaves what was enrolled in between', async () => {
  const key = randomUUID();
  const user = randomUUID();
  await enrol(site, user);
  assert.deepEqual(expectStatus(await site.admin('users:reset', { user }, { key }), 200), { reset: true });
  const member = await enrol(site, user);
  const late = await site.admin('users:reset', { user }, { key });
  assert.ok(isReplay(late));
  assert.deepEqual(expectStatus(late, 200), { reset: true });
  await openLogin(site, member);
  assert.deepEqual(expectStatus(await site.admin('users:reset', { user }, { key: randomUUID() }), 200), { reset: true });
  assert.equal(expectStatus(await site.tickets(user, 'verify'), 200).reason, 'not_enrolled');
});

test('a key is known after a kill, and no ticket is stored in the clear', async () => {
  const key = randomUUID();
  const first = expectStatus(await site.post('tickets', ticket('erin'), { key }), 201);
  await worker.kill();
  const stored = storedUser(state, first);
  assert.equal(stored.count('answered', '1'), 1);
  assert.equal(stored.count('answered', 'instr(answer, ?) > 0', [first.ticket]), 0);
  await start();
  const again = await site.post('tickets', ticket('erin'), { key });
  assert.deepEqual(expectStatus(again, 201), first);
});

test('a login by a ticket with a key goes as any other', async () => {
  const member = await enrol(site);
  const key = randomUUID();
  const asked = { user: member.user, purpose: 'verify', origin: ORIGIN };
  const answers = await atOnce(10, () => site.post('tickets', asked, { key }));
  assert.deepEqual(counted(answers), { 201: 10 });
  const page = site.page(answers[0].body.ticket);
  const { challenge } = expectStatus(await page.challenge('totp'), 201);
  expectStatus(await page.answer(challenge, await member.authenticator.freshCode()), 200);
  const { response } = expectStatus(await page.pass(), 200);
  assert.equal((await site.siteverify(member.user, answers[9].body.ticket_id, response)).body.success, true);
});
