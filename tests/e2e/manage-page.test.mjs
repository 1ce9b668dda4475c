// <threegate-manage> as members use it: what is enrolled, and every change of it; each screen is looked at.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrolOn, expectStatus } from './lib/member.mjs';
import { servePages } from './lib/page-server.mjs';
import { freePort } from './lib/process.mjs';
import { Screens } from './lib/screens.mjs';
import { tabTo } from './lib/story-acts.mjs';
import { beginThreema, confirmByReply } from './lib/threema.mjs';
import { enrolToken, loginByToken, managing, memberWithToken, openLoginOf, SETTINGS } from './lib/token.mjs';
import { startStack } from './stack.mjs';

const screens = new Screens(process.env.THREEGATE_SHOTS);
let pages;
let stack;
let site;
let browser;
let page;

before(async () => {
  const port = await freePort();
  pages = await servePages(port);
  stack = await startStack({ threema: true, forum: false, ports: { forum: port }, settings: SETTINGS });
  site = new Site(stack.worker, pages.origin);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await pages?.close();
  await stack?.stop();
});
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
const ways = () => page.getByRole('region').or(page.locator('section')).getByRole('listitem').getByRole('button').allInnerTexts();
const view = async (member) => expectStatus(await (await managing(site, member, { method: 'recovery' })).look(), 200);

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
  await page.getByRole('textbox').fill(member.token.press());
  await page.getByRole('textbox').press('Enter');
  await page.getByRole('textbox').waitFor({ state: 'detached' });
}

/** A member with a token, an app and a Threema ID. */
async function memberWithAll() {
  const member = await memberWithToken(site);
  await enrolOn(member.page).then(({ codes }) => { member.codes = codes; });
  const phone = await stack.gateway.phone('ALICE001');
  await confirmByReply(member.page, phone, await beginThreema(member.page, phone, { scanned: true }));
  return member;
}

test('nothing is shown before a factor is proved; then all that there is, with its dates', async () => {
  const member = await memberWithAll();
  await loginByToken(site, member, true);
  await show(member);
  await heading(/Confirm that it.s you/);
  assert.equal(await page.getByText('ALICE001').count(), 0);
  await page.getByRole('textbox').waitFor();
  await screens.look(page, 'manage-confirm');
  await press('Another way', true);
  await press('Code token');
  await page.getByRole('textbox').fill(member.token.press());
  await page.getByRole('textbox').press('Enter');
  await heading('Your two-factor login');
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(Date.now());
  for (const name of ['Code token', 'Authenticator app', /^Threema: send a code · ALICE001/]) {
    const row = page.getByRole('button', { name });
    assert.ok((await row.innerText()).includes(`Last used ${day}`), await row.innerText());
  }
  await sees('Recovery codes left: 10.');
  await sees(`Last login ${day}`);
  await screens.look(page, 'manage-overview');
  await press(/ALICE001/);
  await sees(`Added ${day}`);
  await sees('Scanned, and equal to the directory’s');
  await screens.look(page, 'manage-factor');
});
