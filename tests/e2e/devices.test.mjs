// Browsers that are remembered: for the password alone, with a token that works once, until anything changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, expectStatus } from './lib/member.mjs';
import { storedUser } from './lib/store.mjs';
import { enrolToken, loginByToken, managing, memberWithToken, openLoginOf, SETTINGS } from './lib/token.mjs';
import { startStack } from './stack.mjs';

const DAY = 24 * 60 * 60;
let stack;
let site;

before(async () => {
  stack = await startStack({ forum: false, settings: SETTINGS });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

const show = ({ user }, device, more = {}) => site.tickets(user, 'verify', { device, expect_enrolled: true, ...more });
const outcome = ({ status, body }) => `${status} ${body.reason ?? body.code ?? `required: ${body.second_factor_required}`}`;

/** A member whose browser is remembered, by that token. */
async function remembered(member) {
  const { device } = await loginByToken(site, member, true);
  assert.match(device, /^[\w-]{103}$/);
  return device;
}

/** The token is trusted; answers the next one. */
async function trusted(member, device) {
  const { second_factor_required, reason, device: next, ticket } = expectStatus(await show(member, device), 200);
  assert.deepEqual([second_factor_required, reason, ticket], [false, 'trusted_device', undefined]);
  assert.notEqual(next, device);
  return next;
}

const asked = async (member, device) => assert.equal(expectStatus(await show(member, device), 201).second_factor_required, true);

test('a browser that its user wants to be remembered is let in by the password, with a new token each time', async () => {
  const member = await memberWithToken(site);
  assert.equal((await loginByToken(site, member)).device, undefined);
  assert.equal((await loginByToken(site, member, false)).device, undefined);
  let device = await remembered(member);
  for (let visit = 0; visit < 5; visit += 1) device = await trusted(member, device);
  const page = await managing(site, member);
  const [{ created_at, last_used_at, expires_at }, ...others] = expectStatus(await page.look(), 200).devices;
  assert.deepEqual([others, expires_at - created_at], [[], 30 * DAY]);
  assert.ok(last_used_at >= created_at);
});

test('the page may offer it at a login, not once a recovery code has proved it, and never elsewhere', async () => {
  const member = await memberWithToken(site);
  const { page, challenge, ticket_id } = await openLoginOf(site, member, 'recovery');
  assert.deepEqual(expectStatus(await page.look(), 200).remember, { days: 30 });
  expectStatus(await page.answer(challenge, member.codes.shift()), 200);
  assert.equal(expectStatus(await page.look(), 200).remember, undefined);
  const { response } = expectStatus(await page.pass(true), 200);
  const verified = expectStatus(await site.siteverify(member.user, ticket_id, response), 200);
  assert.deepEqual([verified.success, verified.method, verified.device], [true, 'recovery', undefined]);
  assert.equal(expectStatus(await (await managing(site, member)).look(), 200).remember, undefined);
});

test('siteverify asked again with its idempotency key gives the same token, and once it was used, none', async () => {
  const member = await memberWithToken(site);
  const { page, ticket_id, challenge } = await openLoginOf(site, member);
  expectStatus(await page.answer(challenge, member.token.press()), 200);
  expectStatus(await page.pass(), 200);
  const { response } = expectStatus(await page.pass(true), 200);
  const verify = async () => expectStatus(await site.siteverify(member.user, ticket_id, response, { idempotency_key: 'one' }), 200);
  const [first, ...again] = (await atOnce(20, verify)).map(({ device }) => device);
  assert.deepEqual([...new Set(again)], [first]);
  await trusted(member, first);
  assert.deepEqual((await verify()).device, undefined);
});

test('a hundred equal tokens at once: one is let in, the others are asked, and the browser is forgotten', async () => {
  const member = await memberWithToken(site);
  const device = await remembered(member);
  const answers = await atOnce(100, () => show(member, device));
  console.log('one token a hundred times:', counted(answers, outcome));
  assert.deepEqual(counted(answers, outcome), { '200 trusted_device': 1, '201 required: true': 99 });
  const { device: next } = answers.find(({ status }) => status === 200).body;
  await asked(member, next);
  assert.deepEqual(expectStatus(await (await managing(site, member)).look(), 200).devices, []);
});

test('a token shown again ends its browser: whoever has the next one is asked, too; others stay', async () => {
  const member = await memberWithToken(site);
  const [stolen, other] = [await remembered(member), await remembered(member)];
  const next = await trusted(member, await trusted(member, stolen));
  await asked(member, stolen);
  await asked(member, next);
  await trusted(member, other);
});

test('it is this user’s login alone: no other user, no other purpose, no invented token; and it is no proof', async () => {
  const [member, other] = [await memberWithToken(site), await memberWithToken(site)];
  const device = await remembered(member);
  await asked(other, device);
  await asked(member, `${device.slice(0, -2)}AA`);
  await asked(member, 'not a token');
  for (const purpose of ['enroll', 'manage']) {
    const { second_factor_required, ticket } = expectStatus(await site.tickets(member.user, purpose, { device }), 201);
    assert.equal(second_factor_required, true);
    const page = site.page(ticket);
    expectStatus(await page.removeFactor(member.factor), 403, 'proof_required');
    expectStatus(await page.revoke(), 403, 'proof_required');
    expectStatus(await page.recoveryCodes(), 403, 'proof_required');
  }
  assert.equal(outcome(await site.tickets('stranger', 'verify', { device })), '200 not_enrolled');
  assert.equal(outcome(await show({ user: 'stranger' }, device)), '409 enrollment_missing');
  await trusted(member, device);
});

test('whatever is changed ends it, in all browsers; a name changes nothing', async () => {
  const changes = {
    'a factor added': async (page) => {
      const begun = expectStatus(await page.factor(), 201);
      expectStatus(await page.confirm(begun.factor, await new Authenticator(begun.secret).freshCode()), 200);
    },
    'a factor removed': async (page) => {
      const { factor } = await enrolToken(page);
      return async () => expectStatus(await page.removeFactor(factor), 200);
    },
    'another default': async (page) => expectStatus(await page.chooseDefault('hotp'), 200),
    'new recovery codes': async (page) => expectStatus(await page.recoveryCodes(), 201),
    'a token found again': async (page, { factor, token }) => expectStatus(await page.resync(factor, [token.press(), token.press()]), 200),
    'all revoked': async (page) => assert.equal(expectStatus(await page.revoke(), 200).revoked, 2),
  };
  for (const [what, change] of Object.entries(changes)) {
    const member = await memberWithToken(site);
    const page = await managing(site, member);
    const later = what === 'a factor removed' ? await change(page, member) : () => change(page, member);
    const devices = [await remembered(member), await remembered(member)];
    expectStatus(await page.renameFactor(member.factor, 'Key ring'), 200);
    devices.push(await trusted(member, devices.pop()));
    // One more is about to be remembered.
    const open = await openLoginOf(site, member);
    expectStatus(await open.page.answer(open.challenge, member.token.press()), 200);
    const { response } = expectStatus(await open.page.pass(true), 200);
    await later();
    for (const device of devices) await asked(member, device);
    const { success, device } = expectStatus(await site.siteverify(member.user, open.ticket_id, response), 200);
    // Removing a factor of its method takes the proof back, too.
    assert.deepEqual([success, device], [what !== 'a factor removed', undefined], what);
  }
  console.log(`changes that end remembered browsers: ${Object.keys(changes).join(', ')}`);
});

test('one browser is revoked, the others stay; who revokes it a hundred times at once does it once', async () => {
  const member = await memberWithToken(site);
  const devices = [await remembered(member), await remembered(member)];
  const page = await managing(site, member);
  const [first] = expectStatus(await page.look(), 200).devices;
  const answers = await atOnce(100, () => page.revoke(first.device));
  console.log('one browser revoked a hundred times:', counted(answers));
  assert.deepEqual(counted(answers), { '200': 1, '404 device_unknown': 99 });
  await asked(member, devices[0]);
  await trusted(member, devices[1]);
});

test('ten browsers are remembered; the eleventh ends the one that was used longest ago', async () => {
  const member = await memberWithToken(site);
  const devices = [];
  for (let one = 0; one < 11; one += 1) devices.push(await remembered(member));
  const page = await managing(site, member);
  assert.equal(expectStatus(await page.look(), 200).devices.length, 10);
  await asked(member, devices[0]);
  await trusted(member, devices[10]);
});

test('it ends after its thirty days however often it was used, with a stricter rule sooner, and with a reset', async () => {
  const members = [await memberWithToken(site), await memberWithToken(site), await memberWithToken(site)];
  const [used, strict, reset] = members;
  const devices = new Map();
  for (const member of members) devices.set(member, await remembered(member));
  const visit = async (member) => devices.set(member, await trusted(member, devices.get(member)));
  const days = async (number, settings) => {
    const asking = members.map(async ({ user }) => expectStatus(await site.tickets(user, 'manage'), 201));
    const tickets = await Promise.all(asking);
    await stack.worker.kill();
    for (const ticket of tickets) storedUser(stack.state, ticket).timePasses(number * DAY);
    await stack.restartWorker(settings);
  };
  await days(20);
  for (const member of members) await visit(member);
  await days(9);
  await visit(used);
  await days(1);
  await asked(used, devices.get(used));

  devices.set(strict, await remembered(strict));
  await days(8);
  await visit(strict);
  await days(0, { ...SETTINGS, TRUSTED_DEVICE_DAYS: '7' });
  await asked(strict, devices.get(strict));

  devices.set(reset, await remembered(reset));
  expectStatus(await site.reset(reset.user), 200);
  expectStatus(await show(reset, devices.get(reset)), 409, 'enrollment_missing');

  await days(0, { ...SETTINGS, TRUSTED_DEVICE_DAYS: '0' });
  assert.equal((await loginByToken(site, await memberWithToken(site), true)).device, undefined);
});
