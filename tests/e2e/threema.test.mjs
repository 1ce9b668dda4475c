// Logging in by a reply from Threema.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, enrolOn, expectStatus, login, openLogin } from './lib/member.mjs';
import { storedUser } from './lib/store.mjs';
import { enrolling, enrolThreema, isProved, loginByReply, openReply, otherCode, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const PROVES = { callbacks: 1, callback_matched: 1, reply_proofs: 1 };
let stack;
let site;
let alice;
/** Has an app and recovery codes too. */
let member;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  member = await enrolThreema(site, alice);
  Object.assign(member, await enrolOn(member.page));
});
after(() => stack?.stop());

test('the status names the Gateway ID and its key’s fingerprint', async () => {
  const { healthy, methods, threema } = expectStatus(await site.status(), 200);
  assert.deepEqual([healthy, methods, threema.gateway], [true, ['totp', 'threema-reply', 'threema-code', 'recovery'], '*TESTTST']);
  assert.match(threema.fingerprint, /^[0-9a-f]{32}$/);
});

test('a reply proves the login, and siteverify says so once', async () => {
  const { page, ticket_id, response, challenge } = await loginByReply(site, member);
  const redeem = async () => expectStatus(await site.siteverify(member.user, ticket_id, response), 200);
  const { success, action, method, hostname } = await redeem();
  assert.deepEqual([success, action, method, hostname], [true, 'verify', 'threema-reply', 'localhost']);
  assert.deepEqual((await redeem())['error-codes'], ['timeout-or-duplicate']);
  expectStatus(await page.abandon(challenge), 410, 'challenge_over');
  expectStatus(await page.pass(), 410, 'pass_over');
});

test('whoever has the password alone is shown the last two signs of the ID', async () => {
  const { reply, expires_at } = await openReply(site, member);
  assert.deepEqual([reply.from, reply.gateway], ['••••••01', '*TESTTST']);
  assert.ok(!JSON.stringify(reply).includes(alice.id));
  const left = expires_at - Date.now() / 1000;
  assert.ok(left > 170 && left <= 181, `${left} s`);
});

test('opened again under the same ticket it is the same challenge with the same code, under another ticket another', async () => {
  const first = await openReply(site, member);
  const again = expectStatus(await first.page.challenge('threema-reply'), 201);
  assert.deepEqual(again, { challenge: first.challenge, method: first.method, expires_at: first.expires_at, reply: first.reply });
  const other = await openReply(site, member);
  assert.notEqual(other.reply.code, first.reply.code);
  assert.deepEqual(await risen(site, () => alice.text(first.reply.code)), PROVES);
  assert.deepEqual([await isProved(first.page), await isProved(other.page)], [true, false]);
  assert.deepEqual(await risen(site, () => alice.text(other.reply.code)), PROVES);
  assert.equal(await isProved(other.page), true);
});

test('a challenge with less than 30 s left is not shown again, but another one', async () => {
  const open = await openReply(site, member);
  await stack.worker.kill();
  storedUser(stack.state, open).run('update challenge set expires_at = expires_at - 155');
  await stack.restartWorker();
  const next = expectStatus(await open.page.challenge('threema-reply'), 201);
  assert.notEqual(next.challenge, open.challenge);
  assert.deepEqual(await risen(site, () => alice.text(open.reply.code)), { callbacks: 1, callback_matched: 1, reply_refused: 1 });
  assert.deepEqual(await risen(site, () => alice.text(next.reply.code)), PROVES);
});

test('six logins at once: the sixth ends the oldest, each code proves its own page and no other', async () => {
  const own = await enrolThreema(site, await stack.gateway.addPhone('SIXTIMES'));
  const logins = [];
  for (let count = 0; count < 6; count += 1) logins.push(await openReply(site, own));
  assert.equal(new Set(logins.map(({ reply }) => reply.code)).size, 6);
  const [oldest, ...five] = logins;
  await own.phone.text(oldest.reply.code);
  assert.equal(await isProved(oldest.page), false);
  for (const [at, open] of five.entries()) {
    assert.deepEqual(await risen(site, () => own.phone.text(open.reply.code)), PROVES);
    const proved = await Promise.all(five.map(({ page }) => isProved(page)));
    assert.deepEqual(proved, five.map((_, other) => other <= at));
  }
});

test('thirty codes are drawn under a ticket, and no more', async () => {
  const { page, challenge } = await openReply(site, member);
  let open = challenge;
  for (let drawn = 1; drawn < 30; drawn += 1) {
    expectStatus(await page.abandon(open), 200);
    open = expectStatus(await page.challenge('threema-reply'), 201).challenge;
  }
  const { reply } = expectStatus(await page.challenge('threema-reply'), 201);
  expectStatus(await page.abandon(open), 200);
  const { retry_at, now } = expectStatus(await page.challenge('threema-reply'), 429, 'too_many_codes');
  const { expires_at } = expectStatus(await page.look(), 200);
  assert.ok(retry_at === expires_at && now < retry_at, `${now} ${retry_at} ${expires_at}`);
  assert.deepEqual(await risen(site, () => alice.text(reply.code)), { callbacks: 1, callback_matched: 1, reply_refused: 1 });
  await loginByReply(site, member);
});

test('two users of one ID have codes of their own, and are not confused', async () => {
  const phone = await stack.gateway.addPhone('SHAREDID');
  const members = [await enrolThreema(site, phone), await enrolThreema(site, phone), await enrolThreema(site, phone)];
  const logins = await atOnce(15, (at) => openReply(site, members[at % 3]));
  assert.equal(new Set(logins.map(({ reply }) => reply.code)).size, 15);
  for (const [at, { reply }] of logins.slice(0, 3).entries()) {
    assert.deepEqual(await risen(site, () => phone.text(reply.code)), PROVES);
    assert.deepEqual(await Promise.all(logins.map(({ page }) => isProved(page))), logins.map((_, other) => other <= at));
  }
  const { ticket_id, page } = logins[0];
  const { response } = expectStatus(await page.pass(), 200);
  assert.equal((await site.siteverify(members[1].user, ticket_id, response)).body.success, false);
  assert.equal((await site.siteverify(members[0].user, ticket_id, response)).body.success, true);
});

// Beside other methods

test('a code typed on the page proves no reply, and a reply clears the count of wrong codes', async () => {
  const open = await openReply(site, member);
  for (const code of [open.reply.code, otherCode(open.reply.code)]) {
    const answer = await open.page.answer(open.challenge, code);
    assert.ok(answer.status === 409 || answer.status === 410 || answer.status === 422, answer.text);
    assert.equal(await isProved(open.page), false);
  }
  const { page, challenge } = await openLogin(site, member);
  for (let wrong = 0; wrong < 5; wrong += 1) expectStatus(await page.answer(challenge, member.authenticator.wrongCode()), 422, 'code_wrong');
  expectStatus(await page.answer(challenge, member.authenticator.wrongCode()), 429, 'throttled');
  assert.deepEqual(await risen(site, () => alice.text(open.reply.code)), PROVES);
  expectStatus(await page.answer(challenge, await member.authenticator.freshCode()), 200);
});

test('at a hundred wrong codes the app is closed; the reply stays open, and opens the app again', async () => {
  const guessed = await openLogin(site, member);
  await stack.worker.kill();
  storedUser(stack.state, guessed).run('update account set failures = 99');
  await stack.restartWorker();
  expectStatus(await guessed.page.answer(guessed.challenge, member.authenticator.wrongCode()), 422, 'code_wrong');
  expectStatus(await guessed.page.challenge('totp'), 403, 'guessing_closed');
  const view = expectStatus(await guessed.page.look(), 200);
  assert.deepEqual([view.usable, view.closed], [['threema-reply', 'recovery'], false]);
  await loginByReply(site, member);
  await login(site, member);
});

test('a proof by reply allows changes, as one by the app does', async () => {
  const { page } = await enrolling(site, member.user);
  expectStatus(await page.recoveryCodes(), 403, 'proof_required');
  const { reply } = expectStatus(await page.challenge('threema-reply'), 201);
  assert.deepEqual(await risen(site, () => alice.text(reply.code)), PROVES);
  const view = expectStatus(await page.look(), 200);
  assert.deepEqual([view.proof, view.awaited], ['given', undefined]);
  member.codes = expectStatus(await page.recoveryCodes(), 201).codes;
});

// What is gone

test('a reply for a user who was reset, or whose ticket’s time is up, does nothing', async () => {
  const own = await enrolThreema(site, await stack.gateway.addPhone('RESETONE'));
  const over = await openReply(site, own);
  await stack.worker.kill();
  storedUser(stack.state, over).run('update ticket set expires_at = expires_at - 900 where id = ?', [over.ticket_id]);
  await stack.restartWorker();
  assert.deepEqual(await risen(site, () => own.phone.text(over.reply.code)), { callbacks: 1, callback_matched: 1, reply_refused: 1 });
  const open = await openReply(site, own);
  expectStatus(await site.reset(own.user), 200);
  assert.deepEqual(await risen(site, () => own.phone.text(open.reply.code)), { callbacks: 1, callback_stranger: 1 });
  expectStatus(await open.page.look(), 401, 'ticket_invalid');
});

test('`methods` without it offers no reply', async () => {
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify', { methods: ['totp'] }), 201);
  const page = site.page(ticket);
  assert.deepEqual(expectStatus(await page.look(), 200).usable, ['totp']);
  expectStatus(await page.challenge('threema-reply'), 409, 'method_unavailable');
});

// Without Threema

test('with no THREEMA_* settings the worker offers authenticators only, says so as a healthy state, and still lets in who has one', async () => {
  const none = Object.fromEntries(['GATEWAY_ID', 'API_SECRET', 'PRIVATE_KEY', 'CALLBACK_PATH', 'API_URL'].map((name) => [`THREEMA_${name}`, undefined]));
  const before = await openReply(site, member);
  await stack.worker.kill();
  await stack.restartWorker(none);
  const { healthy, methods, threema, faults } = expectStatus(await site.status(), 200);
  assert.deepEqual([healthy, methods, threema, faults], [true, ['totp', 'recovery'], null, []]);
  const { page } = await enrolling(site);
  assert.deepEqual(expectStatus(await page.look(), 200).offered, ['totp']);
  expectStatus(await page.threemaId(alice.id), 409, 'method_unavailable');
  assert.deepEqual(await risen(site, async () => assert.equal(await alice.text(before.reply.code), 404)), {});
  await login(site, member);
  const only = await openLogin(site, member);
  assert.ok(!expectStatus(await only.page.look(), 200).usable.includes('threema-reply'));
  expectStatus(await only.page.challenge('threema-reply'), 409, 'method_unavailable');
  await stack.worker.kill();
  await stack.restartWorker();
  await loginByReply(site, member);
});
