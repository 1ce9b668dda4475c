// workerd is killed between the receipt of a reply and its answer, and started again on what it had
// stored: whatever step it had reached, the reply has its effect exactly once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newMessageId } from './lib/callback.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, expectStatus } from './lib/member.mjs';
import { copyOf, storedContact, storedUser } from './lib/store.mjs';
import { beginThreema, enrolling, enrolThreema, isProved, openReply, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const ROUNDS = 20;
/** Replies on their way at each kill. */
const AT_ONCE = 6;
const STAGES = [
  'nothing was stored yet', 'in the outbox, the user not asked yet', 'taken by the user, still in the outbox',
  'out of the outbox, not answered yet', 'answered',
];
let stack;
let site;
let phones;
let members;

before(async () => {
  stack = await startStack({ threema: { retrySeconds: 3600 }, forum: false });
  site = new Site(stack.worker, stack.origin);
  phones = await atOnce(AT_ONCE, (at) => stack.gateway.addPhone(`CRASHED${at}`));
  members = await Promise.all(phones.map((phone) => enrolThreema(site, phone)));
});
after(() => stack?.stop());

/** Replies that are awaited: logins of all members but the first, whose phone another user enrols. */
async function awaited() {
  const logins = await Promise.all(members.slice(1).map(async (member) => ({ ...(await openReply(site, member)), phone: member.phone })));
  const begun = await enrolling(site);
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
    : user.count('challenge', "id = ? and state = 'proved'", [reply.challenge]) === 1;
  if (contact.count('outbox', 'object = (select user from wait where code = ?)', [reply.reply.code]) > 0) return taken ? 2 : 1;
  assert.ok(taken, 'what is neither in the outbox nor taken is lost');
  const { attempts } = await stack.gateway.call('GET', `/deliveries/${reply.delivery}`);
  return attempts[0]?.status === 200 ? 4 : 3;
}

/** The Gateway's retry has come, and there was one effect. */
async function hasOneEffect(reply) {
  const { outcome, attempts } = await stack.gateway.delivery(reply.delivery);
  assert.equal(outcome, 'delivered', JSON.stringify(attempts));
  assert.equal(await isDone(reply), true);
  const { response } = expectStatus(await reply.page.pass(), 200);
  const redeem = async () => (await site.siteverify(reply.user, reply.ticket_id, response)).body.success;
  assert.deepEqual([await redeem(), await redeem()], [true, false]);
}

const isDone = async ({ page }) => expectStatus(await page.look(), 200).pass_ready;

test(`killed ${ROUNDS} times, ${AT_ONCE} replies on their way each time: one effect each`, async () => {
  const found = STAGES.map(() => 0);
  // Milliseconds from sending to killing: later after a round in which most came too late to be hit,
  // earlier after one in which they came too soon.
  let moment = 30;
  for (let round = 0; round < ROUNDS; round += 1) {
    const replies = await awaited();
    const sending = sendAll(replies);
    await sleep(moment);
    await stack.worker.kill();
    await sending;
    const copy = copyOf(stack.state);
    const stages = await Promise.all(replies.map((reply) => stageOf(reply, copy.state)));
    copy.remove();
    for (const stage of stages) found[stage] += 1;
    const mean = stages.reduce((sum, stage) => sum + stage, 0) / stages.length;
    moment = Math.max(0, moment + (2 - mean) * (2 + ROUNDS / (round + 1)));
    await stack.restartWorker();
    site = new Site(stack.worker, stack.origin);
    await stack.gateway.retryNow();
    for (const reply of replies) await hasOneEffect(reply);
    expectStatus(await site.reset(replies.at(-1).user), 200);
  }
  console.log(`${ROUNDS} kills with ${AT_ONCE} replies each:\n${STAGES.map((stage, at) => `  ${String(found[at]).padStart(3)} × ${stage}`).join('\n')}`);
  assert.ok(found[4] < ROUNDS * AT_ONCE, 'no kill fell while a reply was on its way');
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
  const redeem = async () => (await site.siteverify(login.user, login.ticket_id, response)).body.success;
  assert.deepEqual([await redeem(), await redeem()], [true, false]);
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
