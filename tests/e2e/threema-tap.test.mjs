// Taps: who is asked and how often, what a thumb does and undoes, and what a page that only has the
// password can learn.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus, login } from './lib/member.mjs';
import { openSocket } from './lib/socket.mjs';
import { storedUser } from './lib/store.mjs';
import { METHOD, ask, askWell, enrolTap, inbox, listenForEvents, react, thumb } from './lib/tap.mjs';
import { codeOn, enrolThreema, isProved, loginByReply, openCode, risen } from './lib/threema.mjs';
import { loginByToken, memberWithToken } from './lib/token.mjs';
import { startStack } from './stack.mjs';

const MINUTE = 60;
const LIFE = 3 * MINUTE;
const CLOSED = 15 * MINUTE;
const PROVES = { callbacks: 1, callback_matched: 1, tap_proofs: 1 };
const DECLINES = { callbacks: 1, callback_matched: 1, tap_declined: 1 };
const DISPUTES = { callbacks: 1, callback_matched: 1, tap_disputed: 1 };
const IGNORED = { callbacks: 1, callback_ignored: 1 };
const REFUSED = { callbacks: 1, callback_matched: 1, tap_refused: 1 };
const UP = ['👍', '👍🏻', '👍🏼', '👍🏽', '👍🏾', '👍🏿'];
let stack;
let site;
let events;
let settings;
const sockets = [];

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  events = await listenForEvents();
  settings = {
    METHODS: 'totp hotp threema-reply threema-code threema-tap recovery',
    TRUSTED_DEVICE_DAYS: '30',
    WEBHOOK_URL: events.url,
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  };
  await stack.worker.kill();
  await stack.restartWorker(settings);
  site = new Site(stack.worker, stack.origin);
});
after(async () => {
  sockets.forEach((socket) => socket.close());
  events?.close();
  await stack?.stop();
});

let phones = 0;
async function newMember() {
  phones += 1;
  return enrolTap(site, await stack.gateway.addPhone(`TAPPER${String(phones).padStart(2, '0')}`));
}

/** So much time passes for the users of these tickets. */
async function timePasses(seconds, ...tickets) {
  await stack.worker.kill();
  for (const ticket of tickets) storedUser(stack.state, ticket).timePasses(seconds);
  await stack.restartWorker(settings);
}

/** What its page sees of a prompt, without what differs between any two. */
async function seen({ page, answer, challenge }) {
  const { awaited, now, expires_at: _, ...view } = expectStatus(await page.look(), 200);
  const { status, body: { code, expires_at: ends, retry_at, sent } } = answer;
  const masked = sent && { ...sent, to: sent.to.replace(/..$/, '') };
  return { ...view, awaits: awaited !== undefined && awaited === challenge, status, code, sent: masked, left: ends && ends > now, closed: retry_at > now };
}

async function tapped(member, asked, which = 'up') {
  assert.equal(await thumb(member.phone, which, asked.message), 200);
}

// A thumb-up

test('a thumb-up, as a receipt or as a reaction of any skin, lets in, and the pass says threema-tap', async () => {
  const ways = [({ phone }, message) => thumb(phone, 'up', message), ...UP.map((emoji) => ({ phone }, message) => react(phone, emoji, message))];
  for (const way of ways) {
    const member = await newMember();
    const asked = await askWell(site, member, { label: 'alice', ip: '192.0.2.7' });
    const { text } = asked.came[0];
    for (const named of [/Demo forum/, /alice/, /192.0.2.7/]) assert.match(text, named);
    assert.deepEqual(asked.answer.body.sent, { to: `••••••${member.phone.id.slice(-2)}`, end_to_end: true, uncertain: false });
    const socket = await openSocket(asked.page);
    sockets.push(socket);
    assert.equal(await isProved(asked.page), false);
    assert.deepEqual(await risen(site, async () => assert.equal(await way(member, asked.message), 200)), PROVES);
    assert.deepEqual(await socket.hears(1), ['changed']);
    assert.equal(await isProved(asked.page), true);
    const { response } = expectStatus(await asked.page.pass(), 200);
    const verified = expectStatus(await site.siteverify(asked.user, asked.ticket_id, response), 200);
    assert.deepEqual([verified.success, verified.action, verified.method], [true, 'verify', METHOD]);
  }
  console.log(`logins by tap: ${ways.length} ways`);
});

test('a hundred equal thumbs at once let in once', async () => {
  const member = await newMember();
  const asked = await askWell(site, member);
  const send = () => member.phone.send({ receipt: 3, message_ids: [asked.message], retry: false, times: 100 });
  const counts = await risen(site, send);
  console.log(`100 equal thumbs at once: ${JSON.stringify(counts)}`);
  assert.deepEqual(counts, { callbacks: 100, callback_matched: 1, callback_repeated: 99, tap_proofs: 1 });
  assert.equal(await isProved(asked.page), true);
});

test('a hundred different thumbs for one message prove once', async () => {
  const member = await newMember();
  const asked = await askWell(site, member);
  const counts = await risen(site, () => atOnce(100, () => thumb(member.phone, 'up', asked.message)));
  console.log(`100 thumbs at once: ${JSON.stringify(counts)}`);
  assert.deepEqual(counts, { callbacks: 100, callback_matched: 1, callback_ignored: 99, tap_proofs: 1 });
});

test('what is no thumb, or not for this message, or from another ID, does nothing', async () => {
  const [member, other] = [await newMember(), await newMember()];
  const [asked, others] = [await askWell(site, member), await askWell(site, other)];
  const { phone } = member;
  for (const receipt of [1, 2, 5]) {
    assert.deepEqual(await risen(site, () => phone.send({ receipt, message_ids: [asked.message], retry: false })), IGNORED);
  }
  assert.deepEqual(await risen(site, () => react(phone, '❤️', asked.message)), IGNORED);
  assert.deepEqual(await risen(site, () => react(phone, '👍', asked.message, { withdraw: true })), IGNORED);
  assert.deepEqual(await risen(site, () => thumb(phone, 'up', others.message)), IGNORED);
  assert.deepEqual(await risen(site, () => thumb(phone, 'up', randomBytes(8).toString('hex'))), IGNORED);
  assert.deepEqual([await isProved(asked.page), await isProved(others.page)], [false, false]);
});

test('two users of one ID are not confused', async () => {
  const phone = await stack.gateway.addPhone('TWOUSERS');
  const [first, second] = [await enrolTap(site, phone), await enrolTap(site, phone)];
  const [one, two] = [await askWell(site, first), await askWell(site, second)];
  assert.deepEqual(await risen(site, () => phone.send({ receipt: 3, message_ids: [one.message, two.message], retry: false })), IGNORED);
  assert.deepEqual(await risen(site, () => thumb(phone, 'up', two.message)), PROVES);
  assert.deepEqual([await isProved(one.page), await isProved(two.page)], [false, true]);
  assert.deepEqual(await risen(site, () => thumb(phone, 'down', one.message)), DECLINES);
  assert.deepEqual([await isProved(one.page), await isProved(two.page)], [false, true]);
});

// A thumb-down

test('a page cannot tell an owner who declines from one who is asleep, and the site is told', async () => {
  const [awake, asleep] = [await newMember(), await newMember()];
  const shown = { awake: [], asleep: [] };
  let messages = 0;
  for (let prompt = 0; prompt < 3; prompt += 1) {
    const asked = { awake: await ask(site, awake), asleep: await ask(site, asleep) };
    const socket = await openSocket(asked.awake.page);
    sockets.push(socket);
    messages += asked.awake.came.length;
    if (prompt === 0) {
      assert.deepEqual(await risen(site, () => tapped(awake, asked.awake, 'down')), DECLINES);
      assert.deepEqual(await risen(site, () => tapped(awake, asked.awake, 'up')), IGNORED);
    }
    for (const name of ['awake', 'asleep']) shown[name].push(await seen(asked[name]));
    assert.deepEqual(socket.heard, []);
    if (prompt === 2) break;
    await timePasses(LIFE, asked.awake, asked.asleep);
    for (const name of ['awake', 'asleep']) shown[name].push(await seen(asked[name]));
  }
  assert.deepEqual(shown.awake, shown.asleep);
  const told = (await events.of(awake.user, ['login.declined', 'method.closed'], 2)).map(({ type, data }) => [type, data.method]);
  assert.deepEqual(told.slice(0, 2), [['login.declined', METHOD], ['method.closed', METHOD]]);
  const statuses = shown.awake.map(({ status, code }) => code ?? status);
  console.log(`what both pages saw: ${statuses.join(' ')}; messages to who declined: ${messages}, to who slept: ${(await inbox(asleep.phone)).length}`);
  assert.deepEqual([statuses.at(-1), messages, (await inbox(asleep.phone)).length], ['tap_closed', 1, 2]);
});

test('a thumb-down after a thumb-up takes back a pass that was not redeemed', async () => {
  const member = await newMember();
  const asked = await askWell(site, member);
  await tapped(member, asked);
  const { response } = expectStatus(await asked.page.pass(), 200);
  const socket = await openSocket(asked.page);
  sockets.push(socket);
  assert.deepEqual(await risen(site, () => tapped(member, asked, 'down')), DISPUTES);
  assert.deepEqual(await socket.hears(1), ['changed']);
  assert.equal(await isProved(asked.page), false);
  expectStatus(await asked.page.pass(), 409, 'not_proved');
  const { success, 'error-codes': codes } = expectStatus(await site.siteverify(asked.user, asked.ticket_id, response), 200);
  assert.deepEqual([success, codes], [false, ['invalid-input-response']]);
  const [event] = await events.of(member.user, ['login.declined', 'login.disputed'], 1);
  assert.equal(event.type, 'login.declined');
  assert.deepEqual(await risen(site, () => tapped(member, asked, 'up')), IGNORED);
  assert.equal(await isProved(asked.page), false);
});

for (const [when, seconds] of [['at once', 0], ['hours later, when the ticket is gone', 5 * 60 * MINUTE]]) {
  test(`a thumb-down after the pass was redeemed tells the site, ${when}`, async () => {
    const member = await newMember();
    const asked = await askWell(site, member);
    await tapped(member, asked);
    const { response } = expectStatus(await asked.page.pass(), 200);
    assert.equal((await site.siteverify(asked.user, asked.ticket_id, response)).body.success, true);
    if (seconds > 0) await timePasses(seconds, asked);
    assert.deepEqual(await risen(site, () => react(member.phone, '👎🏿', asked.message)), DISPUTES);
    const [event] = await events.of(member.user, ['login.declined', 'login.disputed'], 1);
    assert.deepEqual([event.type, event.data.method], ['login.disputed', METHOD]);
  });
}

test('a login that is disputed ends the browser that was remembered by it, and all others of its user', async () => {
  const [member, other] = [await newMember(), await newMember()];
  const show = async ({ user }, device) => (await site.tickets(user, 'verify', { device, expect_enrolled: true })).body;
  const remembered = async (whose) => {
    const asked = await askWell(site, whose);
    await tapped(whose, asked);
    const { response } = expectStatus(await asked.page.pass(true), 200);
    const verify = async () => (await site.siteverify(asked.user, asked.ticket_id, response, { idempotency_key: 'one' })).body;
    return { ...asked, verify, device: (await verify()).device };
  };
  const [before, stolen, others] = [await remembered(member), await remembered(member), await remembered(other)];
  const devices = [before.device, stolen.device];
  for (const at of [0, 1]) {
    const { reason, device } = await show(member, devices[at]);
    assert.equal(reason, 'trusted_device');
    devices[at] = device;
  }
  assert.deepEqual(await risen(site, () => tapped(member, stolen, 'down')), DISPUTES);
  for (const device of devices) assert.equal((await show(member, device)).second_factor_required, true);
  assert.equal((await stolen.verify()).device, undefined);
  assert.deepEqual(expectStatus(await site.admin('users:get', { user: member.user }), 200).devices, []);
  assert.equal((await show(other, others.device)).reason, 'trusted_device');
});

test('a proof by any method says when its factor was used last', async () => {
  const [reply, code] = [await stack.gateway.addPhone('LASTUSE1'), await stack.gateway.addPhone('LASTUSE2')];
  const members = {
    totp: await enrol(site),
    hotp: await memberWithToken(site),
    'threema-reply': await enrolThreema(site, reply),
    'threema-code': await enrolThreema(site, code, { method: 'threema-code' }),
    [METHOD]: await newMember(),
  };
  const ways = {
    totp: (member) => login(site, member),
    hotp: (member) => loginByToken(site, member),
    'threema-reply': (member) => loginByReply(site, member),
    async 'threema-code'(member) {
      const open = await openCode(site, member);
      expectStatus(await open.page.answer(open.challenge, await codeOn(code, 1)), 200);
    },
    [METHOD]: async (member) => tapped(member, await askWell(site, member)),
  };
  const tickets = await Promise.all(Object.values(members).map(async ({ user }) => expectStatus(await site.tickets(user, 'manage'), 201)));
  await timePasses(1000, ...tickets);
  for (const [method, prove] of Object.entries(ways)) {
    await prove(members[method]);
    const { factors } = expectStatus(await site.admin('users:get', { user: members[method].user }), 200);
    const used = factors.find((factor) => factor.method === method);
    assert.ok(used.last_used_at - used.created_at >= 1000, `${method}: ${JSON.stringify(used)}`);
  }
});

test('a thumb-up after the prompt’s end proves nothing, a thumb-down still says who it was not', async () => {
  const [late, no] = [await newMember(), await newMember()];
  const asked = [await askWell(site, late), await askWell(site, no)];
  await timePasses(LIFE, ...asked);
  assert.deepEqual(await risen(site, () => tapped(late, asked[0])), REFUSED);
  assert.equal(await isProved(asked[0].page), false);
  assert.deepEqual(await risen(site, () => tapped(no, asked[1], 'down')), DECLINES);
  assert.equal((await ask(site, no)).came.length, 0);
});

test('a page that gave up is let in by no thumb', async () => {
  const member = await newMember();
  const asked = await askWell(site, member);
  expectStatus(await asked.page.abandon(asked.challenge), 200);
  assert.deepEqual(await risen(site, () => tapped(member, asked)), REFUSED);
  assert.equal(await isProved(asked.page), false);
});

// How often

test('fifty pages at once ask once, and two clicks of one page ask once', async () => {
  const member = await newMember();
  const pages = await atOnce(50, async () => site.page(expectStatus(await site.tickets(member.user, 'verify'), 201).ticket));
  const [before] = [await inbox(member.phone)];
  const answers = await Promise.all(pages.map((page) => page.challenge(METHOD)));
  const outcomes = counted(answers, ({ status, body }) => body.code ?? status);
  console.log(`50 pages at once: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(outcomes, { 201: 1, tap_closed: 49 });
  assert.equal((await inbox(member.phone)).length - before.length, 1);

  const other = await newMember();
  const page = site.page(expectStatus(await site.tickets(other.user, 'verify'), 201).ticket);
  const clicks = await atOnce(10, () => page.challenge(METHOD));
  assert.equal(new Set(clicks.map((click) => expectStatus(click, 201).challenge)).size, 1);
  assert.equal((await inbox(other.phone)).length, 1);
});

test('whoever bombs with prompts gets two through, then two after 15 minutes, then two after 30', async () => {
  const member = await newMember();
  const waits = [];
  for (let round = 0; round < 3; round += 1) {
    for (let prompt = 0; prompt < 2; prompt += 1) {
      const asked = await askWell(site, member);
      if (prompt === 0) expectStatus(await asked.page.abandon(asked.challenge), 200);
    }
    const again = await ask(site, member);
    expectStatus(again.answer, 409, 'tap_closed');
    await timePasses(LIFE, again);
    const { answer, ...refused } = await ask(site, member);
    const { retry_at, now } = expectStatus(answer, 409, 'tap_closed');
    assert.equal(refused.came.length, 0);
    waits.push(Math.round((retry_at - now) / MINUTE));
    await timePasses(retry_at - now, refused);
  }
  console.log(`closed for ${waits.join(', ')} minutes; messages: ${(await inbox(member.phone)).length}`);
  assert.deepEqual(waits, [15, 30, 60]);
  const closed = await events.of(member.user, ['method.closed'], 3);
  assert.equal(closed.length, 3);
});

test('two prompts that nobody answered are told when the second has ended, though nobody asks for a third', async () => {
  const member = await newMember();
  const first = await askWell(site, member);
  expectStatus(await first.page.abandon(first.challenge), 200);
  const asked = await askWell(site, member);
  await timePasses(LIFE, asked);
  const [closed] = await events.of(member.user, ['method.closed'], 1);
  const now = Date.now() / 1000;
  assert.equal(closed.data.method, METHOD);
  assert.ok(closed.data.until > now + CLOSED - LIFE && closed.data.until <= now + CLOSED, JSON.stringify(closed));
});

test('a proof by reply opens it again', async () => {
  const member = await newMember();
  await enrolReplyToo(member);
  const asked = await askWell(site, member);
  await tapped(member, asked, 'down');
  assert.equal((await ask(site, { ...member })).came.length, 0);
  await loginByReply(site, member);
  await timePasses(LIFE, asked);
  const again = await askWell(site, member);
  await tapped(member, again);
  assert.equal(await isProved(again.page), true);
});

/** The member's ID answers by replies, too. */
async function enrolReplyToo(member) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(member.user, 'enroll'), 201);
  const page = site.page(ticket);
  expectStatus(await page.challenge(METHOD), 201);
  const { message_id } = (await inbox(member.phone)).at(-1);
  assert.equal(await thumb(member.phone, 'up', message_id), 200);
  const { reply } = expectStatus(await page.threemaId(member.phone.id), 201);
  assert.equal(await member.phone.text(reply.code), 200);
  return ticket_id;
}

// What goes wrong on the way

test('a thumb that comes before the Gateway’s answer counts', async () => {
  for (const [first_receipt, proved] of [[3, true], [4, false]]) {
    const member = await newMember();
    await stack.gateway.change({ first_receipt, send_fault: { kind: 'receipt_first', times: 1 } });
    let asked;
    const counts = await risen(site, async () => { asked = await askWell(site, member); });
    assert.deepEqual(counts, {
      callbacks: 1, callback_early: 1, callback_matched: 1, ...(proved ? { tap_proofs: 1 } : { tap_declined: 1 }),
    });
    assert.equal(await isProved(asked.page), proved);
  }
});

test('a message that the Gateway refuses is not held against anybody, and one that got lost is over', async () => {
  const [refused, member] = [await newMember(), await newMember()];
  const outcomes = [];
  for (const kind of ['402', '400', '429']) {
    await stack.gateway.change({ send_fault: { kind, times: 1 } });
    const asked = await ask(site, refused);
    outcomes.push(`${kind}: ${expectStatus(asked.answer, 502, 'gateway_unavailable').status}`);
    assert.equal(expectStatus(await asked.page.look(), 200).awaited, undefined);
  }
  await tapped(refused, await askWell(site, refused));
  await stack.gateway.change({ send_fault: { kind: 'lost', times: 1 } });
  const lost = await ask(site, member);
  expectStatus(lost.answer, 502, 'gateway_unavailable');
  assert.equal(lost.came.length, 1);
  assert.equal(expectStatus(await lost.page.look(), 200).awaited, undefined);
  await tapped(member, lost);
  assert.equal(await isProved(lost.page), false);
  const asked = await askWell(site, member);
  await tapped(member, asked);
  assert.equal(await isProved(asked.page), true);
  console.log(`the Gateway's refusals: ${outcomes.join(', ')}`);
});

test('a worker killed while it sends leaves nothing in between', async () => {
  const member = await newMember();
  const { ticket, ticket_id } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const page = site.page(ticket);
  await stack.gateway.change({ slow_ms: 4_000, send_fault: { kind: 'slow', times: 1 } });
  const asked = page.challenge(METHOD).catch(() => undefined);
  await stack.gateway.child.ready(async () => (await stack.gateway.control()).faults.send.kind === 'none', 10);
  await stack.worker.kill();
  await asked;
  const stored = storedUser(stack.state, { ticket_id });
  assert.deepEqual(stored.all('select state from tap').map(({ state }) => state), ['sending']);
  stored.timePasses(30);
  await stack.restartWorker(settings);
  assert.equal(expectStatus(await page.look(), 200).awaited, undefined);
  await stack.worker.kill();
  const state = storedUser(stack.state, { ticket_id }).all('select tap.state as tap, challenge.state as shown from tap left join challenge on challenge.id = tap.challenge');
  await stack.restartWorker(settings);
  assert.deepEqual(state.map(({ tap, shown }) => [tap, shown]), [['send_unknown', 'abandoned']]);
  const again = expectStatus(await page.challenge(METHOD), 201);
  const { message_id } = (await inbox(member.phone)).at(-1);
  assert.equal(await thumb(member.phone, 'up', message_id), 200);
  assert.equal(await isProved(page), true);
  assert.ok(again.challenge);
});

test('the method is off unless the admin names it', async () => {
  const user = randomUUID();
  const member = await enrolThreema(site, await stack.gateway.addPhone('NOTAPS01'), { user });
  await stack.worker.kill();
  await stack.restartWorker();
  const { ticket } = expectStatus(await site.tickets(user, 'verify'), 201);
  const page = site.page(ticket);
  assert.deepEqual(expectStatus(await page.look(), 200).usable, ['threema-reply']);
  expectStatus(await page.challenge(METHOD), 409, 'method_unavailable');
  const { page: enrol } = { page: site.page(expectStatus(await site.tickets(randomUUID(), 'enroll'), 201).ticket) };
  expectStatus(await enrol.call('POST', '/factors', { method: METHOD, threema_id: member.phone.id }), 409, 'method_unavailable');
});
