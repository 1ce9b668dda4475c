// A Gateway ID in basic mode: codes can be sent, nothing comes back, and nothing pretends to be end-to-end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { storedContacts } from './lib/store.mjs';
import { codeOn, enrolling, openCode, otherCode } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const BASIC = { THREEMA_PRIVATE_KEY: undefined, THREEMA_CALLBACK_PATH: undefined };
let stack;
let site;
let phones = 0;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  await stack.worker.kill();
  await stack.restartWorker(BASIC);
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

const newPhone = () => stack.gateway.addPhone(`BASE${String(phones += 1).padStart(4, '0')}`);

async function begin(page, phone) {
  return expectStatus(await page.threemaId(phone.id, undefined, 'threema-code'), 201);
}

async function enrolBasic(phone, user) {
  const begun = await enrolling(site, user);
  const before = (await phone.texts()).length;
  const factor = await begin(begun.page, phone);
  expectStatus(await begun.page.confirm(factor.factor, await codeOn(phone, before + 1)), 200);
  return { ...begun, phone, factor };
}

test('the status and what is offered say that it is basic mode', async () => {
  const { healthy, methods, threema } = expectStatus(await site.status(), 200);
  assert.deepEqual([healthy, methods], [true, ['totp', 'threema-code', 'recovery']]);
  assert.deepEqual([threema.end_to_end, threema.fingerprint, threema.directory], [false, null, 'not_needed']);
  const { offered } = expectStatus(await (await enrolling(site)).page.look(), 200);
  assert.deepEqual(offered, ['totp', 'threema-code']);
});

test('an ID is enrolled by a code that is sent and typed, once, and marked as not end-to-end', async () => {
  const phone = await newPhone();
  const { page } = await enrolling(site);
  const { factor, sent, threema_id, level, method } = await begin(page, phone);
  assert.deepEqual([threema_id, level, method], [phone.id, 'server', 'threema-code']);
  assert.deepEqual(sent, { to: phone.id, end_to_end: false, uncertain: false });
  const code = await codeOn(phone, 1);
  assert.equal(expectStatus(await page.look(), 200).awaited, undefined);
  expectStatus(await page.confirm(factor, otherCode(code)), 422, 'code_wrong');
  assert.equal(expectStatus(await page.confirm(factor, code), 200).state, 'active');
  expectStatus(await page.confirm(factor, code), 410, 'enrollment_over');
  assert.equal(expectStatus(await page.look(), 200).pass_ready, true);
});

test('the third wrong code ends an enrolment', async () => {
  const phone = await newPhone();
  const { page } = await enrolling(site);
  const { factor } = await begin(page, phone);
  const code = await codeOn(phone, 1);
  expectStatus(await page.confirm(factor, otherCode(code)), 422, 'code_wrong');
  expectStatus(await page.confirm(factor, otherCode(code, 2)), 422, 'code_wrong');
  expectStatus(await page.confirm(factor, otherCode(code, 3)), 410, 'code_spent');
  expectStatus(await page.confirm(factor, code), 410, 'enrollment_over');
});

test('a login’s code is sent in the clear, and says so', async () => {
  const member = await enrolBasic(await newPhone());
  const open = await openCode(site, member);
  assert.deepEqual(open.sent, { to: `••••••${member.phone.id.slice(-2)}`, end_to_end: false, uncertain: false });
  expectStatus(await open.page.answer(open.challenge, await codeOn(member.phone, 2)), 200);
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  expectStatus(await site.page(ticket).challenge('threema-reply'), 409, 'method_unavailable');
});

test('five users have an ID at most, and the sixth is told before anything is sent', async () => {
  const phone = await newPhone();
  for (let user = 0; user < 5; user += 1) await enrolBasic(phone);
  const { page } = await enrolling(site);
  const sent = (await phone.texts()).length;
  expectStatus(await page.threemaId(phone.id, undefined, 'threema-code'), 409, 'threema_id_full');
  assert.equal((await phone.texts()).length, sent);
});

test('another ID takes the place of the first one, whose contact then forgets the user', async () => {
  const [first, second] = [await newPhone(), await newPhone()];
  const member = await enrolBasic(first);
  const factor = await begin(member.page, second);
  expectStatus(await member.page.confirm(factor.factor, await codeOn(second, 1)), 200);
  await stack.worker.kill();
  const members = [first, second].map((phone) => storedContacts(stack.state, [phone])[0]?.count('member') ?? 0);
  await stack.restartWorker(BASIC);
  Object.assign(site, stack.worker);
  assert.deepEqual(members, [0, 1]);
});

test('a contact that did not hear of an enrolment hears of it at the next login', async () => {
  const member = await enrolBasic(await newPhone());
  const members = async (change = () => {}) => {
    await stack.worker.kill();
    const [contact] = storedContacts(stack.state, [member.phone]);
    change(contact);
    const count = contact.count('member');
    await stack.restartWorker(BASIC);
    Object.assign(site, stack.worker);
    return count;
  };
  assert.equal(await members((contact) => contact.run('delete from member')), 0);
  await openCode(site, member);
  assert.equal(await members(), 1);
});

test('without credits nothing is enrolled, and with them again it goes on', async () => {
  const phone = await newPhone();
  const { page } = await enrolling(site);
  await stack.gateway.change({ send_fault: { kind: '402', times: 1 } });
  expectStatus(await page.threemaId(phone.id, undefined, 'threema-code'), 502, 'gateway_unavailable');
  const { factor } = await begin(page, phone);
  expectStatus(await page.confirm(factor, await codeOn(phone, 1)), 200);
});

test('a callback has no address here', async () => {
  const answer = await fetch(stack.callback, { method: 'POST', body: new URLSearchParams({ from: 'ALICE001' }) });
  assert.equal(answer.status, 404);
});

test('with a key pair later, who enrolled before goes on, and now end-to-end encrypted', async () => {
  const member = await enrolBasic(await newPhone());
  await stack.worker.kill();
  await stack.restartWorker();
  Object.assign(site, stack.worker);
  const open = await openCode(site, member);
  assert.equal(open.sent.end_to_end, true);
  expectStatus(await open.page.answer(open.challenge, await codeOn(member.phone, 2)), 200);
});
