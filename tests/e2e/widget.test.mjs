// What a member sees when things do not go smoothly, and the enrolment in German; every screen is looked at.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { enterPassword, openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrolInForum } from './lib/member.mjs';
import { Screens } from './lib/screens.mjs';
import { Visitor } from './lib/visitor.mjs';
import { startStack } from './stack.mjs';

const screens = new Screens(process.env.THREEGATE_SHOTS);
let stack;
let browser;
let page;
before(async () => {
  stack = await startStack();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  page = await openPage(browser, { baseURL: stack.forum.origin });
});
afterEach(() => page.context().close());

const enrolled = (name) => enrolInForum(new Site(stack.worker, stack.forum.origin), name);
const field = () => page.getByLabel('Code from your app');
const sees = (text) => page.getByText(text).first().waitFor();

test('after five wrong codes the page counts the wait down, and then takes the right code', async () => {
  const { authenticator } = await enrolled('alice');
  await enterPassword(page, 'alice');
  const wrong = authenticator.wrongCodes(5);
  for (const code of wrong.slice(0, 4)) {
    await field().fill(code);
    await sees(/That code is not right/);
  }
  await field().fill(wrong[4]);
  await sees(/You can try again in 0:0[12]/);
  assert.equal(await page.getByRole('button', { name: 'Confirm' }).isDisabled(), true);
  await page.getByRole('button', { name: 'Confirm', disabled: false }).waitFor();
  await field().fill(await authenticator.freshCode());
  await sees('Logged in as alice');
});

test('a wrong code is said to who listens, and on another screen it is said no more', async () => {
  const { authenticator } = await enrolled('judy');
  await enterPassword(page, 'judy');
  const said = page.locator('threegate-verify').getByRole('status');
  await field().fill(authenticator.wrongCode());
  await said.filter({ hasText: /^That code is not right/ }).waitFor();
  await page.getByRole('button', { name: 'Another way: Recovery code' }).click();
  await page.getByLabel('Recovery code').waitFor();
  assert.equal(await said.textContent(), '');
  await page.getByLabel('Recovery code').fill('short');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await said.filter({ hasText: /^A recovery code has ten/ }).waitFor();
});

test('Enter after a refusal sends nothing again, so habit costs no attempt', async () => {
  const { authenticator } = await enrolled('bob');
  await enterPassword(page, 'bob');
  let answers = 0;
  page.on('request', (request) => {
    answers += request.method() === 'POST' && request.url().endsWith('/answer') ? 1 : 0;
  });
  await field().fill(authenticator.wrongCode());
  await sees(/That code is not right/);
  await field().press('Enter');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await field().fill(await authenticator.freshCode());
  await sees('Logged in as bob');
  assert.equal(answers, 2);
});

test('a line that is gone is named, and the same code works once it is back', async () => {
  const { authenticator } = await enrolled('carol');
  await enterPassword(page, 'carol');
  await field().waitFor();
  await page.context().setOffline(true);
  await field().fill(await authenticator.freshCode());
  await sees(/There was no answer|No connection/);
  await screens.look(page, 'verify-offline');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await sees('Logged in as carol');
});

test('a part that cannot be loaded is named, and trying again helps', async () => {
  await enrolled('dave');
  await page.route('**/verify_bg.wasm', (route) => route.abort());
  await enterPassword(page, 'dave');
  await page.getByRole('heading', { name: 'This did not load' }).waitFor();
  await screens.look(page, 'verify-unavailable');
  await page.unroute('**/verify_bg.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await field().waitFor();
});

test('a second app needs proof of the first, and the old recovery codes stay', async () => {
  const { authenticator } = await enrolled('erin');
  await enterPassword(page, 'erin');
  await field().fill(await authenticator.freshCode());
  await sees('Logged in as erin');
  await page.goto('/settings/two-factor?change');
  await page.getByRole('heading', { name: /Confirm that it.s you/ }).waitFor();
  await screens.look(page, 'enroll-confirm');
  await field().fill(await authenticator.freshCode());
  await page.getByRole('button', { name: /^Authenticator app/ }).click();
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await field().fill(await new Authenticator(key.trim()).freshCode());
  await sees('That is set up. From now on you can log in with it, too.');
});

test('the whole enrolment in German', async () => {
  await new Visitor(stack.forum.origin).register('frank');
  await enterPassword(page, 'frank');
  await page.goto('/settings/two-factor?lang=de');
  await page.getByRole('heading', { name: 'Zwei-Faktor-Anmeldung einrichten' }).waitFor();
  await screens.look(page, 'enroll-choose-german');
  await page.getByRole('button', { name: /^Authenticator-App/ }).click();
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await screens.look(page, 'enroll-scan-german');
  await page.getByLabel('Code aus deiner App').fill(await new Authenticator(key.trim()).freshCode());
  await page.getByRole('heading', { name: 'Deine Wiederherstellungscodes' }).waitFor();
  await screens.look(page, 'enroll-codes-german');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await sees('Setz zuerst das Häkchen.');
  await page.getByLabel('Ich habe diese Codes sicher aufbewahrt').check();
  await page.getByRole('button', { name: 'Weiter' }).click();
  await page.waitForURL(/two-factor/);
});

test('a member who must have a second factor sets it up at login, and is in', async () => {
  await new Visitor(stack.forum.origin).register('grace');
  await stack.worker.kill();
  await stack.restartWorker({ ENROLLMENT: 'required', ENROLLMENT_GRACE_DAYS: '0' });
  await enterPassword(page, 'grace');
  await page.getByRole('heading', { name: 'Set up two-factor login' }).waitFor();
  await screens.look(page, 'must-enrol');
  await page.getByRole('button', { name: /^Authenticator app/ }).click();
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await field().fill(await new Authenticator(key.trim()).freshCode());
  await page.getByLabel('I have kept these codes in a safe place').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await sees('Logged in as grace');
});
