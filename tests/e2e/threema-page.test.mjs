// Threema on the forum's pages, where the story does not lead: typed IDs, no socket, codes that are over,
// pages that are left and come back.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { enterPassword, openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { expectStatus } from './lib/member.mjs';
import { beginThreema, confirmByReply, otherCode } from './lib/threema.mjs';
import { ticketIn, Visitor } from './lib/visitor.mjs';
import { startStack } from './stack.mjs';

let stack;
let browser;
let alice;
let page;

before(async () => {
  stack = await startStack({ threema: true });
  browser = await openBrowser();
  alice = await stack.gateway.phone('ALICE001');
  await enrolInForum('alice', alice);
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  page = await openPage(browser, { baseURL: stack.forum.origin });
});
afterEach(() => page.context().close());

/** A member of the forum whose second factor is a Threema ID. */
async function enrolInForum(name, phone) {
  const visitor = new Visitor(stack.forum.origin);
  await visitor.register(name);
  const site = new Site(stack.worker, stack.forum.origin);
  const own = site.page(ticketIn(await visitor.open('/settings/two-factor')));
  await confirmByReply(own, phone, await beginThreema(own, phone));
  const { response } = expectStatus(await own.pass(), 200);
  assert.match((await visitor.fill('/settings/two-factor', { 'threegate-response': response })).html, /Two-factor login is on\./);
  return visitor;
}

const sees = (text) => page.getByText(text).first().waitFor();
const press = (name) => page.getByRole('button', { name }).click();

async function shownCode() {
  return (await page.getByText(/^\d{3} \d{3}$/).innerText()).replace(' ', '');
}

/** A new member on the screen that asks for the ID. */
async function askedForId(name) {
  const visitor = new Visitor(stack.forum.origin);
  await visitor.register(name);
  await enterPassword(page, name);
  await page.goto('/settings/two-factor');
  await press(/^Threema/);
  await page.getByRole('heading', { name: 'Which Threema ID is yours?' }).waitFor();
}

async function type(id) {
  await page.getByRole('textbox', { name: 'Or type your Threema ID' }).fill(id);
  await press('Continue');
}

test('a typed ID is told what is wrong with it, and the right one has its key from the server', async () => {
  await askedForId('erin');
  await type('ABC');
  await sees(/A Threema ID has eight letters and digits/);
  await type('*TESTTST');
  await sees(/This is the ID of a service, not of a person/);
  await type('NOBODY99');
  await sees(/Threema knows no such ID/);
  await stack.gateway.change({ pubkeys_fault: { kind: '500', times: 1 } });
  await type('alice001');
  await sees(/Threema’s directory does not answer just now/);
  await type('alice001');
  await sees('Key from Threema’s server');
  await sees(/Send it from Threema ID ALICE001 to \*TESTTST/);
  assert.equal(await alice.text(await shownCode()), 200);
  await press(/^Send a code/);
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
  assert.deepEqual(page.errors.filter((text) => !text.startsWith('Failed to load resource')), []);
});

test('an ID that was scanned as text by another app is taken with its key when it is pasted into the field', async () => {
  await askedForId('frank');
  await type(`${alice.qr.slice(0, -2)}00`);
  await sees(/This code’s key is not the one in Threema’s directory/);
  await type(alice.qr);
  await sees('Key scanned from your app: it is the right one');
});

test('without a socket the page looks by itself, and goes on when the reply came', async () => {
  await page.routeWebSocket(/.*/, (socket) => socket.close());
  await enterPassword(page, 'alice');
  const code = await shownCode();
  assert.equal(await alice.text(code), 200);
  await sees('Logged in as alice');
});

test('a page that is loaded again shows the same code, and so does one that was left and came back', async () => {
  await enterPassword(page, 'alice');
  const code = await shownCode();
  await page.reload();
  assert.equal(await shownCode(), code);
  await page.goto('about:blank');
  await page.goBack();
  assert.equal(await shownCode(), code);
  assert.equal(await alice.text(code), 200);
  await sees('Logged in as alice');
});

test('a reply that came while the page was away is found when it comes back', async () => {
  await enterPassword(page, 'alice');
  const code = await shownCode();
  await page.goto('about:blank');
  assert.equal(await alice.text(code), 200);
  await page.goBack();
  await sees('Logged in as alice');
});

test('a code that is over says so, and a new one works', async () => {
  await enterPassword(page, 'alice');
  const code = await shownCode();
  for (let miss = 1; miss <= 10; miss += 1) assert.equal(await alice.text(otherCode(code, miss)), 200);
  await page.getByRole('heading', { name: 'That code has expired' }).waitFor();
  await press('Get a new code');
  await sees('Waiting for your message…');
  const next = await shownCode();
  assert.notEqual(next, code);
  assert.equal(await alice.text(next), 200);
  await sees('Logged in as alice');
});

test('the worker dies while the page waits: it keeps trying, and goes on after the restart', async () => {
  await enterPassword(page, 'alice');
  const code = await shownCode();
  await stack.worker.kill();
  await sees('No connection just now. This page keeps trying.');
  await stack.restartWorker();
  assert.equal(await alice.text(code), 200);
  await sees('Logged in as alice');
});
