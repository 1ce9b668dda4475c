// The npm package as a site gets it: installed into an empty project, compiled against, and called in every
// runtime it is for.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import nacl from 'tweetnacl';
import { openBrowser, openPage } from './lib/browser.mjs';
import { Project } from './lib/package/project.mjs';
import { freePort } from './lib/process.mjs';
import { readDrawing } from './lib/qr.mjs';
import { cases } from './lib/vectors.mjs';
import { ROOT } from './stack.mjs';
import { startHello } from './workerd.mjs';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const binary = (path) => createRequire(import.meta.url).resolve(path);
const base32 = (text) => [...text].map((sign) => sign.charCodeAt(0).toString(2).padStart(8, '0')).join('').match(/.{5}|.+$/g)
  .map((bits) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(bits.padEnd(5, '0'), 2)]).join('');

let project;
let declared;
let node;

before(async () => {
  project = new Project('tests/e2e/lib/package/answers.mjs', 'tests/e2e/lib/package/uses.ts');
  declared = String(project.read('node_modules/threegate/functions/index.d.ts'));
  node = await project.load('answers.mjs');
});
after(() => project?.remove());

/** Calls with their answers, of the files that the core itself is tested with. */
const RFC_KEY = '12345678901234567890';
const KINDS = { totp: 'period', hotp: 'counter' };
const { callbacks, from, to, secret, sender_public_key: publicKey, gateway_private_key: privateKey } = JSON.parse(read('tests/vectors/threema/callbacks.json'));
const opened = (callback, more = {}) => [
  'openCallback',
  new URLSearchParams({ from, to, messageId: callback.messageId, date: callback.date, nonce: callback.nonce, box: callback.box, mac: callback.mac }).toString(),
  { id: to, secrets: ['another', secret], privateKey, publicKey, at: 1_700_000_000, ...more },
];
const identity = `3mid:${from},${publicKey}`;
const secretKey = { secret: base32(RFC_KEY) };
const thrown = (code) => ({ thrown: code, name: 'ThreegateError' });

const VECTORS = [
  ...cases('rfc6238').map(({ algorithm, secret: key, digits, seconds, code }) => [['totp', { secret: key, algorithm, digits: Number(digits) }, Number(seconds)], code]),
  ...cases('rfc4226').map(({ secret: key, counter, code }) => [['hotp', { secret: key, counter: Number(counter) }], code]),
  ...cases('otpauth/written').filter(({ counter = 0 }) => Number(counter) < 2 ** 53).flatMap(({ link: uri, digits, ...written }) => {
    const kind = KINDS[written.type];
    const key = { ...written, digits: Number(digits), [kind]: Number(written[kind]) };
    return [[['keyUri', key], uri], [['parseKeyUri', uri], key], [['drawnAndRead', uri], [[uri], [uri]]]];
  }),
  ...cases('threema/payloads').map(({ text = '', error, id, key = null }) => {
    const call = ['parseThreemaQr', text, 1_700_000_000];
    if (!error) return [call, { id, publicKey: key }];
    const secret = ['qr_device_join', 'qr_export', 'qr_licence', 'qr_restore', 'qr_web_session'].includes(error);
    return [call, { ...thrown(error), ...(secret && { isSecret: true }) }];
  }),
  ...cases('threema/hashes').map(({ kind, address, hash }) => [[`${kind}Hash`, address], hash]),
  [['check', { ...secretKey, code: ' 287-082', last: null, at: 59 }], { verdict: 'accepted', step: 1, drift: 0 }],
  [['check', { ...secretKey, code: '287082', last: 1, at: 59 }], { verdict: 'used' }],
  [['check', { ...secretKey, code: '287082', last: 0, at: 89 }], { verdict: 'accepted', step: 1, drift: -1 }],
  [['check', { ...secretKey, code: '287082', last: 0, at: 89, window: 0 }], { verdict: 'wrong' }],
  [['check', { ...secretKey, code: '287082', last: 0, at: 89, window: { past: 1 } }], { verdict: 'accepted', step: 1, drift: -1 }],
  [['check', { ...secretKey, code: 'alice', last: null }], { verdict: 'malformed' }],
  [['check', { ...secretKey, code: '287082' }], thrown('argument_invalid')],
  [['check', { ...secretKey, code: '287082', last: null, at: 59_000_000_000_000 }], thrown('argument_invalid')],
  [['check', { ...secretKey, code: 287082, last: null }], thrown('argument_invalid')],
  [['check', { ...secretKey, code: '287082', last: null, digits: 5 }], thrown('parameter_invalid')],
  [['check', { ...secretKey, code: '287082', last: null, window: 21 }], thrown('parameter_invalid')],
  [['check', { secret: 'GEZDGNBV', code: '287082', last: null }], thrown('secret_malformed')],
  [['checkHotp', { ...secretKey, code: '359152', next: 0 }], { verdict: 'accepted', next: 3, skipped: 2 }],
  [['checkHotp', { ...secretKey, code: '359152', next: 3 }], { verdict: 'wrong' }],
  [['resyncHotp', { ...secretKey, codes: ['287082', '359152'], next: 0 }], { verdict: 'accepted', next: 3, skipped: 1 }],
  [['formatSecret', secretKey.secret], 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'],
  [['keyUri', { ...secretKey, issuer: 'https://forum.example', account: 'alice' }], thrown('label_invalid')],
  [['parseKeyUri', 'https://forum.example'], thrown('uri_invalid')],
  [['qrSvg', 'https://forum.example', 'A link'], thrown('uri_invalid')],
  [['drawnAndRead', identity], [[identity], [identity]]],
  [['replyLink', to, '123456'], `https://threema.id/${to}?text=123456`],
  [['drawnAndRead', `https://threema.id/${to}?text=123456`], [[`https://threema.id/${to}?text=123456`], [`https://threema.id/${to}?text=123456`]]],
  [['readReplyCode', '1️⃣23 456'], '123456'],
  [['readReplyCode', 'Hello'], null],
  [['parseRecoveryCode', 'olivr abcde'], '011VR-ABCDE'],
  [['parseRecoveryCode', 'olivr'], thrown('code_malformed')],
  [['parseThreemaId', ' echo-echo '], 'ECHOECHO'],
  [['parseThreemaId', 'echo'], thrown('threema_id_malformed')],
  [['phoneHash', 'nobody'], null],
  [['keyLevel', publicKey, publicKey.toUpperCase()], 'scanned'],
  [['keyLevel', publicKey], 'server'],
  [['keyLevel', publicKey, 'ab'.repeat(32)], thrown('threema_key_mismatch')],
  [['keyLevel', '0'.repeat(64)], thrown('threema_key_malformed')],
  [opened(callbacks[0]), { from, messageId: callbacks[0].messageId, date: 1_700_000_000, keepUntil: 1_700_000_000 + 14 * 86_400 + 301, message: { type: 'text', text: '123456' } }],
  [opened(callbacks[0], { publicKey: null }), { from, messageId: callbacks[0].messageId, date: 1_700_000_000, keepUntil: 1_700_000_000 + 14 * 86_400 + 301, message: null }],
  [opened(callbacks[0], { secrets: 'another' }), thrown('callback_mac')],
  [opened(callbacks[0], { id: '*TESTTSU' }), thrown('callback_addressee')],
  [opened(callbacks[0], { at: 1_800_000_000 }), thrown('message_old')],
  [opened(callbacks[0], { at: 1_600_000_000 }), thrown('message_early')],
  [opened(callbacks[0], { publicKey: 'ab'.repeat(32) }), thrown('message_box')],
  [opened(callbacks[0], { privateKey: 'x' }), thrown('threema_key_malformed')],
  [opened({ ...callbacks[0], mac: 'x' }), thrown('callback_shape')],
];
/** What makes an app ready first answers the same. */
const PREPARED = VECTORS.flatMap(([[name, given, ...more], expected]) => {
  if (name === 'totp') return [[['prepared', 'code', given, ...more], expected]];
  return name === 'check' ? [[['prepared', 'check', given, given], expected]] : [];
});
VECTORS.push(...PREPARED);
const CALLS = VECTORS.map(([call]) => call);

/** Each answer is the vectors'. */
function agree(answered) {
  assert.equal(answered.length, VECTORS.length);
  answered.forEach((answer, at) => assert.deepEqual(answer, VECTORS[at][1], JSON.stringify(VECTORS[at][0])));
}

const declaredCodes = () => [...declared.slice(declared.indexOf('ErrorCode =')).matchAll(/\| '(\w+)'/g)].map(([, code]) => code);

test('tsc takes what a site would write, and refuses what it should not, in both ways of resolving', () => {
  for (const resolution of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    const [module, moduleResolution] = resolution;
    project.run(process.execPath, binary('typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom',
      '--module', module, '--moduleResolution', moduleResolution, 'uses.ts');
  }
});

test('it needs no other package, has its licences, and every file that it names', () => {
  const manifest = JSON.parse(project.read('node_modules/threegate/package.json'));
  assert.deepEqual(readdirSync(join(project.folder, 'node_modules')).filter((name) => !name.startsWith('.')), ['threegate']);
  assert.equal(manifest.version, /^version = "(.+)"$/m.exec(read('Cargo.toml'))[1]);
  const named = JSON.stringify(manifest.exports).match(/\.\/[\w./-]+\.\w+/g).filter((name) => !name.includes('*'));
  for (const name of [...named, 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) assert.ok(project.read(join('node_modules/threegate', name)).length > 0, name);
  assert.ok(named.length > 10);
});

test('what its README shows runs', () => {
  const [, shown] = String(project.read('node_modules/threegate/README.md')).match(/```js\n([^]*?)\n```/);
  project.write('shown.mjs', `${shown}\nconsole.log(judged.verdict, picture.slice(0, 4));`);
  assert.match(project.run(process.execPath, 'shown.mjs'), /^(wrong|accepted) <svg\n$/);
});

test('what is declared is what is there', () => {
  const functions = [...declared.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(functions.toSorted(), node.names.toSorted());
});

test('every error code that is declared is one of the core, and every one that was seen is declared', () => {
  const codes = declaredCodes();
  const folders = ['core/src', 'wasm-frontend/src/functions'];
  const sources = folders.flatMap((path) => readdirSync(join(ROOT, path), { recursive: true }).filter((name) => name.endsWith('.rs')).map((name) => read(join(path, name)))).join('\n');
  for (const code of codes) assert.ok(sources.includes(`"${code}"`), code);
  const seen = new Set(VECTORS.map(([, expected]) => expected?.thrown).filter(Boolean));
  for (const code of seen) assert.ok(codes.includes(code), code);
  assert.ok(seen.size > 20);
});

test('in Node it answers as the vectors do', async () => agree(await node.answers(CALLS)));

test('each of the 25 callbacks is read as the core reads it', async () => {
  const answered = await node.answers(callbacks.map((callback) => opened(callback)));
  for (const [at, { name, outcome }] of callbacks.entries()) {
    const { message, thrown: code } = answered[at];
    const told = code ?? message.type;
    if (outcome.startsWith('refused ')) assert.equal(told, outcome.split(' ')[1], name);
    else if (outcome.startsWith('unreadable ')) assert.equal(told, outcome.split(' ')[1], name);
    else if (outcome.startsWith('text')) assert.deepEqual(message, { type: 'text', text: outcome.slice('text '.length) }, name);
    else assert.ok(['receipt', 'reaction', 'other'].includes(told), `${name}: ${told}`);
  }
});

test('each export of another app is read as the core reads it, whole or in part', async () => {
  const exported = cases('migration');
  const answered = await node.answers(exported.map(({ link = '' }) => ['parseMigration', [link, link]]));
  for (const [at, { refused, part, account, unreadable }] of exported.entries()) {
    const { missing, accounts, thrown: code } = answered[at];
    if (refused) assert.equal(code, 'uri_invalid', JSON.stringify(exported[at]));
    else if (part !== '1 of 1') assert.deepEqual([missing.length + 1, accounts], [Number(part.split(' of ')[1]), []], part);
    else if (account) {
      // The last of several accounts; a counter that JavaScript has no number for is not compared.
      const [kind, issuer, name, key] = account.split(' | ');
      const [type, algorithm, digits] = kind.split(' ');
      const { period, counter, ...read } = accounts.at(-1);
      const known = (text) => (text === '-' ? null : text);
      assert.deepEqual(read, { type, algorithm, digits: Number(digits), issuer: known(issuer), account: known(name), secret: key });
      assert.equal(type, period === 30 ? 'totp' : 'hotp');
    } else assert.match(accounts.at(-1).error, /^(label_invalid|parameter_invalid|secret_malformed)$/, unreadable);
  }
  const [two] = await node.answers([['parseMigration', [exported[0].link, exported.find(({ part }) => part === '2 of 3').link]]]);
  assert.equal(two.thrown, 'uri_invalid');
});

test('whatever it is given, no function traps: it answers, or says what is wrong', async () => {
  const odd = [undefined, null, 5, NaN, true, {}, [], [5], 'x', '\ud800', Symbol.iterator, new Uint8Array(3), () => 1];
  const told = new Set();
  const { Authenticator, ...functions } = await project.load('node_modules/threegate/functions/node.js');
  const { readQr } = await project.load('node_modules/threegate/functions/read-qr/node.js');
  const app = new Authenticator(secretKey);
  const more = [readQr, function made(given) { new Authenticator(given).free(); }, function shown(at) { app.code(at); }, function judged(given) { app.check(given); }];
  for (const call of [...Object.values(functions), ...more]) {
    for (const first of odd) {
      for (const second of odd) {
        try {
          await call(first, second);
        } catch ({ name, code, message }) {
          assert.equal(name, 'ThreegateError', `${call.name}(${String(first)}, ${String(second)}): ${message}`);
          told.add(code);
        }
      }
    }
  }
  for (const code of told) assert.ok(declaredCodes().includes(code), code);
});

test('what is drawn at random differs, and is of its form', async () => {
  const twice = async (call) => {
    const [first, second] = await node.answers([call, call]);
    assert.notDeepEqual(first, second);
    return first;
  };
  assert.match(await twice(['newSecret']), /^[A-Z2-7]{32}$/);
  const codes = await twice(['newRecoveryCodes']);
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  assert.match(await twice(['newReplyCode']), /^\d{6}$/);
  const pair = await twice(['newKeyPair']);
  assert.deepEqual(await node.answers([['publicKeyOf', pair.privateKey]]), [pair.publicKey]);
});

test('another implementation opens what is sealed, and reads the QR codes', async () => {
  const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const receiver = nacl.box.keyPair();
  const [{ nonce, box }, sender] = await node.answers([
    ['sealText', 'Grüezi', { publicKey: Buffer.from(receiver.publicKey).toString('hex'), privateKey }], ['publicKeyOf', privateKey],
  ]);
  const plain = Buffer.from(nacl.box.open(bytes(box), bytes(nonce), bytes(sender), receiver.secretKey));
  assert.equal(plain[0], 1);
  assert.equal(plain.subarray(1, plain.length - plain.at(-1)).toString(), 'Grüezi');
  const [path] = await node.answers([['qrPath', identity]]);
  assert.equal(await readDrawing(path), identity);
});

test('in Deno it answers as the vectors do', () => {
  project.write('calls.json', JSON.stringify(CALLS));
  project.write('deno.mjs', `import { answers } from './answers.mjs';
import { readFileSync } from 'node:fs';
console.log(JSON.stringify(await answers(JSON.parse(readFileSync('calls.json', 'utf8')))));`);
  const printed = project.run(process.execPath, binary('deno/bin.cjs'), 'run', '--no-remote', '--node-modules-dir=manual', '--allow-read=.', 'deno.mjs');
  agree(JSON.parse(printed));
});

test('in a Worker, bundled by wrangler, it answers as the vectors do', async () => {
  project.write('worker.mjs', `import { answers } from './answers.mjs';
export default { fetch: async (request) => Response.json(request.method === 'POST' ? await answers(await request.json()) : 'here') };`);
  project.run(process.execPath, binary('wrangler/bin/wrangler.js'), 'deploy', 'worker.mjs', '--name', 'a-site', '--compatibility-date', '2026-01-01', '--dry-run', '--outdir', 'bundle');
  const port = await freePort();
  const worker = await startHello({ state: join(project.folder, 'workerd'), port, from: join(project.folder, 'bundle'), main: 'worker.js' });
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(CALLS) });
    agree(await answer.json());
  } finally {
    await worker.kill();
  }
});

test('in Chromium, under a strict policy, it answers as the vectors do', async () => {
  const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
  const map = JSON.stringify({ imports: { threegate: '/node_modules/threegate/functions/web.js', 'threegate/read-qr': '/node_modules/threegate/functions/read-qr/web.js' } });
  const policy = "default-src 'none'; script-src 'self' 'nonce-map' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'";
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    response.setHeader('content-security-policy', policy);
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(`<!doctype html><title>A site</title><script type="importmap" nonce="map">${map}</script><script type="module" src="/page.mjs"></script>`);
    if (pathname === '/page.mjs') return response.setHeader('content-type', TYPES['.mjs']).end("import { answers } from '/answers.mjs'; globalThis.answers = answers;");
    const file = pathname === '/favicon.ico' ? undefined : project.read(pathname);
    return response.writeHead(file ? 200 : 204, { 'content-type': TYPES[extname(pathname)] ?? 'text/plain' }).end(file);
  }).listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const browser = await openBrowser();
  try {
    const page = await openPage(browser);
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction(() => 'answers' in globalThis);
    agree(await page.evaluate((calls) => globalThis.answers(calls), CALLS));
    assert.deepEqual(page.errors, []);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
