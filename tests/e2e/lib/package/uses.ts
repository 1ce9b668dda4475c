// What a site would write, and what its compiler should not let it write. Compiled, never run.
import 'threegate/element';
import { readQr } from 'threegate/read-qr';
import {
  Authenticator, check, checkHotp, emailHash, formatSecret, hotp, keyFingerprint, keyLevel, keyUri,
  newKeyPair, newRecoveryCodes, newReplyCode, newSecret, openCallback, parseKeyUri, parseMigration,
  parseRecoveryCode, parseThreemaId, parseThreemaQr, phoneHash, publicKeyOf, qrPath, qrSvg,
  readReplyCode, replyLink, resyncHotp, sealText, secretBytes, totp,
} from 'threegate';
import type { ErrorCode, ThreegateError, Verdict } from 'threegate';

declare const user: { secret: string; last: number | null; next: number };

const verdict: Verdict = check({ secret: user.secret, code: '123 456', last: user.last, at: new Date(), window: 2 });
if (verdict.verdict === 'accepted') user.last = verdict.step;
// @ts-expect-error Only what was accepted has a step.
verdict.step;
// @ts-expect-error Whoever forgets `last` would take each code twice.
check({ secret: user.secret, code: '123456' });

const app = new Authenticator({ secret: user.secret, digits: 8 });
const again: Verdict = app.check({ code: app.code(), last: user.last });
// @ts-expect-error Here too.
app.check({ code: '12345678' });
app.free();
// @ts-expect-error
totp({ secret: user.secret, digits: 5 });
// @ts-expect-error A token has a counter.
keyUri({ type: 'hotp', secret: user.secret, issuer: 'Forum', account: 'alice' });

const counted = checkHotp({ secret: secretBytes(user.secret), code: '1', next: user.next, ahead: 20 });
if (counted.verdict === 'accepted') user.next = counted.next + counted.skipped;
resyncHotp({ secret: user.secret, codes: ['123456', '654321'], next: 0 });

const uri: string = keyUri({ secret: newSecret(), issuer: 'Forum', account: 'alice', period: 60 });
const key = parseKeyUri(uri);
const moving: number = key.type === 'totp' ? key.period : key.counter;
const { missing, accounts } = parseMigration(['otpauth-migration://offline?data=']);
const taken: string[] = accounts.flatMap((one) => ('error' in one ? [] : [one.secret]));
if (missing.length > 0) taken.push(`Number ${missing[0]} is missing.`);
const texts: string[] = [
  qrSvg(uri, 'Key'), qrPath(uri).path, totp({ secret: key.secret }, 59), hotp({ secret: key.secret, counter: moving }),
  formatSecret(key.secret), ...newRecoveryCodes(), parseRecoveryCode('olivr-abcde'), newReplyCode(['123456']),
  replyLink('*TESTTST', '123456'), readReplyCode('12 34 56') ?? '', parseThreemaId('echoecho'), emailHash('a@b.example'),
  phoneHash('+41790000000') ?? '', keyFingerprint(newKeyPair().publicKey), publicKeyOf(newKeyPair().privateKey),
  keyLevel('', parseThreemaQr('3mid:').publicKey ?? undefined), sealText('Hello', newKeyPair()).box,
];
texts.push(...readQr(new ImageData(1, 1)));

async function callback(body: string): Promise<string> {
  const { from, message } = await openCallback(body, {
    id: '*TESTTST', secrets: ['a', 'b'], privateKey: newKeyPair().privateKey, publicKey: async () => null,
  });
  return message?.type === 'text' ? from + message.text : '';
}

function told(error: ThreegateError): boolean {
  const secret: ErrorCode = 'qr_export';
  // @ts-expect-error No such code.
  return error.code === 'qr_import' || (error.code === secret && error.isSecret === true);
}

const element = document.createElement('threegate-enroll');
element.addEventListener('threegate:enrolled', ({ detail }) => {
  texts.push(detail.method === 'totp' ? detail.uri + detail.secret : detail.id + (detail.publicKey ?? ''));
});
document.addEventListener('threegate:error', ({ detail }) => texts.push(detail.code));
void [again, taken, callback, told];
