// The 25 callbacks of tests/vectors/threema/callbacks.json, sent to a worker that has their keys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { formOf, nowSeconds, post, signed } from './lib/callback.mjs';
import { writeGatewayState } from './lib/gateway.mjs';
import { Site } from './lib/http.mjs';
import { counted } from './lib/member.mjs';
import { enrolThreema, isProved, openReply, risen } from './lib/threema.mjs';
import { cases } from './lib/vectors.mjs';
import { newState, startStack } from './stack.mjs';

const read = (name) => readFileSync(new URL(`../vectors/threema/${name}`, import.meta.url), 'utf8');
const { from, to, secret, sender_public_key, gateway_private_key, callbacks } = JSON.parse(read('callbacks.json'));
const { private: senderPrivateKey } = cases('threema/key-pairs').find(({ public: key }) => key === sender_public_key);
let stack;
let site;
let login;

before(async () => {
  const state = newState();
  writeGatewayState(state, { id: to, secret, private_key: gateway_private_key, phones: { [from]: senderPrivateKey } });
  stack = await startStack({ state, threema: { phones: {} }, forum: false });
  site = new Site(stack.worker, stack.origin);
  const sender = await stack.gateway.phone(from);
  assert.equal(sender.key, sender_public_key);
  login = await openReply(site, await enrolThreema(site, sender));
});
after(() => stack?.stop());

/** How each outcome is answered and counted while another code is awaited from the sender. */
function expected(outcome) {
  if (outcome.startsWith('refused ')) return { status: 400, count: outcome.split(' ')[1] };
  if (outcome.startsWith('unreadable ')) return { status: 200, count: 'callback_unreadable' };
  const isCode = /^text \D*(\d\D*){6}$/.test(outcome);
  return { status: 200, count: isCode ? 'callback_missed' : 'callback_ignored' };
}

const fieldsOf = ({ messageId, date, nonce, box, mac }) => ({ from, to, messageId, date, nonce, box, mac });

for (const callback of callbacks) {
  const { status, count } = expected(callback.outcome);
  test(`${callback.name}, dated today, is answered ${status} and counted as ${count}`, async () => {
    const fields = signed({ ...fieldsOf(callback), date: String(nowSeconds()) }, secret);
    let answer;
    const counts = await risen(site, async () => {
      answer = await post(stack.callback, formOf({ ...fields, nickname: 'echo' }));
    });
    assert.deepEqual([answer.status, counts], [status, { callbacks: 1, [count]: 1 }], answer.text);
    assert.equal(await isProved(login.page), false);
  });
}

test('as they stand, of the year 2023, all that have a box are genuine and old', async () => {
  let answers;
  const counts = await risen(site, async () => {
    answers = await Promise.all(callbacks.map((callback) => post(stack.callback, formOf(fieldsOf(callback)))));
  });
  assert.deepEqual(counted(answers, ({ status }) => String(status)), { 200: 24, 400: 1 });
  assert.deepEqual(counts, { callbacks: 25, callback_old: 24, callback_shape: 1 });
});
