// The elements in WebKit, by keyboard and clicks: logins, an enrolment, managing. Where there is no WebKit,
// nothing is tested here. It is WebKitGTK's: Safari has the same engine, and another camera and clipboard.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { enrol, expectStatus } from './lib/member.mjs';
import { servePages } from './lib/page-server.mjs';
import { freePort } from './lib/process.mjs';
import { enrolThreema } from './lib/threema.mjs';
import { place, SETTINGS } from './lib/ways.mjs';
import { HAS_WEBKIT, WebKit } from './lib/webkit.mjs';
import { startStack } from './stack.mjs';

let stack;
let site;
let pages;
let page;

if (HAS_WEBKIT) {
  before(async () => {
    const forum = await freePort();
    pages = await servePages(forum);
    stack = await startStack({ threema: true, forum: false, ports: { forum }, settings: SETTINGS });
    const { endpoint } = stack.worker;
    pages.policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${endpoint} ${endpoint.replace('http', 'ws')}; base-uri 'none'; require-trusted-types-for 'script'`;
    site = new Site(stack.worker, pages.origin);
    page = await WebKit.open();
  });
  after(async () => {
    await page?.close();
    await Promise.all([stack?.stop(), pages?.close()]);
  });
  beforeEach(() => {
    pages.sent = [];
  });
}

const inWebKit = (name, run) => test(name, { skip: HAS_WEBKIT ? false : 'there is no WebKit here' }, run);

/** Shows an element in English; answers its ticket. */
async function show(member, purpose) {
  const asked = await place(pages, site, member, purpose, 'language="en"');
  await page.goto(pages.origin);
  return { ...member, ...asked };
}

/** What the form hands in holds for this user. */
async function handIn(purpose, { user, ticket_id }) {
  await page.press('button', 'Send');
  await page.see('h1', 'Received');
  const { success, action } = expectStatus(await site.siteverify(user, ticket_id, pages.sent[0]['threegate-response']), 200);
  assert.deepEqual([success, action], [true, purpose]);
}

inWebKit('a login by an authenticator in WebKit: the last digit lets in, and the form has the pass', async () => {
  const member = await show(await enrol(site), 'verify');
  await page.type('Code from your app', await member.authenticator.freshCode());
  await page.see('h2', 'Confirmed');
  await handIn('verify', member);
});

inWebKit('a login by a message in WebKit goes on by itself', async () => {
  const member = await show(await enrolThreema(site, await stack.gateway.addPhone('WEBKIT01')), 'verify');
  await page.see('*', 'Waiting for your message');
  const code = /\d{3} \d{3}/.exec(await page.run('return document.querySelector("threegate-verify").shadowRoot.textContent'))[0];
  assert.equal(await member.phone.text(code.replace(' ', '')), 200);
  await page.see('h2', 'Confirmed');
  await handIn('verify', member);
});

inWebKit('an authenticator and recovery codes are enrolled in WebKit, up to the form', async () => {
  const begun = await show({ user: randomUUID() }, 'enroll');
  await page.press('button', 'Authenticator app');
  await page.see('h2', 'Scan this with your app');
  const key = /[A-Z2-7]{4}( [A-Z2-7]{4}){7}/.exec(await page.run('return document.querySelector("threegate-enroll").shadowRoot.textContent'))[0];
  await page.type('Code from your app', await new Authenticator(key).freshCode());
  await page.see('h2', 'Keep your recovery codes');
  await page.press('label', 'I have kept these codes');
  await page.press('button', 'Continue');
  await page.see('h2', 'Two-factor login is on');
  await handIn('enroll', begun);
});

inWebKit('a factor is named in WebKit', async () => {
  const member = await show(await enrol(site), 'manage');
  await page.type('Code from your app', await member.authenticator.freshCode());
  await page.see('h2', 'Your two-factor login');
  await page.press('button', 'Authenticator app');
  await page.press('button', 'Rename');
  await page.type('Name', 'Work phone');
  await page.press('button', 'Save');
  await page.see('*', 'The name is saved.');
});
