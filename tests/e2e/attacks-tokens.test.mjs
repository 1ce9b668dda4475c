// Tickets and passes in the wrong hands, and those that nobody made.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, enrol, expectStatus, login, openLogin } from './lib/member.mjs';
import { askForSocket } from './lib/socket.mjs';
import { startStack } from './stack.mjs';

const INVENTED = 1000;
let stack;
let site;

before(async () => {
  stack = await startStack({ forum: false, bare: { counted: true } });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

/** How often users' and contacts' objects were asked, or made to be asked, since the last time. */
async function asked() {
  const counts = await (await fetch(`${stack.worker.endpoint}/counted`)).json();
  return Object.fromEntries(Object.entries(counts).filter(([name]) => /^(User|Contact) (requests|made)$/.test(name)));
}

/** Tokens that are nearly those of `text`: each differs in one place, or is cut, or is of another make. */
function inventedFrom(text, count) {
  const bytes = Buffer.from(text, 'base64url');
  return Array.from({ length: count }, (_, at) => {
    if (at % 4 === 0) return randomBytes(bytes.length).toString('base64url');
    const other = Buffer.from(bytes);
    other[at % bytes.length] ^= 1 << (at % 8);
    return other.toString('base64url');
  });
}

test('a thousand invented tickets and passes wake no object', async () => {
  const member = await enrol(site);
  const open = await openLogin(site, member);
  const { ticket_id, response } = await login(site, member);
  const name = 'A'.repeat(22);
  const calls = [
    ['GET', ''], ['POST', '/challenges', { method: 'totp' }], ['POST', `/challenges/${name}/answer`, { code: '123456' }], ['DELETE', `/challenges/${name}`],
    ['POST', '/factors', { method: 'totp' }], ['POST', '/factors', { method: 'threema-reply', threema_id: 'ALICE001' }],
    ['POST', `/factors/${name}/confirm`, { code: '123456' }], ['POST', '/recovery-codes', {}], ['POST', '/recovery-codes/kept', {}], ['POST', '/pass', {}],
  ];
  await asked();
  const tickets = [...inventedFrom(open.ticket, INVENTED), response, ticket_id];
  for (const [at, ticket] of tickets.entries()) {
    expectStatus(await site.page(ticket).call(...calls[at % calls.length]), 401, 'ticket_invalid');
  }
  for (const ticket of inventedFrom(open.ticket, 20)) assert.equal((await askForSocket(site.page(ticket))).status, 401);
  for (const pass of [...inventedFrom(response, INVENTED), open.ticket]) {
    const { success, 'error-codes': codes } = expectStatus(await site.siteverify(member.user, ticket_id, pass), 200);
    assert.deepEqual([success, codes], [false, ['invalid-input-response']]);
  }
  const woken = await asked();
  console.log(`${tickets.length} tickets, 20 sockets and ${INVENTED + 1} passes that nobody made: ${JSON.stringify(woken)} asked of objects`);
  assert.deepEqual(woken, {});
  // What is counted is counted: the real ones do reach an object.
  expectStatus(await open.page.look(), 200);
  assert.equal(expectStatus(await site.siteverify(member.user, ticket_id, response), 200).success, true);
  assert.deepEqual((await asked())['User requests'], 2);
});

test('a ticket opens and changes nothing of another user', async () => {
  const [victim, thief] = await atOnce(2, () => enrol(site));
  const open = await openLogin(site, victim);
  const own = await openLogin(site, thief);
  const begun = expectStatus(await victim.page.factor(), 201);
  const code = await victim.authenticator.freshCode();
  for (const page of [own.page, thief.page]) {
    expectStatus(await page.answer(open.challenge, code), 410, 'challenge_over');
    expectStatus(await page.abandon(open.challenge), 410, 'challenge_over');
  }
  expectStatus(await thief.page.confirm(begun.factor, '123456'), 410, 'enrollment_over');
  // The victim's code is none for the thief's own challenge.
  expectStatus(await own.page.answer(own.challenge, code), 422, 'code_wrong');
  expectStatus(await own.page.pass(), 409, 'not_proved');
  assert.equal(expectStatus(await open.page.answer(open.challenge, code), 200).state, 'proved');
});

test('a ticket to log in changes nothing, before and after the proof', async () => {
  const member = await enrol(site);
  const open = await openLogin(site, member);
  const changes = (page) => [page.factor(), page.recoveryCodes(), page.kept()];
  const begun = expectStatus(await member.page.factor(), 201);
  for (const answer of await Promise.all(changes(open.page))) expectStatus(answer, 403, 'purpose_mismatch');
  expectStatus(await open.page.answer(open.challenge, await member.authenticator.freshCode()), 200);
  for (const answer of await Promise.all(changes(open.page))) expectStatus(answer, 403, 'purpose_mismatch');
  const code = await new Authenticator(begun.secret).freshCode();
  expectStatus(await open.page.confirm(begun.factor, code), 410, 'enrollment_over');
  assert.deepEqual(expectStatus(await open.page.look(), 200).offered, []);
  expectStatus(await member.page.confirm(begun.factor, code), 200);
});

test('a pass of another user, ticket or purpose lets nobody in, and stays good for its own', async () => {
  const [victim, thief] = await atOnce(2, () => enrol(site));
  const own = await login(site, victim);
  const other = await openLogin(site, victim);
  const theirs = await login(site, thief);
  const refused = async (...asked) => {
    const { success, 'error-codes': codes } = expectStatus(await site.siteverify(...asked), 200);
    assert.deepEqual([success, codes], [false, ['invalid-input-response']]);
  };
  await refused(victim.user, own.ticket_id, theirs.response); // of another user
  await refused(victim.user, theirs.ticket_id, theirs.response);
  await refused(thief.user, own.ticket_id, own.response);
  await refused(randomUUID(), own.ticket_id, own.response);
  await refused(victim.user, other.ticket_id, own.response); // of another ticket
  await refused(victim.user, victim.ticket_id, own.response);
  await refused(victim.user, own.ticket, own.response);
  const enrolled = expectStatus(await victim.page.pass(), 200); // of another purpose
  await refused(victim.user, own.ticket_id, enrolled.response);
  assert.equal(expectStatus(await site.siteverify(victim.user, victim.ticket_id, enrolled.response), 200).action, 'enroll');
  for (const [{ user }, { ticket_id, response }] of [[victim, own], [thief, theirs]]) {
    const { success, action } = expectStatus(await site.siteverify(user, ticket_id, response), 200);
    assert.deepEqual([success, action], [true, 'verify']);
  }
});
