// The scanner alone, in Chromium: its camera, its pictures, and what it survives.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { openBrowser, openPage } from './lib/browser.mjs';
import { drawQr, film, paint } from './lib/camera.mjs';
import { serveScanner } from './lib/scanner-page.mjs';

const TEXT = '3mid:ECHOECHO,4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b';
const OTHER = '3mid:ABCD1234,0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
/** Decoders that load, and then never answer, or trap as WebAssembly does. */
const HANGING = decoder('for (;;);');
const TRAPPING = decoder('throw new WebAssembly.RuntimeError("unreachable");');
function decoder(read) {
  return `export default async () => {}; export const attempts = () => 5; export const read = () => { ${read} };`;
}

/** A browser without a camera, and one with a code before it. */
let plain;
let filming;
let twoCameras;
let open = [];
before(async () => {
  plain = await openBrowser({ more: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'] });
  filming = await openBrowser({ camera: await film(plain, TEXT) });
  // With a film there is one; these show a moving pattern.
  twoCameras = await openBrowser({ more: ['--use-fake-device-for-media-stream=device-count=2'] });
});
after(() => Promise.all([plain?.close(), filming?.close(), twoCameras?.close()]));
afterEach(async () => {
  for (const it of open.reverse()) await it.close();
  open = [];
});

/** A page with a scanner; `served` as for `serveScanner`. */
async function scannerPage(browser, { permissions = ['camera'], host = 'localhost', ...served } = {}) {
  const server = await serveScanner(served);
  const page = await openPage(browser, { permissions });
  open.push(server, page.context());
  page.asked = server.asked;
  await page.goto(`http://${host}:${server.port}/`);
  await page.waitForFunction(() => window.scanner);
  return page;
}

const openCamera = (page) => page.evaluate(() => scanner.camera(document.querySelector('video')));
const said = (page, state) => page.waitForFunction((it) => states.at(-1) === it, state);
const heard = (page, count = 1) => page.waitForFunction((it) => texts.length >= it, count).then(() => page.evaluate(() => texts));
const states = (page) => page.evaluate(() => window.states);
const read = async (page, bytes, type = 'image/png') =>
  page.evaluate(([base64, it]) => window.read(base64, it), [Buffer.from(bytes).toString('base64'), type]);
const closed = (worker) => new Promise((resolve) => { worker.once('close', resolve); });
/** Whether the page's own thread is free. */
const lives = (page) => page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 0, true); }));

test('the camera reads a Threema ID under a strict policy, and is off after close', async () => {
  const page = await scannerPage(filming);
  await openCamera(page);
  const [{ text }] = await heard(page);
  assert.equal(text, TEXT);
  assert.deepEqual(await states(page), ['starting', 'running']);
  const [thread, ...more] = page.workers();
  assert.deepEqual(more, []);
  const ended = closed(thread);
  const track = await page.evaluateHandle(() => document.querySelector('video').srcObject.getTracks()[0]);
  await page.evaluate(() => scanner.close());
  await ended;
  assert.equal(await track.evaluate(({ readyState }) => readyState), 'ended');
  assert.equal(await page.evaluate(() => document.querySelector('video').srcObject), null);
  assert.deepEqual(await states(page), ['starting', 'running']);
  assert.deepEqual(page.errors, []);
});

test('a code that stays before the camera is told again after three seconds, not earlier', async () => {
  const page = await scannerPage(filming);
  await openCamera(page);
  const [first, second] = await heard(page, 2);
  assert.equal(second.text, TEXT);
  assert.ok(second.at - first.at >= 2_990, `${second.at - first.at} ms`);
});

test('the camera is off while the page is hidden, and comes back with it', async () => {
  const page = await scannerPage(filming);
  await openCamera(page);
  await heard(page);
  const track = await page.evaluateHandle(() => document.querySelector('video').srcObject.getTracks()[0]);
  const hide = (hidden) => page.evaluate((it) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: it });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  assert.equal(await track.evaluate(({ readyState }) => readyState), 'ended');
  await hide(false);
  await page.waitForFunction(() => states.length === 4);
  assert.deepEqual(await states(page), ['starting', 'running', 'starting', 'running']);
  await heard(page, 2);
});

test('a camera that is refused, missing, or on a page that is not secure is named, and can be tried again', async () => {
  const refused = await scannerPage(filming, { permissions: [] });
  await openCamera(refused);
  await said(refused, 'denied');
  await refused.context().grantPermissions(['camera']);
  await openCamera(refused);
  await heard(refused);
  for (const [host, why] of [['localhost', 'missing'], ['insecure.test', 'insecure']]) {
    const page = await scannerPage(plain, host === 'localhost' ? {} : { host, permissions: [] });
    assert.equal(await page.evaluate(() => isSecureContext), host === 'localhost');
    await openCamera(page);
    await said(page, why);
    assert.deepEqual(await states(page), ['starting', why]);
  }
});

test('of two cameras the other one is picked, and the first is let go of', async () => {
  const page = await scannerPage(twoCameras);
  await openCamera(page);
  await said(page, 'running');
  const { cameras, at, torch } = await page.evaluate(() => choices.at(-1));
  assert.deepEqual([cameras.length, torch], [2, false]);
  assert.notEqual(cameras[0], cameras[1]);
  const video = () => page.evaluateHandle(() => document.querySelector('video').srcObject.getTracks()[0]);
  const first = await video();
  await page.evaluate((index) => scanner.pick(index), 1 - at);
  await page.waitForFunction(() => states.length === 4);
  assert.equal(await page.evaluate(() => choices.at(-1).at), 1 - at);
  assert.equal(await first.evaluate(({ readyState }) => readyState), 'ended');
  assert.deepEqual(await states(page), ['starting', 'running', 'starting', 'running']);
});

// No machine of a test has a light: the track says that it has one, and notes what is asked of it.
test('a camera that has a light says so, and turns it on and off', async () => {
  const page = await scannerPage(filming);
  await page.evaluate(() => {
    window.lit = [];
    Object.assign(MediaStreamTrack.prototype, {
      getCapabilities: () => ({ torch: true }),
      applyConstraints: async ({ advanced: [{ torch }] }) => { window.lit.push(torch); },
    });
  });
  await openCamera(page);
  await said(page, 'running');
  assert.equal(await page.evaluate(() => choices.at(-1).torch), true);
  await page.evaluate(() => { scanner.light(true); scanner.light(false); });
  assert.deepEqual(await page.evaluate(() => window.lit), [true, false]);
});

test('a camera that is open and shows nothing is told so, and goes off', async () => {
  const page = await scannerPage(filming);
  const track = await page.evaluateHandle(() => {
    const stream = document.createElement('canvas').captureStream(0);
    navigator.mediaDevices.getUserMedia = async () => stream;
    return stream.getTracks()[0];
  });
  await openCamera(page);
  await said(page, 'black');
  assert.deepEqual(await states(page), ['starting', 'black']);
  assert.equal(await track.evaluate(({ readyState }) => readyState), 'ended');
});

test('pictures of every kind that a browser draws are read', async () => {
  const page = await scannerPage(plain);
  const kinds = [
    { type: 'image/png' },
    { type: 'image/jpeg', angle: 30 },
    { type: 'image/webp', angle: 180 },
    { type: 'image/png', ink: '#eee', paper: '#111' },
    { type: 'image/png', ink: '#989898', paper: '#b4b4b4' },
    { type: 'image/jpeg', width: 4900, height: 3600, side: 1500, angle: 10 },
    { type: 'image/png', width: 100, height: 100, side: 82 },
  ];
  for (const kind of kinds) {
    assert.deepEqual(await read(page, await paint(plain, { text: OTHER, ...kind }), kind.type), [OTHER], JSON.stringify(kind));
  }
  assert.deepEqual(await read(page, await drawQr(OTHER), 'image/svg+xml'), [OTHER]);
  assert.deepEqual(await states(page), []);
  assert.deepEqual(page.errors, []);
});

test('a picture without a code, one that is none, and one that is too large are told apart', async () => {
  const page = await scannerPage(plain);
  assert.deepEqual(await read(page, await paint(plain, {})), []);
  assert.equal(await read(page, 'not a picture'), 'image_unreadable');
  assert.equal(await read(page, '<svg', 'image/svg+xml'), 'image_unreadable');
  const large = await page.evaluate(() => scanner.image(new Blob([new Uint8Array(20_000_001)])).catch(({ code }) => code));
  assert.equal(large, 'image_too_large');
});

test('pictures are read while the camera runs', async () => {
  const page = await scannerPage(filming);
  await openCamera(page);
  await heard(page);
  const picture = await paint(plain, { text: OTHER });
  assert.deepEqual(await Promise.all([read(page, picture), read(page, picture)]), [[OTHER], [OTHER]]);
  assert.equal(page.workers().length, 1);
});

test('a thread that hangs is ended, the page lives meanwhile, and the next thread reads the picture', async () => {
  const page = await scannerPage(plain, { replaced: { 'scan.js': [HANGING, undefined] } });
  const reading = read(page, await paint(plain, { text: OTHER }));
  const ended = closed(await page.waitForEvent('worker'));
  assert.equal(await lives(page), true);
  await ended;
  assert.deepEqual(await reading, [OTHER]);
  assert.equal(page.asked.filter((name) => name === 'scan.js').length, 2);
});

test('after three new threads the scanner gives up, says so, and can be tried again', async () => {
  const page = await scannerPage(filming, { replaced: { 'scan.js': [TRAPPING, TRAPPING, TRAPPING, TRAPPING, undefined] } });
  await openCamera(page);
  await said(page, 'failed');
  assert.equal(page.asked.filter((name) => name === 'scan.js').length, 4);
  assert.equal(await page.evaluate(() => document.querySelector('video').srcObject), null);
  assert.deepEqual(page.errors, []);
  await openCamera(page);
  assert.equal((await heard(page))[0].text, TEXT);
});

test('a picture that is being read when the scanner closes is dropped', async () => {
  const page = await scannerPage(plain, { replaced: { 'scan.js': [HANGING] } });
  const reading = read(page, await paint(plain, { text: OTHER }));
  const ended = closed(await page.waitForEvent('worker'));
  await page.evaluate(() => scanner.close());
  assert.equal(await reading, 'closed');
  await ended;
});

test('without threads, by policy or because the files are of another origin, the page reads itself', async () => {
  const elsewhere = await serveScanner();
  open.push(elsewhere);
  const away = { 'script-src': `'self' 'wasm-unsafe-eval' ${elsewhere.origin}`, 'connect-src': elsewhere.origin };
  for (const served of [{ policy: { 'worker-src': "'none'" } }, { widget: elsewhere.origin, policy: away }]) {
    const page = await scannerPage(filming, served);
    await openCamera(page);
    assert.equal((await heard(page))[0].text, TEXT);
    assert.deepEqual(await read(page, await paint(plain, { text: OTHER })), [OTHER]);
    assert.equal(page.workers().length, 0);
  }
});

test('where the decoder cannot be had, a picture is refused and the camera goes off', async () => {
  const page = await scannerPage(filming, { replaced: { 'scan_bg.wasm': ['no module'] } });
  assert.equal(await read(page, await paint(plain, { text: OTHER })), 'scanner_failed');
  await openCamera(page);
  await said(page, 'failed');
  assert.equal(await page.evaluate(() => document.querySelector('video').srcObject), null);
});
