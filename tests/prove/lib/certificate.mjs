// A key and a certificate for servers of this machine, made on the spot: what a browser needs to speak
// HTTP/2 with them. It is told to trust it by `spki` (Chromium's `--ignore-certificate-errors-spki-list`),
// since what a browser merely overlooks it does not keep in its cache.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const DAY = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'));
const SUBJECT_ALT_NAME = der(0x06, Buffer.from('551d11', 'hex'));

/** `{ key, cert, spki }` for these host names, for a day; RFC 5280, section 4.1. */
export function certificate(names) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const subject = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(names[0])))));
  const alternatives = sequence(...names.map((name) => der(0x82, Buffer.from(name))));
  const serial = randomBytes(8);
  // Positive, and no zero before.
  serial[0] = (serial[0] & 0x3f) | 0x40;
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    subject,
    sequence(time(Date.now() - DAY), time(Date.now() + DAY)),
    subject,
    spki,
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, alternatives)))),
  );
  const signature = sign('sha256', signed, privateKey);
  const whole = sequence(signed, ECDSA_WITH_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
    spki: createHash('sha256').update(spki).digest('base64'),
  };
}

function der(tag, content) {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length.toString(16);
  const long = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | long.length]), long, content]);
}

function sequence(...parts) {
  return der(0x30, Buffer.concat(parts));
}

function time(milliseconds) {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}
