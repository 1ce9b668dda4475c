// The elements in a Firefox as Mozilla ships it: each way to log in, an enrolment, and managing. Where there
// is none, nothing is tested here; THREEGATE_FIREFOX names one that is not where one would look.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { FIREFOX, openFirefox, openPage } from './lib/browser.mjs';
import { enrol, expectStatus } from './lib/member.mjs';
import { startOnePage } from './lib/one-page.mjs';
import { place, SETTINGS, WAYS } from './lib/ways.mjs';

const AS_STRICT_AS_CAN_BE = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; require-trusted-types-for 'script'";
let stack;
let site;
let pages;
let browser;
let page;
let phones = 0;
let stop;

if (FIREFOX) {
  before(async () => {
    ({ stack, site, pages, browser, stop } = await startOnePage({ settings: SETTINGS, open: openFirefox }));
    pages.policy = `${AS_STRICT_AS_CAN_BE}; connect-src 'self' ${stack.worker.endpoint} ${stack.worker.endpoint.replace('http', 'ws')}`;
  });
  after(() => stop?.());
  beforeEach(async () => {
    pages.sent = [];
    page = await openPage(browser, { baseURL: pages.origin });
  });
  afterEach(async () => {
    const unforeseen = page.errors.filter((text) => !text.includes('favicon'));
    await page.context().close();
    assert.deepEqual(unforeseen, []);
  });
}

const inFirefox = (name, run) => test(name, { skip: FIREFOX ? false : 'there is no Firefox here' }, run);
const newPhone = () => stack.gateway.addPhone(`FIRE${String(phones += 1).padStart(4, '0')}`);
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const press = (name) => page.getByRole('button', { name }).click();
const field = () => page.getByRole('textbox', { name: 'Code from your app' });

/** What the form hands in holds for this user. */
async function handIn(purpose, { user, ticket_id }) {
  await press('Send');
  await heading('Received');
  const { success, action } = expectStatus(await site.siteverify(user, ticket_id, pages.sent[0]['threegate-response']), 200);
  assert.deepEqual([success, action], [true, purpose]);
}

for (const [name, way] of Object.entries(WAYS)) {
  inFirefox(`${name}: a login in Firefox, up to the form`, async () => {
    const member = await way.member(site, await newPhone());
    const asked = await place(pages, site, member, 'verify');
    await page.goto('/');
    await way.waits(page);
    await way.act(page, member);
    await heading('Confirmed');
    await handIn('verify', { ...member, ...asked });
  });
}

inFirefox('an authenticator and recovery codes are enrolled in Firefox, up to the form', async () => {
  const user = randomUUID();
  const asked = await place(pages, site, { user }, 'enroll');
  await page.goto('/');
  await press(/^Authenticator app/);
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await field().fill(await new Authenticator(key.trim()).freshCode());
  await heading('Keep your recovery codes');
  await page.getByLabel('I have kept these codes in a safe place').check();
  await press('Continue');
  await heading('Two-factor login is on');
  await handIn('enroll', { user, ...asked });
});

inFirefox('a Threema ID is typed and proved in Firefox', async () => {
  const user = randomUUID();
  const phone = await newPhone();
  await place(pages, site, { user }, 'enroll');
  await page.goto('/');
  await press(/^Threema/);
  await page.getByRole('textbox', { name: 'Or type your Threema ID' }).fill(phone.id);
  await press('Continue');
  await WAYS['threema-reply'].waits(page);
  await WAYS['threema-reply'].act(page, { phone });
  await heading('How do you want to log in?');
});

inFirefox('a factor is named in Firefox', async () => {
  const member = await enrol(site);
  await place(pages, site, member, 'manage');
  await page.goto('/');
  await field().fill(await member.authenticator.freshCode());
  await heading('Your two-factor login');
  await press(/^Authenticator app/);
  await press('Rename');
  await page.getByRole('textbox', { name: 'Name' }).fill('Work phone');
  await press('Save');
  await page.getByText('The name is saved.').first().waitFor();
});
