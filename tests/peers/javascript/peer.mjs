// Makes callbacks by tweetnacl and node's own HMAC: a job as JSON on standard input, their bodies as a
// JSON array on standard output. `tests/e2e/peers.test.mjs` has the same job done by other libraries.
import { createHmac, randomInt } from 'node:crypto';
import { text } from 'node:stream/consumers';
import nacl from 'tweetnacl';

const { from, to, secret, private_key, public_key, date, messages } = JSON.parse(await text(process.stdin));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data) => Buffer.from(data).toString('hex');

function callback({ id, type, data }) {
  const padding = randomInt(1, 256);
  const plaintext = Uint8Array.from([parseInt(type, 16), ...bytes(data), ...Array(padding).fill(padding)]);
  const nonce = nacl.randomBytes(nacl.box.nonceLength);
  const box = nacl.box(plaintext, nonce, bytes(public_key), bytes(private_key));
  const fields = { from, to, messageId: id, date: String(date), nonce: hex(nonce), box: hex(box) };
  const mac = createHmac('sha256', secret).update(Object.values(fields).join('')).digest('hex');
  return new URLSearchParams({ ...fields, mac }).toString();
}

process.stdout.write(JSON.stringify(messages.map(callback)));
