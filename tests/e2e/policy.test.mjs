// Rules that an admin sets: wrong ones are named together, and each of the others is kept by the worker.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { enrol, enrolOn, expectStatus, login, openLogin } from './lib/member.mjs';
import { storedUsers } from './lib/store.mjs';
import { enrolThreema, enrolling, loginByReply, openReply, replyCounts, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const DAY = 86_400;
/** Whatever else comes to be offered by default. */
const FEW = { METHODS: 'totp threema-reply recovery' };
let stack;
let site;
let alice;
let bob;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  bob = await stack.gateway.phone('BOBBOB02');
});
after(() => stack?.stop());

/** The same deployment under other rules. */
async function under(settings, whileStopped = () => {}) {
  await stack.worker.kill();
  await whileStopped();
  await stack.restartWorker(settings);
}

const rules = async () => expectStatus(await site.status(), 200).rules;

/** What an admin may set and must not: each a value just beyond what it may be. */
const WRONG = {
  METHODS: 'totp sms', METHODS_CLOSED: 'recovery', ENROLLMENT: 'yes', ENROLLMENT_GRACE_DAYS: '366',
  ALLOWED_NETWORKS: '192.0.2.0/24 0.0.0.0/0', FREE_TRIES: '11', LONGEST_WAIT_MINUTES: '61', CLOSE_AT: '101',
  TOTP_WINDOW: '11', HOTP_LOOK_AHEAD: '51', CODE_DIGITS: '5', CHALLENGE_MINUTES: '11', TRUSTED_DEVICE_DAYS: '366',
  MESSAGE_AGE_DAYS: '91', MESSAGE_AHEAD_MINUTES: '61', STRICT_MEMORY: 'true', SENDS_A_MINUTE: '0',
  SENDS_IN_FIVE_MINUTES: '301', SENDS_A_DAY: '1001', SENDS_A_DAY_TO_AN_ID: '1001', SENDS_A_DAY_IN_ALL: '10000001',
  SHORT_MESSAGES: '1', LANGUAGE: 'nl', LOOK_UP_BY_EMAIL: 'maybe', LOOK_UP_BY_PHONE: '0',
  FORWARD_MESSAGES: 'all', WORDS_CODE_DE: 'Dein Code: {code}', WORDS_TAP_FR: '{site} {nom}',
  WORDS_ENROLL_EN: '{site}: https://forum.example',
};

test('every wrong rule is named in the same answer, with what was found and what it may be', async () => {
  const all = Object.keys(await rules());
  await under(WRONG);
  const { status, body, text } = await site.status();
  assert.deepEqual([status, body.code], [503, 'misconfigured'], text);
  const named = body.faults.map(({ setting }) => setting);
  assert.deepEqual(named.toSorted(), Object.keys(WRONG).toSorted());
  assert.deepEqual(all.filter((rule) => !named.includes(rule)), [], 'a rule that nothing can be wrong with');
  const said = Object.fromEntries(body.faults.map(({ setting, found, expected }) => [setting, `${found}; ${expected}`]));
  assert.match(said.METHODS, /^sms; words of totp/);
  assert.match(said.ALLOWED_NETWORKS, /^0\.0\.0\.0\/0; networks/);
  assert.match(said.CLOSE_AT, /^101; 10 to 100$/);
  assert.match(said.WORDS_CODE_DE, /^a text without \{site\}; /);
  assert.match(said.WORDS_TAP_FR, /^a text with \{nom\}/);
  assert.match(said.WORDS_ENROLL_EN, /^a text with a link; /);
  await under({ ...FEW, ENROLLMENT: 'required', METHODS_CLOSED: 'totp threema-reply' });
  const locked = (await site.status()).body.faults.map(({ setting }) => setting);
  assert.deepEqual(locked, ['ENROLLMENT']);
  console.log(`${named.length} faults in one answer, each by its name`);
});

test('the status shows the rules in force, set or not, and no secret', async () => {
  await under({ CODE_DIGITS: ' 8 ', ALLOWED_NETWORKS: '' });
  const answer = await site.status();
  const shown = expectStatus(answer, 200).rules;
  assert.deepEqual([shown.CODE_DIGITS, shown.ALLOWED_NETWORKS, shown.CLOSE_AT], ['8', '', '100']);
  for (const [name, secret] of Object.entries(stack.worker.secrets)) {
    if (/KEY|SECRET|PATH/.test(name)) assert.ok(!answer.text.includes(secret), name);
  }
  console.log(`${Object.keys(shown).length} rules shown`);
});

test('an allowed address logs in without a proof, and changes nothing without one', async () => {
  await under({ ALLOWED_NETWORKS: '192.0.2.0/24, 2001:db8::/32' });
  const member = await enrol(site);
  const inside = ['192.0.2.0', '192.0.2.255', '::ffff:192.0.2.7', '2001:db8::1', '2001:DB8:ffff::'];
  const outside = ['192.0.3.0', '::192.0.2.7', '2001:db9::', '::1', undefined];
  for (const ip of inside) {
    const { reason, ticket } = expectStatus(await site.tickets(member.user, 'verify', { ip, expect_enrolled: true }), 200);
    assert.deepEqual([reason, ticket], ['allowlisted', undefined], ip);
  }
  for (const ip of outside) {
    const asked = expectStatus(await site.tickets(member.user, 'verify', { ip }), 201);
    assert.deepEqual([asked.second_factor_required, asked.reason], [true, undefined], ip);
  }
  for (const ip of ['', '192.0.2', '192.0.2.0/24', '192.0.2.7:443', '[2001:db8::1]', 'fe80::1%eth0', 'localhost']) {
    expectStatus(await site.tickets(member.user, 'verify', { ip }), 400, 'bad_request');
  }
  const [ip] = inside;
  for (const purpose of ['enroll', 'manage']) {
    const asked = expectStatus(await site.tickets(member.user, purpose, { ip }), 201);
    assert.equal(asked.second_factor_required, true);
    const page = site.page(asked.ticket);
    expectStatus(await page.factor(), 403, 'proof_required');
    expectStatus(await page.recoveryCodes(), 403, 'proof_required');
  }
  // Lost storage is no less lost from there, and who has nothing has nothing.
  expectStatus(await site.tickets(randomUUID(), 'verify', { ip, expect_enrolled: true }), 409, 'enrollment_missing');
  assert.equal(expectStatus(await site.tickets(randomUUID(), 'verify', { ip }), 200).reason, 'not_enrolled');
  console.log(`${inside.length} addresses let in, ${outside.length} asked, 7 that are none refused, 4 changes refused`);
});

test('who must enrol is told until when, has until then, and then enrols before anything else', async () => {
  await under({ ...FEW, ENROLLMENT: 'required', ENROLLMENT_GRACE_DAYS: '7' });
  const user = randomUUID();
  const before = expectStatus(await site.tickets(user, 'verify'), 200);
  const now = Math.floor(Date.now() / 1000);
  assert.deepEqual([before.second_factor_required, before.reason], [false, 'not_enrolled']);
  assert.ok(Math.abs(before.enrollment_due_at - now - 7 * DAY) < 60, `${before.enrollment_due_at - now}`);
  // Neither a second login nor an enrolment that comes to nothing moves the day.
  await site.page(expectStatus(await site.tickets(user, 'enroll'), 201).ticket).factor();
  assert.equal(expectStatus(await site.tickets(user, 'verify'), 200).enrollment_due_at, before.enrollment_due_at);

  await under({ ...FEW, ENROLLMENT: 'required', ENROLLMENT_GRACE_DAYS: '7' }, () => {
    const has = (stored, table) => stored.tables().includes(table) && stored.count(table) > 0;
    const [stored, ...others] = storedUsers(stack.state).filter((one) => has(one, 'forced') && has(one, 'ticket'));
    assert.equal(others.length, 0);
    stored.timePasses(7 * DAY + 1);
  });
  const asked = expectStatus(await site.tickets(user, 'verify'), 201);
  assert.deepEqual([asked.second_factor_required, asked.reason], [true, 'enrollment_required']);
  const page = site.page(asked.ticket);
  const view = expectStatus(await page.look(), 200);
  assert.deepEqual([view.purpose, view.proof, view.usable, view.offered], ['enroll', 'none', [], ['totp', 'threema-reply']]);
  expectStatus(await page.pass(), 409, 'not_proved');
  const member = await enrolOn(page);
  const { response } = expectStatus(await page.pass(), 200);
  const verified = expectStatus(await site.siteverify(user, asked.ticket_id, response), 200);
  // A site that knows only `verify` lets nobody in by that.
  assert.deepEqual([verified.success, verified.action], [true, 'enroll']);
  const next = await login(site, { user, ...member });
  assert.equal(expectStatus(await site.siteverify(user, next.ticket_id, next.response), 200).action, 'verify');
});

test('without a grace nobody who must enrol gets in without; the site can ask it of some users alone', async () => {
  await under({ ENROLLMENT: 'required', ENROLLMENT_GRACE_DAYS: '0', ALLOWED_NETWORKS: '192.0.2.0/24' });
  const user = randomUUID();
  const asked = expectStatus(await site.tickets(user, 'verify'), 201);
  assert.equal(asked.reason, 'enrollment_required');
  const inside = expectStatus(await site.tickets(user, 'verify', { ip: '192.0.2.1' }), 200);
  assert.deepEqual([inside.reason, typeof inside.enrollment_due_at], ['allowlisted', 'number']);
  expectStatus(await site.tickets(user, 'verify', { expect_enrolled: true }), 409, 'enrollment_missing');
  // Nothing that this user may enrol is no way in.
  expectStatus(await site.tickets(user, 'verify', { methods: ['recovery'] }), 409, 'no_usable_method');

  await under({ ENROLLMENT_GRACE_DAYS: '0' });
  const one = randomUUID();
  const free = expectStatus(await site.tickets(one, 'verify'), 200);
  assert.deepEqual([free.reason, free.enrollment_due_at], ['not_enrolled', undefined]);
  assert.equal(expectStatus(await site.tickets(one, 'verify', { enrollment: 'required' }), 201).reason, 'enrollment_required');
  for (const enrollment of ['optional', '', 'Required']) {
    expectStatus(await site.tickets(one, 'verify', { enrollment }), 400, 'bad_request');
  }
});

test('users:get says until when somebody who must enrol has time, as a login does', async () => {
  await under();
  const user = randomUUID();
  const get = async () => expectStatus(await site.admin('users:get', { user }), 200).enrollment_due_at;
  const { enrollment_due_at: due } = expectStatus(await site.tickets(user, 'verify', { enrollment: 'required' }), 200);
  assert.ok(due > Date.now() / 1000);
  assert.equal(await get(), due);
  await enrol(site, user);
  assert.equal(await get(), undefined);
});

test('nothing is stored of a user who need not enrol', async () => {
  await under({});
  const [some, none] = [randomUUID(), randomUUID()];
  await stack.worker.kill();
  const kept = () => storedUsers(stack.state).filter((user) => user.tables().length > 0).length;
  const were = kept();
  await stack.restartWorker({});
  expectStatus(await site.tickets(none, 'verify'), 200);
  expectStatus(await site.tickets(some, 'verify', { enrollment: 'required' }), 200);
  let are;
  await under({}, () => { are = kept(); });
  assert.equal(are - were, 1);
  console.log(`${are - were} stored of 2 users: the one who must`);
});

test('a closed method is enrolled by nobody, and whoever has it goes on using it', async () => {
  await under({});
  const [app, threema] = [await enrol(site), await enrolThreema(site, alice)];
  await under({ ...FEW, METHODS_CLOSED: 'totp' });
  await login(site, app);
  const { page } = await enrolling(site);
  assert.deepEqual(expectStatus(await page.look(), 200).offered, ['threema-reply']);
  expectStatus(await page.factor(), 409, 'method_unavailable');
  await under({ METHODS_CLOSED: 'threema-reply' });
  await loginByReply(site, threema);
  expectStatus(await (await enrolling(site)).page.threemaId(bob.id), 409, 'method_unavailable');
  await under({ METHODS: 'totp recovery' });
  // Taken away, not closed: an error with a way on, and never "not required".
  expectStatus(await site.tickets(threema.user, 'verify'), 409, 'no_usable_method');
});

test('the throttle is the deployment’s, and stricter than NIST’s in any case', async () => {
  await under({ FREE_TRIES: '2', LONGEST_WAIT_MINUTES: '1', CLOSE_AT: '10' });
  const member = await enrol(site);
  const { page, challenge } = await openLogin(site, member);
  const wrong = member.authenticator.wrongCodes(3);
  expectStatus(await page.answer(challenge, wrong[0]), 422, 'code_wrong');
  const second = await page.answer(challenge, wrong[1]);
  expectStatus(second, 422, 'code_wrong');
  assert.equal(second.body.retry_at - second.body.now, 2);
  expectStatus(await page.answer(challenge, wrong[2]), 429, 'throttled');
  const open = await openLogin(site, member);
  await stack.worker.kill();
  const [stored] = storedUsers(stack.state).filter((user) => user.tables().includes('ticket') && user.count('ticket', 'id = ?', [open.ticket_id]) === 1);
  stored.run('update account set failures = 9, last_failure = 0');
  await stack.restartWorker({ FREE_TRIES: '2', LONGEST_WAIT_MINUTES: '1', CLOSE_AT: '10' });
  expectStatus(await open.page.answer(open.challenge, wrong[0]), 422, 'code_wrong');
  expectStatus(await open.page.answer(open.challenge, member.authenticator.latestCode()), 403, 'guessing_closed');
  assert.deepEqual(expectStatus(await open.page.look(), 200).usable, ['recovery']);
});

test('a challenge lives as long as the deployment says, and the window is its own', async () => {
  await under({});
  const member = await enrol(site);
  await under({ CHALLENGE_MINUTES: '1', TOTP_WINDOW: '0' });
  const now = () => Date.now() / 1000;
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const page = site.page(ticket);
  const opened = expectStatus(await page.challenge('totp'), 201);
  assert.ok(Math.abs(opened.expires_at - now() - 60) < 5);
  // One step back is within the default's window, and not within this one.
  expectStatus(await page.answer(opened.challenge, member.authenticator.codeAt(now() - 30)), 422, 'code_wrong');
  await under({ CHALLENGE_MINUTES: '10' });
  const threema = await enrolThreema(site, bob);
  const waits = await openReply(site, threema);
  assert.ok(Math.abs(waits.expires_at - now() - 600) < 5);
});

test('a message is as old as the deployment allows, and strict memory never forgets it', async () => {
  await under({ MESSAGE_AGE_DAYS: '1', MESSAGE_AHEAD_MINUTES: '0' });
  const dated = (seconds) => ({ date: Math.floor(Date.now() / 1000) + seconds });
  const member = await enrolThreema(site, alice);
  const memory = stack.kv.operations.filter(({ what }) => what === 'write').at(-1);
  assert.ok(memory.ttl <= DAY + 60, `${memory.ttl}`);
  const counts = await risen(site, async () => {
    assert.equal(await alice.text('hello', dated(-DAY - 60)), 200);
    assert.equal(await alice.text('hello', dated(120)), 200);
  });
  assert.deepEqual(counts.callback_old, 2, JSON.stringify(counts));
  await under({ STRICT_MEMORY: 'yes' });
  await loginByReply(site, member);
  assert.equal(stack.kv.operations.filter(({ what }) => what === 'write').at(-1).ttl, Number.POSITIVE_INFINITY);
  console.log(JSON.stringify(await replyCounts(site)));
});
