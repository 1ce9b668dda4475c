// <threegate-manage> as members use it: what is enrolled, and every change of it; each screen is looked at.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { enterPassword, openPage, turnAround } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrolInForum, enrolOn, expectStatus } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { freePort } from './lib/process.mjs';
import { SECRET } from './lib/receiver.mjs';
import { Screens } from './lib/screens.mjs';
import { tabTo } from './lib/story-acts.mjs';
import { beginThreema, confirmByReply } from './lib/threema.mjs';
import { loginByToken, managing, memberWithToken, openLoginOf, SETTINGS } from './lib/token.mjs';
import { startForum } from './stack.mjs';

const screens = new Screens(process.env.THREEGATE_SHOTS);
let pages;
let stack;
let site;
let browser;
let page;
let stop;

before(async () => {
  ({ stack, site, pages, browser, stop } = await startOnePage({ settings: SETTINGS }));
});
after(() => stop?.());
beforeEach(async () => {
  pages.sent = [];
  page = await openPage(browser, { baseURL: pages.origin });
  await page.addInitScript(() => {
    globalThis.changes = [];
    document.addEventListener('threegate:change', ({ detail }) => globalThis.changes.push(detail.change));
  });
});
afterEach(async () => {
  const broken = page.errors.filter((text) => !text.startsWith('Failed to load resource: '));
  await page.context().close();
  assert.deepEqual(broken, []);
});

const press = (name, exact = false) => page.getByRole('button', { name, exact }).click();
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const sees = (text) => page.getByText(text).first().waitFor();
const changes = () => page.evaluate(() => globalThis.changes);
const field = () => page.getByRole('textbox');
/** What there is, as the worker tells it to who has proved a factor. */
const told = async (member) => expectStatus(await (await managing(site, member)).look(), 200);

/** Shows the element to a member who has the password, and no more. */
async function show({ user }, attributes = '') {
  const { ticket } = expectStatus(await site.tickets(user, 'manage'), 201);
  pages.html = `<main><h1>Settings</h1><form method="post" action="/sent"><input type="hidden" name="csrf" value="1">
    <threegate-manage endpoint="${stack.worker.endpoint}" ticket="${ticket}" ${attributes}></threegate-manage><button>Send</button></form></main>`;
  await page.goto('/');
}

/** The same up to the overview, by a code of the token. */
async function manage(member, attributes) {
  await show(member, attributes);
  await proveByToken(member);
  await heading('Your two-factor login');
}

/** Proves it by the token; the app, if there is one, is asked for first. */
async function proveByToken(member) {
  if (member.authenticator) {
    await press('Another way', true);
    await press('Code token');
  }
  await field().fill(member.token.press());
  await field().press('Enter');
}

/** A member with a token, an app and a Threema ID. */
async function memberWithAll(id = 'ALICE001') {
  const member = await memberWithToken(site);
  Object.assign(member, await enrolOn(member.page));
  const phone = await stack.gateway.phone(id);
  await confirmByReply(member.page, phone, await beginThreema(member.page, phone, { scanned: true }));
  return member;
}

test('nothing is shown before a factor is proved; then all that there is, with its dates', async () => {
  const member = await memberWithAll();
  await loginByToken(site, member, true);
  await show(member);
  await heading(/Confirm that it.s you/);
  assert.equal(await page.getByText('ALICE001').count(), 0);
  await field().waitFor();
  await screens.look(page, 'manage-confirm');
  await proveByToken(member);
  await heading('Your two-factor login');
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(Date.now());
  for (const name of ['Code token', 'Authenticator app', /^Send a code with Threema · ALICE001/]) {
    const row = page.getByRole('button', { name });
    assert.ok((await row.innerText()).includes(`Last used ${day}`), await row.innerText());
  }
  await sees('Recovery codes left: 10.');
  await sees(`Last login ${day}`);
  await screens.look(page, 'manage-overview');
  await press(/ALICE001/);
  await sees(`Added ${day}`);
  await sees('Key scanned from your app: it is the right one');
  await screens.look(page, 'manage-factor');
});

test('whoever has Threema proves it by a message, and is shown the rest', async () => {
  const member = await memberWithAll();
  const phone = await stack.gateway.phone('ALICE001');
  await show(member);
  await press('Another way', true);
  await press('Send a code with Threema');
  const code = await page.getByText(/^\d{3} \d{3}$/).innerText();
  assert.equal(await phone.text(code.replace(' ', '')), 200);
  await heading('Your two-factor login');
  assert.equal(await page.getByRole('listitem').getByRole('button').count(), 3);
  await page.reload();
  await heading('Your two-factor login');
});

test('a ticket that is over says where to begin again', async () => {
  const member = await memberWithToken(site);
  await page.clock.install();
  await manage(member);
  await page.clock.fastForward('31:00');
  await heading('This took too long');
  await sees('Go back to your settings and start again.');
  await screens.look(page, 'manage-expired');
});

test('a part that cannot be loaded is named, and trying again helps', async () => {
  const member = await memberWithToken(site);
  await page.route('**/manage_bg.wasm', (route) => route.abort());
  await show(member);
  await heading('This did not load');
  await page.unroute('**/manage_bg.wasm');
  await press('Try again');
  await field().waitFor();
  page.errors.length = 0;
});

test('it stays whole from right to left, in forced colours, and at four times its size', async () => {
  const member = await memberWithAll();
  await loginByToken(site, member, true);
  await turnAround(page);
  await manage(member);
  const row = page.getByRole('button', { name: /ALICE001/ });
  const arrow = row.locator('svg');
  assert.ok((await arrow.boundingBox()).x < (await row.getByText(/ALICE001/).boundingBox()).x, 'the arrow is on the other side');
  assert.equal(await arrow.evaluate((drawn) => getComputedStyle(drawn).scale), '-1 1', 'and points the other way');
  await screens.look(page, 'manage-right-to-left');
  await page.emulateMedia({ forcedColors: 'active' });
  await screens.look(page, 'manage-forced-colours');
  await page.emulateMedia({ forcedColors: 'none' });
  // A window of 1280 px at 400 % is one of 320.
  await page.setViewportSize({ width: 320, height: 256 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  await press(/ALICE001/);
  await press('Remove', true);
  await heading(/^Remove/);
});

test('a factor is named, and a name that cannot be is refused in words', async () => {
  const member = await memberWithToken(site);
  await manage(member);
  await press(/^Code token/);
  await press('Rename');
  await heading('What do you call it?');
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot.activeElement.id), 'name');
  await field().fill('see https://example.com');
  await press('Save');
  await sees(/A name has 1 to 64 characters/);
  await screens.look(page, 'manage-name-refused');
  await field().fill('Key ring');
  await field().press('Enter');
  await sees('The name is saved.');
  await page.getByRole('button', { name: /^Key ring/ }).waitFor();
  assert.equal((await told(member)).factors[0].name, 'Key ring');
  assert.deepEqual(await changes(), ['factor_renamed']);
  await press(/^Key ring/);
  await press('Rename');
  assert.equal(await field().inputValue(), 'Key ring');
});

test('another way is asked for first once a member wants it', async () => {
  const member = await memberWithAll();
  await manage(member);
  const first = () => page.getByRole('button', { name: /Asked for first/ }).allInnerTexts();
  assert.match((await first()).join(), /^Authenticator app/);
  await press(/ALICE001/);
  await press('Ask for this first');
  await sees('You are asked for it first from now on.');
  assert.match((await first()).join(), /ALICE001/);
  await press(/ALICE001/);
  assert.equal(await page.getByRole('button', { name: 'Ask for this first' }).count(), 0);
  assert.equal((await told(member)).usable[0], 'threema-reply');
  assert.deepEqual(await changes(), ['default_chosen']);
});

test('a factor is removed after a question, and what was kept is still there', async () => {
  const member = await memberWithAll();
  await loginByToken(site, member, true);
  await manage(member);
  await press(/^Authenticator app/);
  await press('Remove', true);
  await heading('Remove “Authenticator app”?');
  await sees('Browsers that are remembered are asked again.');
  await screens.look(page, 'manage-remove');
  await press('Keep it');
  await heading('Authenticator app');
  assert.equal((await told(member)).factors.length, 3);
  await press('Remove', true);
  await press('Remove', true);
  await sees('It is removed.');
  assert.equal(await page.getByRole('button', { name: /^Authenticator app/ }).count(), 0);
  assert.equal(await page.getByText('Remembered browsers').count(), 0);
  assert.deepEqual((await told(member)).factors.map(({ method }) => method), ['hotp', 'threema-reply']);
  assert.deepEqual(await changes(), ['factor_removed']);
});

test('with the last factor a member hears first that two-factor login is off then, and it is', async () => {
  const member = await memberWithToken(site);
  await manage(member);
  await press(/^Code token/);
  await press('Remove', true);
  await sees(/whoever knows your password gets into your account/);
  await screens.look(page, 'manage-remove-last');
  await press('Remove', true);
  await sees('It is removed.');
  await screens.look(page, 'manage-removed');
  await page.reload();
  await sees(/Two-factor login is off/);
  await screens.look(page, 'manage-none');
  assert.equal(expectStatus(await site.tickets(member.user, 'verify'), 200).reason, 'not_enrolled');
});

test('new recovery codes are shown once and end the old ones', async () => {
  const member = await memberWithToken(site);
  await manage(member);
  await press('Get new recovery codes');
  await heading('Get new recovery codes?');
  await screens.look(page, 'manage-new-codes');
  await press('Get new codes');
  await heading('Keep your recovery codes');
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  const codes = (await items.allInnerTexts()).map((code) => code.trim());
  assert.equal(new Set(codes).size, 10);
  await screens.look(page, 'manage-codes');
  await press('Continue');
  await sees(/tick this box/);
  await page.getByLabel('I have kept these codes in a safe place').check();
  await press('Continue');
  await sees(/Your new recovery codes count/);
  const login = await openLoginOf(site, member, 'recovery');
  expectStatus(await login.page.answer(login.challenge, member.codes[0]), 422, 'code_wrong');
  expectStatus(await login.page.answer(login.challenge, codes[0]), 200);
  assert.deepEqual(await changes(), ['recovery_codes_replaced']);
});

test('a token whose button was pressed too often is set right by two codes', async () => {
  const member = await memberWithToken(site);
  await manage(member);
  member.token.next += 50;
  await press(/^Code token/);
  await press('Set the code token right');
  await page.getByLabel('First code').fill('12');
  await press('Continue');
  await page.getByText(/A code has six digits|digits/).first().waitFor();
  await page.getByLabel('First code').fill(member.token.press());
  await press('Continue');
  await page.getByLabel('Next code').waitFor();
  assert.equal(await field().inputValue(), '');
  await screens.look(page, 'manage-resync-next');
  await field().fill(member.token.wrong());
  await field().press('Enter');
  await sees(/These are not two codes in a row/);
  await screens.look(page, 'manage-resync-wrong');
  for (const label of ['First code', 'Next code']) {
    await page.getByLabel(label).fill(member.token.press());
    await page.getByLabel(label).press('Enter');
  }
  await sees('The code token fits again.');
  assert.equal((await told(member)).factors.length, 1);
});

test('one browser is forgotten, or all', async () => {
  const member = await memberWithToken(site);
  const devices = [];
  for (let one = 0; one < 3; one += 1) devices.push((await loginByToken(site, member, true)).device);
  // A browser's token is another one after each use.
  const asked = async (at) => {
    const { body } = await site.tickets(member.user, 'verify', { device: devices[at] });
    devices[at] = body.device ?? devices[at];
    return body.second_factor_required;
  };
  assert.equal(await asked(0), false);
  await manage(member);
  const forget = page.getByRole('button', { name: /^Forget \(Last login/ });
  assert.equal(await forget.count(), 3);
  await screens.look(page, 'manage-browsers');
  await forget.last().click();
  await sees('The browser is forgotten.');
  assert.equal(await forget.count(), 2);
  assert.equal(await asked(2), true);
  assert.equal(await asked(1), false);
  await press('Forget all');
  await sees('All browsers are forgotten.');
  assert.equal(await forget.count(), 0);
  assert.equal(await asked(1), true);
  assert.deepEqual(await changes(), ['devices_revoked', 'devices_revoked']);
});

test('what another tab removed is named, and what there is now is shown', async () => {
  const member = await memberWithAll('BOBBOB02');
  await manage(member);
  const other = await managing(site, member);
  const { factors } = expectStatus(await other.look(), 200);
  expectStatus(await other.removeFactor(factors.find(({ method }) => method === 'totp').factor), 200);
  await press(/^Authenticator app/);
  await press('Remove', true);
  await press('Remove', true);
  await sees(/It was gone already/);
  assert.equal(await page.getByRole('button', { name: /^Authenticator app/ }).count(), 0);
  assert.deepEqual(await changes(), []);
});

test('a line that is gone is named where it was, and the same again works once it is back', async () => {
  const member = await memberWithToken(site);
  await manage(member);
  await press(/^Code token/);
  await press('Rename');
  await field().fill('Key ring');
  await page.context().setOffline(true);
  await press('Save');
  await sees(/There was no answer/);
  assert.equal(await field().inputValue(), 'Key ring');
  await screens.look(page, 'manage-offline');
  await page.context().setOffline(false);
  await press('Save');
  await sees('The name is saved.');
});

test('by keyboard alone a factor is chosen, and its removal begun and left again', async () => {
  const member = await memberWithToken(site);
  await show(member);
  await field().waitFor();
  await tabTo(page, field());
  await page.keyboard.type(member.token.press());
  await page.keyboard.press('Enter');
  await heading('Your two-factor login');
  const by = async (name, key = 'Enter') => {
    await tabTo(page, page.getByRole('button', { name }));
    await page.keyboard.press(key);
  };
  await by(/^Code token/);
  await heading('Code token');
  await by(/^Remove/, 'Space');
  await heading('Remove “Code token”?');
  await by('Keep it');
  await by('Back to overview');
  await heading('Your two-factor login');
  // Whoever listens is put where the new screen begins.
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot.activeElement.id), 'title');
});

for (const [language, { confirm, overview, codes }] of Object.entries({
  de: { confirm: 'Bestätigen', overview: 'Deine Zwei-Faktor-Anmeldung', codes: 'Neue Wiederherstellungscodes' },
  fr: { confirm: 'Confirmer', overview: 'Votre connexion à deux facteurs', codes: 'Obtenir de nouveaux codes de récupération' },
})) {
  test(`the same in ${language}, with its own dates`, async () => {
    const member = await memberWithToken(site);
    await loginByToken(site, member, true);
    await show(member, `language="${language}"`);
    await field().fill(member.token.press());
    await press(confirm, true);
    await heading(overview);
    const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(Date.now());
    await sees(new RegExp(day));
    await page.getByRole('button', { name: codes, exact: true }).waitFor();
    await screens.look(page, `manage-overview-${language}`);
    await page.getByRole('listitem').getByRole('button').first().click();
    await screens.look(page, `manage-factor-${language}`);
  });
}

test('a form around it is sent at any time, and has no field of its', async () => {
  const member = await memberWithToken(site);
  await show(member);
  await field().waitFor();
  await press('Send');
  await heading('Received');
  assert.deepEqual(pages.sent, [{ csrf: '1' }]);
});

test('a ticket for something else is refused by its code', async () => {
  const member = await memberWithToken(site);
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  pages.html = `<threegate-manage endpoint="${stack.worker.endpoint}" ticket="${ticket}"></threegate-manage>`;
  await page.goto('/');
  await sees('ticket_purpose');
});

/** Plays in the demo forum, which hears of changes, as its member `name` with an app. */
async function inForum(name, play) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  await stack.worker.kill();
  await stack.restartWorker({ ...SETTINGS, WEBHOOK_URL: `${origin}/webhooks`, WEBHOOK_SECRET: SECRET, SITE_ORIGINS: origin });
  const forum = await startForum({ state: stack.state, port, worker: stack.worker });
  try {
    const member = await enrolInForum(new Site(stack.worker, origin), name);
    await page.context().close();
    page = await openPage(browser, { baseURL: origin });
    await enterPassword(page, name);
    await play(member);
  } finally {
    await forum.kill();
  }
}

test('in the demo forum the settings page manages, and after the last removal the password is enough', () => inForum('alice', async ({ authenticator }) => {
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await sees('Logged in as alice');
  await page.goto('/settings/two-factor');
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await heading('Your two-factor login');
  await page.getByRole('link', { name: 'Add another way to log in' }).waitFor();
  await screens.look(page, 'forum-settings');
  await press(/^Authenticator app/);
  await press('Remove', true);
  await press('Remove', true);
  await sees('It is removed.');
  for (let tries = 0; (await page.getByText('Off', { exact: true }).count()) === 0; tries += 1) {
    assert.ok(tries < 50, 'the forum never heard of it');
    await page.reload();
  }
  await press('Log out');
  await enterPassword(page, 'alice');
  await sees('Logged in as alice');
}));

test('in the demo forum a browser that is remembered is not asked again, until it is forgotten', () => inForum('bob', async ({ authenticator }) => {
  await page.getByRole('checkbox').check();
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await sees('Welcome back, bob.');
  await press('Log out');
  await enterPassword(page, 'bob');
  await sees('Welcome back, bob.');
  await page.goto('/settings/two-factor');
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await heading('Your two-factor login');
  await press(/^Forget \(/);
  await sees('The browser is forgotten.');
  await press('Log out');
  await enterPassword(page, 'bob');
  await page.getByLabel('Code from your app').waitFor();
}));

test('in the demo forum whoever used a recovery code is told what follows', () => inForum('carol', async ({ codes }) => {
  await press('Another way: Recovery code');
  await field().fill(codes[0]);
  await field().press('Enter');
  await sees('You used a recovery code; it works no more.');
}));
