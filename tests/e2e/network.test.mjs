// Lines that are slow or gone, a worker that is away, and browsers that run no WebAssembly.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { openPage } from './lib/browser.mjs';
import { enrol } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { Screens } from './lib/screens.mjs';
import { place, SETTINGS, WAYS } from './lib/ways.mjs';

const PURPOSES = ['verify', 'enroll', 'manage'];
/** Half a second there and back. */
const SLOW = { offline: false, latency: 500, downloadThroughput: 1e6 / 8, uploadThroughput: 1e6 / 8 };
const screens = new Screens(process.env.THREEGATE_SHOTS);
let stack;
let site;
let pages;
let browser;
let page;
let phones = 0;
let stop;

before(async () => {
  ({ stack, site, pages, browser, stop } = await startOnePage({ settings: SETTINGS }));
});
after(() => stop?.());
beforeEach(async () => {
  pages.policy = undefined;
  page = await openPage(browser, { baseURL: pages.origin });
  await page.addInitScript(() => {
    globalThis.codes = [];
    document.addEventListener('threegate:error', ({ detail }) => globalThis.codes.push(detail.code));
  });
});
afterEach(() => page.context().close());

const newPhone = () => stack.gateway.addPhone(`LINE${String(phones += 1).padStart(4, '0')}`);
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const press = (name) => page.getByRole('button', { name }).click();
const field = () => page.getByRole('textbox', { name: 'Code from your app' });
const shownKey = async () => (await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText()).trim();
const noAnswer = () => page.getByText('There was no answer. Check your connection, then try again.').first().waitFor();
const TITLES = { verify: 'Enter your code', enroll: 'Set up two-factor login', manage: 'Confirm that it’s you' };

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: a login goes on when the line that was gone is back`, async () => {
    const member = await way.member(site, await newPhone());
    await place(pages, site, member, 'verify');
    await page.goto('/');
    await way.waits(page);
    await page.context().setOffline(true);
    await way.act(page, member);
    if (!way.byPhone) await noAnswer();
    await page.context().setOffline(false);
    if (!way.byPhone) await press('Confirm');
    await heading('Confirmed');
  });
}

test('an enrolment goes on when the line that was gone is back, at each of its steps', async () => {
  const offline = async (act) => {
    await page.context().setOffline(true);
    await act();
    await noAnswer();
    await page.context().setOffline(false);
    await act();
  };
  await place(pages, site, { user: randomUUID() }, 'enroll');
  await page.goto('/');
  await page.getByRole('button', { name: /^Authenticator app/ }).waitFor();
  await offline(() => press(/^Authenticator app/));
  const authenticator = new Authenticator(await shownKey());
  const code = await authenticator.freshCode();
  await offline(async () => {
    if (await field().inputValue() === '') await field().fill(code);
    else await press('Confirm');
  });
  await heading('Keep your recovery codes');
  await page.getByLabel('I have kept these codes in a safe place').check();
  await offline(() => press('Continue'));
  await heading('Two-factor login is on');
});

test('on a line that is very slow a code is typed before the worker is asked for it, and lets in', async () => {
  const member = await enrol(site);
  await place(pages, site, member, 'verify');
  await page.goto('/');
  const cdp = await page.context().newCDPSession(page);
  await field().waitFor();
  await page.goto('about:blank');
  await cdp.send('Network.emulateNetworkConditions', SLOW);
  await page.goto('/');
  await field().pressSequentially(await member.authenticator.freshCode());
  await heading('Confirmed');
});

for (const purpose of PURPOSES) {
  test(`${purpose}: a worker that is away is named, and found again by “Try again”`, async () => {
    await place(pages, site, purpose === 'enroll' ? { user: randomUUID() } : await enrol(site), purpose);
    await stack.worker.kill();
    await page.goto('/');
    await heading('No connection');
    await stack.restartWorker();
    await press('Try again');
    await heading(TITLES[purpose]);
  });

  test(`${purpose}: where the page’s policy runs no WebAssembly, that is said, and the site’s own way on is shown`, async () => {
    await place(pages, site, await enrol(site), purpose, '', '<a href="/help">Ask our team</a>');
    pages.policy = `default-src 'self'; connect-src 'self' ${stack.worker.endpoint}`;
    await page.goto('/');
    await heading('This did not load');
    await page.getByText(/blocks a part of this page \(WebAssembly\)/).waitFor();
    await page.getByRole('link', { name: 'Ask our team' }).waitFor();
    assert.deepEqual(await page.evaluate(() => globalThis.codes), ['wasm_blocked']);
    if (purpose === 'verify') await screens.look(page, 'verify-blocked');
  });
}

test('what a site put into an element is not shown while the element works', async () => {
  await place(pages, site, await enrol(site), 'verify', '', '<a href="/help">Ask our team</a>');
  await page.goto('/');
  await field().waitFor();
  assert.equal(await page.getByRole('link', { name: 'Ask our team' }).isVisible(), false);
});
