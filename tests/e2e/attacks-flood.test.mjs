// Much of everything: guesses, accounts, bodies that never end. Others are served meanwhile.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrolOn, expectStatus, openLogin } from './lib/member.mjs';
import { enrolling, enrolThreema, loginByReply, openReply } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const FULL = process.env.THREEGATE_PROVE === 'full';
const GUESSES = FULL ? 10_000 : 2_000;
const AT_ONCE = 20;
const ACCOUNTS = FULL ? 100 : 20;
const CONNECTIONS = FULL ? 500 : 100;
let stack;
let site;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

/** Waits are 2, 4, 8 … s: so many tries are looked at within this time, beside the first five. */
const waitsWithin = (seconds) => Math.floor(Math.log2(seconds / 2 + 1));

test('of thousands of guesses none beyond the rule is looked at, and the owner is not locked out', async () => {
  const phone = await stack.gateway.addPhone('GUESSED1');
  const owner = await enrolThreema(site, phone);
  const { authenticator } = await enrolOn(owner.page);
  const logins = await atOnce(5, () => openLogin(site, owner));
  const codes = authenticator.wrongCodes(GUESSES);
  assert.equal(new Set(codes).size, GUESSES);
  const started = Date.now();
  const answers = [];
  for (let from = 0; from < GUESSES; from += AT_ONCE) {
    const some = codes.slice(from, from + AT_ONCE);
    answers.push(...await Promise.all(some.map((code, at) => logins[at % 5].page.answer(logins[at % 5].challenge, code))));
  }
  const seconds = (Date.now() - started) / 1000;
  const counts = counted(answers);
  console.log(`${GUESSES} guesses within ${seconds.toFixed(1)} s: ${JSON.stringify(counts)}`);
  const lookedAt = counts['422 code_wrong'];
  assert.equal(lookedAt + counts['429 throttled'], GUESSES);
  assert.ok(lookedAt >= 5 && lookedAt <= 5 + waitsWithin(seconds + 1), `${lookedAt} were looked at`);
  // The thief has spent the owner's tries: the right code waits too. A reply needs no try, and ends the wait.
  expectStatus(await logins[0].page.answer(logins[0].challenge, authenticator.latestCode()), 429, 'throttled');
  await loginByReply(site, owner);
  const { page, challenge } = await openLogin(site, owner);
  assert.equal(expectStatus(await page.answer(challenge, authenticator.latestCode()), 200).state, 'proved');
});

test('a stranger’s ID that many accounts name is never written to, and its owner logs in meanwhile', async () => {
  const phone = await stack.gateway.addPhone('FLOODED1');
  const owner = await enrolThreema(site, phone);
  const open = await openReply(site, owner);
  const before = await sends();
  const accounts = [];
  const answers = [];
  for (let from = 0; from < ACCOUNTS; from += AT_ONCE) {
    const some = await atOnce(Math.min(AT_ONCE, ACCOUNTS - from), () => enrolling(site));
    accounts.push(...some);
    answers.push(...await Promise.all(some.map(({ page }) => page.threemaId(phone.id))));
  }
  console.log(`${ACCOUNTS} accounts name a stranger's ID: ${JSON.stringify(counted(answers, ({ status }) => status))}, ${await sends() - before} messages to it`);
  for (const answer of answers) assert.ok([201, 429].includes(answer.status), answer.text);
  assert.equal(await sends(), before);
  let waiting = 0;
  for (const { page } of accounts) waiting += expectStatus(await page.look(), 200).awaited === undefined ? 0 : 1;
  assert.ok(waiting <= 5, `${waiting} wait`);
  // None of them displaced the owner's login, and none is proved by the owner's reply.
  assert.equal(await phone.text(open.reply.code), 200);
  assert.equal(expectStatus(await open.page.look(), 200).pass_ready, true);
  for (const { page } of accounts) assert.equal(expectStatus(await page.look(), 200).pass_ready, false);
});

/** How many messages the Gateway was paid for: each costs the account a credit. */
async function sends() {
  const { credits } = await stack.gateway.control();
  assert.equal(typeof credits, 'number');
  return -credits;
}

test('bodies that come slowly, or never to their end, hold nobody up', async () => {
  const member = await enrolThreema(site, await stack.gateway.addPhone('SLOWBODY'));
  const { port } = new URL(stack.worker.endpoint);
  const paths = ['/v1/tickets', '/v1/client/challenges', new URL(stack.callback).pathname];
  const slow = await Promise.all(Array.from({ length: CONNECTIONS }, async (_, at) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(`POST ${paths[at % paths.length]} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 16000\r\n\r\n`);
    return socket;
  }));
  const times = [];
  for (let round = 0; round < 10; round += 1) {
    slow.forEach((socket) => socket.write('x'.repeat(round + 1)));
    const started = performance.now();
    const { page, challenge } = await openReply(site, member);
    expectStatus(await page.abandon(challenge), 200);
    times.push(performance.now() - started);
  }
  const slowest = Math.max(...times);
  console.log(`${CONNECTIONS} slow bodies: opening and abandoning a login takes ${slowest.toFixed(0)} ms at most meanwhile`);
  assert.ok(slowest < 5000);
  // Those that end are answered like others, and those that break off do no harm.
  const [socket] = slow;
  socket.end('x'.repeat(16_000 - 55));
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 401 /);
  slow.forEach((one) => one.destroy());
  await loginByReply(site, member);
});
