// What survives workerd's death, what must not survive the loss of its storage.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { breakGlass } from './lib/break-glass.mjs';
import { clockReaches } from './lib/clock.mjs';
import { Site } from './lib/http.mjs';
import { enrol, enrolInForum, enrolOn, expectStatus, login, openLogin } from './lib/member.mjs';
import { isLoggedIn, ticketIn, Visitor } from './lib/visitor.mjs';
import { startStack, wipe } from './stack.mjs';

let stack;
let site;

before(async () => {
  stack = await startStack();
  site = new Site(stack.worker, stack.forum.origin);
});
after(() => stack?.stop());

async function killAndStart() {
  await stack.worker.kill();
  await stack.restartWorker();
}

test('enrolment, tickets, open challenges, used codes, unredeemed passes and the count of failures survive SIGKILL', async () => {
  const [halfway, proved, guessed] = [await enrol(site), await enrol(site), await enrol(site)];
  const begun = expectStatus(await site.tickets('begun', 'enroll'), 201);
  const factor = expectStatus(await site.page(begun.ticket).factor(), 201);
  const open = await openLogin(site, halfway);
  const done = await login(site, proved);
  const wrong = await openLogin(site, guessed);
  for (let count = 0; count < 5; count += 1) {
    expectStatus(await wrong.page.answer(wrong.challenge, guessed.authenticator.wrongCode()), 422, 'code_wrong');
  }
  const { retry_at } = expectStatus(await wrong.page.look(), 200);
  assert.ok(retry_at > 0, 'the fifth failure starts a wait');

  await killAndStart();

  assert.equal(expectStatus(await open.page.answer(open.challenge, await halfway.authenticator.freshCode()), 200).state, 'proved');
  assert.equal(expectStatus(await done.page.pass(), 200).response, done.response);
  assert.equal(expectStatus(await site.siteverify(proved.user, done.ticket_id, done.response), 200).success, true);
  const again = await openLogin(site, proved);
  expectStatus(await again.page.answer(again.challenge, done.code), 422, 'code_used');
  // The sixth failure, not the first: a wait of 4 s follows at once.
  await clockReaches(retry_at);
  expectStatus(await wrong.page.answer(wrong.challenge, guessed.authenticator.wrongCode()), 422, 'code_wrong');
  const counted = expectStatus(await wrong.page.answer(wrong.challenge, '000000'), 429, 'throttled');
  assert.ok(counted.retry_at - counted.now > 2 && counted.retry_at - counted.now <= 4, JSON.stringify(counted));
  const code = await new Authenticator(factor.secret).freshCode();
  assert.equal(expectStatus(await site.page(begun.ticket).confirm(factor.factor, code), 200).state, 'active');
});

test('a pass redeemed before SIGKILL is not redeemed again after it', async () => {
  const member = await enrol(site);
  const { ticket_id, response } = await login(site, member);
  assert.equal(expectStatus(await site.siteverify(member.user, ticket_id, response), 200).success, true);
  await killAndStart();
  const { 'error-codes': codes } = expectStatus(await site.siteverify(member.user, ticket_id, response), 200);
  assert.deepEqual(codes, ['timeout-or-duplicate']);
});

test('storage wiped: the forum lets nobody in who had a second factor, and who had none comes in', async () => {
  const { visitor, authenticator } = await enrolInForum(site, 'carol');
  const step = await visitor.login('carol');
  const page = site.page(ticketIn(step));
  const { challenge } = expectStatus(await page.challenge('totp'), 201);
  expectStatus(await page.answer(challenge, await authenticator.freshCode()), 200);
  const { response } = expectStatus(await page.pass(), 200);
  const before = await visitor.fill('/login/second', { 'threegate-response': response });
  assert.ok(isLoggedIn(before, 'carol'));

  await stack.worker.kill();
  wipe(stack.state);
  await stack.restartWorker();

  const thief = new Visitor(stack.forum.origin);
  const closed = await thief.login('carol');
  assert.equal(closed.status, 503);
  assert.match(closed.html, /two-factor set-up was not found/);
  assert.ok(!isLoggedIn(await thief.open('/'), 'carol'));
  assert.match(stack.forum.child.output, /enrollment_missing/);

  // The way back: the team lets carol in, and she sets it up anew.
  assert.equal((await breakGlass(stack.state, 'carol')).code, 0);
  const carol = new Visitor(stack.forum.origin);
  assert.ok(isLoggedIn(await carol.login('carol'), 'carol'));
  const anew = await enrolOn(site.page(ticketIn(await carol.open('/settings/two-factor?change'))));
  const again = expectStatus(await anew.page.pass(), 200).response;
  const settings = await carol.fill('/settings/two-factor?change', { 'threegate-response': again });
  assert.match(settings.html, /Two-factor login is on\./);

  const dave = new Visitor(stack.forum.origin);
  await dave.register('dave');
  assert.ok(isLoggedIn(await new Visitor(stack.forum.origin).login('dave'), 'dave'));
});

test('storage wiped: an old ticket and an old pass are nothing any more', async () => {
  const member = await enrol(site);
  const { page, ticket_id, response } = await login(site, member);
  await stack.worker.kill();
  wipe(stack.state);
  await stack.restartWorker();
  expectStatus(await page.look(), 401, 'ticket_invalid');
  assert.equal(expectStatus(await site.siteverify(member.user, ticket_id, response), 200).success, false);
  for (const purpose of ['verify', 'enroll']) {
    expectStatus(await site.tickets(member.user, purpose, { expect_enrolled: true }), 409, 'enrollment_missing');
  }
});
