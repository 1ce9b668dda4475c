// The callback up to its MAC and date: what is refused, with which answer, and that nothing else happens.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { FORM, formOf, newMessageId, nowSeconds, post, signed, SIGNED } from './lib/callback.mjs';
import { Site, send } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { inventory } from './lib/store.mjs';
import { enrolThreema, isProved, openReply, risen } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
let stack;
let site;
let alice;
let member;
let secret;
/** A login that waits, the fields of the callback that would prove it, and the form of these. */
let login;
let fields;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  member = await enrolThreema(site, alice);
  secret = (await stack.gateway.control()).gateway.secret;
});
after(() => stack?.stop());

beforeEach(async () => {
  login = await openReply(site, member);
  fields = Object.fromEntries(await alice.body({ text: login.reply.code }));
});

/** Whatever a test did: the login was not proved, and the right callback still proves it. */
afterEach(async () => {
  if (await isProved(login.page)) return;
  expectStatus(await post(stack.callback, formOf(resigned({}))), 200);
  assert.equal(await isProved(login.page), true, 'the right callback proves it still');
});

/** The callback with these fields changed, and a MAC that is right for that. */
const resigned = (change) => signed({ ...fields, ...change }, secret);

/** All are answered so, counted so, and prove nothing. */
async function refuses(bodies, status, code, { count = code, ...manner } = {}) {
  const counts = await risen(site, async () => {
    for (const [what, body] of Object.entries(bodies)) {
      const answer = await post(stack.callback, body, manner);
      assert.deepEqual([answer.status, answer.body?.code], [status, code], `${what}: ${answer.text}`);
      if (code === 'callback_shape') holdsNoValue(answer);
    }
  });
  const number = Object.keys(bodies).length;
  assert.deepEqual(counts, { callbacks: number, [count]: number });
  assert.equal(await isProved(login.page), false);
}

/** A refusal may say which field is wrong, never what is in it. */
function holdsNoValue({ text }) {
  for (const value of Object.values(fields)) assert.ok(!text.includes(value), text);
}

// Step 1: the address

test('another address than the callback’s is the 404 of any unknown address, and so is another method', async () => {
  const seen = ({ status, text, headers }) => {
    const { date: _, ...rest } = Object.fromEntries(headers);
    return { status, text, headers: rest };
  };
  const right = stack.callback;
  const path = right.split('/').at(-1);
  const wrong = [...path].map((sign, at) => right.slice(0, -path.length) + path.slice(0, at) + (sign === 'A' ? 'B' : 'A') + path.slice(at + 1));
  wrong.push(right.slice(0, -1), `${right}A`, `${right}/`, `${right}/x`, right.slice(0, -path.length), right.slice(0, -path.length - 1), `${right}%00`);
  const counts = await risen(site, async () => {
    const unknown = seen(await post(`${stack.worker.endpoint}/v1/nothing`, formOf(fields)));
    assert.equal(unknown.status, 404);
    for (const address of wrong) assert.deepEqual(seen(await post(address, formOf(fields))), unknown, address);
    for (const method of ['GET', 'PUT', 'OPTIONS', 'DELETE']) {
      const other = seen(await send(`${stack.worker.endpoint}/v1/nothing`, { method }));
      assert.deepEqual(seen(await post(right, undefined, { method })), other, method);
    }
  });
  assert.deepEqual(counts, {});
  console.log(`${wrong.length} other addresses: all 404`);
});

test('what is no form, or longer than 16 KiB, is refused', async () => {
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', `${FORM}x`, `x, ${FORM}`]) {
    await refuses({ [type]: formOf(fields) }, 400, 'callback_shape', { type });
  }
  const long = `${formOf(fields)}&nickname=${'x'.repeat(16 * 1024)}`;
  await refuses({ long }, 413, 'too_large', { count: 'callback_shape' });
  const counts = await risen(site, async () => expectStatus(await post(stack.callback, formOf(fields), { type: 'Application/X-WWW-Form-Urlencoded; charset=utf-8' }), 200));
  assert.deepEqual(counts, { callbacks: 1, callback_matched: 1, reply_proofs: 1 });
});

// Steps 1 and 2: one value a field, each of its exact length and alphabet

test('a field that is missing or doubled is refused, also if both are equal; the nickname may be missing', async () => {
  const bodies = {};
  for (const name of [...SIGNED, 'mac']) {
    const { [name]: _, ...rest } = fields;
    bodies[`without ${name}`] = formOf(rest);
  }
  for (const [name, value] of Object.entries(fields)) {
    bodies[`${name} twice`] = `${formOf(fields)}&${formOf({ [name]: value })}`;
    bodies[`${name} first with another value`] = `${formOf({ [name]: `${value.slice(0, -1)}0` })}&${formOf(fields)}`;
  }
  await refuses(bodies, 400, 'callback_shape');
  const { nickname: _, ...without } = fields;
  expectStatus(await post(stack.callback, formOf({ ...without, other: 'field' })), 200);
  assert.equal(await isProved(login.page), true);
});

test('a field of another length or alphabet is refused, though its MAC is right', async () => {
  const changes = {
    'from of 7': { from: 'ALICE00' }, 'from of 9': { from: 'ALICE0011' }, 'from in small letters': { from: 'alice001' }, 'from with a sign': { from: 'ALICE-01' },
    'from empty': { from: '' }, 'to of 7': { to: '*TESTTS' }, 'to of 9': { to: '*TESTTSTX' }, 'to in small letters': { to: '*testtst' },
    'message ID of 14': { messageId: '00'.repeat(7) }, 'message ID of 18': { messageId: '00'.repeat(9) }, 'message ID of letters': { messageId: 'g'.repeat(16) },
    'date of 9 digits': { date: fields.date.slice(1) }, 'date of 11 digits': { date: `0${fields.date}` }, 'date with a fraction': { date: '17000000.5' },
    'date with a sign': { date: `+${fields.date.slice(1)}` }, 'date with a blank': { date: ` ${fields.date.slice(1)}` }, 'date in Arabic digits': { date: '١٧٠٠٠٠٠٠٠٠' },
    'nonce of 46': { nonce: '00'.repeat(23) }, 'nonce of 50': { nonce: '00'.repeat(25) }, 'box of 16 bytes': { box: '00'.repeat(16) },
    'box of 7813 bytes': { box: '00'.repeat(7813) }, 'box of half a byte': { box: `${fields.box}0` }, 'box of letters': { box: 'zz'.repeat(49) }, 'box empty': { box: '' },
  };
  const bodies = Object.fromEntries(Object.entries(changes).map(([what, change]) => [what, formOf(resigned(change))]));
  for (const name of ['nonce', 'box', 'messageId']) bodies[`${name} in capitals`] = formOf(resigned({ [name]: `AB${fields[name].slice(2)}` }));
  bodies['MAC in capitals'] = formOf({ ...fields, mac: fields.mac.toUpperCase() });
  bodies['MAC of 62'] = formOf({ ...fields, mac: fields.mac.slice(2) });
  bodies['MAC of 66'] = formOf({ ...fields, mac: `${fields.mac}00` });
  bodies['broken escape'] = `${formOf(fields)}&x=%2`;
  bodies['not UTF-8'] = `${formOf(fields)}&x=%ff`;
  bodies['empty'] = '';
  await refuses(bodies, 400, 'callback_shape');
  console.log(`${Object.keys(bodies).length} bodies that are no callback: all 400`);
});

test('every new cut of a good callback at its borders is refused, though it keeps its MAC', async () => {
  const before = await inventory(stack.state);
  let attempts;
  const counts = await risen(site, async () => {
    ({ attempts } = await alice.send({ text: login.reply.code, recut: 'all' }));
  });
  assert.equal(attempts.length, 40);
  for (const { label, status } of attempts) assert.equal(status, 400, label);
  assert.deepEqual(counts, { callbacks: 40, callback_shape: 40 });
  assert.equal(await isProved(login.page), false);
  assert.deepEqual(await inventory(stack.state), before);
  console.log(`${attempts.length} new cuts: all 400`);
});

test('a callback for another Gateway ID is refused as that', async () => {
  const others = ['*OTHERID', 'TESTTST0', 'ALICE001'];
  await refuses(Object.fromEntries(others.map((to) => [to, formOf(resigned({ to }))])), 400, 'callback_addressee');
});

// Step 3: the MAC

test('without the right MAC nothing else counts, and nothing is looked up or stored', async () => {
  const before = await inventory(stack.state);
  const bodies = {
    zeros: formOf({ ...fields, mac: '0'.repeat(64) }),
    'another secret': formOf(signed(fields, 'ABCDEFGHIJKLMNOP')),
    'the secret and a blank': formOf(signed(fields, `${secret} `)),
    'no secret': formOf(signed(fields, '')),
    'a MAC in another order': formOf({ ...fields, mac: signed({ ...fields, from: fields.to, to: fields.from }, secret).mac }),
  };
  for (let at = 0; at < 64; at += 7) {
    bodies[`digit ${at} changed`] = formOf({ ...fields, mac: fields.mac.slice(0, at) + (fields.mac[at] === '0' ? '1' : '0') + fields.mac.slice(at + 1) });
  }
  const altered = { from: 'BOBBOB02', messageId: newMessageId(), date: String(Number(fields.date) + 1), nonce: '00'.repeat(24), box: `${fields.box}00` };
  for (const [name, value] of Object.entries(altered)) bodies[`another ${name}`] = formOf({ ...fields, [name]: value });
  // Too old, and from a stranger: what is wrong after the MAC is not looked at.
  bodies.old = formOf({ ...fields, date: '1500000000' });
  bodies.stranger = formOf({ ...fields, from: 'NOBODY99' });
  await refuses(bodies, 403, 'callback_mac');
  const sent = await risen(site, async () => assert.equal(await alice.text(login.reply.code, { mac: 'wrong' }), 403));
  assert.deepEqual(sent, { callbacks: 1, callback_mac: 1 });
  assert.deepEqual(await inventory(stack.state), before);
});

test('the nickname is outside the MAC, and whatever it says changes nothing', async () => {
  const nickname = `<b>${'x'.repeat(500)}\u0000'; drop table wait; --`;
  expectStatus(await post(stack.callback, formOf({ ...fields, nickname })), 200);
  assert.equal(await isProved(login.page), true);
});

// Step 4: the date

test('a date of more than 14 days ago or 5 minutes ahead is taken and does nothing', async () => {
  const dates = { '15 days ago': -15 * DAY, 'a minute too old': -14 * DAY - MINUTE, 'six minutes ahead': 6 * MINUTE, 'next year': 365 * DAY };
  for (const [what, shift] of Object.entries(dates)) {
    const counts = await risen(site, async () => {
      assert.equal(await alice.text(login.reply.code, { date: nowSeconds() + shift }), 200, what);
    });
    assert.deepEqual(counts, { callbacks: 1, callback_old: 1 }, what);
    assert.equal(await isProved(login.page), false, what);
  }
});

test('what was written more than two hours before its code was drawn is no answer to it', async () => {
  for (const shift of [-14 * DAY + MINUTE, -121 * MINUTE]) {
    const counts = await risen(site, async () => {
      assert.equal(await alice.text(login.reply.code, { date: nowSeconds() + shift }), 200);
    });
    assert.deepEqual(counts, { callbacks: 1, callback_missed: 1 }, `${shift} s`);
    assert.equal(await isProved(login.page), false);
  }
});

for (const [what, shift] of Object.entries({ 'an hour ago': -60 * MINUTE, 'in four minutes': 4 * MINUTE })) {
  test(`a phone whose clock says ${what} is right enough`, async () => {
    const counts = await risen(site, async () => {
      assert.equal(await alice.text(login.reply.code, { date: nowSeconds() + shift }), 200);
    });
    assert.deepEqual(counts, { callbacks: 1, callback_matched: 1, reply_proofs: 1 });
    assert.equal(await isProved(login.page), true);
  });
}
