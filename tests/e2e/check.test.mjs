// POST /v1/check: a code that was typed into the site's own form, as good as one in the widget.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { clockReaches } from './lib/clock.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, openLogin } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { newState, startWorker } from './stack.mjs';

const ORIGIN = 'http://localhost:4001';
let worker;
let site;

before(async () => {
  worker = await startWorker({ state: newState(), port: await freePort(), origins: [ORIGIN] });
  site = new Site(worker, ORIGIN);
});
after(() => worker?.kill());

const check = (user, code, more = {}, options) => site.post('check', { user, code, ...more }, options);

for (const method of ['totp', 'recovery']) {
  test(`a hundred equal checks at once of one ${method} code: one is right`, async () => {
    const member = await enrol(site);
    const code = method === 'totp' ? await member.authenticator.freshCode() : member.codes[0];
    const answers = await atOnce(100, () => check(member.user, code));
    const counts = counted(answers, ({ status, body }) => `${status} ${body.method ?? body.code}`);
    console.log(`100 checks of one ${method} code:`, counts);
    assert.deepEqual(counts, { [`200 ${method}`]: 1, '422 code_used': 99 });
    const right = answers.find(({ status }) => status === 200).body;
    assert.deepEqual(right, { success: true, method, ...(method === 'recovery' ? { recovery_left: 9 } : {}) });
    // What was used here is used in the widget too.
    const { page, challenge } = await openLogin(site, member, method);
    expectStatus(await page.answer(challenge, code), 422, 'code_used');
  });
}

test('a code that was used in the widget is used here', async () => {
  const member = await enrol(site);
  const { page, challenge } = await openLogin(site, member);
  const code = await member.authenticator.freshCode();
  expectStatus(await page.answer(challenge, code), 200);
  expectStatus(await check(member.user, code), 422, 'code_used');
});

test('widget and check share one throttle: five wrong codes, then waits, and nothing is used up in one', async () => {
  const member = await enrol(site);
  const { page, challenge } = await openLogin(site, member);
  const codes = member.authenticator.wrongCodes(6);
  for (const code of codes.slice(0, 3)) expectStatus(await check(member.user, code), 422, 'code_wrong');
  for (const code of codes.slice(3, 5)) expectStatus(await page.answer(challenge, code), 422, 'code_wrong');
  const good = member.authenticator.latestCode();
  const { retry_at } = expectStatus(await check(member.user, good), 429, 'throttled');
  expectStatus(await check(member.user, member.codes[0]), 429, 'throttled');
  expectStatus(await page.answer(challenge, good), 429, 'throttled');
  await clockReaches(retry_at);
  assert.equal(expectStatus(await check(member.user, good), 200).method, 'totp');
});

test('of 1,000 different guesses at once at most those are looked at that the rule allows', async () => {
  const member = await enrol(site);
  const codes = member.authenticator.wrongCodes(1000);
  const started = Date.now();
  const counts = counted(await atOnce(1000, (at) => check(member.user, codes[at])));
  const elapsed = (Date.now() - started) / 1000;
  console.log(`1,000 guesses within ${elapsed.toFixed(1)} s:`, counts);
  const waitsOver = [2, 6, 14, 30, 62, 126].filter((seconds) => seconds <= elapsed + 1).length;
  assert.equal(counts['422 code_wrong'] + counts['429 throttled'], 1000);
  assert.ok(counts['422 code_wrong'] >= 5 && counts['422 code_wrong'] <= 5 + waitsOver);
});

test('the same check with the same key has one effect, right or wrong', async () => {
  const member = await enrol(site);
  const right = randomUUID();
  const code = await member.authenticator.freshCode();
  const good = await atOnce(20, () => check(member.user, code, {}, { key: right }));
  assert.deepEqual(counted(good), { 200: 20 });
  const paper = randomUUID();
  const [recovery] = member.codes;
  const twice = await atOnce(20, () => check(member.user, recovery, {}, { key: paper }));
  assert.deepEqual(counted(twice), { 200: 20 });
  twice.forEach(({ body }) => assert.equal(body.recovery_left, 9));

  const wrong = randomUUID();
  const guess = member.authenticator.wrongCode();
  const guesses = await atOnce(20, () => check(member.user, guess, {}, { key: wrong }));
  console.log('one wrong code twenty times with one key:', counted(guesses));
  assert.deepEqual(counted(guesses), { '422 code_wrong': 20 });
  // Counted once: four more are free.
  for (const other of member.authenticator.wrongCodes(5).slice(1)) {
    expectStatus(await check(member.user, other), 422, 'code_wrong');
  }
  expectStatus(await check(member.user, member.codes[1]), 429, 'throttled');
});

test('what cannot be checked is refused, and nothing is told without the secret', async () => {
  const member = await enrol(site);
  expectStatus(await check('nobody', '123456'), 409, 'method_unavailable');
  expectStatus(await check(member.user, '123456', { method: 'hotp' }), 409, 'method_unavailable');
  expectStatus(await check(member.user, '123456', { method: 'threema-reply' }), 409, 'method_unavailable');
  expectStatus(await check(member.user, '123456', { method: 'sms' }), 400, 'bad_request');
  expectStatus(await check(member.user, '12345'), 422, 'code_malformed');
  expectStatus(await check('', '123456'), 400, 'user_invalid');
  for (const user of ['nobody', member.user]) {
    expectStatus(await check(user, '123456', {}, { secret: worker.secrets.ADMIN_SECRET }), 401, 'secret_invalid');
  }
});
