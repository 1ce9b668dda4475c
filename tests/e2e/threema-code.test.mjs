// Codes that are sent to a Threema ID: to log in, several methods on several IDs, and how much is written.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, expectStatus } from './lib/member.mjs';
import { storedContacts, storedObjects, storedUser } from './lib/store.mjs';
import { beginThreema, codeOn, confirmByReply, enrolling, enrolThreema, isProved, openCode, openReply, otherCode } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;
let phones = 0;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

/** A member of their own with a new phone, whose ID gets codes. */
async function newMember(more = {}) {
  phones += 1;
  const phone = await stack.gateway.addPhone(`CODE${String(phones).padStart(4, '0')}`);
  return enrolThreema(site, phone, { method: 'threema-code', ...more });
}

/** What is on the phone: the reply that enrolled it, and texts that came. */
const came = async (phone) => (await phone.texts()).length;

test('an ID for codes is enrolled by a reply, so nobody is written to who did not write first', async () => {
  const member = await newMember();
  assert.equal(member.factor.method, 'threema-code');
  assert.match(member.factor.reply.code, /^\d{6}$/);
  assert.equal(await came(member.phone), 0);
  const { usable } = expectStatus(await site.page((await openCode(site, member)).ticket).look(), 200);
  assert.deepEqual(usable, ['threema-code']);
});

test('a code is sent end-to-end encrypted, names site and account, and proves the login once', async () => {
  const member = await newMember();
  const open = await openCode(site, member, { label: 'alice', locale: 'de' });
  assert.deepEqual(open.sent, { to: `••••••${member.phone.id.slice(-2)}`, end_to_end: true, uncertain: false });
  assert.ok(!JSON.stringify(open).includes(member.phone.id));
  const [text] = await member.phone.texts(2);
  assert.match(text, /Demo forum/);
  assert.match(text, /alice/);
  assert.match(text, /3 min/);
  const code = await codeOn(member.phone, 2);
  const answers = await atOnce(20, () => open.page.answer(open.challenge, code));
  assert.deepEqual(counted(answers), { '200 proved': 1, '410 challenge_over': 19 });
  const { response } = expectStatus(await open.page.pass(), 200);
  const { success, method } = expectStatus(await site.siteverify(member.user, open.ticket_id, response), 200);
  assert.deepEqual([success, method], [true, 'threema-code']);
  console.log('  20 equal codes at once:', counted(answers));
});

test('opened again under the same ticket it is the same challenge, and nothing more is sent', async () => {
  const member = await newMember();
  const first = await openCode(site, member);
  const again = await Promise.all([1, 2, 3].map(() => first.page.challenge('threema-code')));
  for (const answer of again) assert.equal(expectStatus(answer, 201).challenge, first.challenge);
  assert.equal(await came(member.phone), 1);
});

test('sent again it is the same code, and it works once', async () => {
  const member = await newMember();
  const open = await openCode(site, member);
  const again = expectStatus(await open.page.resend(open.challenge), 200);
  assert.deepEqual([again.challenge, again.expires_at], [open.challenge, open.expires_at]);
  const texts = await member.phone.texts(3);
  const codes = texts.map((text) => text.match(/\d{6}/)[0]);
  assert.deepEqual([texts.length, codes[0]], [2, codes[1]]);
  expectStatus(await open.page.answer(open.challenge, codes[0]), 200);
  expectStatus(await open.page.answer(open.challenge, codes[1]), 410, 'challenge_over');
  expectStatus(await open.page.resend(open.challenge), 410, 'challenge_over');
});

test('the third wrong code kills a code, also when a hundred come at once, and all of it counts as guessing', async () => {
  const member = await newMember();
  const open = await openCode(site, member);
  const code = await codeOn(member.phone, 2);
  const answers = await atOnce(100, (at) => open.page.answer(open.challenge, otherCode(code, at + 1)));
  assert.deepEqual(counted(answers), { '422 code_wrong': 2, '410 code_spent': 1, '410 challenge_over': 97 });
  expectStatus(await open.page.answer(open.challenge, code), 410, 'challenge_over');
  const next = await openCode(site, member);
  const other = await codeOn(member.phone, 3);
  expectStatus(await next.page.answer(next.challenge, otherCode(other)), 422, 'code_wrong');
  const fifth = expectStatus(await next.page.answer(next.challenge, otherCode(other, 2)), 422, 'code_wrong');
  assert.ok(fifth.retry_at > fifth.now, JSON.stringify(fifth));
  expectStatus(await next.page.answer(next.challenge, other), 429, 'throttled');
  console.log('  100 wrong codes at once:', counted(answers));
});

test('a code proves only the challenge that it was sent for', async () => {
  const member = await newMember();
  const first = await openCode(site, member);
  const code = await codeOn(member.phone, 2);
  const second = await openCode(site, member);
  expectStatus(await second.page.answer(first.challenge, code), 410, 'challenge_over');
  const other = await codeOn(member.phone, 3);
  if (other !== code) expectStatus(await second.page.answer(second.challenge, code), 422, 'code_wrong');
  expectStatus(await first.page.answer(first.challenge, code), 200);
});

test('a user is written to four times a minute, whatever opens, and told when it goes on', async () => {
  const member = await newMember();
  const open = [];
  for (let sent = 0; sent < 4; sent += 1) open.push(await openCode(site, member));
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const page = site.page(ticket);
  const refused = expectStatus(await page.challenge('threema-code'), 429, 'too_many_messages');
  assert.ok(refused.retry_at > refused.now && refused.retry_at <= refused.now + 60, JSON.stringify(refused));
  expectStatus(await open[3].page.resend(open[3].challenge), 429, 'too_many_messages');
  assert.equal(await came(member.phone), 4);
  // The ones that are open go on, and so does every other way in.
  expectStatus(await open[3].page.answer(open[3].challenge, await codeOn(member.phone, 5)), 200);
});

test('a hundred pages at once send no more than the user’s minute has', async () => {
  const member = await newMember();
  const pages = await atOnce(100, async () => site.page(expectStatus(await site.tickets(member.user, 'verify'), 201).ticket));
  const answers = await Promise.all(pages.map((page) => page.challenge('threema-code')));
  assert.deepEqual(counted(answers, ({ status, body }) => `${status} ${body.code ?? body.method}`), {
    '201 threema-code': 4, '429 too_many_messages': 96,
  });
  assert.equal(await came(member.phone), 4);
  console.log('  100 pages at once: 4 messages');
});

test('the status counts what was sent', async () => {
  const { counts, threema } = expectStatus(await site.status(), 200);
  assert.ok(counts.sends > 0 && !counts.send_faults && !counts.sends_refused, JSON.stringify(counts));
  assert.deepEqual([threema.end_to_end, typeof threema.credits], [true, 'number']);
  console.log('  sent:', counts.sends);
});

test('another Threema ID for each method: each is asked for its own, and released when no method has it', async () => {
  const user = randomUUID();
  const [first, second] = await Promise.all(['TWIN0001', 'TWIN0002'].map((id) => stack.gateway.addPhone(id)));
  const member = await enrolThreema(site, first, { user });
  // The first ID for codes too, under the same ticket's proof.
  await confirmByReply(member.page, first, await beginThreema(member.page, first, { method: 'threema-code' }));
  const reply = await openReply(site, member);
  const code = await openCode(site, member);
  // Then another one for codes: the first one is asked for replies still.
  await confirmByReply(member.page, second, await beginThreema(member.page, second, { method: 'threema-code' }));
  expectStatus(await code.page.answer(code.challenge, await codeOn(first, 3)), 410, 'challenge_over');
  assert.equal(await first.text(reply.reply.code), 200);
  assert.equal(await isProved(reply.page), true);
  const next = await openCode(site, member);
  expectStatus(await next.page.answer(next.challenge, await codeOn(second, 2)), 200);

  const members = async () => {
    await stack.worker.kill();
    const contacts = [first, second].map((phone) => storedContacts(stack.state, [phone])[0]);
    const counts = contacts.map((contact) => contact?.count('member', '1') ?? 0);
    await stack.restartWorker();
    Object.assign(site, stack.worker);
    return counts;
  };
  assert.deepEqual(await members(), [1, 1]);
  const again = await enrolling(site, user);
  const proof = expectStatus(await again.page.challenge('threema-code'), 201);
  expectStatus(await again.page.answer(proof.challenge, await codeOn(second, 3)), 200);
  const factor = await beginThreema(again.page, second);
  assert.equal(await second.text(factor.reply.code), 200);
  assert.deepEqual(await members(), [0, 1]);
});

test('a code that was being sent when the worker was killed can be typed if it came', async () => {
  const member = await newMember();
  const open = await openCode(site, member);
  const code = await codeOn(member.phone, 2);
  await stack.worker.kill();
  const user = storedUser(stack.state, { ticket_id: open.ticket_id });
  user.run('update message set progress = ?', ['sending']);
  await stack.restartWorker();
  Object.assign(site, stack.worker);
  const page = site.page(open.ticket);
  const shown = expectStatus(await page.challenge('threema-code'), 201);
  assert.deepEqual([shown.challenge, shown.sent.uncertain], [open.challenge, true]);
  assert.equal(await came(member.phone), 1);
  expectStatus(await page.answer(open.challenge, code), 200);
});

test('a code is over with its time, by the worker’s clock', async () => {
  const member = await newMember();
  const open = await openCode(site, member);
  const code = await codeOn(member.phone, 2);
  await stack.worker.kill();
  storedUser(stack.state, { ticket_id: open.ticket_id }).timePasses(180);
  await stack.restartWorker();
  Object.assign(site, stack.worker);
  expectStatus(await site.page(open.ticket).answer(open.challenge, code), 410, 'challenge_over');
});

/** What a login is answered that asks for a code. */
async function askForCode({ user }) {
  const { ticket } = expectStatus(await site.tickets(user, 'verify'), 201);
  return site.page(ticket).challenge('threema-code');
}

/** Kills the worker and starts it again under these settings. */
async function under(settings) {
  await stack.worker.kill();
  await stack.restartWorker(settings);
  site = new Site(stack.worker, stack.origin);
}

const isMidnight = (moment) => assert.equal(moment % 86_400, 0);

test('an ID is written to so often a day, whichever users have it, also at once and after a kill', async () => {
  const caps = { SENDS_A_DAY_TO_AN_ID: '3' };
  await under(caps);
  const first = await newMember();
  const second = await enrolThreema(site, first.phone, { method: 'threema-code' });
  const other = await newMember();
  const answers = await atOnce(6, (at) => askForCode(at % 2 === 0 ? first : second));
  const outcomes = counted(answers, ({ status, body }) => body.code ?? status);
  console.log(`  an ID with room for three, asked six times by two users: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(outcomes, { 201: 3, too_many_messages: 3 });
  isMidnight(answers.find(({ status }) => status === 429).body.retry_at);
  await under(caps);
  expectStatus(await askForCode(second), 429, 'too_many_messages');
  assert.equal(await came(first.phone), 3);
  expectStatus(await askForCode(other), 201);
  await under();
});

test('a site writes so often a day to all its members together, also at once and after a kill', async () => {
  const caps = { SENDS_A_DAY_IN_ALL: '5' };
  await under({ SENDS_A_DAY_IN_ALL: '10000000' });
  const members = [];
  for (let at = 0; at < 8; at += 1) members.push(await newMember());
  await stack.worker.kill();
  storedObjects(stack.state, 'Site').forEach((stored) => stored.run('update sending set sent = 0'));
  await under(caps);
  const answers = await Promise.all(members.map(askForCode));
  const outcomes = counted(answers, ({ status, body }) => body.code ?? status);
  console.log(`  a site with room for five, asked by eight members at once: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(outcomes, { 201: 5, too_many_messages: 3 });
  isMidnight(answers.find(({ status }) => status === 429).body.retry_at);
  await under(caps);
  expectStatus(await askForCode(await newMember()), 429, 'too_many_messages');
  assert.equal((await Promise.all(members.map(({ phone }) => came(phone)))).reduce((sum, texts) => sum + texts), 5);
  await stack.worker.kill();
  storedObjects(stack.state, 'Site').forEach((stored) => stored.run('update sending set day = day - 1'));
  await under(caps);
  expectStatus(await askForCode(await newMember()), 201);
  await under();
});
