// What works once works once, also when a hundred ask at the same moment; and guessing is slow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from '../e2e/lib/authenticator.mjs';
import { clockReaches } from '../e2e/lib/clock.mjs';
import { Site } from '../e2e/lib/http.mjs';
import { atOnce, counted, enrol, enrolOn, expectStatus, login, openLogin } from '../e2e/lib/member.mjs';
import { enrolThreema, isProved, openReply, risen } from '../e2e/lib/threema.mjs';
import { startStack } from '../e2e/stack.mjs';
import { either, sum, told } from './lib/form.mjs';

/** Each has three methods and logs in with each of them twice, which is as often as TOTP can at once. */
const MEMBERS = either(167, 34);
const LOGINS = 6 * MEMBERS;
const CLIENTS = 50;
let stack;
let site;

before(async () => {
  stack = await startStack({ threema: true, forum: false, bare: true });
  site = new Site(stack.worker, stack.origin);
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

/** How a member of all methods proves each: begins, and gives the same answer twice at the same moment. */
const METHODS = {
  async totp(member) {
    const open = await openLogin(site, member);
    const code = await member.authenticator.freshCode();
    return { ...open, answers: await atOnce(2, () => open.page.answer(open.challenge, code)) };
  },
  async recovery(member) {
    const open = await openLogin(site, member, 'recovery');
    const code = member.codes.shift();
    return { ...open, answers: await atOnce(2, () => open.page.answer(open.challenge, code)) };
  },
  async 'threema-reply'(member) {
    const open = await openReply(site, member);
    const { attempts } = await member.phone.send({ text: open.reply.code, times: 2 });
    return { ...open, answers: attempts };
  },
};

/** What a second answer may be told. */
const SECOND = { totp: ['410 challenge_over', '422 code_used'], recovery: ['410 challenge_over', '422 code_used'], 'threema-reply': ['200'] };

/** A whole login, each step that must work once done twice at once; answers what came of it. */
async function doubledLogin(member, method) {
  const { page, ticket_id, answers } = await METHODS[method](member);
  const told = counted(answers);
  if (method !== 'threema-reply') {
    assert.equal(told['200 proved'], 1, JSON.stringify(told));
    delete told['200 proved'];
  }
  for (const outcome of Object.keys(told)) assert.ok(SECOND[method].includes(outcome), `${method}: ${outcome}`);
  const passes = await atOnce(2, () => page.pass());
  const [response, again] = passes.map((pass) => expectStatus(pass, 200).response);
  assert.equal(again, response);
  const redeemed = await atOnce(2, () => site.siteverify(member.user, ticket_id, response));
  const outcomes = redeemed.map(({ body }) => (body.success ? 'success' : body['error-codes'].join(' '))).sort();
  assert.deepEqual(outcomes, ['success', 'timeout-or-duplicate']);
  return { [`${method} proved`]: 1, [`${method}: ${Object.keys(told).join(', ') || 'taken'}`]: 1, redeemed: 1, 'refused as duplicates': 1 };
}

/** So many workers take jobs until none is left. */
async function byClients(count, jobs, work) {
  const queue = [...jobs];
  const answers = [];
  await atOnce(count, async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) answers.push(await work(job));
  });
  return answers;
}

test(`${LOGINS} logins by ${CLIENTS} clients at once, each step twice: ${LOGINS} proofs, ${LOGINS} redemptions`, async () => {
  const members = await byClients(8, Array.from({ length: MEMBERS }, (_, at) => at), async (at) => {
    const phone = await stack.gateway.addPhone(`MIX${String(at).padStart(5, '0')}`);
    const member = await enrolThreema(site, phone);
    return { ...member, ...(await enrolOn(member.page)) };
  });
  // Of one member and method one after the other, since TOTP's steps only rise; all else in any order.
  const pairs = members.flatMap((member) => Object.keys(METHODS).map((method) => ({ member, method })));
  const jobs = shuffled(pairs);
  const before = (await site.status()).body.counts;
  const started = Date.now();
  const outcomes = await byClients(CLIENTS, jobs, async ({ member, method }) => [await doubledLogin(member, method), await doubledLogin(member, method)]);
  const seconds = (Date.now() - started) / 1000;
  const after = (await site.status()).body.counts;
  const total = sum(outcomes.flat());
  const rose = Object.fromEntries(Object.keys(after).map((word) => [word, after[word] - (before[word] ?? 0)]).filter(([, count]) => count !== 0));
  report(`${LOGINS} logins by ${CLIENTS} clients in ${seconds.toFixed(1)} s`, total);
  report('the worker counted', rose);
  assert.equal(total.redeemed, LOGINS);
  assert.equal(rose.redeemed, LOGINS);
  assert.deepEqual([rose.proofs, rose.recovery_proofs, rose.reply_proofs], [LOGINS / 3, LOGINS / 3, LOGINS / 3]);
  assert.deepEqual([rose.callbacks, rose.callback_matched, rose.callback_repeated], [LOGINS * 2 / 3, LOGINS / 3, LOGINS / 3]);
});

/** In another order each time. */
function shuffled(items) {
  return items.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
}
