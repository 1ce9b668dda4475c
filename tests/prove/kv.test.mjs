// A KV that lies: it reads what is a minute old, remembers that there was nothing, refuses, hangs and
// forgets. No message has a second effect, and none is lost. And what a callback costs.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { formOf, newMessageId, post, signed } from '../e2e/lib/callback.mjs';
import { Site } from '../e2e/lib/http.mjs';
import { atOnce, expectStatus } from '../e2e/lib/member.mjs';
import { enrolThreema, isProved, openReply, otherCode, risen } from '../e2e/lib/threema.mjs';
import { startStack } from '../e2e/stack.mjs';
import { either, told } from './lib/form.mjs';

const MEMBERS = either(5, 3);
const READS = ['right', 'stale', 'cached', 'fail', 'break', 'hang'];
const WRITES = ['right', 'fail', 'limit', 'lost', 'break', 'hang'];
/** Longer than KV keeps anything. */
const MINUTE = 61;
let stack;
let site;
let members;

before(async () => {
  stack = await startStack({ threema: true, forum: false, bare: { counted: true } });
  site = new Site(stack.worker, stack.origin);
  const phones = await atOnce(MEMBERS, (at) => stack.gateway.addPhone(`LYINGKV${at}`));
  members = await Promise.all(phones.map((phone) => enrolThreema(site, phone)));
});
afterEach(() => stack.kv.reset());
after(() => stack?.stop());

const faults = (read, write) => {
  const named = (fault) => (fault === 'right' ? undefined : fault);
  stack.kv.faults = { read: named(read), write: named(write) };
};

/** Every pair, or each fault alone. */
const pairs = READS.flatMap((read) => WRITES.map((write) => [read, write]))
  .filter(([read, write]) => either(true, read === 'right' || write === 'right'));

test(`no replay gets through and nothing is lost: ${pairs.length} ways in which reads and writes fail`, async () => {
  const total = { messages: 0, effects: 0, replays: 0, 'replays with an effect': 0, lost: 0 };
  for (const [read, write] of pairs) {
    stack.kv.reset();
    stack.kv.lose();
    faults(read, write);
    const logins = await Promise.all(members.map(async (member) => {
      const login = await openReply(site, member);
      return { ...login, member, body: formOf(Object.fromEntries(await member.phone.body({ text: login.reply.code }))) };
    }));
    const first = await risen(site, async () => {
      await Promise.all(logins.map(async ({ body }) => expectStatus(await post(stack.callback, body), 200)));
    });
    assert.deepEqual(first, { callbacks: MEMBERS, callback_matched: MEMBERS, reply_proofs: MEMBERS }, `${read} reads, ${write} writes`);
    for (const login of logins) {
      assert.equal(await isProved(login.page), true);
      const { response } = expectStatus(await login.page.pass(), 200);
      assert.equal((await site.siteverify(login.user, login.ticket_id, response)).body.success, true);
    }
    // Again at once, after half a minute, and after KV's minute; meanwhile each awaits another reply.
    const next = await Promise.all(members.map((member) => openReply(site, member)));
    // Each look at a KV that hangs takes the worker's whole patience.
    const isSlow = [read, write].includes('hang');
    for (const later of either(false, isSlow) ? [MINUTE] : [0, 30, MINUTE]) {
      stack.kv.ahead += later;
      const again = await risen(site, async () => {
        await Promise.all(logins.map(async ({ body }) => expectStatus(await post(stack.callback, body), 200)));
      });
      assert.deepEqual(again, { callbacks: MEMBERS, callback_repeated: MEMBERS }, `${read} reads, ${write} writes, ${later} s later`);
      total.replays += again.callbacks;
    }
    for (const { page } of next) assert.equal(await isProved(page), false);
    const then = await risen(site, () => Promise.all(next.map(({ reply }, at) => members[at].phone.text(reply.code))));
    assert.deepEqual(then, { callbacks: MEMBERS, callback_matched: MEMBERS, reply_proofs: MEMBERS });
    total.messages += 2 * MEMBERS;
    total.effects += first.reply_proofs + then.reply_proofs;
  }
  told(`a lying KV, ${pairs.length} pairs of faults: ${Object.entries(total).map(([what, count]) => `${count} ${what}`).join(', ')}`);
});

test('a KV that lost everything, and none at all, let no replay through', async () => {
  const login = await openReply(site, members[0]);
  const body = formOf(Object.fromEntries(await members[0].phone.body({ text: login.reply.code })));
  const proves = { callbacks: 1, callback_matched: 1, reply_proofs: 1 };
  assert.deepEqual(await risen(site, () => post(stack.callback, body)), proves);
  stack.kv.lose();
  const next = await openReply(site, members[0]);
  const nothing = { callbacks: 1, callback_repeated: 1 };
  assert.deepEqual(await risen(site, () => post(stack.callback, body)), nothing);
  stack.kv.lose();
  await stack.worker.kill();
  await stack.restartWorker();
  assert.deepEqual(await risen(site, () => post(stack.callback, body)), nothing);
  assert.equal(await isProved(next.page), false);
  assert.deepEqual(await risen(site, () => members[0].phone.text(next.reply.code)), proves);
});

// What a callback costs

const counted = async () => (await fetch(`${stack.worker.endpoint}/counted`)).json();

/** What the sending of these bodies asked of objects and KV; `Site`’s flush, at most one in ten seconds, is not theirs. */
async function costOf(bodies, expected = 200) {
  await counted();
  const operations = stack.kv.operations.length;
  for (const body of bodies) expectStatus(await post(stack.callback, body), expected);
  const counts = await counted();
  const kv = stack.kv.operations.slice(operations);
  const each = (count = 0) => count / bodies.length;
  return {
    contact: each(counts['Contact requests']), user: each(counts['User requests']),
    read: each(kv.filter(({ what }) => what === 'read').length), write: each(kv.filter(({ what }) => what === 'write').length),
    'rows read': each((counts['Contact rows read'] ?? 0) + (counts['User rows read'] ?? 0)),
    'rows written': each((counts['Contact rows written'] ?? 0) + (counts['User rows written'] ?? 0)),
  };
}

test('a callback costs at most one request to a contact, one to a user, one read and one write of KV', async () => {
  const [member, other] = members;
  const stranger = await stack.gateway.addPhone('UNKNOWN1');
  const { secret } = (await stack.gateway.control()).gateway;
  const bodyOf = async (phone, message) => Object.fromEntries(await phone.body(message));
  const many = (make) => Promise.all(Array.from({ length: 10 }, (_, at) => make(at)));
  const fromMember = (message) => many(async () => formOf(await bodyOf(member.phone, message)));
  const login = await openReply(site, member);
  const proof = [formOf(await bodyOf(member.phone, { text: login.reply.code }))];
  const waiting = await openReply(site, other);
  const [one, none] = [{ contact: 1, user: 1, read: 1, write: 1 }, { contact: 0, user: 0, read: 0, write: 0 }];
  const kinds = {
    'a reply that proves': [proof, one],
    'the same again, known to KV': [proof, { ...none, read: 1 }],
    'the same again, KV stale': [proof, { ...none, contact: 1, read: 1 }, 200, { read: 'stale' }],
    'a code that nobody awaits': [await fromMember({ text: '123456' }), { ...none, contact: 1, read: 1 }],
    'a wrong code while one is awaited': [[formOf(await bodyOf(other.phone, { text: otherCode(waiting.reply.code) }))], { ...none, contact: 1, read: 1, write: 1 }],
    'typing, from a member': [await fromMember({ typing: true }), { ...none, contact: 1, read: 1 }],
    'a receipt, from a member': [await fromMember({ receipt: 3, message_ids: [newMessageId()] }), { ...none, contact: 1, read: 1 }],
    'a text from a stranger': [await many(async () => formOf(await bodyOf(stranger, { text: '123456' }))), { ...none, contact: 1, read: 1 }],
    'a box of nonsense': [await many(async () => formOf(signed({ ...(await bodyOf(member.phone, { text: '123456' })), nonce: '00'.repeat(24) }, secret))), { ...none, contact: 1, read: 1 }],
    'older than the window': [await many(async () => formOf(await bodyOf(member.phone, { text: '123456', date: 1_700_000_000 }))), none],
    'a wrong MAC': [await many(async () => formOf({ ...(await bodyOf(member.phone, { text: '123456' })), mac: '00'.repeat(32) })), none, 403],
    'a wrong shape': [await many(() => 'from=x'), none, 400],
  };
  const table = {};
  for (const [kind, [bodies, expected, status, kvFaults = {}]] of Object.entries(kinds)) {
    stack.kv.faults = kvFaults;
    const cost = await costOf(bodies, status);
    table[kind] = cost;
    const { contact, user, read, write } = cost;
    assert.deepEqual({ contact, user, read, write }, expected, kind);
  }
  console.table(table);
  told(`what a callback costs: ${Object.keys(kinds).length} kinds; at most ${most(table, 'contact')} request to a contact, ${most(table, 'user')} to a user, ${most(table, 'read')} KV read, ${most(table, 'write')} KV write`);
});

const most = (table, column) => Math.max(...Object.values(table).map((row) => row[column]));

test('ten misses end what is awaited by all users of an ID: the tenth asks one of them, the alarm all others', async () => {
  const phone = await stack.gateway.addPhone('SHAREDID');
  const users = [];
  for (let at = 0; at < 3; at += 1) users.push(await enrolThreema(site, phone));
  const logins = [];
  for (const user of users) logins.push(await openReply(site, user));
  const wrong = (at) => otherCode(logins[0].reply.code, 1 + at);
  const codes = new Set(logins.map(({ reply }) => reply.code));
  const misses = Array.from({ length: 40 }, (_, at) => wrong(at)).filter((code) => !codes.has(code)).slice(0, 10);
  const bodies = await Promise.all(misses.map(async (text) => formOf(Object.fromEntries(await phone.body({ text })))));
  const free = await costOf(bodies.slice(0, 9));
  assert.deepEqual([free.contact, free.user], [1, 0]);
  const last = await costOf(bodies.slice(9));
  assert.deepEqual([last.contact, last.user], [1, 1]);
  const awaits = () => Promise.all(logins.map(async ({ page }) => expectStatus(await page.look(), 200).awaited !== undefined));
  await stack.worker.child.ready(async () => !(await awaits()).includes(true), 10);
  const later = (await counted())['User requests'];
  assert.ok(later >= users.length - 1);
  told(`the tenth miss of an ID with ${users.length} users who await: ${last.user} request to a user before the answer, the others by the alarm`);
});
