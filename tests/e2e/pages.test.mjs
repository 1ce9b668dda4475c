// What a page with an element loads: what `dist` weighs, from the site itself, and nothing from elsewhere.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { enterPassword, openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrolInForum } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { SECRET } from './lib/receiver.mjs';
import { Visitor } from './lib/visitor.mjs';
import { ROOT, startStack } from './stack.mjs';

const DIST = join(ROOT, 'dist');
let stack;
let browser;
before(async () => {
  const forum = await freePort();
  // The forum lets members manage what they have only if it hears of what became of it.
  const settings = { WEBHOOK_URL: `http://localhost:${forum}/webhooks`, WEBHOOK_SECRET: SECRET };
  stack = await startStack({ ports: { forum }, settings });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const weighed = Object.fromEntries(
  readFileSync(join(DIST, 'pages.txt'), 'utf8').trim().split('\n')
    .map((line) => line.split(' ')).map(([page, ...files]) => [page, files]),
);

/** Logs in as `name` on a new page; answers what was asked for once `ready` is seen. */
async function requests(name, path, ready) {
  const page = await openPage(browser, { baseURL: stack.forum.origin });
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  await enterPassword(page, name);
  if (path) await page.goto(path);
  await ready(page).waitFor();
  await page.context().close();
  return asked;
}

function holds(asked, page) {
  const { origin } = new URL(stack.forum.origin);
  const strangers = asked.filter((url) => ![origin, new URL(stack.worker.endpoint).origin].includes(url.origin));
  assert.deepEqual(strangers.map(String), [], 'nobody else is asked for anything');
  const files = asked.filter((url) => url.origin === origin && url.pathname.startsWith('/threegate/'));
  const names = [...new Set(files.map((url) => url.pathname.slice('/threegate/'.length)))].sort();
  assert.deepEqual(names, [...weighed[page]].sort());
  console.log(`${page}: ${names.join(' ')}`);
}

test('nothing that is shipped names a folder of the machine that built it', () => {
  const shipped = readdirSync(DIST, { recursive: true }).filter((file) => /\.(wasm|js)$/.test(file));
  assert.notEqual(shipped.length, 0);
  for (const name of shipped) {
    const text = readFileSync(join(DIST, name), 'latin1');
    for (const folder of [homedir(), ROOT, 'registry/src']) {
      assert.ok(!text.includes(folder), `${name} holds ${folder}`);
    }
  }
});

test('a login page loads the files that `login-page` weighs', async () => {
  await enrolInForum(new Site(stack.worker, stack.forum.origin), 'alice');
  holds(await requests('alice', undefined, (page) => page.getByLabel('Code from your app')), 'login-page');
});

test('an enrolment page loads the files that `enroll-page` weighs', async () => {
  await new Visitor(stack.forum.origin).register('bob');
  const ready = (page) => page.getByRole('heading', { name: 'Set up two-factor login' });
  holds(await requests('bob', '/settings/two-factor', ready), 'enroll-page');
});

test('a page to manage loads the files that `manage-page` weighs', async () => {
  const { authenticator } = await enrolInForum(new Site(stack.worker, stack.forum.origin), 'carol');
  const page = await openPage(browser, { baseURL: stack.forum.origin });
  await enterPassword(page, 'carol');
  await page.getByLabel('Code from your app').fill(await authenticator.freshCode());
  await page.getByText('Logged in as carol').waitFor();
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  await page.goto('/settings/two-factor');
  await page.getByRole('heading', { name: /Confirm that it.s you/ }).waitFor();
  await page.context().close();
  holds(asked, 'manage-page');
});
