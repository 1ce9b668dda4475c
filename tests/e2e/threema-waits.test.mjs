// What is awaited from a Threema ID, and by whom: it ends visibly, it lasts as long as it should, and
// nothing of it is left.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, expectStatus } from './lib/member.mjs';
import { openSocket } from './lib/socket.mjs';
import { inventory, storedContact, storedContacts, storedUser } from './lib/store.mjs';
import { beginThreema, confirmByReply, enrolling, enrolThreema, isProved, loginByReply, openReply, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const MINUTE = 60;
const MISSED = { callbacks: 1, callback_missed: 1 };
const REFUSED = { callbacks: 1, callback_matched: 1, reply_refused: 1 };
const ENROLS = { callbacks: 1, callback_matched: 1, reply_enrolments: 1 };
let stack;
let site;
const sockets = [];

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
});
after(async () => {
  sockets.forEach((socket) => socket.close());
  await stack?.stop();
});

let phones = 0;
/** A phone of whose ID nobody has heard yet. */
function newPhone() {
  phones += 1;
  return stack.gateway.addPhone(`PHONE${String(phones).padStart(3, '0')}`);
}

async function listen(page) {
  const socket = await openSocket(page);
  sockets.push(socket);
  return socket;
}

const awaited = async ({ page }) => expectStatus(await page.look(), 200).awaited;

/** Stops the worker, looks at or changes what it stored, starts it again. */
async function whileStopped(change) {
  await stack.worker.kill();
  const seen = await change();
  await stack.restartWorker();
  return seen;
}

/** A page of a member's own that has proved the ID, and may change things. */
async function changing(member) {
  const change = await enrolling(site, member.user);
  const { reply } = expectStatus(await change.page.challenge('threema-reply'), 201);
  assert.equal(await member.phone.text(reply.code), 200);
  assert.equal(expectStatus(await change.page.look(), 200).proof, 'given');
  return change;
}

// Whose wait ends for another one is told

test('five strangers who enrol an ID end its owner’s enrolment, and the owner’s page hears of it', async () => {
  const phone = await newPhone();
  const owner = await enrolling(site);
  const socket = await listen(owner.page);
  const own = await beginThreema(owner.page, phone);
  const strangers = await atOnce(5, () => enrolling(site));
  for (const { page } of strangers.slice(1)) await beginThreema(page, phone);
  assert.deepEqual([await awaited(owner), socket.heard], [own.factor, []]);
  await beginThreema(strangers[0].page, phone);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await awaited(owner), undefined);
  assert.deepEqual(await risen(site, () => phone.text(own.reply.code)), MISSED);
  await confirmByReply(owner.page, phone, await beginThreema(owner.page, phone));
});

test('an enrolment of the same ID on the user’s next page ends the one before, whose page hears of it', async () => {
  const [user, phone] = [randomUUID(), await newPhone()];
  const [first, second] = [await enrolling(site, user), await enrolling(site, user)];
  const socket = await listen(first.page);
  await beginThreema(first.page, phone);
  const begun = await beginThreema(second.page, phone);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await awaited(first), undefined);
  await confirmByReply(second.page, phone, begun);
});

test('an enrolment under a key that the ID has no more ends when the new one is looked up, and its page hears of it', async () => {
  const phone = await newPhone();
  const [first, second] = await atOnce(2, () => enrolling(site));
  const socket = await listen(first.page);
  await beginThreema(first.page, phone);
  await phone.changeKey('22'.repeat(32));
  const begun = await beginThreema(second.page, phone);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await awaited(first), undefined);
  await confirmByReply(second.page, phone, begun);
});

test('the 21st code that is awaited for a user ends the first, whose page hears of it', async () => {
  const member = await enrolThreema(site, await newPhone());
  const first = await openReply(site, member);
  const socket = await listen(first.page);
  const other = await openReply(site, member);
  const next = async ({ challenge }) => {
    expectStatus(await other.page.abandon(challenge), 200);
    return expectStatus(await other.page.challenge('threema-reply'), 201);
  };
  let open = other;
  for (let codes = 2; codes < 20; codes += 1) open = await next(open);
  assert.deepEqual([await awaited(first), socket.heard], [first.challenge, []]);
  await next(open);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await awaited(first), undefined);
  assert.deepEqual(await risen(site, () => member.phone.text(first.reply.code)), MISSED);
  assert.equal(await isProved(first.page), false);
});

test('a login that the user’s sixth ends hears of it', async () => {
  const member = await enrolThreema(site, await newPhone());
  const first = await openReply(site, member);
  const socket = await listen(first.page);
  for (let logins = 1; logins < 5; logins += 1) await openReply(site, member);
  assert.deepEqual([await awaited(first), socket.heard], [first.challenge, []]);
  const sixth = await openReply(site, member);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await awaited(first), undefined);
  assert.deepEqual(await risen(site, () => member.phone.text(first.reply.code)), REFUSED);
  assert.deepEqual([await isProved(first.page), await awaited(sixth)], [false, sixth.challenge]);
});

// Who has an ID keeps it

test('an enrolment that is refused takes no membership of a user who has the ID, and leaves none to one who has it not', async () => {
  const [own, other] = [await newPhone(), await newPhone()];
  const member = await enrolThreema(site, own);
  const change = await changing(member);
  const [again, another] = [await beginThreema(change.page, own), await beginThreema(change.page, other)];
  assert.deepEqual(await risen(site, () => own.text(again.reply.code)), REFUSED);
  await beginThreema(change.page, own);
  assert.deepEqual(await risen(site, () => other.text(another.reply.code)), REFUSED);
  const members = await whileStopped(() => [own, other].map((phone) => storedContact(stack.state, phone).count('member')));
  assert.deepEqual(members, [1, 0]);
  await loginByReply(site, member);
});

test('an enrolment that is refused late takes no membership that a later one has given', async () => {
  const phone = await newPhone();
  const begun = await enrolling(site);
  const first = await beginThreema(begun.page, phone);
  const unblock = await whileStopped(() => storedUser(stack.state, begun).block());
  assert.deepEqual(await risen(site, () => phone.text(first.reply.code)), { callbacks: 1, callback_matched: 1 });
  const due = (at) => storedContact(stack.state, phone).run(`update outbox set due_at = ${at}`);
  await whileStopped(() => {
    unblock();
    due('due_at + 3600');
  });
  const second = await beginThreema(begun.page, phone);
  assert.deepEqual(await risen(site, () => phone.text(second.reply.code)), ENROLS);
  const contact = await whileStopped(() => {
    const stored = storedContact(stack.state, phone);
    assert.deepEqual([stored.count('member'), stored.count('outbox')], [1, 1]);
    stored.timePasses(MINUTE);
    due(0);
    return stored;
  });
  // Whatever has an effect empties the outbox.
  await beginThreema((await enrolling(site)).page, phone);
  await phone.text('000000');
  await stack.worker.child.ready(async () => contact.glance().outbox === 0, 20);
  assert.equal(await whileStopped(() => contact.count('member')), 1);
});

// Nothing is left

test('a reset closes the user’s sockets, and nobody else’s', async () => {
  const [member, other] = [await enrolThreema(site, await newPhone()), await enrolThreema(site, await newPhone())];
  const [open, theirs] = [await openReply(site, member), await openReply(site, other)];
  const [one, two, stranger] = [await listen(open.page), await listen(member.page), await listen(theirs.page)];
  expectStatus(await site.reset(member.user), 200);
  assert.deepEqual([await one.isClosed(), await two.isClosed()], [1001, 1001]);
  await other.phone.text(theirs.reply.code);
  assert.deepEqual(await stranger.hears(1), ['changed']);
});

test('a page that closes its socket is answered', async () => {
  const { page } = await enrolling(site);
  for (const code of [1000, 1001]) {
    const socket = await listen(page);
    socket.leave(code);
    assert.ok([1000, code].includes(await socket.isClosed()), `${socket.closed}`);
  }
});

test('resets while codes are drawn and replies are on their way leave no member, no wait and no user', async () => {
  const [rounds, each] = [6, 5];
  const before = await inventory(stack.state);
  const [used, outcomes] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const users = await Promise.all(Array.from({ length: each }, () => resettable()));
    used.push(...users.flatMap((user) => user.phones));
    // The reset comes when so many of the others have been answered.
    const came = await Promise.all(users.map((user, at) => resetAmid(user, (round * each + at) % 8)));
    outcomes.push(...came.flat());
  }
  let waits = 0;
  const contacts = await whileStopped(() => {
    const stored = storedContacts(stack.state, used);
    waits = stored.reduce((sum, contact) => sum + contact.count('wait'), 0);
    for (const contact of stored) contact.timePasses(16 * MINUTE);
    return stored;
  });
  console.log(`${rounds * each} resets amid ${JSON.stringify(counted(outcomes))}; ${waits} waits that nobody needs`);
  assert.ok(contacts.length >= rounds * each, 'whoever had an effect is remembered');
  await stack.worker.child.ready(async () => contacts.every((contact) => (contact.glance().wait ?? 0) === 0), 30);
  const left = await whileStopped(() => contacts.map((contact) => ['member', 'wait', 'outbox'].map((table) => contact.count(table))));
  assert.deepEqual(left, contacts.map(() => [0, 0, 0]));
  assert.deepEqual((await inventory(stack.state)).User, before.User);
});

/** A user with everything on its way: logins to open, one to be proved, another ID to be confirmed. */
async function resettable() {
  const [own, next] = [await newPhone(), await newPhone()];
  const member = await enrolThreema(site, own);
  const change = await changing(member);
  const confirming = await beginThreema(change.page, next);
  const open = await openReply(site, member);
  const pages = await atOnce(3, async () => site.page(expectStatus(await site.tickets(member.user, 'verify'), 201).ticket));
  const steps = [
    ...pages.map((page) => () => page.challenge('threema-reply')),
    async () => ({ status: await own.text(open.reply.code) }),
    async () => ({ status: await next.text(confirming.reply.code) }),
    () => open.page.challenge('threema-reply'),
    () => change.page.threemaId(own.id),
  ];
  return { user: member.user, phones: [own, next], steps };
}

/** Takes all steps at once, and resets the user when `after` of them are answered. Tells their answers. */
async function resetAmid({ user, steps }, after) {
  let missing = after;
  const reset = async () => expectStatus(await answered(() => site.reset(user)), 200);
  const counting = async (step) => {
    const answer = await answered(step);
    missing -= 1;
    if (missing === 0) await reset();
    return answer;
  };
  const [answers] = await Promise.all([Promise.all(steps.map(counting)), after === 0 && reset()]);
  return answers;
}

/** `wrangler dev` loses a request now and then when many come after a pause: that one is sent again. */
async function answered(step) {
  try {
    return await step();
  } catch {
    return step();
  }
}
