// A Threema ID is enrolled: looked up, its key compared, proved by a reply.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, enrol, expectStatus, login } from './lib/member.mjs';
import { readDrawing } from './lib/qr.mjs';
import { inventory, storedContact, storedUser } from './lib/store.mjs';
import { beginThreema, codeOn, confirmByReply, enrolling, enrolThreema, loginByReply, openCode, openReply, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const DAY = 24 * 60 * 60;
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

let phones = 0;
/** A phone of whose ID nobody has heard yet. */
function newPhone() {
  phones += 1;
  return stack.gateway.addPhone(`PHONE${String(phones).padStart(3, '0')}`);
}

/** Stops the worker, changes what it stored, starts it again. */
async function whileStopped(change) {
  await stack.worker.kill();
  change();
  await stack.restartWorker();
}

const ENROLS = { callbacks: 1, callback_matched: 1, reply_enrolments: 1 };

// Which ID it is

for (const [scanned, level] of [[true, 'scanned'], [false, 'server']]) {
  test(`an ID that was ${scanned ? 'scanned' : 'typed'} has the level ${level}, and is proved by its reply`, async () => {
    const { page, user, ticket_id } = await enrolling(site);
    const begun = await beginThreema(page, alice, { scanned });
    const { gateway } = await stack.gateway.control();
    const { code, link, gateway_identity, ...reply } = begun.reply;
    assert.deepEqual(reply, { gateway: gateway.id, from: alice.id });
    assert.deepEqual([begun.threema_id, begun.level, begun.method], [alice.id, level, 'threema-reply']);
    assert.equal(begun.fingerprint, createHash('sha256').update(Buffer.from(alice.key, 'hex')).digest('hex').slice(0, 32));
    assert.match(code, /^\d{6}$/);
    assert.equal(await readDrawing(link), `https://threema.id/${gateway.id}?text=${code}`);
    assert.equal(await readDrawing(gateway_identity), `3mid:${gateway.id},${gateway.public_key}`);
    expectStatus(await page.pass(), 409, 'not_proved');
    assert.deepEqual(await risen(site, () => confirmByReply(page, alice, begun)), ENROLS);
    const { response } = expectStatus(await page.pass(), 200);
    const { success, action, method } = (await site.siteverify(user, ticket_id, response)).body;
    assert.deepEqual([success, action, method], [true, 'enroll', 'threema-reply']);
    await loginByReply(site, { user, phone: alice });
  });
}

test('an ID is taken as people type it', async () => {
  for (const typed of ['alice001', ' ALICE001 ', 'Alice001\n']) {
    const { page } = await enrolling(site);
    assert.equal(expectStatus(await page.threemaId(typed), 201).threema_id, 'ALICE001');
  }
});

test('what is no ID, nobody’s, or a Gateway’s is refused, each as that', async () => {
  const { page } = await enrolling(site);
  for (const typed of ['', 'ALICE00', 'ALICE0011', 'ALICE-01', 'ÄLICE001', '3mid:ALICE001', undefined]) {
    expectStatus(await page.threemaId(typed), 422, 'threema_id_malformed');
  }
  for (const key of ['', 'ab', alice.key.slice(2), `${alice.key}00`, 'g'.repeat(64), '0'.repeat(64)]) {
    expectStatus(await page.threemaId(alice.id, key), 422, 'threema_key_malformed');
  }
  for (const id of ['NOBODY99', '*TESTTST', '*SUPPORT']) expectStatus(await page.threemaId(id), 404, 'threema_id_unknown');
});

test('a scanned key that is not the directory’s is an error, and nothing is begun', async () => {
  const { page } = await enrolling(site);
  expectStatus(await page.threemaId(alice.id, bob.key), 409, 'threema_key_mismatch');
  assert.equal(expectStatus(await page.look(), 200).awaited, undefined);
  await stack.gateway.change({ pubkeys_fault: { kind: 'wrong_key', times: 1 } });
  expectStatus(await page.threemaId(bob.id, bob.key), 409, 'threema_key_mismatch');
  assert.equal((await beginThreema(page, bob, { scanned: true })).level, 'scanned');
});

// Another method of the same ID

const beside = (page, method) => page.call('POST', '/factors', { method });

test('an ID that was proved by its reply gets another method at once, and is asked for it', async () => {
  const phone = await newPhone();
  const { page, user, ticket_id } = await enrolThreema(site, phone);
  const before = (await phone.texts()).length;
  const { factor, method, state } = expectStatus(await beside(page, 'threema-code'), 201);
  assert.deepEqual([method, state], ['threema-code', 'active']);
  assert.match(factor, /^[\w-]{22}$/);
  assert.equal((await phone.texts()).length, before, 'nothing was sent');
  expectStatus(await page.chooseDefault('threema-code'), 200);
  const { response } = expectStatus(await page.pass(), 200);
  assert.equal((await site.siteverify(user, ticket_id, response)).body.method, 'threema-reply');
  const open = await openCode(site, { user });
  expectStatus(await open.page.answer(open.challenge, await codeOn(phone, before + 1)), 200);
  await loginByReply(site, { user, phone });
  const described = expectStatus(await site.admin('users:get', { user }), 200);
  assert.deepEqual(described.factors.map(({ method, threema_id, level }) => [method, threema_id, level]), [
    ['threema-reply', phone.id, 'server'],
    ['threema-code', phone.id, 'server'],
  ]);
});

test('another method needs the ID, leave to enrol it, and a proof under the same ticket', async () => {
  const { page } = await enrolling(site);
  expectStatus(await beside(page, 'threema-code'), 422, 'threema_id_malformed');
  const member = await enrolThreema(site, await newPhone());
  expectStatus(await beside(member.page, 'threema-tap'), 409, 'method_unavailable');
  expectStatus(await beside(member.page, 'threema-reply'), 422, 'threema_id_malformed');
  const later = await enrolling(site, member.user);
  expectStatus(await beside(later.page, 'threema-code'), 403, 'proof_required');
  expectStatus(await beside(member.page, 'threema-code'), 201);
  expectStatus(await beside(member.page, 'threema-code'), 201);
  const { factors } = expectStatus(await site.admin('users:get', { user: member.user }), 200);
  assert.equal(factors.length, 2, 'one in the place of the other');
});

// Look-ups

test('five IDs may be looked up under a ticket, twenty a day for a user', async () => {
  const user = randomUUID();
  for (let ticket = 0; ticket < 4; ticket += 1) {
    const { page } = await enrolling(site, user);
    for (let look = 0; look < 5; look += 1) expectStatus(await page.threemaId(look === 2 ? alice.id : `NOBODY0${look}`), look === 2 ? 201 : 404);
    expectStatus(await page.threemaId('malformed'), 422, 'threema_id_malformed');
    const { retry_at, now } = expectStatus(await page.threemaId(alice.id), 429, 'too_many_look_ups');
    assert.ok(retry_at > now, `${retry_at} ${now}`);
  }
  const last = await enrolling(site, user);
  const { retry_at, now } = expectStatus(await last.page.threemaId(alice.id), 429, 'too_many_look_ups');
  assert.ok(retry_at - now > DAY - 300 && retry_at - now <= DAY + 1, `${retry_at - now} s`);
  expectStatus(await (await enrolling(site)).page.threemaId(alice.id), 201);
  await whileStopped(() => storedUser(stack.state, last).run('update look_up set looked_up_at = looked_up_at - ?', [DAY]));
  expectStatus(await (await enrolling(site, user)).page.threemaId(alice.id), 201);
});

// The Gateway fails

test('a Gateway that fails is an error with a way on, never one of ours, and a typed ID works when it is back', async () => {
  await stack.gateway.change({ slow_ms: 20_000 });
  const { page } = await enrolling(site);
  const patient = await enrolling(site);
  for (const [kind, status, code, { page: on }] of [
    ['401', 502, 'gateway_unavailable', { page }], ['500', 502, 'gateway_unavailable', { page }], ['429', 502, 'gateway_unavailable', { page }],
    ['404', 404, 'threema_id_unknown', { page }], ['truncated', 502, 'gateway_unavailable', { page }],
    ['nonsense', 502, 'gateway_unavailable', patient], ['dropped', 502, 'gateway_unavailable', patient], ['lost', 502, 'gateway_unavailable', patient],
    ['slow', 502, 'gateway_unavailable', patient],
  ]) {
    await stack.gateway.change({ pubkeys_fault: { kind, times: 1 } });
    const answer = await on.threemaId(bob.id);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${kind}: ${answer.text}`);
    const { secret } = (await stack.gateway.control()).gateway;
    assert.ok(!answer.text.includes(secret) && !stack.worker.child.output.includes(secret), kind);
  }
  await stack.gateway.reset();
  await beginThreema(patient.page, bob);
});

// Who may

test('a password thief enrols no ID of his own, and looks none up', async () => {
  const victim = await enrol(site);
  const thief = await enrolling(site, victim.user);
  const { look_ups: before = 0 } = (await site.status()).body.counts;
  expectStatus(await thief.page.threemaId(bob.id), 403, 'proof_required');
  const { page: verifying } = await login(site, victim);
  expectStatus(await verifying.threemaId(bob.id), 403, 'purpose_mismatch');
  assert.equal((await site.status()).body.counts.look_ups ?? 0, before);

  const owner = await enrolThreema(site, await newPhone());
  const again = await enrolling(site, owner.user);
  expectStatus(await again.page.threemaId(bob.id), 403, 'proof_required');
  // A message of his own that says what the owner’s page shows is nobody’s.
  const open = await openReply(site, owner);
  const thiefs = await newPhone();
  assert.deepEqual(await risen(site, () => thiefs.text(open.reply.code)), { callbacks: 1, callback_stranger: 1 });
});

test('an ID begun before another factor became active is not confirmed without proof of that one', async () => {
  const [user, phone] = [randomUUID(), await newPhone()];
  const [thief, owner] = [await enrolling(site, user), await enrolling(site, user)];
  const begun = await beginThreema(thief.page, phone);
  const own = expectStatus(await owner.page.factor(), 201);
  expectStatus(await owner.page.confirm(own.factor, await new Authenticator(own.secret).freshCode()), 200);
  const counts = await risen(site, () => phone.text(begun.reply.code));
  assert.deepEqual(counts, { callbacks: 1, callback_matched: 1, reply_refused: 1 });
  assert.deepEqual(expectStatus(await owner.page.look(), 200).usable, ['totp']);
  expectStatus(await thief.page.pass(), 409, 'not_proved');
});

test('`methods` without it, or a ticket to log in, enrols no ID', async () => {
  const { ticket } = expectStatus(await site.tickets(randomUUID(), 'enroll', { methods: ['totp', 'recovery'] }), 201);
  expectStatus(await site.page(ticket).threemaId(bob.id), 409, 'method_unavailable');
});

// One ID a user, five users an ID

test('a second ID, under proof of the first, takes its place, and the first one’s reply does nothing any more', async () => {
  const [first, second] = [await newPhone(), await newPhone()];
  const member = await enrolThreema(site, first);
  const open = await openReply(site, member);
  const change = await enrolling(site, member.user);
  const proof = expectStatus(await change.page.challenge('threema-reply'), 201);
  assert.equal(await first.text(proof.reply.code), 200);
  const begun = await beginThreema(change.page, second);
  // Until the second is proved the first one counts.
  await loginByReply(site, member);
  assert.deepEqual(await risen(site, () => second.text(begun.reply.code)), ENROLS);
  assert.deepEqual(await risen(site, () => first.text(open.reply.code)), { callbacks: 1, callback_stranger: 1 });
  assert.equal(expectStatus(await open.page.look(), 200).pass_ready, false);
  const next = await openReply(site, member);
  assert.equal(next.reply.from.slice(-2), second.id.slice(-2));
  assert.deepEqual(await risen(site, () => first.text(next.reply.code)), { callbacks: 1, callback_stranger: 1 });
  await loginByReply(site, { ...member, phone: second });
});

test('an enrolment begun anew ends the one before', async () => {
  const phone = await newPhone();
  const { page } = await enrolling(site);
  const [first, second] = [await beginThreema(page, phone), await beginThreema(page, phone)];
  assert.notEqual(first.reply.code, second.reply.code);
  assert.deepEqual(await risen(site, () => phone.text(first.reply.code)), { callbacks: 1, callback_missed: 1 });
  await confirmByReply(page, phone, second);
});

test('a sixth enrolment that waits for an ID ends the oldest, whose page hears of it; logins stay', async () => {
  const phone = await newPhone();
  const open = await openReply(site, await enrolThreema(site, phone));
  const pages = await atOnce(6, () => enrolling(site));
  const begun = [];
  for (const { page } of pages) begun.push(await beginThreema(page, phone));
  const awaited = async ({ page }) => expectStatus(await page.look(), 200).awaited;
  await stack.worker.child.ready(async () => (await awaited(pages[0])) === undefined, 20);
  assert.deepEqual(await risen(site, () => phone.text(begun[0].reply.code)), { callbacks: 1, callback_missed: 1 });
  assert.equal(await awaited(open), open.challenge);
  for (let at = 1; at < 5; at += 1) await confirmByReply(pages[at].page, phone, begun[at]);
});

test('five users may have an ID, a sixth is refused, at once or at the reply, until one lets go', async () => {
  const phone = await newPhone();
  const four = [];
  for (let count = 0; count < 4; count += 1) four.push(await enrolThreema(site, phone));
  const [fifth, late, sixth] = await atOnce(3, () => enrolling(site));
  const begun = [await beginThreema(fifth.page, phone), await beginThreema(late.page, phone)];
  await confirmByReply(fifth.page, phone, begun[0]);
  expectStatus(await sixth.page.threemaId(phone.id), 409, 'threema_id_full');
  await risen(site, () => phone.text(begun[1].reply.code));
  const view = expectStatus(await late.page.look(), 200);
  assert.deepEqual([view.awaited, view.pass_ready], [undefined, false]);
  expectStatus(await site.tickets(late.user, 'verify', { expect_enrolled: true }), 409, 'enrollment_missing');
  for (const member of [...four, { user: fifth.user, phone }]) await loginByReply(site, member);
  expectStatus(await site.reset(four[0].user), 200);
  await confirmByReply(sixth.page, phone, await beginThreema(sixth.page, phone));
});

// Another key, and the end

test('a changed key is refused while anybody relies on the old one, and its messages are not read', async () => {
  const phone = await newPhone();
  const member = await enrolThreema(site, phone);
  await phone.changeKey('11'.repeat(32));
  const open = await openReply(site, member);
  assert.deepEqual(await risen(site, () => phone.text(open.reply.code)), { callbacks: 1, callback_unreadable: 1 });
  const other = await enrolling(site);
  expectStatus(await other.page.threemaId(phone.id), 409, 'threema_key_changed');
  expectStatus(await other.page.threemaId(phone.id, phone.key), 409, 'threema_key_changed');
  expectStatus(await site.reset(member.user), 200);
  await confirmByReply(other.page, phone, await beginThreema(other.page, phone, { scanned: true }));
});

test('a reset lets go of the ID: its contact forgets the user at once, and everything when its time has come', async () => {
  const phone = await newPhone();
  const before = await inventory(stack.state);
  const member = await enrolThreema(site, phone);
  const open = await openReply(site, member);
  expectStatus(await site.reset(member.user), 200);
  assert.deepEqual(await risen(site, () => phone.text(open.reply.code)), { callbacks: 1, callback_stranger: 1 });
  let contact;
  await whileStopped(() => {
    contact = storedContact(stack.state, phone);
    assert.deepEqual([contact.count('member'), contact.count('wait'), contact.count('outbox')], [0, 0, 0]);
    contact.timePasses(15 * DAY);
  });
  await stack.worker.child.ready(async () => Object.keys(contact.glance()).length === 0, 20);
  const { messageIds: _, ...after } = await inventory(stack.state);
  assert.deepEqual(after.Contact, before.Contact);
});
