// The login as its user sees it, each way of it: codes that are sent, questions that are answered by a thumb, a
// token, a browser that is remembered, and what is said when something is in the way.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openPage, turnAround } from './lib/browser.mjs';
import { enrol, enrolOn, expectStatus } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { Screens } from './lib/screens.mjs';
import { enrolTap, inbox, thumb } from './lib/tap.mjs';
import { codeOn, enrolThreema, otherCode } from './lib/threema.mjs';

const SETTINGS = { METHODS: 'totp threema-reply threema-code threema-tap recovery', TRUSTED_DEVICE_DAYS: '30' };
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
  pages.sent = [];
  page = await openPage(browser, { baseURL: pages.origin });
});
afterEach(async () => {
  const unforeseen = page.errors.filter((text) => !text.startsWith('Failed to load resource'));
  await page.context().close();
  assert.deepEqual(unforeseen, []);
});

const sees = (text) => page.getByText(text).first().waitFor();
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const button = (name) => page.getByRole('button', { name });
const press = (name) => button(name).click();
const field = () => page.getByRole('textbox', { name: 'Code from Threema' });
const isThrough = () => heading('Confirmed');

async function newPhone() {
  phones += 1;
  return stack.gateway.addPhone(`LOGIN${String(phones).padStart(3, '0')}`);
}

const memberByCode = async () => enrolThreema(site, await newPhone(), { method: 'threema-code' });
const memberByTap = async () => enrolTap(site, await newPhone());

/** Shows a login of this member; answers its ticket. */
async function showLogin({ user }, { attributes = '', more = {} } = {}) {
  const asked = expectStatus(await site.tickets(user, 'verify', more), 201);
  pages.html = `<main><h1>Log in</h1><form method="post" action="/sent">
    <threegate-verify endpoint="${stack.worker.endpoint}" ticket="${asked.ticket}" ${attributes}></threegate-verify><button>Send</button></form></main>`;
  await page.goto('/');
  return asked;
}

/** What siteverify says of the pass in the page. */
async function verified({ user }, { ticket_id }) {
  const response = await page.locator('threegate-verify').evaluate(({ value }) => value);
  return expectStatus(await site.siteverify(user, ticket_id, response), 200);
}

// Codes that are sent

test('a code is sent at once, and its last digit lets in', async () => {
  const member = await memberByCode();
  const asked = await showLogin(member);
  await heading('Enter the code from Threema');
  await sees(`We sent a code to Threema ID ••••••${member.phone.id.slice(-2)}.`);
  await sees('The message is end-to-end encrypted.');
  assert.equal(await page.getByText(member.phone.id).count(), 0);
  const attributes = await field().evaluate((input) => [input.autocomplete, input.inputMode]);
  assert.deepEqual(attributes, ['one-time-code', 'numeric']);
  assert.equal(await field().evaluate((input) => input.getRootNode().activeElement === input), true);
  await screens.look(page, 'login-sent');
  await field().pressSequentially(await codeOn(member.phone, 2));
  await isThrough();
  const { success, method } = await verified(member, asked);
  assert.deepEqual([success, method], [true, 'threema-code']);
});

test('a code that is pasted with a space goes as well', async () => {
  const member = await memberByCode();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: pages.origin });
  await showLogin(member);
  await field().waitFor();
  const code = await codeOn(member.phone, 2);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code.slice(0, 3)} ${code.slice(3)}\n`);
  await field().focus();
  await page.keyboard.press('Control+V');
  await isThrough();
});

test('it can be sent again after a wait, and a wrong one says what to do', async () => {
  await page.clock.install();
  const member = await memberByCode();
  await showLogin(member);
  await sees(/We sent a code/);
  await button(/^Send the code again in \d+ seconds$/).waitFor();
  const code = await codeOn(member.phone, 2);
  await field().fill(otherCode(code));
  await sees('That code is not right. Check it, and type the newest one that you have.');
  await screens.look(page, 'login-sent-wrong');
  await page.clock.fastForward(21_000);
  await press(/^Send the code again$/);
  await button(/^Send the code again in/).waitFor();
  assert.equal(await codeOn(member.phone, 3), code);
  await field().fill(code);
  await isThrough();
});

test('the third wrong code ends it, and a new one is sent by a click', async () => {
  const member = await memberByCode();
  await showLogin(member);
  await sees(/We sent a code/);
  const code = await codeOn(member.phone, 2);
  for (const miss of [1, 2]) {
    await field().fill(otherCode(code, miss));
    await sees(/That code is not right/);
  }
  await field().fill(otherCode(code, 3));
  await heading('That code has expired');
  await sees(/After several wrong tries a code is over/);
  await screens.look(page, 'login-sent-over');
  assert.equal((await member.phone.texts()).length, 1);
  await press('Send a new code');
  await sees(/We sent a code/);
  await field().fill(await codeOn(member.phone, 3));
  await isThrough();
});

test('what Threema does not take is said, and another way is open', async () => {
  const member = await memberByCode();
  const { authenticator } = await enrolOn(member.page);
  expectStatus(await member.page.call('PUT', '/default', { method: 'threema-code' }), 200);
  await stack.gateway.change({ send_fault: { kind: '402', times: 1 } });
  await showLogin(member);
  await heading('The message could not be sent');
  await screens.look(page, 'login-not-sent');
  await press('Another way');
  await heading('Choose another way');
  await screens.look(page, 'login-ways');
  await press('Back');
  await heading('The message could not be sent');
  await press('Another way');
  await press('Authenticator app');
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await isThrough();
});

test('where nobody knows whether it was sent, that is said', async () => {
  const member = await memberByCode();
  await stack.gateway.change({ send_fault: { kind: 'lost', times: 1 } });
  await showLogin(member);
  await sees(/but that is not certain/);
  await screens.look(page, 'login-sent-uncertain');
});

test('after enough messages the wait counts down, and says for how long', async () => {
  const member = await memberByCode();
  for (let sent = 0; sent < 4; sent += 1) {
    const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
    expectStatus(await site.page(ticket).challenge('threema-code'), 201);
  }
  await showLogin(member);
  await heading('Enough messages for now');
  await sees(/You can try again in \d+ seconds\./);
  assert.equal(await button('Try again').getAttribute('aria-disabled'), 'true');
  await screens.look(page, 'login-enough');
});

// Taps

test('a question is asked by a click, and a thumb up lets in', async () => {
  const member = await memberByTap();
  const asked = await showLogin(member);
  await heading('Confirm in Threema');
  assert.deepEqual((await inbox(member.phone)).length, 0);
  await screens.look(page, 'login-tap-ask');
  await press('Ask me in Threema');
  await sees(`We asked Threema ID ••••••${member.phone.id.slice(-2)}.`);
  await sees('Waiting for your answer…');
  await screens.look(page, 'login-tap');
  const [{ message_id: message }] = await inbox(member.phone);
  assert.equal(await thumb(member.phone, 'up', message), 200);
  await isThrough();
  const { success, method } = await verified(member, asked);
  assert.deepEqual([success, method], [true, 'threema-tap']);
});

test('a thumb down leaves the page waiting, and in the end it is not approved', async () => {
  await page.clock.install();
  const member = await memberByTap();
  await showLogin(member);
  await press('Ask me in Threema');
  await sees('Waiting for your answer…');
  const [{ message_id: message }] = await inbox(member.phone);
  assert.equal(await thumb(member.phone, 'down', message), 200);
  await page.clock.fastForward(181_000);
  await heading('Not approved');
  await screens.look(page, 'login-tap-over');
});

test('a question that waits is found again by a page that was loaded anew', async () => {
  const member = await memberByTap();
  await showLogin(member);
  await press('Ask me in Threema');
  await sees('Waiting for your answer…');
  await page.reload();
  await sees('Waiting for your answer…');
  const messages = await inbox(member.phone);
  assert.equal(messages.length, 1);
  assert.equal(await thumb(member.phone, 'up', messages[0].message_id), 200);
  await isThrough();
});

test('closed taps say for how long', async () => {
  const member = await memberByTap();
  const other = expectStatus(await site.tickets(member.user, 'verify'), 201);
  expectStatus(await site.page(other.ticket).challenge('threema-tap'), 201);
  await showLogin(member);
  await press('Ask me in Threema');
  await heading('Threema asks nothing just now');
  await sees(/You can be asked again in \d+ (minutes|seconds)\./);
  await screens.look(page, 'login-tap-closed');
});

// A browser that is remembered

test('who ticks the box before the code has this browser remembered, and nobody else', async () => {
  for (const ticked of [true, false]) {
    const member = await enrol(site);
    const asked = await showLogin(member);
    const box = page.getByRole('checkbox', { name: 'Remember this browser for 30 days' });
    await box.waitFor();
    if (ticked) {
      await box.check();
      await screens.look(page, 'login-remember');
    }
    await page.getByLabel('Code from your app').fill(await member.authenticator.freshCode());
    await isThrough();
    const { device } = await verified(member, asked);
    assert.equal(device !== undefined, ticked);
  }
});

test('for a recovery code no browser is remembered, so it is not offered', async () => {
  const member = await enrol(site);
  await showLogin(member);
  await press('Another way: Recovery code');
  await page.getByRole('textbox', { name: 'Recovery code' }).waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
});

// Languages

const LANGUAGES = { de: 'Gib deinen Code ein', fr: 'Saisissez votre code', en: 'Enter your code' };
for (const [language, title] of Object.entries(LANGUAGES)) {
  test(`${language} is spoken if the attribute, the page around it, the ticket or the browser says so`, async () => {
    const member = await enrol(site);
    await showLogin(member, { attributes: `language="${language}"` });
    await heading(title);
    await showLogin(member, { attributes: `lang="${language}-CH"` });
    await heading(title);
    await showLogin(member, { attributes: 'lang=""', more: { locale: language } });
    await heading(title);
    await page.context().close();
    page = await openPage(browser, { baseURL: pages.origin, locale: `${language}-LU` });
    await showLogin(member, { attributes: 'lang=""' });
    await heading(title);
  });
}

// Whoever uses it, and with whatever

test('from right to left everything stands on its other side, and nothing is cut off', async () => {
  await turnAround(page);
  const member = await enrol(site);
  await showLogin(member);
  const box = await page.getByRole('checkbox').boundingBox();
  const label = await page.getByText('Remember this browser').boundingBox();
  assert.ok(box.x > label.x, JSON.stringify([box, label]));
  await screens.look(page, 'login-rtl');
  await page.getByLabel('Code from your app').fill(await member.authenticator.freshCode());
  await isThrough();
});

test('in forced colours, and with less motion, a login by code and by thumb is whole', async () => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const member = await memberByTap();
  await showLogin(member);
  await press('Ask me in Threema');
  await sees('Waiting for your answer…');
  const animation = await page.locator('.pulse').evaluate((dot) => getComputedStyle(dot).animationName);
  assert.equal(animation, 'none');
  const [{ message_id: message }] = await inbox(member.phone);
  assert.equal(await thumb(member.phone, 'up', message), 200);
  await isThrough();
});

test('by keyboard alone: another way, back, and in', async () => {
  const member = await memberByCode();
  const { authenticator } = await enrolOn(member.page);
  await showLogin(member);
  const reach = async (name) => {
    const focused = () => button(name).evaluate((it) => it.getRootNode().activeElement === it);
    for (let presses = 0; !(await focused()); presses += 1) {
      assert.ok(presses < 20, `the tab key does not lead to ${name}`);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
  };
  await page.getByLabel('Code from your app').or(field()).first().waitFor();
  await reach('Another way');
  await heading('Choose another way');
  const titled = () => page.getByRole('heading', { name: 'Choose another way' }).evaluate((it) => it.getRootNode().activeElement === it);
  assert.equal(await titled(), true);
  await reach('Back');
  await reach('Another way');
  await reach(/^(Authenticator app|Recovery code)$/);
  if (await page.getByLabel('Recovery code').count()) {
    await reach('Another way');
    await reach('Authenticator app');
  }
  await page.getByLabel('Code from your app').waitFor();
  await page.keyboard.type(await authenticator.freshCode());
  await isThrough();
});

test('nothing jumps while a code is typed, checked, refused and waited for', async () => {
  const member = await memberByCode();
  await showLogin(member);
  const place = async () => {
    const boxes = await Promise.all([field(), button('Confirm'), button(/^Send the code again/)].map((it) => it.boundingBox()));
    return boxes.map(({ y }) => Math.round(y));
  };
  await field().waitFor();
  const before = await place();
  await sees(/We sent a code/);
  assert.deepEqual(await place(), before);
  const code = await codeOn(member.phone, 2);
  await field().fill(otherCode(code));
  await sees(/That code is not right/);
  assert.deepEqual(await place(), before);
});
