// Pages that are left in the middle: loaded again, frozen and resumed, gone back to, open in two tabs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { openBrowser, openPage } from './lib/browser.mjs';
import { enrol, expectStatus } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { inbox } from './lib/tap.mjs';
import { place, SETTINGS, WAYS } from './lib/ways.mjs';

let stack;
let site;
let pages;
let browser;
let page;
let phones = 0;
let stop;

before(async () => {
  ({ stack, site, pages, browser, stop } = await startOnePage({ settings: SETTINGS, open: () => openBrowser({ pagesStay: true }) }));
});
after(() => stop?.());
beforeEach(async () => {
  page = await openPage(browser, { baseURL: pages.origin });
});
afterEach(async () => {
  const foreseen = /^Failed to load resource|Page entered Back-Forward Cache/;
  const unforeseen = page.errors.filter((text) => !foreseen.test(text));
  await page.context().close();
  assert.deepEqual(unforeseen, []);
});

const newPhone = () => stack.gateway.addPhone(`AWAY${String(phones += 1).padStart(4, '0')}`);
const heading = (name, on = page) => on.getByRole('heading', { name }).waitFor();
const press = (name) => page.getByRole('button', { name }).click();
const field = () => page.getByRole('textbox', { name: 'Code from your app' });
const shownKey = async () => (await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText()).trim();

/** What the user has. */
const factors = async (user) => expectStatus(await site.admin('users:get', { user }), 200).factors.map(({ method }) => method);

/** A login of a new member that waits for the person. */
async function wait(way) {
  const member = await way.member(site, await newPhone());
  const asked = await place(pages, site, member, 'verify');
  await page.goto('/');
  await way.waits(page);
  return { ...member, ...asked };
}

/** The page as the site then sees it: its pass holds for this user. */
async function isThrough({ user, ticket_id }, on = page) {
  await heading('Confirmed', on);
  const response = await on.locator('threegate-verify').evaluate(({ value }) => value);
  assert.equal(expectStatus(await site.siteverify(user, ticket_id, response), 200).success, true);
}

async function lifecycle(state) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Page.setWebLifecycleState', { state });
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: a login whose page is loaded again in the middle goes on, and nothing is sent twice`, async () => {
    const member = await wait(way);
    const messages = member.phone && (await inbox(member.phone)).length;
    await page.reload();
    await way.waits(page);
    assert.equal(member.phone && (await inbox(member.phone)).length, messages);
    await way.act(page, member);
    await isThrough(member);
  });

  test(`${name}: a login whose page was frozen goes on when it is resumed`, async () => {
    const member = await wait(way);
    await lifecycle('frozen');
    if (way.byPhone) await way.act(page, member);
    await lifecycle('active');
    if (!way.byPhone) await way.act(page, member);
    await isThrough(member);
  });

  test(`${name}: a login that was left for another page and gone back to goes on`, async () => {
    await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => { globalThis.persisted = persisted; }));
    const member = await wait(way);
    await page.goto('/elsewhere');
    await page.goBack({ waitUntil: 'commit' });
    await way.waits(page);
    await way.act(page, member);
    await isThrough(member);
  });
}

test('in two tabs of one login both may be finished, and the site takes one pass once', async () => {
  const member = await wait(WAYS.totp);
  const other = await page.context().newPage();
  await other.goto(pages.origin);
  await WAYS.totp.waits(other);
  await WAYS.totp.act(page, member);
  await heading('Confirmed');
  await WAYS.totp.act(other, member);
  await isThrough(member, other);
  const response = await page.locator('threegate-verify').evaluate(({ value }) => value);
  assert.equal(expectStatus(await site.siteverify(member.user, member.ticket_id, response), 200).success, false);
});

test('in two tabs with two logins each is proved by itself', async () => {
  const member = await wait(WAYS['threema-reply']);
  const again = await place(pages, site, member, 'verify');
  const other = await page.context().newPage();
  await other.goto(pages.origin);
  await WAYS['threema-reply'].waits(other);
  await WAYS['threema-reply'].act(other, member);
  await isThrough({ ...again, user: member.user }, other);
  await WAYS['threema-reply'].waits(page);
  await WAYS['threema-reply'].act(page, member);
  await isThrough(member);
});

/** A new member's enrolment, at the QR code. */
async function scanning() {
  const user = randomUUID();
  const asked = await place(pages, site, { user }, 'enroll');
  await page.goto('/');
  await press(/^Authenticator app/);
  return { user, ...asked, key: await shownKey() };
}

async function confirm(key) {
  await field().fill(await new Authenticator(key).freshCode());
  await heading('Keep your recovery codes');
}

async function keep() {
  await page.getByLabel('I have kept these codes in a safe place').check();
  await press('Continue');
  await heading('Two-factor login is on');
}

test('an enrolment that is loaded again at the QR code shows another one, and that one is enrolled', async () => {
  const { user, key } = await scanning();
  await page.reload();
  await press(/^Authenticator app/);
  const next = await shownKey();
  assert.notEqual(next, key);
  await confirm(next);
  await keep();
  assert.deepEqual(await factors(user), ['totp']);
});

test('an enrolment that is loaded again at the recovery codes gives new ones, and only those hold', async () => {
  const { key } = await scanning();
  await confirm(key);
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  const first = await items.allInnerTexts();
  await page.reload();
  await heading('Keep your recovery codes');
  await items.first().waitFor();
  const second = await items.allInnerTexts();
  assert.deepEqual(second.filter((code) => first.includes(code)), []);
  await keep();
});

test('an enrolment that was frozen, and one that was left and gone back to, go on', async () => {
  const { key } = await scanning();
  await lifecycle('frozen');
  await lifecycle('active');
  assert.equal(await shownKey(), key);
  await page.goto('/elsewhere');
  await page.goBack({ waitUntil: 'commit' });
  await press(/^Authenticator app/);
  await confirm(await shownKey());
  await keep();
});

test('in two tabs of one enrolment the one that is finished counts, and the other begins anew', async () => {
  const { user } = await scanning();
  const other = await page.context().newPage();
  await other.goto(pages.origin);
  await other.getByRole('button', { name: /^Authenticator app/ }).click();
  const before = page;
  page = other;
  await confirm(await shownKey());
  await keep();
  page = before;
  await field().fill('000000');
  await page.getByText(/so this is a new QR code/).first().waitFor();
  assert.deepEqual(await factors(user), ['totp']);
});

/** Someone who manages, in the overview. */
async function managing() {
  const member = await enrol(site);
  await place(pages, site, member, 'manage');
  await page.goto('/');
  await field().fill(await member.authenticator.freshCode());
  await heading('Your two-factor login');
  return member;
}

for (const [how, leave] of Object.entries({
  'loaded again': () => page.reload(),
  'left and gone back to': async () => {
    await page.goto('/elsewhere');
    await page.goBack({ waitUntil: 'commit' });
  },
})) {
  test(`managing that is ${how} before “Remove” begins at the overview, and nothing is removed`, async () => {
    const { user } = await managing();
    await press(/^Authenticator app/);
    await press('Remove');
    await heading(/^Remove/);
    await leave();
    await heading('Your two-factor login');
    assert.deepEqual(await factors(user), ['totp']);
  });
}

test('managing that was frozen goes on where it was', async () => {
  await managing();
  await press(/^Authenticator app/);
  await press('Rename');
  await page.getByRole('textbox', { name: 'Name' }).fill('Work phone');
  await lifecycle('frozen');
  await lifecycle('active');
  assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Work phone');
  await press('Save');
  await page.getByText('The name is saved.').first().waitFor();
});
