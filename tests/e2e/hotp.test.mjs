// Tokens that count: enrolled, proved, lost and found again. Each counter works once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, expectStatus } from './lib/member.mjs';
import { enrolToken, loginByToken, managing, memberWithToken, openLoginOf, SETTINGS, Token } from './lib/token.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;

before(async () => {
  stack = await startStack({ forum: false, settings: SETTINGS });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

const answer = async (member, code) => {
  const { page, challenge } = await openLoginOf(site, member);
  return page.answer(challenge, code);
};

test('a token is enrolled by its first code within the look-ahead, and the link says where it begins', async () => {
  const { ticket } = expectStatus(await site.tickets('enrols-a-token', 'enroll', { label: 'alice' }), 201);
  const page = site.page(ticket);
  const begun = expectStatus(await page.factor('hotp'), 201);
  assert.match(begun.uri, /^otpauth:\/\/hotp\/Demo%20forum:alice\?secret=[A-Z2-7]{32}&issuer=Demo%20forum&counter=0$/);
  const token = new Token(begun.secret);
  expectStatus(await page.confirm(begun.factor, token.at(11)), 422, 'code_wrong');
  const confirmed = expectStatus(await page.confirm(begun.factor, token.at(10)), 200);
  assert.deepEqual(confirmed, { factor: begun.factor, method: 'hotp', state: 'active' });
  expectStatus(await answer({ user: 'enrols-a-token' }, token.at(9)), 422, 'code_wrong');
  expectStatus(await answer({ user: 'enrols-a-token' }, token.at(11)), 200);
});

test('a code proves a login once: again it is used, not a guess, and what was skipped is no good', async () => {
  const member = await memberWithToken(site);
  const { success, method } = await loginByToken(site, member);
  assert.deepEqual([success, method], [true, 'hotp']);
  const last = member.token.next - 1;
  for (let again = 0; again < 8; again += 1) expectStatus(await answer(member, member.token.at(last)), 422, 'code_used');
  member.token.next += 5;
  expectStatus(await answer(member, member.token.press()), 200);
  expectStatus(await answer(member, member.token.at(last + 1)), 422, 'code_wrong');
});

test('a hundred requests with one code at once, in five logins: one proof', async () => {
  const member = await memberWithToken(site);
  const logins = await atOnce(5, () => openLoginOf(site, member));
  const code = member.token.press();
  const answers = await atOnce(100, (at) => logins[at % 5].page.answer(logins[at % 5].challenge, code));
  const counts = counted(answers);
  console.log('one code of a token, five logins:', counts);
  assert.equal(counts['200 proved'], 1);
  assert.equal(Object.keys(counts).every((outcome) => /^(200 proved|410 challenge_over|422 code_used)$/.test(outcome)), true);
  const passes = await Promise.all(logins.map(({ page }) => page.pass()));
  assert.deepEqual(counted(passes), { '200': 1, '409 not_proved': 4 });
});

test('killed right after a proof and started again, the worker still knows the counter', async () => {
  const member = await memberWithToken(site);
  const code = member.token.press();
  expectStatus(await answer(member, code), 200);
  await stack.worker.kill();
  await stack.restartWorker();
  expectStatus(await answer(member, code), 422, 'code_used');
  expectStatus(await answer(member, member.token.press()), 200);
});

test('two tokens of one user count each for itself', async () => {
  const member = await memberWithToken(site);
  const page = await managing(site, member, { purpose: 'enroll' });
  const { token } = await enrolToken(page);
  member.token.next += 4;
  for (const one of [token, member.token, token, member.token]) expectStatus(await answer(member, one.press()), 200);
  assert.deepEqual(expectStatus(await page.look(), 200).factors.map(({ method }) => method), ['hotp', 'hotp']);
});

test('a token that was pressed too often is found again by two codes in a row, under a proved ticket alone', async () => {
  const member = await memberWithToken(site);
  const { token, factor } = member;
  token.next += 11;
  expectStatus(await answer(member, token.at(token.next)), 422, 'code_wrong');

  const pair = (first) => [token.at(first), token.at(first + 1)];
  const { ticket } = expectStatus(await site.tickets(member.user, 'manage'), 201);
  expectStatus(await site.page(ticket).resync(factor, pair(500)), 403, 'proof_required');
  const { page: login, challenge } = await openLoginOf(site, member, 'recovery');
  expectStatus(await login.answer(challenge, member.codes.shift()), 200);
  expectStatus(await login.resync(factor, pair(500)), 403, 'purpose_mismatch');

  const page = await managing(site, member, { method: 'recovery' });
  expectStatus(await page.resync(factor, [...pair(500)].reverse()), 422, 'code_wrong');
  expectStatus(await page.resync(factor, pair(1001)), 422, 'code_wrong');
  expectStatus(await page.resync(factor, ['123', '456']), 422, 'code_malformed');
  expectStatus(await page.resync(factor, ['123456']), 400, 'bad_request');
  expectStatus(await page.resync('AAAAAAAAAAAAAAAAAAAAAA', pair(500)), 404, 'factor_unknown');
  const found = await atOnce(100, () => page.resync(factor, pair(500)));
  console.log('one pair of codes a hundred times:', counted(found));
  assert.deepEqual(counted(found), { '200 active': 1, '422 code_wrong': 99 });
  expectStatus(await answer(member, token.at(501)), 422, 'code_used');
  expectStatus(await answer(member, token.at(502)), 200);
});

test('guesses at a token share the count of all codes', async () => {
  const member = await memberWithToken(site);
  const { page, challenge } = await openLoginOf(site, member);
  for (let guess = 0; guess < 5; guess += 1) expectStatus(await page.answer(challenge, member.token.wrong()), 422, 'code_wrong');
  const refused = expectStatus(await page.answer(challenge, member.token.press()), 429, 'throttled');
  assert.ok(refused.retry_at - refused.now <= 2, JSON.stringify(refused));
});
