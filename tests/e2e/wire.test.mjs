// The wire only grows: real answers have every member of the examples, with the same kind of value.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import nacl from 'tweetnacl';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { enrol, login } from './lib/member.mjs';
import { receive, SECRET } from './lib/receiver.mjs';
import { enrolThreema } from './lib/threema.mjs';
import { freePort } from './lib/process.mjs';
import { enrolToken, loginByToken, managing, memberWithToken, SETTINGS } from './lib/token.mjs';
import { newState, startStack, startWorker } from './stack.mjs';

const EXAMPLES = new URL('../wire/v1/', import.meta.url);
/** The public half of a key pair whose other half nobody kept. */
const EXPORT_KEY = Buffer.from(nacl.box.keyPair().publicKey).toString('hex');
let receiver;
let stack;
let real;

before(async () => {
  receiver = await receive(await freePort());
  // So that the status has something to say of both.
  receiver.answer = (event, tries) => (tries === 1 ? 503 : 200);
  const webhook = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET };
  stack = await startStack({ threema: true, forum: false, settings: { ...SETTINGS, ...webhook, EXPORT_KEY } });
  real = await answers(new Site(stack.worker, stack.origin));
});
after(() => Promise.all([stack?.stop(), receiver?.close()]));

/** One real answer for each example, by its name. */
async function answers(site) {
  const all = {};
  const enrolling = site.page((await site.tickets('wire', 'enroll', { label: 'alice' })).body.ticket);
  all['client-enroll'] = await enrolling.look();
  all['factor-begun'] = await enrolling.factor();
  const app = new Authenticator(all['factor-begun'].body.secret);
  all['factor-confirmed'] = await enrolling.confirm(all['factor-begun'].body.factor, await app.freshCode());
  all['recovery-codes'] = await enrolling.recoveryCodes();
  all['recovery-kept'] = await enrolling.kept();

  const member = { user: 'wire', authenticator: app, codes: all['recovery-codes'].body.codes };
  all['ticket'] = await site.tickets('wire', 'verify', { locale: 'de' });
  all['ticket-not-required'] = await site.tickets('stranger', 'verify');
  const verifying = site.page(all['ticket'].body.ticket);
  all['challenge-opened'] = await verifying.challenge('recovery');
  all['challenge-proved'] = await verifying.answer(all['challenge-opened'].body.challenge, member.codes.shift());
  all['pass'] = await verifying.pass();
  const { ticket_id, response } = await login(site, member);
  all['siteverify'] = await site.siteverify('wire', ticket_id, response);
  all['siteverify-refused'] = await site.siteverify('wire', ticket_id, response);
  all['ticket-enrollment-due'] = await site.tickets('must', 'verify', { enrollment: 'required' });
  all['ticket-enrollment-required'] = await withoutGrace();

  const guessing = site.page((await site.tickets('wire', 'verify', { locale: 'de' })).body.ticket);
  const { challenge } = (await guessing.challenge('totp')).body;
  for (let wrong = 0; wrong < 5; wrong += 1) await guessing.answer(challenge, app.wrongCode());
  all['problem-throttled'] = await guessing.answer(challenge, app.wrongCode());
  all['client-verify'] = await guessing.look();

  const other = await enrol(site);
  all['check'] = await site.post('check', { user: other.user, code: other.codes[0] });
  all['user-deleted'] = await site.admin('users:delete', { user: 'nobody' });
  all['user-enrollment-due'] = await site.admin('users:get', { user: 'must' });
  const uris = [`otpauth://totp/alice?secret=${'A'.repeat(32)}`];
  all['user-imported'] = await site.admin('users:import', { user: 'imported', uris });
  const [factor] = all['user-imported'].body.factors;
  all['user-factor-removed'] = await site.admin('users:remove-factor', { user: 'imported', factor });
  // In the index, which is told by an alarm.
  await stack.worker.child.ready(async () => {
    all['export'] = await site.admin('export', undefined, { method: 'GET' });
    return all['export'].body.users?.length > 0;
  }, 30);
  const exported = { user: 'restored', factors: [{ factor, method: 'totp', created_at: 1780000000, uri: uris[0] }] };
  all['restored'] = await site.admin('import', { users: [JSON.stringify(exported)] });

  const alice = await stack.gateway.phone('ALICE001');
  const begun = site.page((await site.tickets('threema', 'enroll')).body.ticket);
  all['factor-begun-threema'] = await begun.threemaId(alice.id, alice.key);
  const { page, user } = await enrolThreema(site, alice);
  await page.recoveryCodes();
  await page.kept();
  const waiting = site.page((await site.tickets(user, 'verify')).body.ticket);
  all['challenge-opened-threema'] = await waiting.challenge('threema-reply');
  all['client-awaiting'] = await waiting.look();

  const manager = await memberWithToken(site);
  const managed = await managing(site, manager);
  await managed.renameFactor(manager.factor, 'Tablet');
  all['default-chosen'] = await managed.chooseDefault('hotp');
  all['factor-removed'] = await managed.removeFactor((await enrolToken(managed)).factor);
  const remembering = await loginByToken(site, manager, true);
  all['siteverify-remembered'] = { body: remembering };
  all['ticket-trusted-device'] = await site.tickets(manager.user, 'verify', { device: remembering.device });
  all['client-manage'] = await managed.look();
  const managedUser = { user: manager.user };
  for (let wrong = 0; wrong < 6; wrong += 1) await site.post('check', { ...managedUser, code: manager.token.wrong() });
  all['user'] = await site.admin('users:get', managedUser);
  all['devices-revoked'] = await managed.revoke();

  const coded = await enrolThreema(site, alice, { method: 'threema-code' });
  all['message-sent'] = await site.admin('messages', { threema_id: alice.id, text: 'Hello' });
  all['challenge-opened-sent'] = await site.page((await site.tickets(coded.user, 'verify')).body.ticket).challenge('threema-code');

  await receiver.until(() => receiver.taken.length > 0);
  await stack.worker.child.ready(async () => {
    all['status'] = await site.status();
    return all['status'].body.webhook.last_success_at !== null;
  }, 30);

  await stack.worker.kill();
  await stack.restartWorker({ THREEMA_PRIVATE_KEY: undefined, THREEMA_CALLBACK_PATH: undefined });
  const basic = site.page((await site.tickets('basic', 'enroll')).body.ticket);
  all['factor-begun-basic'] = await basic.threemaId(alice.id, undefined, 'threema-code');
  await stack.worker.kill();
  await stack.restartWorker();
  return all;
}

/** What a worker says that gives nobody time to enrol. */
async function withoutGrace() {
  const settings = { ENROLLMENT_GRACE_DAYS: '0' };
  const worker = await startWorker({ state: newState(), port: await freePort(), origins: [stack.origin], settings });
  try {
    return await new Site(worker, stack.origin).tickets('must', 'verify', { enrollment: 'required' });
  } finally {
    await worker.kill();
  }
}

function hasMembersOf(example, answer, path) {
  assert.equal(kindOf(answer), kindOf(example), path);
  if (kindOf(example) === 'array') {
    assert.equal(answer.length > 0, example.length > 0, `${path}: ${answer.length} elements`);
    answer.forEach((element, at) => hasMembersOf(example[0], element, `${path}[${at}]`));
  } else if (kindOf(example) === 'object') {
    for (const [name, value] of Object.entries(example)) hasMembersOf(value, answer[name], `${path}.${name}`);
  }
}

const kindOf = (value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'))) {
  const name = file.replace(/\.json$/, '');
  test(`a real answer has the members of ${file}`, () => {
    assert.ok(real[name], `there is no real answer called ${name}`);
    const example = JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8'));
    hasMembersOf(example, real[name].body, name);
    if (example.status && example.code) assert.deepEqual([real[name].status, real[name].body.code], [example.status, example.code]);
  });
}

test('each real answer has its example', () => {
  assert.deepEqual(Object.keys(real).map((name) => `${name}.json`).sort(), readdirSync(EXAMPLES).sort());
});

test('key, id and recovery codes are new at each enrolment', async () => {
  const site = new Site(stack.worker, stack.origin);
  const [one, two] = [await enrol(site), await enrol(site)];
  assert.notEqual(one.factor.secret, two.factor.secret);
  assert.notEqual(one.factor.factor, two.factor.factor);
  assert.equal(one.codes.filter((code) => two.codes.includes(code)).length, 0);
});
