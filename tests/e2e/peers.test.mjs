// Callbacks made by other people's code, with every type of message that Threema has, get the documented
// answer: taken, and counted as without meaning, but for the one text that is the awaited code.
//
// THREEGATE_PEER_PYTHON is a Python that has tests/peers/python/requirements.txt, THREEGATE_PEER_RUST the
// built `peers`; `cargo xtask test` sets both, and says so if it cannot have the first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { newMessageId, nowSeconds, post } from './lib/callback.mjs';
import { Site } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { messageTypes } from './lib/message-types.mjs';
import { enrolThreema, isProved, openReply, otherCode, risen } from './lib/threema.mjs';
import { ROOT, startStack } from './stack.mjs';

const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
const PEERS = {
  'the Python SDK': [process.env.THREEGATE_PEER_PYTHON ?? join(TARGET, 'peers/bin/python'), join(ROOT, 'tests/peers/python/peer.py')],
  tweetnacl: [process.execPath, join(ROOT, 'tests/peers/javascript/peer.mjs')],
  'the Rust SDK': [process.env.THREEGATE_PEER_RUST ?? join(TARGET, 'debug/peers')],
};
let stack;
let site;
let phone;
let member;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  phone = await stack.gateway.phone('ALICE001');
  member = await enrolThreema(site, phone);
});
after(() => stack?.stop());

/** Has `messages` made by another program; answers the callbacks' bodies. */
async function made([command, ...args], messages) {
  const { gateway } = await stack.gateway.control();
  const job = {
    from: phone.id, to: gateway.id, secret: gateway.secret, private_key: phone.privateKey, public_key: gateway.public_key,
    date: nowSeconds(), messages: messages.map((message) => ({ id: newMessageId(), ...message })),
  };
  const child = spawn(command, args, { cwd: join(ROOT, 'tests') });
  child.stdin.end(JSON.stringify(job));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

for (const [name, command] of Object.entries(PEERS)) {
  const missing = existsSync(command[0]) ? false : `NOT checked: ${name} is not there`;
  test(`callbacks made by ${name} get the documented answer`, { skip: missing }, async () => {
    const { page, reply: { code } } = await openReply(site, member);
    const messages = messageTypes(code);
    const other = { type: '01', name: 'another code', data: Buffer.from(otherCode(code)).toString('hex') };
    const right = { type: '01', name: 'the code', data: Buffer.from(code).toString('hex') };
    const all = [...messages, other, right];
    const bodies = await made(command, all);
    assert.equal(bodies.length, all.length);
    for (const [at, { type, name: what }] of all.entries()) {
      const counts = await risen(site, async () => {
        const answer = expectStatus(await post(stack.callback, bodies[at]), 200);
        assert.equal(answer, undefined);
      });
      const expected = {
        [right.name]: { callbacks: 1, callback_matched: 1, reply_proofs: 1 },
        [other.name]: { callbacks: 1, callback_missed: 1 },
      }[what] ?? { callbacks: 1, callback_ignored: 1 };
      assert.deepEqual(counts, expected, `${type} ${what}`);
      assert.equal(await isProved(page), what === right.name, `${type} ${what}`);
    }
    console.log(`${name}: ${all.length} callbacks of ${new Set(all.map(({ type }) => type)).size} types answered as documented`);
  });
}
