// The callback after its MAC: from whom, saying what, and how often. Each message has its effect once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formOf, newMessageId, nowSeconds, post, signed } from './lib/callback.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrolOn, expectStatus } from './lib/member.mjs';
import { inventory, messageIds, storedContact, storedUser } from './lib/store.mjs';
import { beginThreema, enrolling, enrolThreema, isProved, openReply, otherCode, replyCounts, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const PROVES = { callbacks: 1, callback_matched: 1, reply_proofs: 1 };
let stack;
let site;
let alice;
let bob;
let member;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  bob = await stack.gateway.phone('BOBBOB02');
  member = await enrolThreema(site, alice);
  await enrolOn(member.page);
});
after(() => stack?.stop());

/** The status of each attempt, counted. */
const statuses = ({ attempts }) => counted(attempts, ({ status }) => String(status));

/** Stops the worker, changes what it stored, starts it again. */
async function whileStopped(change) {
  await stack.worker.kill();
  change();
  await stack.restartWorker();
  site = new Site(stack.worker, stack.origin);
}

// Steps 5 and 9: once

test('the same callback again is taken and does nothing, at once and after a restart, with KV and without', async () => {
  const login = await openReply(site, member);
  const body = formOf(Object.fromEntries(await alice.body({ text: login.reply.code })));
  assert.deepEqual(await risen(site, async () => expectStatus(await post(stack.callback, body), 200)), PROVES);
  const again = async () => {
    const next = await openReply(site, member);
    const counts = await risen(site, async () => {
      const { status, text } = await post(stack.callback, body);
      assert.deepEqual([status, text], [200, '']);
    });
    assert.deepEqual(counts, { callbacks: 1, callback_repeated: 1 });
    assert.equal(await isProved(next.page), false);
  };
  await again();
  await whileStopped(() => {});
  await again();
  stack.kv.lose();
  assert.equal(await messageIds(stack.state), 0);
  await again();
});

test('one message a hundred times at once: one proof', async () => {
  const login = await openReply(site, member);
  const counts = await risen(site, async () => {
    assert.deepEqual(statuses(await alice.send({ text: login.reply.code, times: 100 })), { 200: 100 });
  });
  assert.deepEqual(counts, { callbacks: 100, callback_matched: 1, callback_repeated: 99, reply_proofs: 1 });
  assert.equal(await isProved(login.page), true);
  console.log('a hundred deliveries at once:', JSON.stringify(counts));
});

test('a hundred messages with one code at once: one proof', async () => {
  const login = await openReply(site, member);
  const bodies = await atOnce(100, () => alice.body({ text: login.reply.code }));
  const counts = await risen(site, async () => {
    const answers = await Promise.all(bodies.map((body) => post(stack.callback, formOf(body))));
    assert.deepEqual(counted(answers, ({ status }) => String(status)), { 200: 100 });
  });
  assert.deepEqual(counts, { callbacks: 100, callback_matched: 1, callback_missed: 99, reply_proofs: 1 });
  assert.equal(await isProved(login.page), true);
  console.log('a hundred messages at once:', JSON.stringify(counts));
});

test('the answer to a taken message got lost: the Gateway’s retry does nothing more', async () => {
  const login = await openReply(site, member);
  const counts = await risen(site, async () => {
    const { delivery } = await alice.send({ text: login.reply.code, lose_answers: 1 });
    await stack.gateway.retryNow();
    const { outcome, attempts } = await stack.gateway.delivery(delivery);
    assert.deepEqual([outcome, attempts.length], ['delivered', 2]);
  });
  assert.deepEqual(counts, { callbacks: 2, callback_matched: 1, callback_repeated: 1, reply_proofs: 1 });
  const { response } = expectStatus(await login.page.pass(), 200);
  const redeem = async () => (await site.siteverify(member.user, login.ticket_id, response)).body.success;
  assert.deepEqual([await redeem(), await redeem()], [true, false]);
});

// Steps 6 to 8: from whom, and what

test('the right code from another ID proves nothing, whether or not anybody awaits something from that one', async () => {
  const login = await openReply(site, member);
  const fromBob = (count) => async () => {
    const counts = await risen(site, async () => assert.equal(await bob.text(login.reply.code), 200));
    assert.deepEqual(counts, { callbacks: 1, [count]: 1 });
    assert.equal(await isProved(login.page), false);
  };
  await fromBob('callback_stranger')();
  const other = await enrolling(site);
  await beginThreema(other.page, bob);
  await fromBob('callback_missed')();
  // Bob’s message with Alice’s name on it, and a MAC that fits: whoever has the API secret still lacks her key.
  const { secret } = (await stack.gateway.control()).gateway;
  const forged = signed({ ...Object.fromEntries(await bob.body({ text: login.reply.code })), from: alice.id }, secret);
  const counts = await risen(site, async () => expectStatus(await post(stack.callback, formOf(forged)), 200));
  assert.deepEqual(counts, { callbacks: 1, callback_unreadable: 1 });
  assert.equal(await isProved(login.page), false);
  assert.deepEqual(await risen(site, () => alice.text(login.reply.code)), PROVES);
});

test('a code is six digits however the phone dresses them, and nothing else is a code', async () => {
  for (const dress of [(code) => ` ${code.slice(0, 3)} ${code.slice(3)}\n`, (code) => [...code].map((digit) => `${digit}\ufe0f\u20e3`).join('')]) {
    const login = await openReply(site, member);
    assert.deepEqual(await risen(site, () => alice.text(dress(login.reply.code))), PROVES);
    assert.equal(await isProved(login.page), true);
  }
  const { reply: { code }, page } = await openReply(site, member);
  const group = '41444d494e3030310102030405060708';
  const nothing = [
    { text: `code ${code}` }, { text: code.slice(1) }, { text: `${code}0` }, { text: `*${code}*` }, { text: '' }, { text: `${code}${' '.repeat(59)}` },
    { text: [...code].map((digit) => String.fromCodePoint(0x660 + Number(digit))).join('') },
    { receipt: 3, message_ids: ['0102030405060708'] }, { receipt: 4, message_ids: ['0102030405060708'] }, { reaction: '👍', message_id: '0102030405060708' },
    { typing: true }, { edit: code, message_id: '0102030405060708' }, { delete: true, message_id: '0102030405060708' },
    { location: { latitude: 47.3, longitude: 8.5, address: code } }, { file: { b: '00'.repeat(16), k: '00'.repeat(32), m: 'text/plain', s: 6, j: 0, i: 0, d: code } },
    { raw: `41${group}${Buffer.from(code).toString('hex')}` }, { raw: `7f${Buffer.from(code).toString('hex')}` }, { raw: '00' },
    // The longest box that Threema carries.
    { plaintext: `01${'30'.repeat(7794)}01` },
  ];
  const counts = await risen(site, async () => {
    for (const message of nothing) {
      const { attempts: [{ status }] } = await alice.send({ ...message, retry: false });
      assert.equal(status, 200, JSON.stringify(message));
    }
  });
  assert.deepEqual(counts, { callbacks: nothing.length, callback_ignored: nothing.length });
  assert.equal(await isProved(page), false);
});

test('a box that does not open or holds nonsense is taken and does nothing', async () => {
  const { reply: { code }, page } = await openReply(site, member);
  const digits = Buffer.from(code).toString('hex');
  const nonsense = ['01', `01${digits}00`, `01${digits}09`, '01fffe02020202'.replace(/02$/, '05'), '800301', '8003', `80${'03'.repeat(8)}01`, '82ff01'];
  const counts = await risen(site, async () => {
    for (const plaintext of nonsense) {
      const { attempts: [{ status }] } = await alice.send({ plaintext, retry: false });
      assert.equal(status, 200, plaintext);
    }
    const { secret } = (await stack.gateway.control()).gateway;
    const fields = Object.fromEntries(await alice.body({ text: code }));
    for (const change of [{ nonce: '00'.repeat(24) }, { box: `${'00'.repeat(16)}${fields.box.slice(32)}` }]) {
      expectStatus(await post(stack.callback, formOf(signed({ ...fields, ...change }, secret))), 200);
    }
  });
  assert.deepEqual(counts, { callbacks: nonsense.length + 2, callback_unreadable: nonsense.length + 2 });
  assert.equal(await isProved(page), false);
});

// What has ended

test('a reply to a challenge that was abandoned or replaced does nothing, and the new one works', async () => {
  const { page, challenge, reply } = await openReply(site, member);
  expectStatus(await page.abandon(challenge), 200);
  const refused = { callbacks: 1, callback_matched: 1, reply_refused: 1 };
  assert.deepEqual(await risen(site, () => alice.text(reply.code)), refused);
  assert.equal(await isProved(page), false);
  const second = expectStatus(await page.challenge('threema-reply'), 201);
  assert.notEqual(second.reply.code, reply.code);
  expectStatus(await page.challenge('totp'), 201);
  assert.deepEqual(await risen(site, () => alice.text(second.reply.code)), refused);
  assert.equal(await isProved(page), false);
  const last = expectStatus(await page.challenge('threema-reply'), 201);
  assert.deepEqual(await risen(site, () => alice.text(last.reply.code)), PROVES);
  assert.deepEqual(await risen(site, () => alice.text(last.reply.code)), { callbacks: 1, callback_missed: 1 });
  expectStatus(await page.abandon(last.challenge), 410, 'challenge_over');
});

test('a reply after three minutes is too late by our clock, whatever its date says', async () => {
  const login = await openReply(site, member);
  const body = formOf(Object.fromEntries(await alice.body({ text: login.reply.code, date: nowSeconds() - 200 })));
  await whileStopped(() => {
    for (const object of [storedUser(stack.state, login), storedContact(stack.state, alice)]) object.timePasses(3 * 60);
  });
  assert.deepEqual(await risen(site, async () => expectStatus(await post(stack.callback, body), 200)), { callbacks: 1, callback_missed: 1 });
  const view = expectStatus(await login.page.look(), 200);
  assert.deepEqual([view.awaited, view.pass_ready], [undefined, false]);
});

// Guessing with one's own phone, and nobody's

test('ten codes that nobody awaits end what is awaited from the ID, and the page hears of it', async () => {
  const login = await openReply(site, member);
  for (let miss = 1; miss < 10; miss += 1) {
    assert.deepEqual(await risen(site, () => alice.text(otherCode(login.reply.code, miss))), { callbacks: 1, callback_missed: 1 });
  }
  assert.equal(expectStatus(await login.page.look(), 200).awaited, login.challenge);
  assert.deepEqual(await risen(site, () => alice.text(otherCode(login.reply.code, 10))), { callbacks: 1, callback_missed: 1 });
  assert.equal(expectStatus(await login.page.look(), 200).awaited, undefined);
  assert.deepEqual(await risen(site, () => alice.text(login.reply.code)), { callbacks: 1, callback_missed: 1 });
  assert.equal(await isProved(login.page), false);
  const again = expectStatus(await login.page.challenge('threema-reply'), 201);
  assert.deepEqual(await risen(site, () => alice.text(again.reply.code)), PROVES);
});

test('a sender whom nobody enrolled leaves no storage behind', async () => {
  const strangers = await atOnce(10, (at) => stack.gateway.addPhone(`STRANG${String(at).padStart(2, '0')}`));
  const before = await inventory(stack.state);
  const counts = await risen(site, async () => {
    for (const stranger of strangers) {
      for (const message of [{ text: '123456', times: 5 }, { receipt: 3, message_ids: [newMessageId()] }, { typing: true }]) {
        const { attempts } = await stranger.send({ ...message, retry: false });
        for (const { status } of attempts) assert.equal(status, 200);
      }
    }
  });
  assert.deepEqual(counts, { callbacks: 70, callback_stranger: 70 });
  const after = await inventory(stack.state);
  assert.deepEqual(after, before);
  console.log('stored before and after 70 messages of 10 strangers:', JSON.stringify(before), JSON.stringify(after));
});

test('all genuine messages together are each counted exactly once', async () => {
  const { callbacks, callback_addressee = 0, callback_mac = 0, callback_shape = 0, ...rest } = await replyCounts(site);
  const once = Object.entries(rest).filter(([word]) => word.startsWith('callback_')).reduce((sum, [, count]) => sum + count, 0);
  assert.equal(once, callbacks - callback_addressee - callback_mac - callback_shape);
  const { reply_proofs = 0, reply_enrolments = 0, reply_refused = 0 } = rest;
  assert.equal(reply_proofs + reply_enrolments + reply_refused, rest.callback_matched);
});
