// A Gateway that misbehaves while a code is sent: the user gets a way on, the admin the cause.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { enrolOn, expectStatus } from './lib/member.mjs';
import { codeOn, enrolling, enrolThreema, openCode } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

/** What the worker makes of each fault: nothing was sent, or nobody knows. */
const NOT_SENT = {
  400: 'gateway_not_end_to_end', 401: 'gateway_secret', 402: 'gateway_no_credits', 404: 'gateway_unknown',
  413: 'gateway_too_long', 429: 'gateway_too_many',
};
/** What the admin is told of it: never of a setting that is not the cause. */
const TOLD = {
  400: /THREEMA_GATEWAY_ID is not in end-to-end mode/, 401: /THREEMA_API_SECRET/, 402: /credits/, 404: /nobody/i, 413: /longer than the Gateway takes/,
  429: /no more of this account/,
};
const NOBODY_KNOWS = {
  500: ['gateway_unavailable', 0], 503: ['gateway_unavailable', 0], dropped: ['gateway_unavailable', 0],
  slow: ['gateway_unavailable', 0], truncated: ['gateway_nonsense', 1], nonsense: ['gateway_nonsense', 1],
  lost: ['gateway_unavailable', 1], huge: ['gateway_unavailable', 1], endless: ['gateway_unavailable', 1],
};
/** The worker's patience is 8 s. */
const SLOW_MS = 9_500;

let stack;
let site;
let phones = 0;
const table = [];

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  await stack.gateway.change({ slow_ms: SLOW_MS });
});
after(async () => {
  await stack?.stop();
  console.log(['fault | answer | challenge | messages | counted', ...table].join('\n'));
});

/** A member with a phone of their own, and an authenticator as another way in. */
async function newMember() {
  phones += 1;
  const phone = await stack.gateway.addPhone(`FALT${String(phones).padStart(4, '0')}`);
  const member = await enrolThreema(site, phone, { method: 'threema-code' });
  return { ...member, ...(await enrolOn(member.page)) };
}

async function opening(member) {
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  return site.page(ticket);
}

const counts = async () => expectStatus(await site.status(), 200).counts;

/** What `work` answers, and by how much the status' counts of the Gateway's faults rise. */
async function risen(work) {
  const before = await counts();
  const answer = await work();
  const after = await counts();
  const more = Object.entries(after).filter(([word]) => /^gateway_|^send/.test(word));
  return [answer, Object.fromEntries(more.map(([word, count]) => [word, count - (before[word] ?? 0)]).filter(([, by]) => by > 0))];
}

/** The way on: an authenticator under the same ticket. */
async function goesOn(member, page) {
  const { usable } = expectStatus(await page.look(), 200);
  assert.ok(usable.includes('totp'), String(usable));
  const { challenge } = expectStatus(await page.challenge('totp'), 201);
  expectStatus(await page.answer(challenge, await member.authenticator.freshCode()), 200);
  expectStatus(await page.pass(), 200);
}

for (const [fault, cause] of Object.entries(NOT_SENT)) {
  test(`a ${fault} ends the challenge, is told as what it is, and the user logs in another way`, async () => {
    const member = await newMember();
    const page = await opening(member);
    await stack.gateway.change({ send_fault: { kind: fault, times: 1 } });
    const [answer, counted] = await risen(() => page.challenge('threema-code'));
    const { detail, title } = expectStatus(answer, 502, 'gateway_unavailable');
    assert.ok(detail.includes(cause), detail);
    assert.match(detail, TOLD[fault]);
    assert.equal(/_GATEWAY_ID/.test(detail), ['400', '401'].includes(fault), detail);
    assert.ok(title && !answer.text.includes('secret='));
    // A call that finds nobody is no fault of the Gateway's, but a message that was not sent is one.
    assert.equal(counted.send_faults, 1, JSON.stringify(counted));
    if (cause !== 'gateway_unknown') {
      assert.equal(counted[cause], 1, JSON.stringify(counted));
      await stack.worker.child.prints(new RegExp(`the Threema Gateway: ${cause}`), 10);
    }
    assert.deepEqual(await member.phone.texts(), []);
    table.push(`${fault} | 502 | ended | 0 | ${JSON.stringify(counted)}`);
    await goesOn(member, page);
    const open = await openCode(site, member);
    expectStatus(await open.page.answer(open.challenge, await codeOn(member.phone, 2)), 200);
  });
}

for (const [fault, [cause, messages]] of Object.entries(NOBODY_KNOWS)) {
  test(`after “${fault}” nobody knows: the challenge stays open, and ${messages ? 'the code that came works' : 'another one can be sent'}`, async () => {
    const member = await newMember();
    const page = await opening(member);
    await stack.gateway.change({ send_fault: { kind: fault, times: 1 } });
    const began = Date.now();
    const [answer, counted] = await risen(() => page.challenge('threema-code'));
    const took = Date.now() - began;
    const { challenge, sent } = expectStatus(answer, 201);
    assert.deepEqual(sent, { to: `••••••${member.phone.id.slice(-2)}`, end_to_end: true, uncertain: true });
    assert.ok(took < 12_000, `${took} ms`);
    assert.deepEqual([counted[cause], counted.send_faults, counted.sends], [1, 1, 1], JSON.stringify(counted));
    await stack.worker.child.prints(new RegExp(`the Threema Gateway: ${cause}`), 10);
    const texts = await member.phone.texts(messages + 1);
    assert.equal(texts.length, messages);
    table.push(`${fault} | 201, uncertain, ${(took / 1000).toFixed(1)} s | open | ${messages} | ${JSON.stringify(counted)}`);
    if (!messages) {
      const again = expectStatus(await page.resend(challenge), 200);
      assert.equal(again.sent.uncertain, false);
    }
    expectStatus(await page.answer(challenge, await codeOn(member.phone, 2)), 200);
    expectStatus(await page.pass(), 200);
  });
}

test('a receipt that comes before the answer, even a thumb, changes nothing for a code', async () => {
  const member = await newMember();
  const page = await opening(member);
  await stack.gateway.change({ first_receipt: 3, send_fault: { kind: 'receipt_first', times: 1 } });
  const { challenge, sent } = expectStatus(await page.challenge('threema-code'), 201);
  assert.equal(sent.uncertain, false);
  expectStatus(await page.pass(), 409, 'not_proved');
  expectStatus(await page.answer(challenge, await codeOn(member.phone, 2)), 200);
});

test('a directory that has a wrong key for an ID proves nothing by it: the reply cannot be opened', async () => {
  const phone = await stack.gateway.addPhone('FALTWRNG');
  await stack.gateway.change({ pubkeys_fault: { kind: 'wrong_key', times: 1 } });
  const { page } = await enrolling(site);
  const { reply } = expectStatus(await page.threemaId(phone.id, undefined, 'threema-code'), 201);
  assert.equal(await phone.text(reply.code), 200);
  assert.equal(expectStatus(await page.look(), 200).pass_ready, false);
});

test('a resend that is refused leaves the code that came before', async () => {
  const member = await newMember();
  const open = await openCode(site, member);
  await stack.gateway.change({ send_fault: { kind: '402', times: 1 } });
  expectStatus(await open.page.resend(open.challenge), 502, 'gateway_unavailable');
  expectStatus(await open.page.answer(open.challenge, await codeOn(member.phone, 2)), 200);
});

test('nothing is sent twice by itself: every fault took one credit at most', async () => {
  const { credits } = expectStatus(await site.status(), 200).threema;
  await stack.gateway.change({ send_fault: 'lost' });
  const member = await newMember();
  expectStatus(await (await opening(member)).challenge('threema-code'), 201);
  await stack.gateway.change({ send_fault: 'none' });
  assert.equal(expectStatus(await site.status(), 200).threema.credits, credits - 1);
});

test('a phone whose key is another one by now gets a box that only the pinned key opens', async () => {
  const member = await newMember();
  const other = 'a7'.repeat(32);
  await stack.gateway.call('PUT', `/phones/${member.phone.id}`, { private_key: other });
  const page = await opening(member);
  expectStatus(await page.challenge('threema-code'), 201);
  const { messages } = await stack.gateway.call('GET', `/phones/${member.phone.id}?messages=2`);
  const box = messages.find(({ direction }) => direction === 'in');
  assert.equal(box.text, undefined, JSON.stringify(box));
  await goesOn(member, page);
});

test('the log shows neither the secret nor an ID', () => {
  assert.doesNotMatch(stack.worker.child.output, /FALT\d{4}|secret=/);
});
