// Answers questions by otplib and tweetnacl: a line of JSON on standard input, a line on standard output.
// `tests/peers/differential` asks.
import { readSync, writeSync } from 'node:fs';
import { parse } from '@otplib/uri';
import { generateSync, generateURI, verifySync } from 'otplib';
import nacl from 'tweetnacl';

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data) => data && Buffer.from(data).toString('hex');

const ANSWERS = {
  code: ({ secret, ...options }) => generateSync({ ...options, secret: bytes(secret) }),
  check: ({ secret, ...options }) => verifySync({ ...options, secret: bytes(secret) }),
  write: (options) => generateURI(options),
  read: ({ uri }) => parse(uri),
  public: ({ key }) => hex(nacl.box.keyPair.fromSecretKey(bytes(key)).publicKey),
  seal: ({ plaintext, nonce, to, by }) => hex(nacl.box(...[plaintext, nonce, to, by].map(bytes))),
  open: ({ box, nonce, from, by }) => hex(nacl.box.open(...[box, nonce, from, by].map(bytes))),
};

function answer(line) {
  const { ask, ...question } = JSON.parse(line);
  try {
    return { answer: ANSWERS[ask](question) };
  } catch (error) {
    return { refused: `${error.name}: ${error.message}` };
  }
}

/** Reads line after line, waiting: whoever asks sends the next question after the last answer. */
function* lines() {
  const chunk = Buffer.alloc(1 << 16);
  let rest = '';
  for (;;) {
    const read = readSync(0, chunk);
    if (read === 0) return;
    // The questions are ASCII.
    rest += chunk.toString('latin1', 0, read);
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
}

for (const line of lines()) {
  const whole = Buffer.from(`${JSON.stringify(answer(line))}\n`);
  for (let at = 0; at < whole.length; at += writeSync(1, whole, at));
}
