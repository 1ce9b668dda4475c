// What works once works once, also when a hundred ask at the same moment; and guessing is slow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { clockReaches } from './lib/clock.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, login, openLogin } from './lib/member.mjs';
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

/** Prints the counts and answers them. */
function report(what, counts) {
  console.log(`${what}: ${Object.entries(counts).map(([outcome, count]) => `${count} × ${outcome}`).join(', ')}`);
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
