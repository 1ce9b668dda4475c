// What time ends, on workerd and without waiting: the worker is stopped, what it stored is made older,
// and it is started again. A token carries its own end, too; what is stored decides here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { enterPassword, openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrol, enrolInForum, expectStatus, login, openLogin } from './lib/member.mjs';
import { storedUser } from './lib/store.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;

before(async () => {
  stack = await startStack();
  site = new Site(stack.worker, stack.forum.origin);
});
after(() => stack?.stop());

/** Stops the worker, changes what it stored, starts it again. */
async function whileStopped(change) {
  await stack.worker.kill();
  const changed = change();
  await stack.restartWorker();
  return changed;
}

/** So many seconds pass for each user of whom a ticket is given. */
function passes(seconds, ...tickets) {
  return whileStopped(() => tickets.map((ticket) => {
    const user = storedUser(stack.state, ticket);
    user.timePasses(seconds);
    return user;
  }));
}

async function openEnrolment(user = crypto.randomUUID()) {
  const asked = expectStatus(await site.tickets(user, 'enroll'), 201);
  const page = site.page(asked.ticket);
  return { user, page, ticket_id: asked.ticket_id, factor: expectStatus(await page.factor(), 201) };
}

// Guessing

test('the hundredth wrong code in a row closes the app’s codes; a recovery code, after the wait, opens them again', async () => {
  const alice = await enrolInForum(site, 'alice');
  const user = idOf('alice');
  const before = await openLogin(site, { user });
  await whileStopped(() => storedUser(stack.state, before).run('update account set failures = 99'));
  const { page, challenge } = before;
  const right = () => alice.authenticator.latestCode();
  assert.deepEqual(expectStatus(await page.look(), 200).usable, ['totp', 'recovery']);
  expectStatus(await page.answer(challenge, alice.authenticator.wrongCode()), 422, 'code_wrong');
  expectStatus(await page.answer(challenge, right()), 403, 'guessing_closed');
  expectStatus(await page.challenge('totp'), 403, 'guessing_closed');
  const view = expectStatus(await page.look(), 200);
  assert.deepEqual([view.usable, view.closed, view.proof], [['recovery'], false, 'needed']);
  assert.ok(view.retry_at - view.now > 890 && view.retry_at - view.now <= 900, `${view.retry_at - view.now} s`);
  const recovery = expectStatus(await page.challenge('recovery'), 201);
  expectStatus(await page.answer(recovery.challenge, alice.codes[0]), 429, 'throttled');

  await passes(24 * 60 * 60, before);
  const nextDay = site.page(expectStatus(await site.tickets(user, 'verify'), 201).ticket);
  expectStatus(await nextDay.challenge('totp'), 403, 'guessing_closed');
  const way = expectStatus(await nextDay.challenge('recovery'), 201);
  expectStatus(await nextDay.answer(way.challenge, alice.codes[0]), 200);
  const again = await openLogin(site, { user });
  expectStatus(await again.page.answer(again.challenge, right()), 200);
});

test('closed, and no recovery code left: the page says so, and the team’s reset is the way back', async () => {
  const { authenticator } = await enrolInForum(site, 'bob');
  const user = idOf('bob');
  const before = await openLogin(site, { user });
  await whileStopped(() => {
    const stored = storedUser(stack.state, before);
    stored.run('update account set failures = 99');
    stored.run('update recovery_code set used_at = 1');
  });
  const browser = await openBrowser();
  try {
    const page = await openPage(browser, { baseURL: stack.forum.origin });
    const locked = () => page.getByRole('heading', { name: 'Locked after too many attempts' }).waitFor();
    await enterPassword(page, 'bob');
    await page.getByLabel('Code from your app').fill(authenticator.wrongCode());
    await page.getByText(/That code is not right/).first().waitFor();
    await page.getByLabel('Code from your app').fill(authenticator.latestCode());
    await locked();
    await enterPassword(page, 'bob');
    await locked();
    assert.equal(await page.getByRole('textbox').count(), 0);
  } finally {
    await browser.close();
  }
  const view = expectStatus(await before.page.look(), 200);
  assert.deepEqual([view.usable, view.closed, view.pass_ready], [[], true, false]);
  expectStatus(await before.page.answer(before.challenge, authenticator.latestCode()), 403, 'guessing_closed');
  expectStatus(await before.page.pass(), 409, 'not_proved');

  expectStatus(await site.reset(user), 200);
  expectStatus(await site.tickets(user, 'verify', { expect_enrolled: true }), 409, 'enrollment_missing');
  const anew = await enrol(site, user);
  assert.equal(expectStatus(await anew.page.look(), 200).closed, false);
  await login(site, anew);
});

/** What the forum calls this member towards the worker. */
function idOf(wanted) {
  return JSON.parse(readFileSync(join(stack.state, 'forum.json'), 'utf8')).find(({ name }) => name === wanted).id;
}

// What ends

test('a ticket to log in ends after 15 minutes, one to enrol after 30, as stored', async () => {
  const member = await enrol(site);
  const verifying = await openLogin(site, member);
  const enrolling = await openEnrolment();
  await passes(15 * 60 - 30, verifying, enrolling);
  expectStatus(await verifying.page.look(), 200);
  await passes(30, verifying, enrolling);
  for (const answer of [
    await verifying.page.look(),
    await verifying.page.challenge('totp'),
    await verifying.page.answer(verifying.challenge, await member.authenticator.freshCode()),
    await verifying.page.pass(),
  ]) expectStatus(answer, 401, 'ticket_expired');
  expectStatus(await enrolling.page.look(), 200);
  // The ticket's row alone: with all of it the alarm would be due, and forget the ticket.
  await whileStopped(() => storedUser(stack.state, enrolling).run('update ticket set expires_at = expires_at - 900'));
  expectStatus(await enrolling.page.look(), 401, 'ticket_expired');
  expectStatus(await enrolling.page.factor(), 401, 'ticket_expired');
});

test('a pass ends after 300 s: neither redeemed nor given again', async () => {
  const [late, inTime] = [await enrol(site), await enrol(site)];
  const [over, good] = [await login(site, late), await login(site, inTime)];
  await passes(300, over);
  await passes(300 - 30, good);
  expectStatus(await over.page.pass(), 410, 'pass_over');
  const verified = async ({ user }, { ticket_id, response }) => (await site.siteverify(user, ticket_id, response)).body;
  assert.deepEqual(await verified(late, over), { success: false, 'error-codes': ['timeout-or-duplicate'] });
  assert.equal((await verified(inTime, good)).success, true);
});

test('a proof allows changes for ten minutes, then it is needed again', async () => {
  const member = await enrol(site);
  await passes(10 * 60 - 30, member);
  assert.equal(expectStatus(await member.page.look(), 200).proof, 'given');
  expectStatus(await member.page.factor(), 201);
  await passes(30, member);
  assert.equal(expectStatus(await member.page.look(), 200).proof, 'needed');
  for (const answer of [await member.page.factor(), await member.page.recoveryCodes(), await member.page.kept()]) {
    expectStatus(answer, 403, 'proof_required');
  }
  const { challenge } = expectStatus(await member.page.challenge('totp'), 201);
  expectStatus(await member.page.answer(challenge, await member.authenticator.freshCode()), 200);
  expectStatus(await member.page.factor(), 201);
});

test('an enrolment waits ten minutes for its first code, a challenge three for its answer', async () => {
  const begun = await openEnrolment();
  const member = await enrol(site);
  const opened = await openLogin(site, member);
  await passes(10 * 60, begun);
  await passes(3 * 60, opened);
  const app = new Authenticator(begun.factor.secret);
  expectStatus(await begun.page.confirm(begun.factor.factor, await app.freshCode()), 410, 'enrollment_over');
  const code = await member.authenticator.freshCode();
  expectStatus(await opened.page.answer(opened.challenge, code), 410, 'challenge_over');
  expectStatus(await opened.page.abandon(opened.challenge), 410, 'challenge_over');
  // The code was not looked at, so it still works.
  const { challenge } = expectStatus(await opened.page.challenge('totp'), 201);
  expectStatus(await opened.page.answer(challenge, code), 200);
  expectStatus(await begun.page.factor(), 201);
});

test('a clock that was set back brings nothing back: the latest time that was seen goes on', async () => {
  const member = await enrol(site);
  const opened = await openLogin(site, member);
  const ahead = 24 * 60 * 60;
  const { now } = expectStatus(await opened.page.look(), 200);
  await whileStopped(() => storedUser(stack.state, opened).run('update account set clock = clock + ?', [ahead]));
  expectStatus(await opened.page.answer(opened.challenge, member.authenticator.latestCode()), 401, 'ticket_expired');
  const { page, challenge, ticket_id } = await openLogin(site, member);
  const view = expectStatus(await page.look(), 200);
  assert.ok(view.now >= now + ahead && view.expires_at === view.now + 900, JSON.stringify(view));
  // Only the code of the time that was seen is right.
  expectStatus(await page.answer(challenge, member.authenticator.latestCode()), 422, 'code_wrong');
  expectStatus(await page.answer(challenge, member.authenticator.codeAt(view.now)), 200);
  const { response } = expectStatus(await page.pass(), 200);
  assert.equal((await site.siteverify(member.user, ticket_id, response)).body.success, true);
});

// The alarm

test('what has ended is forgotten by itself: tickets, challenges, factors without a first code, and who never enrolled', async () => {
  const member = await enrol(site);
  const again = expectStatus(await site.tickets(member.user, 'enroll'), 201);
  const adding = site.page(again.ticket);
  const proof = expectStatus(await adding.challenge('totp'), 201);
  expectStatus(await adding.answer(proof.challenge, await member.authenticator.freshCode()), 200);
  expectStatus(await adding.factor(), 201);
  const left = await openLogin(site, member);
  const never = await openEnrolment();

  const [enrolled, stranger] = await whileStopped(() => [left, never].map((ticket) => {
    const user = storedUser(stack.state, ticket);
    assert.ok(user.count('ticket') > 0 && user.count('factor', 'confirmed_at is null') === 1);
    user.timePasses(31 * 60);
    return user;
  }));

  // Nobody asks for either of them: the alarm alone wakes them.
  await stack.worker.child.ready(async () => {
    const { ticket, challenge, factor } = enrolled.glance();
    return ticket === 0 && challenge === 0 && factor === 1;
  }, 20);
  await stack.worker.child.ready(async () => Object.keys(stranger.glance()).length === 0, 20);

  expectStatus(await left.page.look(), 401, 'ticket_invalid');
  expectStatus(await never.page.look(), 401, 'ticket_invalid');
  await stack.worker.kill();
  assert.deepEqual(stranger.tables(), []);
  assert.equal(enrolled.count('factor', 'confirmed_at is not null'), 1);
  assert.equal(enrolled.count('recovery_code'), 10);
  await stack.restartWorker();
  await login(site, member);
  expectStatus(await site.tickets(never.user, 'verify'), 200);
});
