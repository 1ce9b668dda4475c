// Events for the site: signed, in their order, exactly the ones that happened, until they are taken.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { formOf } from './lib/callback.mjs';
import { send, Site } from './lib/http.mjs';
import { atOnce, enrol, enrolOn, expectStatus, login, openLogin } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { receive, SECRET } from './lib/receiver.mjs';
import { inventory, storedObjects, storedUser } from './lib/store.mjs';
import { enrolThreema, openReply } from './lib/threema.mjs';
import { ticketIn, Visitor } from './lib/visitor.mjs';
import { startForum, startStack } from './stack.mjs';

const DAY = 24 * 60 * 60;
let stack;
let site;
let receiver;
let alice;

before(async () => {
  receiver = await receive(await freePort());
  stack = await startStack({ threema: true, forum: false });
  await restart();
  alice = await stack.gateway.phone('ALICE001');
});
// What was taken is forgotten a little later, and would be told again after a kill in between.
beforeEach(() => gone(() => storedObjects(stack.state, 'User').every((object) => !object.glance().event)));
afterEach(() => {
  receiver.answer = () => 200;
  receiver.secret = SECRET;
  assert.deepEqual(receiver.tries.filter(({ path }) => path !== '/webhooks'), []);
});
after(async () => {
  console.log(`webhooks: ${receiver.tries.length} tries, ${receiver.taken.length} taken, ${receiver.forged.length} refused by their signature`);
  await stack?.stop();
  await receiver?.close();
});

/** Kills the worker and starts it again; `change` is done in between. */
async function restart(settings, change = () => {}) {
  await stack.worker.kill();
  change();
  await stack.restartWorker({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET, ...settings });
  site = new Site(stack.worker, stack.origin);
}

const kinds = (events) => events.map(({ type }) => type);
const webhook = async () => expectStatus(await site.status(), 200).webhook;

test('an enrolment is told: signed, with its time, its user and its method', async () => {
  const { user } = await enrol(site);
  const [event] = await receiver.of(user);
  const [{ headers, body }] = await receiver.triesOf(user);
  assert.deepEqual(JSON.parse(body), { type: 'factor.enrolled', timestamp: event.timestamp, data: { user, method: 'totp' } });
  assert.ok(Math.abs(Date.parse(event.timestamp) - Date.now()) < 60_000, event.timestamp);
  assert.equal(headers['content-type'], 'application/json');
  assert.match(headers['webhook-id'], /^msg_[\w-]{22}$/);
  assert.match(headers['webhook-signature'], /^v1,[\w+/]{43}=$/);
  const threema = await enrolThreema(site, alice);
  assert.deepEqual((await receiver.of(threema.user))[0].data, { user: threema.user, method: 'threema-reply' });
});

test('while the secret is exchanged, each of the two verifies', async () => {
  const other = `whsec_${Buffer.alloc(40, 7).toString('base64')}`;
  await restart({ WEBHOOK_SECRET: other, WEBHOOK_SECRET_PREVIOUS: SECRET });
  for (const secret of [SECRET, other]) {
    receiver.secret = secret;
    const { user } = await enrol(site);
    await receiver.of(user);
    const [{ headers }] = await receiver.triesOf(user);
    assert.equal(headers['webhook-signature'].split(' ').length, 2);
  }
  await restart();
});

test('few codes left, codes replaced, a code used twice and a reset are told once each, in their order', async () => {
  const member = await enrol(site);
  for (let left = 9; left >= 0; left -= 1) await login(site, member, 'recovery');
  const events = await receiver.of(member.user, 4);
  assert.deepEqual(events.map(({ type, data }) => [type, data.left]), [
    ['factor.enrolled', undefined], ['recovery_codes.low', 2], ['recovery_codes.low', 1], ['recovery_codes.low', 0],
  ]);
  const open = await openLogin(site, member);
  const code = await member.authenticator.freshCode();
  expectStatus(await open.page.answer(open.challenge, code), 200);
  const manage = expectStatus(await site.tickets(member.user, 'enroll'), 201);
  const page = site.page(manage.ticket);
  const { challenge } = expectStatus(await page.challenge('totp'), 201);
  for (let time = 0; time < 3; time += 1) expectStatus(await page.answer(challenge, code), 422, 'code_used');
  expectStatus(await page.answer(challenge, await member.authenticator.freshCode()), 200);
  expectStatus(await page.recoveryCodes(), 201);
  assert.deepEqual(expectStatus(await site.reset(member.user), 200), { reset: true });
  const all = await receiver.of(member.user, 7);
  assert.deepEqual(kinds(all).slice(4), ['replay.refused', 'recovery_codes.replaced', 'user.reset']);
  assert.equal(all[4].data.method, 'totp');
});

test('messages that come again are told once an hour, with how many did', async () => {
  const told = () => receiver.taken.filter(({ type, data }) => type === 'replay.refused' && data.user === undefined);
  const body = formOf(await alice.body({ text: (await openReply(site, await enrolThreema(site, alice))).reply.code }));
  const post = () => send(stack.callback, { body, type: 'application/x-www-form-urlencoded' });
  const repeated = async () => expectStatus(await site.status(), 200).counts.callback_repeated ?? 0;
  const before = await repeated();
  for (let time = 0; time < 6; time += 1) expectStatus(await post(), 200);
  assert.equal(await repeated(), before + 5);
  await receiver.until(() => told().length === 1);
  expectStatus(await post(), 200);
  assert.equal(await repeated(), before + 6);
  await restart({}, () => storedObjects(stack.state, 'Site')[0].run("update event_told set at = at - 3600 where kind = 'replay.refused'"));
  expectStatus(await post(), 200);
  await repeated();
  await receiver.until(() => told().length === 2);
  const [first, second] = told();
  assert.deepEqual([Object.keys(first.data), second.data], [['callback_repeated'], { callback_repeated: before + 7 }]);
  assert.ok(first.data.callback_repeated > before && first.data.callback_repeated <= before + 5);
});

test('after a reset nothing is left but what is to be told, and then nothing at all', async () => {
  receiver.answer = () => 503;
  const member = await enrol(site);
  await receiver.triesOf(member.user);
  const before = await inventory(stack.state);
  expectStatus(await site.reset(member.user), 200);
  expectStatus(await site.reset(member.user), 200);
  await stack.worker.kill();
  const stored = storedWithEvents();
  const kept = stored.tables().filter((table) => stored.count(table) > 0 && table !== 'listing');
  assert.deepEqual(kept.filter((table) => !['event', 'event_told', 'site_user'].includes(table)), []);
  assert.deepEqual(stored.all('select kind from event order by number').map(({ kind }) => kind), ['factor.enrolled', 'user.reset']);
  const text = JSON.stringify([stored.all('select * from event'), stored.all('select object, hex(name) from site_user')]);
  assert.ok(!text.includes(member.user), 'the id is sealed');
  stored.timePasses(60);
  receiver.answer = () => 200;
  await restart();
  assert.deepEqual(kinds(await receiver.of(member.user, 2)), ['factor.enrolled', 'user.reset']);
  await gone(async () => (await inventory(stack.state)).User.objects < before.User.objects);
});

/** The one object that waits for the site. The worker must be stopped. */
function storedWithEvents() {
  const found = storedObjects(stack.state, 'User').filter((object) => object.count('event') > 0);
  assert.equal(found.length, 1);
  return found[0];
}

/** Resolves when it holds: what an object does after it was answered is done a little later. */
async function gone(holds) {
  for (const start = Date.now(); Date.now() - start < 20_000;) {
    try {
      if (await holds()) return;
    } catch {
      // Copied in the middle of a write.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(await holds());
}

test('too many wrong codes close a method, which is told once', async () => {
  const member = await enrol(site);
  const open = await openLogin(site, member);
  await restart({}, () => storedUser(stack.state, open).run('update account set failures = 99'));
  expectStatus(await open.page.answer(open.challenge, member.authenticator.wrongCode()), 422, 'code_wrong');
  expectStatus(await open.page.answer(open.challenge, member.authenticator.wrongCode()), 403, 'guessing_closed');
  const [, closed] = await receiver.of(member.user, 2);
  assert.deepEqual([closed.type, closed.data], ['method.closed', { user: member.user, method: 'totp' }]);
});

for (const [name, answer, said, seconds] of [
  ['fails', () => 500, 'status_500', 0],
  ['redirects', () => ({ status: 307, headers: { location: '/elsewhere' } }), 'status_307', 0],
  ['cuts the line', () => 'cut', 'no_answer', 0],
  ['hangs', () => 'hang', 'no_answer', 9],
]) {
  test(`a site that ${name} is asked again with the same id, in order, after a pause, and the status tells`, async () => {
    receiver.answer = (event, tries) => (tries <= 2 ? answer() : 200);
    const asked = Date.now();
    const { user } = await enrol(site);
    expectStatus(await site.reset(user), 200);
    const events = await receiver.of(user, 2, 120);
    assert.deepEqual(kinds(events), ['factor.enrolled', 'user.reset']);
    const tries = await receiver.triesOf(user);
    const ids = [...new Set(tries.map(({ event }) => event.id))];
    assert.deepEqual(tries.map(({ event }) => ids.indexOf(event.id)), [0, 0, 0, 1, 1, 1]);
    assert.ok(tries[1].at - tries[0].at >= 1_500 + seconds * 1000, 'a pause');
    assert.ok(tries[2].at - tries[1].at >= 4_000, 'a longer one');
    assert.equal(new Set(tries.map(({ headers }) => headers['webhook-timestamp'])).size > 1, true, 'signed anew');
    await gone(async () => (await webhook()).waiting === 0);
    const { last_failure, last_failure_at, last_success_at, waiting } = await webhook();
    assert.deepEqual([last_failure, waiting], [said, 0]);
    assert.ok(last_failure_at >= Math.floor(asked / 1000) && last_success_at >= last_failure_at, JSON.stringify({ last_failure_at, last_success_at }));
  });
}

test('what fails is counted as waiting, survives kills, and is given up after three days', async () => {
  receiver.answer = () => 503;
  const before = expectStatus(await site.status(), 200).counts;
  const member = await enrol(site);
  await receiver.triesOf(member.user);
  for (let kill = 0; kill < 3; kill += 1) {
    const tries = receiver.tries.length;
    await restart({}, () => storedWithEvents().timePasses(3600));
    await receiver.until(() => receiver.tries.length > tries);
  }
  const { waiting, last_failure } = await webhook();
  assert.deepEqual([waiting, last_failure], [1, 'status_503']);
  const tries = receiver.tries.length;
  await restart({}, () => storedWithEvents().timePasses(3 * DAY));
  await receiver.until(() => receiver.tries.length > tries);
  await gone(async () => (await webhook()).waiting === 0);
  await stack.worker.kill();
  assert.equal(storedObjects(stack.state, 'User').filter((object) => object.count('event') > 0).length, 0);
  await restart();
  const { counts, webhook: told } = expectStatus(await site.status(), 200);
  assert.equal(counts.events_given_up - (before.events_given_up ?? 0), 1);
  assert.equal(told.waiting, 0);
  assert.equal(receiver.taken.filter(({ data }) => data.user === member.user).length, 0);
});

test('a wrong secret is the site’s to notice: it takes nothing, and everything when the secret is right', async () => {
  await restart({ WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}` });
  const forged = receiver.forged.length;
  const member = await enrol(site);
  await receiver.until(() => receiver.forged.length > forged);
  assert.equal((await webhook()).last_failure, 'status_401');
  await restart({}, () => storedWithEvents().timePasses(60));
  assert.deepEqual(kinds(await receiver.of(member.user)), ['factor.enrolled']);
});

test('fifty members enrol at once while the worker is killed: each enrolment is told at least once, under one id', async () => {
  const taken = receiver.taken.length;
  const members = atOnce(50, () => enrol(site).catch(() => undefined));
  await receiver.until(() => receiver.taken.length >= taken + 20);
  await restart();
  const enrolled = (await members).filter(Boolean);
  assert.ok(enrolled.length > 0);
  for (const { user } of enrolled) await receiver.of(user);
  const ids = new Map();
  for (const { id, data } of receiver.taken) ids.set(data.user, (ids.get(data.user) ?? new Set()).add(id));
  const twice = enrolled.filter(({ user }) => ids.get(user).size !== 1);
  assert.deepEqual(twice, []);
  console.log(`webhooks: ${enrolled.length} of 50 enrolments stood a kill, all told`);
});

test('a worker without a webhook notes nothing, and one that had one forgets what waits', async () => {
  receiver.answer = () => 503;
  const member = await enrol(site);
  await receiver.triesOf(member.user);
  await restart({ WEBHOOK_URL: undefined, WEBHOOK_SECRET: undefined }, () => storedWithEvents().timePasses(60));
  assert.equal(await webhook(), null);
  const tries = receiver.tries.length;
  await enrol(site);
  await restart({}, () => assert.equal(storedObjects(stack.state, 'User').filter((object) => object.count('event') > 0).length, 0));
  assert.equal(receiver.tries.length, tries);
});

test('the demo forum sets and clears its bit by events, and takes none with another signature', async () => {
  const port = await freePort();
  const forum = await startForum({ state: stack.state, port, worker: stack.worker });
  try {
    await restart({ WEBHOOK_URL: `http://localhost:${port}/webhooks`, SITE_ORIGINS: forum.origin });
    const own = new Site(stack.worker, forum.origin);
    const visitor = new Visitor(forum.origin);
    await visitor.register('dora');
    const begun = await visitor.open('/settings/two-factor');
    await enrolOn(own.page(ticketIn(begun)));
    const account = () => Object.values(JSON.parse(readFileSync(join(stack.state, 'forum.json'), 'utf8'))).flat().find(({ name }) => name === 'dora');
    await gone(() => account().has_2fa === true);
    const forged = await fetch(`http://localhost:${port}/webhooks`, { method: 'POST', body: '{}', headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' } });
    assert.equal(forged.status, 401);
    expectStatus(await own.reset(account().id), 200);
    await gone(() => account().has_2fa === false);
  } finally {
    await forum.kill();
  }
});
