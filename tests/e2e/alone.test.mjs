// <threegate-enroll> without a worker: it makes the secret in the page, and the site's own server checks codes.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { openBrowser, openPage } from './lib/browser.mjs';
import { paint } from './lib/camera.mjs';
import { Project } from './lib/package/project.mjs';
import { servePages } from './lib/page-server.mjs';
import { freePort } from './lib/process.mjs';
import { readQr } from './lib/qr.mjs';
import { Screens } from './lib/screens.mjs';

const KEY = '4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b';
const screens = new Screens(process.env.THREEGATE_SHOTS);
let project;
let server;
let pages;
let browser;
let page;

before(async () => {
  project = new Project('www/alone/second-factor.mjs');
  server = await project.load('second-factor.mjs');
  pages = await servePages(await freePort());
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await pages?.close();
  project?.remove();
});
beforeEach(async () => {
  pages.sent = [];
  page = await openPage(browser, { baseURL: pages.origin });
  page.asked = [];
  page.on('request', (request) => page.asked.push(request.url()));
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const kind of ['enrolled', 'pass', 'error']) {
      document.addEventListener(`threegate:${kind}`, ({ detail }) => globalThis.heard.push({ kind, ...detail }));
    }
  });
});
afterEach(() => page.context().close());

async function show(attributes) {
  pages.html = `<main><h1>Settings</h1><form method="post" action="/sent"><threegate-enroll ${attributes}></threegate-enroll><button>Send</button></form></main>`;
  await page.goto('/');
}
const heard = () => page.evaluate(() => globalThis.heard);
const click = (name) => page.getByRole('button', { name }).click();
const field = () => page.getByLabel('Code from your app');
const sees = (text) => page.getByText(text).first().waitFor();

/** The form is sent; what the site's server got. */
async function send() {
  await click('Send');
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  return pages.sent[0];
}

/** Chooses the authenticator; answers an app that has its key. */
async function begin() {
  await click(/^Authenticator app/);
  return new Authenticator(await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText());
}

/** A database of one account, as far as `passes` needs it. */
function database(account) {
  return {
    raiseLast(id, step) {
      const raises = id === account.id && (account.last === null || account.last < step);
      if (raises) account.last = step;
      return raises;
    },
  };
}

test('an authenticator is enrolled in the page, its secret comes out, and the site checks its codes', async () => {
  await show('issuer="Our Forum" account="alice"');
  const app = await begin();
  await screens.look(page, 'alone-scan');
  const picture = await page.getByRole('img', { name: /^QR code/ }).screenshot();
  await field().fill(app.wrongCodes(1)[0]);
  await sees(/That code is not right/);
  assert.deepEqual(await heard(), []);
  await field().fill(await app.freshCode());
  await page.getByRole('heading', { name: 'That worked' }).waitFor();
  await sees('The code was right. Our Forum goes on from here.');
  await screens.look(page, 'alone-done');

  const [{ kind, method, secret, uri }, ...more] = await heard();
  assert.deepEqual([kind, method, more], ['enrolled', 'totp', []]);
  assert.equal(uri, `otpauth://totp/Our%20Forum:alice?secret=${secret}&issuer=Our%20Forum`);
  assert.equal(await readQr(picture), uri);
  assert.deepEqual(page.asked.filter((url) => !url.startsWith(pages.origin)), []);

  const account = { id: 1, ...server.enrolment(await send()) };
  assert.deepEqual(account, { id: 1, secret, last: null });
  const accounts = database(account);
  assert.equal(await server.passes(account, app.wrongCodes(1)[0], accounts), false);
  const code = await app.freshCode();
  const twice = [{ ...account }, { ...account }].map((read) => server.passes(read, code, accounts));
  assert.deepEqual((await Promise.all(twice)).toSorted(), [false, true]);
  assert.equal(await server.passes(account, code, accounts), false);
  assert.throws(() => server.enrolment({ 'threegate-response': 'x' }), { name: 'ThreegateError', code: 'uri_invalid' });
  assert.deepEqual(page.errors, []);
});

test('a Threema ID is read, its key with it, and comes out', async () => {
  await show('issuer="Our Forum" methods="totp threema-code"');
  await click(/^Threema/);
  await page.locator('input[type=file]').setInputFiles({
    name: 'code.png', mimeType: 'image/png', buffer: await paint(browser, { text: `3mid:ECHOECHO,${KEY}` }),
  });
  await sees('Your Threema ID was read. Our Forum goes on from here.');
  await screens.look(page, 'alone-threema-done');
  assert.deepEqual(await heard(), [{ kind: 'enrolled', method: 'threema', id: 'ECHOECHO', publicKey: KEY }]);
  assert.deepEqual(await send(), { 'threegate-response': `3mid:ECHOECHO,${KEY}` });
});

test('a Threema ID that is typed has no key', async () => {
  await show('methods="threema-reply"');
  await click(/^Threema/);
  await page.getByLabel('Or type your Threema ID').fill('echoecho');
  await page.getByLabel('Or type your Threema ID').press('Enter');
  await sees(/Your Threema ID was read/);
  assert.deepEqual(await heard(), [{ kind: 'enrolled', method: 'threema', id: 'ECHOECHO', publicKey: null }]);
});

test('begun anew, it makes another secret, and forgets what it had', async () => {
  await show('issuer="Our Forum"');
  const app = await begin();
  const code = await app.freshCode();
  await field().fill(code);
  await sees('That worked');
  await page.locator('threegate-enroll').evaluate((element) => element.reset());
  assert.equal(await page.locator('threegate-enroll').evaluate(({ value }) => value), null);
  await begin();
  await field().fill(code);
  await sees(/That code is not right/);
});

test('in German and French it says so too, and loads no program of functions where there is a worker', async () => {
  for (const [language, choice, words] of [['de', /^Authenticator-App/, 'Das hat geklappt'], ['fr', /^Application/, 'C’est réussi']]) {
    await show(`language="${language}"`);
    await click(choice);
    const app = new Authenticator(await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText());
    await page.getByRole('textbox').fill(await app.freshCode());
    await page.getByRole('heading', { name: words }).waitFor();
  }
  page.asked = [];
  await show('endpoint="" ticket=""');
  await page.waitForFunction(() => globalThis.heard.some(({ code }) => code === 'ticket_missing'));
  assert.deepEqual(page.asked.filter((url) => url.includes('functions')), []);
});

test('a name that no app may show is told to the developer', async () => {
  await show('issuer="https://forum.example"');
  await page.waitForFunction(() => globalThis.heard.some(({ code }) => code === 'label_invalid'));
});
