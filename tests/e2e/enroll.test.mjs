// Everything that <threegate-enroll> offers, each way to its pass, on a site that is nothing but one page.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { openBrowser, openPage } from './lib/browser.mjs';
import { film } from './lib/camera.mjs';
import { Site } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { Screens } from './lib/screens.mjs';
import { tabTo } from './lib/story-acts.mjs';
import { codeOn, loginByReply, otherCode } from './lib/threema.mjs';
import { Token } from './lib/token.mjs';
import { askWell, thumb } from './lib/tap.mjs';

const SETTINGS = {
  METHODS: 'totp hotp threema-reply threema-code threema-tap recovery',
  LOOK_UP_BY_EMAIL: 'yes',
  LOOK_UP_BY_PHONE: 'yes',
};
const EMAIL = 'alice@forum.example';
const screens = new Screens(process.env.THREEGATE_SHOTS);
let stack;
let pages;
let site;
let browser;
let page;
let phones = 0;
let stop;

before(async () => {
  ({ stack, site, pages, browser, stop } = await startOnePage({ settings: SETTINGS }));
});
after(() => stop?.());
beforeEach(async () => {
  pages.sent = [];
  page = await openPage(browser, { baseURL: pages.origin });
});
afterEach(() => page.context().close());

const newPhone = (more) => stack.gateway.addPhone(`ENROL${String(phones += 1).padStart(3, '0')}`, more);
const sees = (text) => page.getByText(text).first().waitFor();
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const press = (name) => page.getByRole('button', { name }).click();
const idField = () => page.getByRole('textbox', { name: 'Or type your Threema ID' });

/** Shows a new member's enrolment; `more` is what the site says of the member. */
async function show(more = {}, user = randomUUID()) {
  const asked = expectStatus(await site.tickets(user, 'enroll', { label: 'alice', ...more }), 201);
  pages.html = `<main><h1>Settings</h1><form method="post"><threegate-enroll endpoint="${stack.worker.endpoint}" ticket="${asked.ticket}"></threegate-enroll></form></main>`;
  await page.goto('/');
  return { user, ...asked };
}

async function shownCode() {
  return (await page.getByText(/^\d{3} \d{3}$/).innerText()).replace(' ', '');
}

/** From the recovery codes to the end; answers what siteverify says of the pass. */
async function finish({ user, ticket_id }) {
  await heading('Keep your recovery codes');
  await page.getByLabel('I have kept these codes in a safe place').check();
  await press('Continue');
  await heading('Two-factor login is on');
  const response = await page.locator('threegate-enroll').evaluate(({ value }) => value);
  return (await site.siteverify(user, ticket_id, response)).body;
}

test('each method has its name and one sentence, and the strongest is said in words', async () => {
  await show();
  const choices = page.getByRole('list').getByRole('button');
  await choices.first().waitFor();
  assert.deepEqual(await choices.allInnerTexts(), [
    'Authenticator app\nAn app on your phone shows a new code every 30 seconds, even without a connection.',
    'Code token\nA token or an app that shows its next code whenever you press a button.',
    'Threema\nThe strongest here\nYou log in by sending a code from your Threema ID. There is nothing to type.',
  ]);
  await screens.look(page, 'choose');
});

test('a token’s key is enrolled by its first code', async () => {
  const begun = await show();
  await press(/^Code token/);
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  assert.match(await page.getByRole('link', { name: 'Open in the app on this phone' }).getAttribute('href'), /^otpauth:\/\/hotp\//);
  await sees('If you type the key, choose “counter-based”.');
  await page.getByLabel('Code from your token').fill(new Token(key.trim()).press());
  const { success, method } = await finish(begun);
  assert.deepEqual([success, method], [true, 'hotp']);
});

test('by keyboard alone an app is set up, from the choice to the end', async () => {
  const begun = await show();
  const next = async (target, key) => {
    await target.waitFor();
    await tabTo(page, target);
    await page.keyboard.press(key);
  };
  await next(page.getByRole('button', { name: /^Authenticator app/ }), 'Enter');
  await page.getByLabel('Code from your app').waitFor();
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await tabTo(page, page.getByLabel('Code from your app'));
  await page.keyboard.type(await new Authenticator(key.trim()).freshCode());
  await next(page.getByLabel('I have kept these codes in a safe place'), 'Space');
  await next(page.getByRole('button', { name: 'Continue' }), 'Enter');
  await heading('Two-factor login is on');
  const response = await page.locator('threegate-enroll').evaluate(({ value }) => value);
  assert.equal((await site.siteverify(begun.user, begun.ticket_id, response)).body.method, 'totp');
});

test('the ID that the site knows stands in the field, and is told to be the site’s word', async () => {
  const phone = await newPhone();
  await show({ threema_id: phone.id });
  await press(/^Threema/);
  await heading('Which Threema ID is yours?');
  assert.equal(await idField().inputValue(), phone.id);
  await sees(/knows this ID of you/);
  await screens.look(page, 'identify-suggested');
  await press('Continue');
  await sees(`Send it from Threema ID ${phone.id}`);
});

test('an ID is found by the e-mail address, is not shown whole, and proved by its own message', async () => {
  const phone = await newPhone({ email: EMAIL });
  const begun = await show({ email: EMAIL });
  await press(/^Threema/);
  assert.equal(await page.getByRole('button', { name: /phone number/ }).count(), 0);
  await press('Find my ID by my e-mail address');
  await sees('Key from Threema’s server, found by your address');
  assert.ok(!(await page.locator('threegate-enroll').evaluate(({ shadowRoot }) => shadowRoot.textContent)).includes(phone.id));
  assert.equal(await page.getByText('Compare the key').count(), 0);
  await screens.look(page, 'send-found');
  assert.equal(await phone.text(await shownCode()), 200);
  await heading('How do you want to log in?');
  await press(/^Send a code/);
  assert.equal((await finish(begun)).method, 'threema-reply');
  await loginByReply(site, { user: begun.user, phone });
});

test('where the directory has no ID for the address, that is said, and the ID can be typed', async () => {
  await show({ phone: '+41 79 000 00 00' });
  await press(/^Threema/);
  await press('Find my ID by my phone number');
  await sees(/Threema knows no ID with the address that/);
  await screens.look(page, 'identify-not-found');
  await idField().fill((await newPhone()).id);
  await press('Continue');
  await heading('Send this code with Threema');
});

test('after the proof the method for daily use is chosen, and the member is asked by it', async () => {
  const phone = await newPhone();
  const begun = await show();
  await press(/^Threema/);
  await idField().fill(phone.id);
  await press('Continue');
  assert.equal(await phone.text(await shownCode()), 200);
  await heading('How do you want to log in?');
  await screens.look(page, 'daily');
  await page.reload();
  await heading('How do you want to log in?');
  await press(/^Answer with a thumbs-up/);
  await heading('Keep your recovery codes');
  await page.reload();
  await finish(begun);
  await sees(/Answer with a thumbs-up/);
  const described = expectStatus(await site.admin('users:get', { user: begun.user }), 200);
  assert.equal(described.default, 'threema-tap');
  assert.deepEqual(described.factors.map(({ method }) => method).sort(), ['threema-reply', 'threema-tap']);
  const asked = await askWell(site, { user: begun.user, phone });
  assert.equal(await thumb(phone, 'up', asked.message), 200);
  assert.equal(expectStatus(await asked.page.look(), 200).pass_ready, true);
});

test('a choice that gets no answer is said, and can be made again', async () => {
  const phone = await newPhone();
  const begun = await show();
  await press(/^Threema/);
  await idField().fill(phone.id);
  await press('Continue');
  assert.equal(await phone.text(await shownCode()), 200);
  await heading('How do you want to log in?');
  await page.route('**/v1/client/factors', (route) => route.abort(), { times: 1 });
  await press(/^Get a code and type it/);
  await sees('There was no answer. Check your connection, then try again.');
  await press(/^Get a code and type it/);
  await finish(begun);
  assert.equal(expectStatus(await site.admin('users:get', { user: begun.user }), 200).default, 'threema-code');
});

test('the camera’s picture has a frame and a choice of cameras, and each goes off when it is left', async () => {
  const filming = await openBrowser({ more: ['--use-fake-device-for-media-stream=device-count=2'] });
  await page.context().close();
  page = await openPage(filming, { baseURL: pages.origin, permissions: ['camera'] });
  try {
    await show();
    await press(/^Threema/);
    await press('Scan my ID with the camera');
    const cameras = page.getByRole('combobox', { name: 'Camera' });
    await cameras.waitFor();
    assert.equal(await cameras.getByRole('option').count(), 2);
    await screens.look(page, 'camera');
    const track = () => page.getByLabel('What the camera sees').evaluateHandle((video) => video.srcObject.getTracks()[0]);
    const first = await track();
    const before = await cameras.evaluate(({ selectedIndex }) => selectedIndex);
    await cameras.selectOption({ index: 1 - before });
    await page.waitForFunction((old) => old.readyState === 'ended', first);
    await page.waitForFunction((index) => document.querySelector('threegate-enroll').shadowRoot.querySelector('select')?.selectedIndex === index, 1 - before);
    await page.getByLabel('What the camera sees').evaluate((video) => video.srcObject ?? new Promise((resolve) => { video.onloadeddata = resolve; }));
    const second = await track();
    await press('Stop the camera');
    await page.waitForFunction((track) => track.readyState === 'ended', second);
    await page.getByRole('button', { name: 'Scan my ID with the camera' }).waitFor();
  } finally {
    await filming.close();
  }
});

test('a camera that is refused says what to do, and can be tried again when it is allowed', async () => {
  const filming = await openBrowser({ camera: await film(browser, '') });
  await page.context().close();
  page = await openPage(filming, { baseURL: pages.origin, permissions: [] });
  try {
    await show();
    await press(/^Threema/);
    await press('Scan my ID with the camera');
    await sees(/Allow it in your browser and try again, or choose an image, or type your ID/);
    await screens.look(page, 'camera-denied');
    await page.context().grantPermissions(['camera']);
    await press('Try the camera again');
    await page.getByRole('button', { name: 'Stop the camera' }).waitFor();
    assert.equal(await page.getByRole('combobox').count(), 0, 'there is one camera only');
  } finally {
    await filming.close();
  }
});

// Basic mode: the last, since the worker is started anew for it

test('where messages can only be sent, an ID is confirmed by the code in one, and that is said to be readable', async () => {
  await stack.worker.kill();
  await stack.restartWorker({ THREEMA_PRIVATE_KEY: undefined, THREEMA_CALLBACK_PATH: undefined });
  site = new Site(stack.worker, stack.origin);
  const phone = await newPhone();
  const begun = await show();
  const threema = page.getByRole('button', { name: /^Threema/ });
  assert.match(await threema.innerText(), /sends a code to your Threema ID, and you type it/);
  assert.match(await page.getByRole('button', { name: /^Authenticator app/ }).innerText(), /The strongest here/);
  await threema.click();
  await idField().fill(phone.id);
  await press('Continue');
  await heading('Enter the code from Threema');
  await sees(`We sent a code to Threema ID ${phone.id}. Open Threema and type it here.`);
  await sees(/not end-to-end encrypted/);
  await sees('Key from Threema’s server');
  await screens.look(page, 'receive');
  const field = page.getByLabel('Code from Threema');
  const code = await codeOn(phone, 1);
  for (let wrong = 1; wrong <= 3; wrong += 1) await field.fill(otherCode(code, wrong));
  await heading('That code has expired');
  await screens.look(page, 'receive-over');
  await press('Send a new code');
  await heading('Enter the code from Threema');
  await field.fill(await codeOn(phone, 2));
  assert.equal((await finish(begun)).method, 'threema-code');
  await sees(/sends you a code in Threema when you log in/);
});
