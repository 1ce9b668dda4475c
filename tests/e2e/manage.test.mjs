// What members change of what is enrolled: only with a proof, in one step, with everything that follows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrolOn, expectStatus } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { receive, SECRET } from './lib/receiver.mjs';
import { openSocket } from './lib/socket.mjs';
import { storedContact } from './lib/store.mjs';
import { beginThreema, confirmByReply, enrolling, enrolThreema } from './lib/threema.mjs';
import { enrolToken, loginByToken, managing, memberWithToken, openLoginOf, SETTINGS } from './lib/token.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;
let alice;
let receiver;

before(async () => {
  receiver = await receive(await freePort());
  const settings = { ...SETTINGS, WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET };
  stack = await startStack({ threema: true, forum: false, settings });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
});
after(async () => {
  await stack?.stop();
  await receiver?.close();
});

const look = async (page) => expectStatus(await page.look(), 200);
const usable = async ({ user }) => (await look(site.page(expectStatus(await site.tickets(user, 'verify'), 201).ticket))).usable;

/** Removes the phone's ID under the page that enrolled it. */
const removeThreema = async ({ page, factor }) => expectStatus(await page.removeFactor(factor.factor), 200);

/** Every change that there is, of a member with a token. */
const changes = ({ factor, token }) => ({
  remove: (page) => page.removeFactor(factor),
  rename: (page) => page.renameFactor(factor, 'mine'),
  resync: (page) => page.resync(factor, [token.at(20), token.at(21)]),
  default: (page) => page.chooseDefault('hotp'),
  'recovery codes': (page) => page.recoveryCodes(),
  kept: (page) => page.kept(),
  'revoke one': (page) => page.revoke('AAAAAAAAAAA'),
  'revoke all': (page) => page.revoke(),
  add: (page) => page.factor(),
});

test('without a proof under the same ticket nothing is shown and nothing can be changed, whoever may have the password', async () => {
  const member = await memberWithToken(site);
  await managing(site, member);
  let refused = 0;
  for (const purpose of ['enroll', 'manage']) {
    const page = site.page(expectStatus(await site.tickets(member.user, purpose), 201).ticket);
    for (const change of Object.values(changes(member))) {
      expectStatus(await change(page), 403, 'proof_required');
      refused += 1;
    }
    const view = await look(page);
    assert.deepEqual([view.factors, view.devices, view.proof], [undefined, undefined, 'needed']);
  }
  const login = await openLoginOf(site, member);
  expectStatus(await login.page.answer(login.challenge, member.token.press()), 200);
  for (const change of Object.values(changes(member))) {
    expectStatus(await change(login.page), 403, 'purpose_mismatch');
    refused += 1;
  }
  assert.deepEqual([(await look(login.page)).factors, await usable(member)], [undefined, ['hotp', 'recovery']]);
  console.log(`changes without proof: ${refused} refused of ${refused}`);
});

test('after a proof the factors are listed, named and put in order; the default is asked for first from then on', async () => {
  const member = await memberWithToken(site);
  const page = await managing(site, member);
  await enrolOn(page);
  const begun = await beginThreema(page, alice, { scanned: true });
  await confirmByReply(page, alice, begun);
  expectStatus(await page.renameFactor(member.factor, 'Key ring'), 200);
  expectStatus(await page.renameFactor(member.factor, 'two\nlines'), 400, 'label_invalid');
  const { factors, devices, default: none } = await look(page);
  assert.deepEqual([devices, none], [[], undefined]);
  assert.deepEqual(factors.map(({ method, name, threema_id, level }) => ({ method, name, threema_id, level })), [
    { method: 'hotp', name: 'Key ring', threema_id: undefined, level: undefined },
    { method: 'totp', name: undefined, threema_id: undefined, level: undefined },
    { method: 'threema-reply', name: undefined, threema_id: 'ALICE001', level: 'scanned' },
  ]);
  for (const { created_at, last_used_at } of factors) assert.ok(last_used_at >= created_at && created_at > 1_700_000_000);

  assert.deepEqual(await usable(member), ['totp', 'hotp', 'threema-reply', 'recovery']);
  assert.deepEqual(expectStatus(await page.chooseDefault('threema-reply'), 200), { default: 'threema-reply' });
  for (const other of ['threema-tap', 'recovery', 'telepathy']) expectStatus(await page.chooseDefault(other), 409, 'method_unavailable');
  assert.deepEqual(await usable(member), ['threema-reply', 'totp', 'hotp', 'recovery']);
  expectStatus(await page.removeFactor(begun.factor), 200);
  const after = await look(page);
  assert.deepEqual([after.default, after.factors.length, await usable(member)], [undefined, 2, ['totp', 'hotp', 'recovery']]);
});

test('a factor removed a hundred times at once is removed once, and the site is told once what is left', async () => {
  const member = await memberWithToken(site);
  const page = await managing(site, member);
  const { factor } = await enrolToken(page);
  const answers = await atOnce(100, () => page.removeFactor(factor));
  console.log('one factor removed a hundred times:', counted(answers));
  assert.deepEqual(counted(answers), { '200 removed': 1, '404 factor_unknown': 99 });
  const told = (await receiver.of(member.user, 3)).filter(({ type }) => type === 'factor.removed');
  assert.deepEqual(told.map(({ data }) => data), [{ user: member.user, method: 'hotp', remaining: 1 }]);
});

test('with the last factor the recovery codes and browsers go, and the password is enough again, unless the site knows better', async () => {
  const member = await memberWithToken(site);
  const { device } = await loginByToken(site, member, true);
  const page = await managing(site, member);
  expectStatus(await page.chooseDefault('hotp'), 200);
  expectStatus(await page.removeFactor(member.factor), 200);
  const view = await look(page);
  assert.deepEqual([view.factors, view.devices, view.usable, view.recovery, view.default], [[], [], [], undefined, undefined]);
  assert.equal(expectStatus(await site.tickets(member.user, 'verify', { device }), 200).reason, 'not_enrolled');
  expectStatus(await site.tickets(member.user, 'verify', { device, expect_enrolled: true }), 409, 'enrollment_missing');
  const told = (await receiver.of(member.user, 3)).filter(({ type }) => type === 'factor.removed');
  assert.deepEqual(told.map(({ data }) => data.remaining), [0]);

  // What was there before is no good for what comes after.
  const again = await memberWithToken(site, member.user);
  const { page: login, challenge } = await openLoginOf(site, again, 'recovery');
  expectStatus(await login.answer(challenge, member.codes[0]), 422, 'code_wrong');
});

test('what a removed factor proved for others it proves no more: a thief’s ticket, and a pass that nobody redeemed', async () => {
  const member = await memberWithToken(site);
  const thief = await managing(site, member);
  const { page: login, ticket_id, challenge } = await openLoginOf(site, member);
  expectStatus(await login.answer(challenge, member.token.press()), 200);
  const { response } = expectStatus(await login.pass(), 200);
  const page = await managing(site, member, { method: 'recovery' });
  await enrolOn(page);
  expectStatus(await page.removeFactor(member.factor), 200);
  expectStatus(await thief.revoke(), 403, 'proof_required');
  expectStatus(await login.pass(), 409, 'not_proved');
  const { success } = expectStatus(await site.siteverify(member.user, ticket_id, response), 200);
  assert.equal(success, false);
});

test('the challenge of a removed Threema ID is over: its page is told, and the reply does nothing', async () => {
  const member = await enrolThreema(site, alice);
  await enrolOn(member.page);
  const waiting = site.page(expectStatus(await site.tickets(member.user, 'verify'), 201).ticket);
  const opened = expectStatus(await waiting.challenge('threema-reply'), 201);
  const socket = await openSocket(waiting);
  await removeThreema(member);
  await socket.hears(1);
  const view = await look(waiting);
  assert.deepEqual([view.awaited, view.usable], [undefined, ['totp', 'recovery']]);
  assert.equal(await alice.text(opened.reply.code), 200);
  assert.equal((await look(waiting)).pass_ready, false);
  socket.close();
});

/** Waits until the ID has room for one more user, and answers who got in. */
async function roomFor(phone) {
  const begun = await enrolling(site);
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await begun.page.threemaId(phone.id, phone.key);
    if (answer.status === 201) return { ...begun, phone, factor: answer.body };
    expectStatus(answer, 409, 'threema_id_full');
    // A ticket looks up five times; the next try has another one.
    Object.assign(begun, await enrolling(site));
  }
  throw new Error('the ID never had room again');
}

test('a removed Threema ID has room for another user, also if the worker is killed right after the removal', async () => {
  const bob = await stack.gateway.phone('BOBBOB02');
  const members = [];
  for (let one = 0; one < 5; one += 1) members.push(await enrolThreema(site, bob));
  expectStatus(await (await enrolling(site)).page.threemaId(bob.id), 409, 'threema_id_full');
  await removeThreema(members[0]);
  const sixth = await roomFor(bob);
  await confirmByReply(sixth.page, bob, sixth.factor);

  await removeThreema(members[1]);
  await stack.worker.kill();
  await stack.restartWorker();
  const seventh = await roomFor(bob);
  await confirmByReply(seventh.page, bob, seventh.factor);
  await stack.worker.kill();
  const count = storedContact(stack.state, bob).count('member');
  await stack.restartWorker();
  console.log(`members of the ID in the end: ${count}`);
  assert.equal(count, 5);
});

test('the same Threema ID can be enrolled again at once', async () => {
  const member = await enrolThreema(site, alice);
  await removeThreema(member);
  const begun = await beginThreema(member.page, alice);
  await confirmByReply(member.page, alice, begun);
  assert.deepEqual(await usable(member), ['threema-reply']);
});
