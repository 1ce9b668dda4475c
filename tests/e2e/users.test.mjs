// What the site's team sees and does of a user: get, remove-factor, import, delete; and a vault key's end.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, login, openLogin } from './lib/member.mjs';
import { inventory, placesOf, storedContacts, storedUser } from './lib/store.mjs';
import { enrolThreema, loginByReply, openReply } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let stack;
let site;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

const get = async (user) => expectStatus(await site.admin('users:get', { user }), 200);

test('users:get shows what is enrolled, and no secret', async () => {
  assert.deepEqual(await get('nobody'), { enrolled: false, factors: [], devices: [], closed: false });
  const member = await enrol(site);
  const view = await get(member.user);
  assert.equal(view.enrolled, true);
  assert.deepEqual(view.factors.map(({ factor, method }) => [factor, method]), [[member.factor.factor, 'totp']]);
  assert.deepEqual(view.recovery, { left: 10, kept: true });
  assert.ok(!JSON.stringify(view).includes(member.factor.secret.replace(/ /g, '')));
  const { authenticator } = member;
  for (const code of authenticator.wrongCodes(5)) await site.post('check', { user: member.user, code });
  assert.ok((await get(member.user)).retry_at > 0);
});

test('users:remove-factor takes a factor away once; without one the user is not enrolled', async () => {
  const member = await enrol(site);
  const asked = { user: member.user, factor: member.factor.factor };
  const answers = await atOnce(50, () => site.admin('users:remove-factor', asked));
  console.log('50 equal removals:', counted(answers));
  assert.deepEqual(counted(answers), { '200 removed': 1, '404 factor_unknown': 49 });
  assert.equal((await get(member.user)).enrolled, false);
  assert.equal(expectStatus(await site.tickets(member.user, 'verify'), 200).reason, 'not_enrolled');
  const other = await enrol(site);
  const removal = { user: other.user, factor: other.factor.factor };
  const key = randomUUID();
  const repeated = await atOnce(20, () => site.admin('users:remove-factor', removal, { key }));
  assert.deepEqual(counted(repeated), { '200 removed': 20 });
});

test('users:import takes secrets over, each once, and no code of the present window works', async () => {
  const user = randomUUID();
  const uris = [
    `otpauth://totp/Old%20Forum:alice?algorithm=SHA1&secret=${SECRET}&digits=6&period=30&issuer=Old+Forum&image=x`,
    `otpauth://hotp/alice?secret=${'A'.repeat(32)}&counter=7`,
  ];
  const before = expectStatus(await site.admin('users:import', { user, uris: uris.slice(0, 1) }), 200).factors;
  const again = await site.admin('users:import', { user, uris: uris.slice(0, 1) });
  assert.deepEqual(expectStatus(again, 200).factors, before);
  assert.equal((await get(user)).factors.length, 1);
  const app = new Authenticator(SECRET);
  const present = [-30, 0, 30].map((away) => app.codeAt(Date.now() / 1000 + away));
  const used = await Promise.all(present.map((code) => site.post('check', { user, code })));
  console.log('codes of the window right after it was taken over:', counted(used));
  assert.equal(used.filter(({ status }) => status === 200).length, 0);
  for (const [uri, code] of [
    [`otpauth://totp/a?secret=${SECRET}&algorithm=SHA512`, 'parameter_invalid'],
    [`otpauth://totp/a?secret=${SECRET}&encoder=steam`, 'uri_invalid'],
    ['otpauth://totp/a?secret=ABC', 'secret_malformed'],
    ['https://forum.example/', 'uri_invalid'],
  ]) expectStatus(await site.admin('users:import', { user, uris: [uri] }), 422, code);
  // Tokens are not offered here.
  expectStatus(await site.admin('users:import', { user, uris: uris.slice(1) }), 409, 'method_unavailable');
  const many = Array.from({ length: 5 }, (_, at) => `otpauth://totp/a?secret=${'ABCDEFGH'[at].repeat(32)}`);
  expectStatus(await site.admin('users:import', { user, uris: many }), 409, 'too_many_factors');
  assert.equal((await get(user)).factors.length, 1);
});

test('users:delete leaves nothing in any object, and says so as often as it is asked', async () => {
  const alice = await stack.gateway.phone('ALICE001');
  const { user } = await enrolThreema(site, alice);
  const other = await enrol(site);
  for (const gone of [user, other.user, 'nobody']) {
    const answers = await atOnce(5, () => site.admin('users:delete', { user: gone }));
    assert.deepEqual(counted(answers), { 200: 5 });
    assert.equal((await get(gone)).enrolled, false);
  }
});

/** A member of whom there is something everywhere: in a contact, on the way, in the index, with a key. */
async function everywhere(phone) {
  const key = randomUUID();
  const member = await enrolThreema(site, phone);
  await loginByReply(site, member);
  const ticket = { user: member.user, purpose: 'verify', origin: stack.origin };
  expectStatus(await site.post('tickets', ticket, { key }), 201);
  expectStatus(await site.admin('messages', { user: member.user, text: 'Hello' }, { key }), 201);
  await openReply(site, member);
  return member;
}

async function restart(change = async () => {}) {
  await stack.worker.kill();
  const changed = await change();
  await stack.restartWorker();
  site = new Site(stack.worker, stack.origin);
  return changed;
}

/** The name of the user's object. The worker must be stopped. */
const objectOf = (member) => storedUser(stack.state, member).all('select object from listing')[0].object;

test('users:delete leaves no trace of the user in any object or in KV', async () => {
  const phone = await stack.gateway.addPhone('DELETED1');
  const member = await everywhere(phone);
  const enrolled = async () => expectStatus(await site.status(), 200).enrolled;
  await stack.worker.child.ready(async () => (await enrolled()) > 0, 10);
  const object = await restart(async () => {
    const name = objectOf(member);
    const places = await placesOf(stack.state, name);
    assert.deepEqual(places, ['Contact.member', 'Contact.wait', 'Site.enrolled', 'User.listing', 'User.site_user']);
    return name;
  });
  const before = await enrolled();
  expectStatus(await site.admin('users:delete', { user: member.user }), 200);
  assert.equal(await enrolled(), before - 1);
  await restart(async () => {
    for (const text of [object, member.user, phone.id]) assert.deepEqual(await placesOf(stack.state, text), []);
    // What stays: that a message had its effect, so that it has none again.
    const [contact] = storedContacts(stack.state, [phone]);
    assert.deepEqual(contact.tables().filter((table) => contact.count(table) > 0).sort(), ['contact', 'seen', 'tally']);
  });
});

test('a worker killed in the middle of users:delete leaves what the next one finishes', async () => {
  const phone = await stack.gateway.addPhone('DELETED2');
  const left = {};
  for (let round = 0; round < 10; round += 1) {
    const member = await everywhere(phone);
    const object = await restart(async () => objectOf(member));
    const deleting = site.admin('users:delete', { user: member.user }).then(() => 'answered', () => 'killed');
    await sleep(round * 2);
    await restart(async () => {
      const places = (await placesOf(stack.state, object)).join(' ') || 'nothing';
      left[places] = (left[places] ?? 0) + 1;
    });
    await deleting;
    expectStatus(await site.admin('users:delete', { user: member.user }), 200);
    await restart(async () => assert.deepEqual(await placesOf(stack.state, object), []));
  }
  console.log('what a killed users:delete left:', left);
});

test('only ADMIN_SECRET opens these calls', async () => {
  for (const call of ['users:get', 'users:remove-factor', 'users:import', 'users:delete', 'import']) {
    for (const secret of [stack.worker.secrets.SITE_SECRET, stack.worker.secrets.STATUS_SECRET, '', 'x']) {
      expectStatus(await site.admin(call, { user: 'alice' }, { secret }), 401, 'secret_invalid');
    }
  }
});

test('a vault key’s end: users are sealed anew by themselves, and the previous key can go', async () => {
  const members = await Promise.all(Array.from({ length: 30 }, () => enrol(site)));
  while (expectStatus(await site.status(), 200).enrolled < 30) await new Promise((done) => setTimeout(done, 100));
  const previous = stack.worker.secrets.VAULT_KEY;
  const rotated = { VAULT_KEY: randomBytes(32).toString('base64'), VAULT_KEY_PREVIOUS: previous };
  await stack.worker.kill();
  await stack.restartWorker(rotated);
  site = new Site(stack.worker, stack.origin);
  let reseal;
  const started = Date.now();
  do {
    ({ reseal } = expectStatus(await site.status(), 200));
    assert.ok(Date.now() - started < 60_000, JSON.stringify(reseal));
    await new Promise((done) => setTimeout(done, 200));
  } while (!reseal?.finished_at);
  console.log('sealed anew:', reseal);
  assert.ok(reseal.users >= 30);
  assert.equal(reseal.failed, 0);
  await stack.worker.kill();
  await stack.restartWorker({ VAULT_KEY: rotated.VAULT_KEY });
  site = new Site(stack.worker, stack.origin);
  const answers = await Promise.all(members.map(({ user, codes }) => site.post('check', { user, code: codes[0] })));
  assert.deepEqual(counted(answers), { 200: 30 });
  await login(site, members[0]);
});
