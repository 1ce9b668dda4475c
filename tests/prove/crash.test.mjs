// workerd is killed at a random moment while logins, enrolments, codes and redemptions are on their way,
// and started again on what it had stored: whatever step each had reached, it has its effect exactly once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authenticator } from '../e2e/lib/authenticator.mjs';
import { newMessageId } from '../e2e/lib/callback.mjs';
import { Site } from '../e2e/lib/http.mjs';
import { atOnce, enrol, expectStatus, openLogin } from '../e2e/lib/member.mjs';
import { copyOf, storedContact, storedContacts, storedUser, storedUsers } from '../e2e/lib/store.mjs';
import { inbox, METHOD as TAP, thumb } from '../e2e/lib/tap.mjs';
import { beginThreema, confirmByReply, enrolling, enrolThreema, isProved, openReply, risen } from '../e2e/lib/threema.mjs';
import { startStack } from '../e2e/stack.mjs';
import { either, inTurn, told } from './lib/form.mjs';
import { stateInMemory } from './lib/kinds.mjs';
import { ALL_METHODS } from './lib/members.mjs';

const ROUNDS = either(200, 20);
/** Replies on their way at each kill. */
const AT_ONCE = 6;
const STAGES = [
  'nothing was stored yet', 'in the outbox, the user not asked yet', 'taken by the user, still in the outbox',
  'out of the outbox, not answered yet', 'answered',
];
/** What else is on its way: calls of pages and of the site's server. */
const CALLS = ['an enrolment confirmed', 'a code answered', 'a recovery code answered', 'a pass redeemed'];
/** Messages that are being sent to members. */
const SENDINGS = ['threema-code', TAP];
const SENDING_STAGES = [
  'nothing was stored yet', 'a slot was booked, no message came', 'a message came, not known to have',
  'known to have come, not answered yet', 'answered',
];
/** As often as a round of kills may write to one member. */
const SETTINGS = { ...ALL_METHODS, SENDS_A_MINUTE: '60', SENDS_IN_FIVE_MINUTES: '300', SENDS_A_DAY: '1000', SENDS_A_DAY_TO_AN_ID: '1000' };
const CALL_STAGES = ['nothing was stored yet', 'stored, not answered yet', 'answered'];
let stack;
let site;
let phones;
let members;

before(async () => {
  // A kill takes nothing from the system's memory, so it shows the same there, without waits for a disk.
  stack = await startStack({ state: stateInMemory(), threema: { retrySeconds: 3600 }, forum: false, bare: true, settings: SETTINGS });
  site = new Site(stack.worker, stack.origin);
  phones = await atOnce(AT_ONCE, (at) => stack.gateway.addPhone(`CRASHED${at}`));
  members = await Promise.all(phones.map((phone) => enrolThreema(site, phone)));
  // Four of them are written to as well, two a round. Their proofs by reply let taps go on being asked for.
  for (const [at, method] of [...SENDINGS, ...SENDINGS].entries()) {
    const { page, phone } = members[at + 1];
    await confirmByReply(page, phone, await beginThreema(page, phone, { method }));
  }
});
after(() => stack?.stop());

// Replies

/** Replies that are awaited: logins of all members but the first, whose phone another user enrols. */
async function awaited() {
  const logins = await Promise.all(members.slice(1).map(async (member) => ({ ...(await openReply(site, member)), phone: member.phone })));
  const begun = await enrolling(site, 'enrols-by-reply');
  const { reply } = await beginThreema(begun.page, phones[0]);
  return [...logins, { ...begun, reply, phone: phones[0], isEnrolment: true }];
}

/** Sends them all at once, with the Gateway's retries; answers when they are on their way. */
function sendAll(replies) {
  return Promise.all(replies.map(async (reply) => {
    reply.message = newMessageId();
    const { delivery } = await reply.phone.send({ text: reply.reply.code, id: reply.message, wait: false });
    reply.delivery = delivery;
  }));
}

/** How far a reply had come. */
async function stageOf(reply, state) {
  const contact = storedContact(state, reply.phone);
  const user = storedUser(state, reply);
  if (contact.count('seen', 'message_id = ?', [reply.message]) === 0) return 0;
  const taken = reply.isEnrolment
    ? user.count('factor', 'confirmed_at is not null') === 1
    // The challenge is forgotten when the user's next one is opened.
    : user.count('ticket', "id = ? and proved_method = 'threema-reply'", [reply.ticket_id]) === 1;
  if (contact.count('outbox', 'object = (select user from wait where code = ?)', [reply.reply.code]) > 0) return taken ? 2 : 1;
  assert.ok(taken, 'what is neither in the outbox nor taken is lost');
  const { attempts } = await stack.gateway.call('GET', `/deliveries/${reply.delivery}`);
  return attempts[0]?.status === 200 ? 4 : 3;
}

/** The Gateway's retry has come, and there was one effect. */
async function hasOneEffect(reply) {
  const { outcome, attempts } = await stack.gateway.delivery(reply.delivery);
  assert.equal(outcome, 'delivered', JSON.stringify(attempts));
  assert.equal(await isProved(reply.page), true);
  await isRedeemedOnce(reply);
}

const redeem = async ({ user, ticket_id, response }) => (await site.siteverify(user, ticket_id, response)).body.success;

async function isRedeemedOnce(open) {
  const { response } = expectStatus(await open.page.pass(), 200);
  assert.deepEqual(await inTurn([1, 2], () => redeem({ ...open, response })), [true, false]);
}

// Calls

/**
 * Calls that are ready to be made. `stored` reads from the object's file whether one had its effect.
 * Made again after the restart, an effect that was stored must refuse it (`refusals`), one that was not
 * must take it (`took`); `ends` shows that there was one in the end.
 */
async function calls() {
  const begun = await enrolling(site, 'enrols-by-app');
  const factor = expectStatus(await begun.page.factor(), 201);
  const code = await new Authenticator(factor.secret).freshCode();
  const redeeming = await answerable('redeems', 'recovery');
  expectStatus(await redeeming.page.answer(redeeming.challenge, redeeming.code), 200);
  const { response } = expectStatus(await redeeming.page.pass(), 200);
  const confirm = {
    open: begun,
    make: () => begun.page.confirm(factor.factor, code),
    took: ({ status }) => status === 200,
    stored: (user) => user.count('factor', 'confirmed_at is not null') === 1,
    refusals: ['enrollment_over'],
    async ends() {
      assert.equal(expectStatus(await site.tickets(begun.user, 'verify'), 201).second_factor_required, true);
      await isRedeemedOnce(begun);
    },
  };
  const answer = (open) => ({
    open,
    make: () => open.page.answer(open.challenge, open.code),
    took: ({ status }) => status === 200,
    stored: (user) => user.count('challenge', "id = ? and state = 'proved'", [open.challenge]) === 1,
    refusals: ['challenge_over', 'code_used'],
    ends: () => isRedeemedOnce(open),
  });
  const verify = {
    open: redeeming,
    make: () => site.siteverify(redeeming.user, redeeming.ticket_id, response),
    took: ({ body }) => body.success,
    stored: (user) => user.count('ticket', 'id = ? and redeemed_at is not null', [redeeming.ticket_id]) === 1,
    refusals: [undefined],
    async ends() {
      assert.equal(await redeem({ ...redeeming, response }), false);
    },
  };
  const [byCode, byRecovery] = [await answerable('logs-in-by-code', 'totp'), await answerable('logs-in-by-recovery', 'recovery')];
  return [confirm, answer(byCode), answer(byRecovery), verify];
}

/** A member's login that lacks its answer, which is `code`. */
async function answerable(user, method) {
  const member = await enrol(site, user);
  const open = await openLogin(site, member, method);
  return { ...open, user, code: method === 'totp' ? await member.authenticator.freshCode() : member.codes[0] };
}

/** After the restart: what was answered was stored, what was stored is not done again, what was not is. */
async function callHasOneEffect(call, { answer, isStored }) {
  if (answer && call.took(answer)) assert.ok(isStored, 'what was answered was not stored');
  const again = await call.make();
  assert.equal(call.took(again), !isStored, again.text);
  if (isStored) assert.ok(call.refusals.includes(again.body.code), again.text);
  await call.ends();
  return answer ? 2 : Number(isStored);
}

// Sendings

/** Logins of which each is about to have a message sent; by turns, so that nobody's minute is full. */
function sendings(round) {
  return Promise.all(SENDINGS.map(async (method, at) => {
    const { user, phone } = members[at + 1 + (round % 2) * SENDINGS.length];
    const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify'), 201);
    const page = site.page(ticket);
    return { method, user, phone, ticket_id, page, before: (await inbox(phone)).at(-1)?.message_id, make: () => page.challenge(method) };
  }));
}

/** What is stored of a sending: the challenge, and what is known of its message. */
function bookedOf({ method, ticket_id }, state) {
  const user = storedUser(state, { ticket_id });
  const [challenge] = user.all('select id from challenge where ticket = ? and method = ?', [ticket_id, method]);
  if (!challenge) return undefined;
  const known = method === TAP
    ? user.all('select state as progress from tap where challenge = ?', [challenge.id])
    : user.all('select progress from message where name = ?', [challenge.id]);
  return { challenge: challenge.id, isKnown: known[0].progress !== 'sending' };
}

/**
 * After the restart: one message came at most, a page that asks again has no other one sent, and there is
 * a way on. A code that came can be typed, one that did not can be sent again; a tap that was lost from
 * sight gives way to a reply.
 */
async function sendingHasOneEffect(sending, { answer, booked }) {
  const { method, page, phone, before } = sending;
  // By name: the simulator remembers so many messages, not all.
  const since = async () => {
    const messages = await inbox(phone);
    return messages.slice(messages.findIndex(({ message_id: id }) => id === before) + 1);
  };
  const came = (await since()).length;
  assert.ok(came <= (booked ? 1 : 0), `${came} messages of ${method}`);
  if (answer?.status === 201) assert.deepEqual([booked?.challenge, came], [answer.body.challenge, 1], 'what was answered was stored and sent');
  if (booked?.isKnown) assert.equal(came, 1);
  const again = expectStatus(await page.challenge(method), 201);
  const messages = await since();
  assert.equal(messages.length, booked ? came : 1, 'sent twice, or not at all');
  if (booked) assert.equal(again.challenge, booked.challenge);
  if (method === TAP) {
    const message = messages.at(-1)?.message_id;
    if (message) assert.equal(await thumb(phone, 'up', message), 200);
    // What else the kill left for this ID may be delivered first: then this is, by the alarm.
    if (!(await soon(() => isProved(page)))) {
      assert.ok(booked && !booked.isKnown, 'a tap that is known to have come proves nothing');
      const { reply } = expectStatus(await page.challenge('threema-reply'), 201);
      assert.equal(await phone.text(reply.code), 200);
    }
  } else {
    assert.equal(again.sent.uncertain, Boolean(booked && !booked.isKnown), JSON.stringify(again));
    if (messages.length === 0) assert.equal(expectStatus(await page.resend(again.challenge), 200).sent.uncertain, false);
    const code = /\d{6}/.exec((await inbox(phone)).at(-1).text)[0];
    expectStatus(await page.answer(again.challenge, code), 200);
  }
  assert.equal(await soon(() => isProved(page)), true);
  await isRedeemedOnce(sending);
  if (!booked) return 0;
  if (answer?.status === 201) return 4;
  if (booked.isKnown) return 3;
  return came === 0 ? 1 : 2;
}

/** Whether it holds within as long as an outbox waits. */
async function soon(probe) {
  for (const end = Date.now() + 3000; Date.now() < end; await sleep(50)) if (await probe()) return true;
  return false;
}

// Kills

test(`killed ${ROUNDS} times, ${AT_ONCE} replies, ${CALLS.length} calls and ${SENDINGS.length} sendings on their way each time: one effect each`, async () => {
  const found = STAGES.map(() => 0);
  const foundCalls = CALL_STAGES.map(() => 0);
  const foundSendings = SENDING_STAGES.map(() => 0);
  // Milliseconds; a kill falls at a random moment of them.
  let span = 150;
  const started = Date.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const replies = await awaited();
    const ready = await calls();
    const written = await sendings(round);
    const sending = sendAll(replies);
    // A call takes less time than a reply: each begins at a moment of its own.
    const calling = Promise.all([...ready, ...written].map(async (call) => {
      await sleep(Math.random() * span);
      return call.make().catch(() => undefined);
    }));
    await sleep(Math.random() * span);
    await stack.worker.kill();
    await sending;
    const answers = await calling;
    const copy = copyOf(stack.state);
    const stages = await Promise.all(replies.map((reply) => stageOf(reply, copy.state)));
    const isStored = ready.map((call) => call.stored(storedUser(copy.state, call.open)));
    const booked = written.map((one) => bookedOf(one, copy.state));
    copy.remove();
    for (const stage of stages) found[stage] += 1;
    // As long as it takes until half of them are answered, on a machine of any speed.
    const answered = stages.filter((stage) => stage === 4).length;
    span *= answered > AT_ONCE / 2 ? 0.9 : 1.12;
    await stack.restartWorker();
    site = new Site(stack.worker, stack.origin);
    for (const [at, call] of ready.entries()) {
      foundCalls[await callHasOneEffect(call, { answer: answers[at], isStored: isStored[at] })] += 1;
    }
    for (const [at, one] of written.entries()) {
      foundSendings[await sendingHasOneEffect(one, { answer: answers[ready.length + at], booked: booked[at] })] += 1;
    }
    await stack.gateway.retryNow();
    for (const reply of replies) await hasOneEffect(reply);
    for (const { user } of [replies.at(-1), ...ready.map(({ open }) => open)]) expectStatus(await site.reset(user), 200);
    if ((round + 1) % 50 === 0) console.log(`${round + 1} kills after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  const table = (stages, counts) => stages.map((stage, at) => `  ${String(counts[at]).padStart(4)} × ${stage}`).join('\n');
  console.log(`the replies:\n${table(STAGES, found)}\nthe calls (${CALLS.join(', ')}):\n${table(CALL_STAGES, foundCalls)}\nthe sendings (${SENDINGS.join(', ')}):\n${table(SENDING_STAGES, foundSendings)}`);
  told(`${ROUNDS} kills in ${seconds} s: ${ROUNDS * AT_ONCE} replies, ${ROUNDS * CALLS.length} calls and ${ROUNDS * SENDINGS.length} sendings, one effect each; ${foundSendings[1] + foundSendings[2]} sendings lost from sight, none sent twice`);
  assert.ok(found[4] < ROUNDS * AT_ONCE, 'no kill fell while a reply was on its way');
  assert.ok(foundCalls[2] < ROUNDS * CALLS.length, 'no kill fell while a call was on its way');
  assert.ok(foundSendings[4] < ROUNDS * SENDINGS.length, 'no kill fell while a message was being sent');
});

test('after the kills nothing is in between: no effect undelivered, no challenge open, no factor half enrolled', async () => {
  await stack.worker.kill();
  const contacts = storedContacts(stack.state, phones);
  const users = storedUsers(stack.state);
  const total = (objects, ...where) => objects.reduce((sum, object) => sum + object.count(...where), 0);
  const left = {
    'effects undelivered': total(contacts, 'outbox'),
    'challenges open': total(users, 'challenge', "state = 'open'"),
    'factors half enrolled': total(users, 'factor', 'confirmed_at is null'),
    'memberships without a factor': total(contacts, 'member') - members.length,
  };
  told(`after the kills, in ${contacts.length} contacts and ${users.length} users: ${Object.entries(left).map(([what, count]) => `${count} ${what}`).join(', ')}`);
  assert.deepEqual(Object.values(left), [0, 0, 0, 0]);
  await stack.restartWorker();
  site = new Site(stack.worker, stack.origin);
});

/** A reply is taken while its user's object cannot be made; the worker is stopped again. */
async function replyWithoutUser() {
  const login = { ...(await openReply(site, members[1])), phone: phones[1] };
  await stack.worker.kill();
  const unblock = storedUser(stack.state, login).block();
  await stack.restartWorker();
  const counts = await risen(site, async () => {
    const body = String(await login.phone.body({ text: login.reply.code }));
    for (let time = 0; time < 2; time += 1) assert.equal((await stack.gateway.deliver(body)).status, 200);
  });
  assert.deepEqual(counts, { callbacks: 2, callback_matched: 1, callback_repeated: 1 });
  assert.ok((await login.page.look()).status >= 500);
  await stack.worker.kill();
  unblock();
  return login;
}

test('the user’s object could not be made when the reply came: the outbox delivers it by itself, once', async () => {
  const login = await replyWithoutUser();
  assert.equal(storedContact(stack.state, login.phone).count('outbox'), 1);
  await stack.restartWorker();
  await stack.worker.child.ready(() => isProved(login.page), 30);
  const { response } = expectStatus(await login.page.pass(), 200);
  assert.deepEqual(await inTurn([1, 2], () => redeem({ ...login, response })), [true, false]);
  await stack.worker.kill();
  assert.equal(storedContact(stack.state, login.phone).count('outbox'), 0);
  await stack.restartWorker();
});

test('what the outbox could deliver only after more than two minutes is refused', async () => {
  const login = await replyWithoutUser();
  storedContact(stack.state, login.phone).run('update outbox set received_at = received_at - 121, due_at = due_at - 121');
  await stack.restartWorker();
  const refused = async () => (await site.status()).body.counts.reply_refused > 0;
  await stack.worker.child.ready(refused, 30);
  assert.equal(await isProved(login.page), false);
});
