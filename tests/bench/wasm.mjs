// What is done in WebAssembly, beside JavaScript's own: a line a figure, `<name> <ours> <peer>`, in
// nanoseconds. `cargo xtask bench` runs it: `node wasm.mjs <open.wasm> <folder of the npm package>`.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sodium from 'libsodium-wrappers';
import nacl from 'tweetnacl';
import { Secret, TOTP } from 'otpauth';

const [open, npm] = process.argv.slice(2);
const core = await import(pathToFileURL(resolve(npm, 'functions/node.js')));
const { exports: box } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(open)));
await sodium.ready;

const figures = [...codes(), ...boxes(), await shipped()];
for (const { name, ours, peer } of figures) await measure(name, ours, peer);

/** One code of an authenticator, of another step each time: once made ready, and from the secret's text. */
function codes() {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const mine = new core.Authenticator({ secret });
  const theirs = () => new TOTP({ secret: Secret.fromBase32(secret) });
  const other = theirs();
  const figure = (name, ours, peer) => {
    let [at, late] = [1234567890, 1234567890];
    same('a code', ours(at), peer(at));
    return { name, ours: () => ours((at += 30)), peer: () => peer((late += 30)) };
  };
  return [
    figure('totp-wasm', (at) => mine.code(at), (at) => other.generate({ timestamp: at * 1000 })),
    figure('totp-wasm-text', (at) => core.totp({ secret }, at), (at) => theirs().generate({ timestamp: at * 1000 })),
  ];
}

/** 200 bytes, each time with the key agreed anew. */
function boxes() {
  const us = nacl.box.keyPair.fromSecretKey(new Uint8Array(32).fill(7));
  const sender = nacl.box.keyPair.fromSecretKey(new Uint8Array(32).fill(9));
  const message = Uint8Array.from({ length: 200 }, (_, place) => place);
  const nonce = new Uint8Array(24).fill(5);
  const sealed = nacl.box(message, nonce, us.publicKey, sender.secretKey);

  const place = box.shared();
  const ours = () => {
    const memory = new Uint8Array(box.memory.buffer);
    memory.set(nonce, place);
    memory.set(sender.publicKey, place + 24);
    memory.set(us.secretKey, place + 56);
    memory.set(sealed, place + 88);
    const length = box.open_box(sealed.length);
    if (length < 0) throw new Error('the box did not open');
    return new Uint8Array(box.memory.buffer).slice(place, place + length);
  };
  const bySodium = () =>
    sodium.crypto_box_open_easy(sealed, nonce, sender.publicKey, us.secretKey);
  const byNacl = () => nacl.box.open(sealed, nonce, sender.publicKey, us.secretKey);
  for (const open of [ours, bySodium, byNacl]) same('a box', text(open()), text(message));
  return [
    { name: 'box-libsodium', ours, peer: bySodium },
    { name: 'box-tweetnacl', ours, peer: byNacl },
  ];
}

/**
 * What the package has of it, and what that is not measured by: a whole callback, form and MAC and promise
 * included, of a module that was made small, beside the one call of libsodium.
 */
async function shipped() {
  const vectors = new URL('../vectors/threema/callbacks.json', import.meta.url);
  const { callbacks, from, to, secret, ...keys } = JSON.parse(readFileSync(vectors));
  const { messageId, date, nonce, box, mac } = callbacks.find(({ name }) => name === 'text-pad255');
  const body = String(new URLSearchParams({ from, to, messageId, date, nonce, box, mac }));
  const parameters = {
    id: to,
    privateKey: keys.gateway_private_key,
    publicKey: () => keys.sender_public_key,
    secrets: secret,
    at: Number(date),
  };
  const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const given = [box, nonce, keys.sender_public_key, keys.gateway_private_key].map(bytes);
  const ours = () => core.openCallback(body, parameters);
  const peer = () => sodium.crypto_box_open_easy(...given);
  same('a callback', (await ours()).message.text, Buffer.from(peer()).subarray(1, 7).toString());
  return { name: 'box-shipped', ours, peer };
}

/** Both by turns; what counts is each one's best round. */
async function measure(name, ours, peer) {
  const best = [Infinity, Infinity];
  const sides = [ours, peer];
  // A round is about 10 ms, and long enough for the compiler to have done its work after a few.
  const times = await Promise.all(sides.map(async (work) => Math.ceil(10e6 / (await mean(work, 50)))));
  for (let round = 0; round < 60; round += 1) {
    for (const [side, work] of sides.entries()) {
      best[side] = Math.min(best[side], await mean(work, times[side]));
    }
  }
  console.log(`${name} ${best.map((nanoseconds) => nanoseconds.toFixed(1)).join(' ')}`);
}

async function mean(work, times) {
  const started = process.hrtime.bigint();
  for (let left = times; left > 0; left -= 1) {
    const done = work();
    if (done instanceof Promise) await done;
  }
  return Number(process.hrtime.bigint() - started) / times;
}

function text(bytes) {
  return Buffer.from(bytes).toString('hex');
}

function same(what, ours, peer) {
  if (ours !== peer) throw new Error(`${what}: ours is ${ours}, theirs ${peer}`);
}
