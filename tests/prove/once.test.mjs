// What works once works once, also when a hundred ask at the same moment; and guessing is slow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from '../e2e/lib/authenticator.mjs';
import { clockReaches } from '../e2e/lib/clock.mjs';
import { observe, Site } from '../e2e/lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, login, openLogin } from '../e2e/lib/member.mjs';
import { enrolThreema, isProved, openReply, risen } from '../e2e/lib/threema.mjs';
import { startStack } from '../e2e/stack.mjs';
import { Documented } from './lib/documented.mjs';
import { either, inTurn, sum, told } from './lib/form.mjs';
import { ALL_METHODS, DOUBLED, enrolAll, METHODS } from './lib/members.mjs';

/**
 * Each logs in by each method twice: as often as TOTP can at once, and with two methods that write to them
 * as often as is written to anybody in a minute.
 */
const MEMBERS = either(84, 9);
const TIMES = 2;
const LOGINS = MEMBERS * METHODS.length * TIMES;
const CLIENTS = 50;
/** Logins of one member that may be open at once. */
const MOST_OPEN = 5;
const documented = new Documented();
let stack;
let site;

before(async () => {
  stack = await startStack({ threema: true, forum: false, bare: true, settings: ALL_METHODS });
  site = new Site(stack.worker, stack.origin);
  observe((...answer) => documented.take(...answer));
});
after(() => stack?.stop());

/** Prints the counts and answers them. */
function report(what, counts) {
  told(`${what}: ${Object.entries(counts).map(([outcome, count]) => `${count} × ${outcome}`).join(', ')}`);
  return counts;
}

function oneProved(what, answers) {
  const counts = report(what, counted(answers));
  assert.equal(counts['200 proved'], 1);
  assert.equal(answers.filter(({ status }) => status < 400 || status >= 500).length, 1);
}

test('one challenge answered a hundred times at once with one code: one proof', async () => {
  const member = await enrol(site);
  const { page, challenge } = await openLogin(site, member);
  const code = await member.authenticator.freshCode();
  oneProved('one challenge, one code', await atOnce(100, () => page.answer(challenge, code)));
});

for (const method of ['totp', 'recovery']) {
  const codeOf = (member) => (method === 'totp' ? member.authenticator.freshCode() : member.codes[0]);

  test(`a hundred logins at once with one ${method} code: one proof`, async () => {
    const member = await enrol(site);
    const code = await codeOf(member);
    oneProved(`a hundred logins, one ${method} code`, await atOnce(100, () => wholeLogin(member, method, code)));
  });

  test(`five open logins answered twenty times each at once with one ${method} code: one proof`, async () => {
    const member = await enrol(site);
    const logins = await atOnce(5, () => openLogin(site, member, method));
    const code = await codeOf(member);
    const answers = await atOnce(100, (at) => logins[at % 5].page.answer(logins[at % 5].challenge, code));
    oneProved(`five logins, one ${method} code`, answers);
    const passes = await Promise.all(logins.map(({ page }) => page.pass()));
    assert.deepEqual(counted(passes), { '200': 1, '409 not_proved': 4 });
  });
}

/** From the ticket on; the last answer, or the first that refuses. Of many at once older ones give way to newer. */
async function wholeLogin({ user }, method, code) {
  const { ticket } = expectStatus(await site.tickets(user, 'verify'), 201);
  const page = site.page(ticket);
  const opened = await page.challenge(method);
  return opened.status === 201 ? page.answer(opened.body.challenge, code) : opened;
}

test('an enrolment confirmed a hundred times at once: one factor', async () => {
  const { ticket } = expectStatus(await site.tickets('enrols-at-once', 'enroll'), 201);
  const page = site.page(ticket);
  const { factor, secret } = expectStatus(await page.factor(), 201);
  const code = await new Authenticator(secret).freshCode();
  const counts = report('one enrolment', counted(await atOnce(100, () => page.confirm(factor, code))));
  assert.equal(counts['200 active'], 1);
});

test('a pass fetched a hundred times at once is one pass, redeemed a hundred times at once it counts once', async () => {
  const member = await enrol(site);
  const { page, ticket_id, response } = await login(site, member);
  const fetched = await atOnce(100, () => page.pass());
  assert.deepEqual([...new Set(fetched.map(({ body }) => body.response))], [response]);
  const redeemed = await atOnce(100, () => site.siteverify(member.user, ticket_id, response));
  const outcome = ({ body }) => (body.success ? 'success' : body['error-codes'].join(' '));
  assert.deepEqual(report('one pass', counted(redeemed, outcome)), { success: 1, 'timeout-or-duplicate': 99 });
});

test('of 1,000 guesses at once five are looked at, then one after each wait of 2, 4, 8 … s', async () => {
  const member = await enrol(site);
  // Two methods and several tickets share one count.
  const logins = await atOnce(4, (at) => openLogin(site, member, at % 2 ? 'recovery' : 'totp'));
  const codes = member.authenticator.wrongCodes(1000);
  const started = Date.now();
  const guesses = await atOnce(1000, (at) => {
    const { page, challenge } = logins[at % 4];
    return page.answer(challenge, at % 2 ? `0000${codes[at]}` : codes[at]);
  });
  const elapsed = (Date.now() - started) / 1000;
  const counts = report(`guesses within ${elapsed.toFixed(1)} s`, counted(guesses));
  let evaluated = guesses.filter(({ status }) => status !== 429).length;
  assert.equal(evaluated, counts['422 code_wrong']);
  assert.equal(evaluated + counts['429 throttled'], 1000);
  const waitsOver = [2, 6, 14, 30, 62, 126].filter((seconds) => seconds <= elapsed + 1).length;
  assert.ok(evaluated >= 5 && evaluated <= 5 + waitsOver, `${evaluated} were looked at`);

  // One more failure, so that a wait has just begun.
  const { page, challenge } = logins[0];
  const wrong = () => page.answer(challenge, member.authenticator.wrongCode());
  let last = await wrong();
  while (last.status === 429) {
    await clockReaches(last.body.retry_at);
    last = await wrong();
  }
  expectStatus(last, 422, 'code_wrong');
  evaluated += 1;
  const code = member.authenticator.latestCode();
  const refused = expectStatus(await page.answer(challenge, code), 429, 'throttled');
  assert.ok(refused.retry_at > refused.now, JSON.stringify(refused));
  assert.ok(refused.retry_at - refused.now <= 2 ** (evaluated - 4), JSON.stringify(refused));
  assert.equal(expectStatus(await page.look(), 200).retry_at, refused.retry_at);

  // Refused during the wait, the code was not used up.
  await clockReaches(refused.retry_at);
  assert.equal(expectStatus(await page.answer(challenge, code), 200).state, 'proved');
});

test('a proof ends the count: five wrong codes are free again', async () => {
  const member = await enrol(site);
  for (let round = 0; round < 2; round += 1) {
    const { page, challenge } = await openLogin(site, member);
    for (let wrong = 0; wrong < 5; wrong += 1) {
      expectStatus(await page.answer(challenge, member.authenticator.wrongCode()), 422, 'code_wrong');
    }
    const { retry_at, now } = expectStatus(await page.answer(challenge, member.authenticator.wrongCode()), 429, 'throttled');
    assert.ok(retry_at - now <= 2, `the first wait, not a longer one: ${retry_at - now} s`);
    await clockReaches(retry_at);
    expectStatus(await page.answer(challenge, await member.authenticator.freshCode()), 200);
  }
});

test('one message a hundred times at once, and a hundred messages with one code: one proof each', async () => {
  const member = await enrolThreema(site, await stack.gateway.addPhone('HUNDRED1'));
  const same = await openReply(site, member);
  const one = await risen(site, async () => {
    const { attempts } = await member.phone.send({ text: same.reply.code, times: 100 });
    assert.deepEqual(counted(attempts, ({ status }) => String(status)), { 200: 100 });
  });
  assert.deepEqual(report('one message a hundred times', one), { callbacks: 100, callback_matched: 1, callback_repeated: 99, reply_proofs: 1 });
  assert.equal(await isProved(same.page), true);
  const other = await openReply(site, member);
  const many = await risen(site, () => atOnce(100, () => member.phone.text(other.reply.code)));
  assert.deepEqual(report('a hundred messages with one code', many), { callbacks: 100, callback_matched: 1, callback_missed: 99, reply_proofs: 1 });
  assert.equal(await isProved(other.page), true);
});

// Fifty clients at once

/** A whole login, each step that must work once done twice at once; answers what came of it. */
async function doubledLogin(member, method) {
  const { page, ticket_id, answers } = await DOUBLED[method](site, member, method);
  const told = counted(answers);
  // Of two equal messages the Gateway hears 200 both times; `risen` counts that one of them did something.
  if (answers.some(({ body }) => body)) assert.equal(told['200 proved'], 1, JSON.stringify(told));
  else assert.deepEqual(told, { 200: 2 });
  const passes = await atOnce(2, () => page.pass());
  const [response, again] = passes.map((pass) => expectStatus(pass, 200).response);
  assert.equal(again, response);
  const redeemed = await atOnce(2, () => site.siteverify(member.user, ticket_id, response));
  const outcomes = redeemed.map(({ body }) => (body.success ? body.method : body['error-codes'].join(' '))).sort();
  assert.deepEqual(outcomes, [method, 'timeout-or-duplicate'].sort());
  return { [`${method}: ${Object.entries(told).sort().map(([outcome, count]) => `${count} × ${outcome}`).join(', ')}`]: 1 };
}

/** So many workers take jobs until none is left, of one member no more at once than may be open. */
async function byClients(count, jobs, work) {
  const queue = [...jobs];
  const answers = [];
  await atOnce(count, async () => {
    for (;;) {
      const at = queue.findIndex(({ member }) => (member?.open ?? 0) < MOST_OPEN);
      if (at < 0) return;
      const [job] = queue.splice(at, 1);
      if (job.member) job.member.open = (job.member.open ?? 0) + 1;
      answers.push(await work(job));
      if (job.member) job.member.open -= 1;
    }
  });
  return answers;
}

test(`${LOGINS} logins by ${CLIENTS} clients at once, each step twice: ${LOGINS} proofs, ${LOGINS} redemptions`, async () => {
  const members = await byClients(8, Array.from({ length: MEMBERS }, (_, at) => ({ at })), async ({ at }) => (
    enrolAll(site, stack.gateway, `MIX${String(at).padStart(5, '0')}`)
  ));
  // Of one member and method one after the other, since steps and counters only rise; all else in any order.
  const jobs = shuffled(members.flatMap((member) => METHODS.map((method) => ({ member, method }))));
  const before = (await site.status()).body.counts;
  const known = { ...documented.errors };
  const started = Date.now();
  const outcomes = await byClients(CLIENTS, jobs, ({ member, method }) => inTurn(Array(TIMES).fill(method), () => doubledLogin(member, method)));
  const seconds = (Date.now() - started) / 1000;
  const after = (await site.status()).body.counts;
  const total = sum(outcomes.flat());
  const rose = Object.fromEntries(Object.keys(after).map((word) => [word, after[word] - (before[word] ?? 0)]).filter(([, count]) => count !== 0));
  const errors = Object.entries(documented.errors).map(([error, count]) => [error, count - (known[error] ?? 0)]).filter(([, count]) => count > 0);
  report(`${LOGINS} logins by ${CLIENTS} clients in ${seconds.toFixed(1)} s, by what both answers were`, total);
  report('the worker counted', rose);
  report('errors, all documented for their call', Object.fromEntries(errors));
  assert.equal(Object.values(total).reduce((a, b) => a + b), LOGINS);
  const each = LOGINS / METHODS.length;
  const { proofs, recovery_proofs, reply_proofs, tap_proofs, sends, redeemed, redemptions_refused, callbacks, callback_matched, callback_repeated } = rose;
  assert.deepEqual(
    { proofs, recovery_proofs, reply_proofs, tap_proofs, sends, redeemed, redemptions_refused, callbacks, callback_matched, callback_repeated },
    {
      // Three methods are typed: totp, hotp and threema-code.
      proofs: 3 * each, recovery_proofs: each, reply_proofs: each, tap_proofs: each, sends: 2 * each,
      redeemed: LOGINS, redemptions_refused: LOGINS,
      callbacks: 4 * each, callback_matched: 2 * each, callback_repeated: 2 * each,
    },
  );
});

test('no error came that the API’s description does not have for that very call, and none of 5xx', () => {
  const errors = Object.values(documented.errors).reduce((a, b) => a + b, 0);
  told(`${documented.answers} answers to ${documented.calls} calls of the API: ${errors} errors of ${Object.keys(documented.errors).length} kinds, ${documented.faults.length} of them not documented`);
  assert.deepEqual(documented.faults, []);
  assert.ok(errors > 0);
});

/** In another order each time. */
function shuffled(items) {
  return items.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
}
