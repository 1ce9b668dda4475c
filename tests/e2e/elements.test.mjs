// The elements as the page around them sees them: attributes, events, the form, and what a member takes along.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { enterPassword, openBrowser, openPage } from './lib/browser.mjs';
import { Site } from './lib/http.mjs';
import { enrol, enrolInForum, expectStatus } from './lib/member.mjs';
import { servePages } from './lib/page-server.mjs';
import { freePort } from './lib/process.mjs';
import { newState, startForum, startWorker } from './stack.mjs';

const state = newState();
let pages;
let forumPort;
let worker;
let site;
let browser;
let page;

before(async () => {
  pages = await servePages(await freePort());
  forumPort = await freePort();
  worker = await startWorker({ state, port: await freePort(), origins: [pages.origin, `http://localhost:${forumPort}`] });
  site = new Site(worker, pages.origin);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await Promise.all([worker?.kill(), pages?.close()]);
});
beforeEach(async () => {
  pages.sent = [];
  page = await openPage(browser, { baseURL: pages.origin });
  await page.addInitScript(listen);
});
afterEach(() => page.context().close());

/** Runs in the page before all else: notes each event of an element, as the document hears it. */
function listen() {
  globalThis.heard = [];
  for (const kind of ['ready', 'statechange', 'pass', 'expired', 'error']) {
    document.addEventListener(`threegate:${kind}`, ({ detail, target, bubbles, composed }) => {
      globalThis.heard.push({ kind, detail, from: target.localName, bubbles, composed });
    });
  }
}

const VERIFY = 'threegate-verify';
const ENROLL = 'threegate-enroll';
const heard = () => page.evaluate(() => globalThis.heard);
const hears = (kind) => page.waitForFunction((wanted) => globalThis.heard.some((event) => event.kind === wanted), kind);
const brief = (events) => events.map(({ kind, detail }) => [kind, ...Object.values(detail)].join(' '));
const element = (get, value) => page.locator('threegate-verify, threegate-enroll').evaluate(get, value);
const field = () => page.getByLabel('Code from your app');

/** Shows an element in a form with a button of the site's own. */
async function show(tag, attributes) {
  const all = Object.entries({ endpoint: worker.endpoint, ...attributes }).filter(([, value]) => value !== undefined);
  const written = all.map(([name, value]) => (value === true ? name : `${name}="${value}"`)).join(' ');
  pages.html = `<form method="post" action="/sent"><input type="hidden" name="csrf" value="1"><${tag} ${written}></${tag}><button>Send</button></form>`;
  await page.goto('/');
}

/** A member who stands before the code; answers the member and the ticket. */
async function showLogin(attributes = {}) {
  const member = await enrol(site);
  const asked = expectStatus(await site.tickets(member.user, 'verify'), 201);
  await show(VERIFY, { ticket: asked.ticket, ...attributes });
  await page.getByRole('textbox').waitFor();
  return { ...member, ...asked };
}

async function showEnrolment(attributes = {}) {
  const user = randomUUID();
  const asked = expectStatus(await site.tickets(user, 'enroll', { label: 'alice' }), 201);
  await show(ENROLL, { ticket: asked.ticket, ...attributes });
  await page.getByRole('button', { name: /^Authenticator app/ }).click();
  const key = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText();
  await field().fill(await new Authenticator(key.trim()).freshCode());
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  const codes = (await items.allInnerTexts()).map((code) => code.trim());
  return { user, codes, ...asked };
}

async function keepCodes() {
  await page.getByLabel('I have kept these codes in a safe place').check();
  await page.getByRole('button', { name: 'Continue' }).click();
}

const send = () => page.getByRole('button', { name: 'Send' }).click();

// Events

test('a login is told in events that leave the element: ready, each state, the pass', async () => {
  const { authenticator } = await showLogin();
  await hears('ready');
  await field().fill(authenticator.wrongCode());
  await page.getByText(/That code is not right/).first().waitFor();
  await field().fill(await authenticator.freshCode());
  await hears('pass');
  const events = await heard();
  const value = await element(({ value }) => value);
  const pass = events.find(({ kind }) => kind === 'pass');
  assert.equal(pass.detail.response, value);
  assert.ok(Math.abs(pass.detail.expires_at - Date.now() / 1000 - 300) < 15, String(pass.detail.expires_at));
  assert.deepEqual(brief(events.filter(({ kind }) => kind !== 'pass')), [
    'statechange code', 'ready code', 'statechange working', 'statechange code', 'statechange working', 'statechange done',
  ]);
  for (const event of events) assert.deepEqual([event.from, event.bubbles, event.composed], [VERIFY, true, true]);
});

test('an enrolment is told in events too, and its pass comes when the codes are kept', async () => {
  const { user, ticket_id } = await showEnrolment();
  assert.ok(!brief(await heard()).some((event) => event.startsWith('pass')));
  await keepCodes();
  await hears('pass');
  const states = brief((await heard()).filter(({ kind }) => kind !== 'pass'));
  assert.deepEqual(states, [
    'statechange choose', 'ready choose', 'statechange scan', 'statechange working', 'statechange recovery_codes', 'statechange done',
  ]);
  const verified = await site.siteverify(user, ticket_id, await element(({ value }) => value));
  assert.deepEqual([verified.body.success, verified.body.action], [true, 'enroll']);
});

const MISTAKES = {
  ticket_missing: () => ({ ticket: undefined }),
  endpoint_missing: () => ({ ticket: 'x', endpoint: '' }),
  ticket_invalid: () => ({ ticket: 'x' }),
  ticket_purpose: async () => ({ ticket: (await site.tickets(randomUUID(), 'enroll')).body.ticket }),
  unreachable: async () => ({ ticket: 'x', endpoint: `http://localhost:${await freePort()}` }),
};

for (const [code, attributes] of Object.entries(MISTAKES)) {
  test(`threegate:error says ${code}`, async () => {
    await show(VERIFY, await attributes());
    await hears('error');
    const events = brief(await heard());
    assert.deepEqual(events.filter((event) => event.startsWith('error')), [`error ${code}`]);
    assert.equal(await element(({ value }) => value), null);
  });
}

test('threegate:error says widget_unavailable when a file is missing', async () => {
  await page.route('**/verify.js*', (route) => route.abort());
  await show(VERIFY, { ticket: 'x' });
  await hears('error');
  assert.deepEqual(brief(await heard()), ['error widget_unavailable']);
});

for (const [what, seconds, reached] of [['a ticket', 15 * 60, false], ['a pass', 300, true]]) {
  test(`threegate:expired comes when ${what} ends, and the form has no value then`, async () => {
    // The browser's clock alone is moved.
    await page.clock.install();
    const { authenticator } = await showLogin();
    if (reached) {
      await field().fill(await authenticator.freshCode());
      await hears('pass');
    }
    await page.clock.fastForward((seconds - 30) * 1000);
    assert.ok(!brief(await heard()).includes('expired'));
    await page.clock.fastForward(31_000);
    await page.getByRole('heading', { name: 'This took too long' }).waitFor();
    await hears('expired');
    assert.equal((await heard()).filter(({ kind }) => kind === 'expired').length, 1);
    assert.deepEqual(await element((it) => [it.value, it.validity.valueMissing]), [null, true]);
    await send();
    assert.deepEqual(pages.sent, []);
  });
}

// The form

test('before there is a pass the form is not sent, and says what is missing', async () => {
  for (const [showIt, message] of [[showLogin, 'Confirm your code first.'], [showEnrolment, 'Finish setting up first.']]) {
    await showIt();
    const told = await element((it) => ({
      value: it.value,
      willValidate: it.willValidate,
      valueMissing: it.validity.valueMissing,
      checkValidity: it.checkValidity(),
      message: it.validationMessage,
      form: it.form === document.forms[0],
      formIsValid: document.forms[0].checkValidity(),
      data: [...new FormData(document.forms[0]).keys()],
    }));
    assert.deepEqual(told, {
      value: null, willValidate: true, valueMissing: true, checkValidity: false, message, form: true, formIsValid: false, data: ['csrf'],
    });
    await send();
    await page.evaluate(() => document.forms[0].requestSubmit());
    assert.equal(new URL(page.url()).pathname, '/');
  }
  assert.deepEqual(pages.sent, []);
});

for (const name of [undefined, 'second-factor']) {
  const field_name = name ?? 'threegate-response';

  test(`the pass is the form’s field ${field_name}, and without \`autosubmit\` the member sends it`, async () => {
    const { user, ticket_id, authenticator } = await showLogin({ name });
    await field().fill(await authenticator.freshCode());
    await page.getByRole('heading', { name: 'Confirmed' }).waitFor();
    const [response, missing, message] = await element((it) => [it.value, it.validity.valueMissing, it.validationMessage]);
    assert.deepEqual([missing, message], [false, '']);
    assert.deepEqual(pages.sent, [], 'not sent by itself');
    await send();
    await page.getByRole('heading', { name: 'Received' }).waitFor();
    assert.deepEqual(pages.sent, [{ csrf: '1', [field_name]: response }]);
    assert.equal((await site.siteverify(user, ticket_id, response)).body.success, true);
  });
}

test('the name can change while there is a pass', async () => {
  const { authenticator } = await showLogin();
  await field().fill(await authenticator.freshCode());
  await hears('pass');
  await element((it) => { it.name = 'other'; });
  assert.deepEqual(await page.evaluate(() => [...new FormData(document.forms[0]).keys()]), ['csrf', 'other']);
});

test('with `autosubmit` a login sends the form once, by itself', async () => {
  const { authenticator } = await showLogin({ autosubmit: true });
  await field().fill(await authenticator.freshCode());
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  assert.equal(pages.sent.length, 1);
  assert.ok(pages.sent[0]['threegate-response']);
});

test('with `autosubmit` an enrolment sends the form once the codes are kept', async () => {
  await showEnrolment({ autosubmit: true });
  assert.deepEqual(pages.sent, []);
  await keepCodes();
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  assert.equal(pages.sent.length, 1);
});

test('a reset of the form takes the value away, and the element asks the worker again', async () => {
  const { authenticator } = await showLogin();
  await field().fill(await authenticator.freshCode());
  await hears('pass');
  const passes = () => page.waitForFunction(() => globalThis.heard.filter(({ kind }) => kind === 'pass').length === 2);
  const [before, between] = await element((it) => {
    const { value } = it;
    document.forms[0].reset();
    return [value, it.value];
  });
  assert.equal(between, null);
  // The pass was not redeemed: the worker gives the same one again.
  await passes();
  assert.equal(await element(({ value }) => value), before);
});

test('another ticket starts the element anew', async () => {
  const { authenticator } = await showLogin();
  await field().fill(await authenticator.freshCode());
  await hears('pass');
  const other = await enrol(site);
  const { ticket } = expectStatus(await site.tickets(other.user, 'verify'), 201);
  await element((it, next) => it.setAttribute('ticket', next), ticket);
  await field().waitFor();
  assert.deepEqual(await element((it) => [it.value, it.validity.valueMissing]), [null, true]);
});

// Looks and language

test('`theme` decides over what the system prefers, and without it the system decides', async () => {
  const paper = () => page.getByRole('heading', { name: 'Enter your code' }).evaluate((title) => (
    getComputedStyle(title.closest('.card')).backgroundColor
  ));
  await showLogin();
  const seen = {};
  for (const theme of ['light', 'dark', 'auto', null]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await element((it, value) => (value === null ? it.removeAttribute('theme') : it.setAttribute('theme', value)), theme);
      seen[`${theme} on ${colorScheme}`] = await paper();
    }
  }
  const [light, dark] = [seen['light on light'], seen['dark on dark']];
  assert.notEqual(light, dark);
  assert.deepEqual(seen, {
    'light on light': light, 'light on dark': light, 'dark on light': dark, 'dark on dark': dark,
    'auto on light': light, 'auto on dark': dark, 'null on light': light, 'null on dark': dark,
  });
});

test('`language` decides, and may change; what was typed stays', async () => {
  await showLogin({ language: 'de' });
  const german = page.getByLabel('Code aus deiner App');
  await german.fill('123');
  await element((it) => it.setAttribute('language', 'en'));
  await field().waitFor();
  assert.equal(await field().inputValue(), '123');
  assert.equal(await element(({ validationMessage }) => validationMessage), 'Confirm your code first.');
});

// Recovery codes to take along

test('Copy puts the ten codes on the clipboard, and says so', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: pages.origin });
  const { codes } = await showEnrolment();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join('\n'));
});

test('where the browser does not allow copying, the page says what to do instead', async () => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await showEnrolment();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Your browser does not allow copying here. Select the text and copy it by hand.').first().waitFor();
});

test('Download saves a file with the ten codes and the site’s name', async () => {
  const { codes } = await showEnrolment();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /recovery-codes.*\.txt$/);
  const saved = await readFile(await download.path(), 'utf8');
  for (const code of codes) assert.ok(saved.includes(code), saved);
  assert.match(saved, /Recovery codes for Demo forum/);
});

test('Print prints the ten codes on a sheet of their own', async () => {
  // The dialog is the browser's; what would be printed is ours.
  await page.addInitScript(() => {
    globalThis.printed = [];
    globalThis.print = () => globalThis.top.printed.push(document.body.innerText);
  });
  const { codes } = await showEnrolment();
  await page.getByRole('button', { name: 'Print' }).click();
  await page.waitForFunction(() => globalThis.printed.length > 0);
  const [sheet, ...more] = await page.evaluate(() => globalThis.printed);
  assert.deepEqual(more, []);
  for (const text of ['Recovery codes for Demo forum', ...codes]) assert.ok(sheet.includes(text), sheet);
  assert.ok(!sheet.includes('Send'), 'nothing of the page around it');
});

// Back and forward

test('back to the element after its form was sent, and it begins anew', async () => {
  const { authenticator } = await showLogin();
  await field().fill(await authenticator.freshCode());
  await page.getByRole('heading', { name: 'Confirmed' }).waitFor();
  await send();
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  await page.goBack();
  // Nobody redeemed the pass yet, so the element has it again.
  await page.getByRole('heading', { name: 'Confirmed' }).waitFor();
  await send();
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  assert.equal(pages.sent.length, 2);
  assert.equal(pages.sent[0]['threegate-response'], pages.sent[1]['threegate-response']);
});

test('a page that the browser kept asks anew when it comes back: a redeemed pass is gone from its form', async () => {
  const keeping = await openBrowser({ pagesStay: true });
  const before = page;
  page = await openPage(keeping, { baseURL: pages.origin });
  try {
    await page.addInitScript(listen);
    await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => { globalThis.persisted = persisted; }));
    const { user, ticket_id, authenticator } = await showLogin();
    await field().fill(await authenticator.freshCode());
    await hears('pass');
    await send();
    await page.getByRole('heading', { name: 'Received' }).waitFor();
    assert.equal((await site.siteverify(user, ticket_id, pages.sent[0]['threegate-response'])).body.success, true);
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.persisted === true);
    await hears('expired');
    await page.getByRole('heading', { name: 'This took too long' }).waitFor();
    assert.deepEqual(await element((it) => [it.value, it.validity.valueMissing]), [null, true]);
  } finally {
    await keeping.close();
    page = before;
  }
});

test('in the forum, back after a login and forward again: still logged in, and no code is asked for', async () => {
  const forum = await startForum({ state, port: forumPort, worker });
  const atForum = await openPage(browser, { baseURL: forum.origin });
  try {
    const { authenticator } = await enrolInForum(new Site(worker, forum.origin), 'alice');
    await enterPassword(atForum, 'alice');
    await atForum.getByLabel('Code from your app').fill(await authenticator.freshCode());
    const isIn = () => atForum.getByText('Logged in as alice').waitFor();
    await isIn();
    for (const move of [() => atForum.goBack(), () => atForum.goForward()]) {
      await move();
      await isIn();
      assert.equal(await atForum.getByLabel('Code from your app').count(), 0);
    }
  } finally {
    await atForum.context().close();
    await forum.kill();
  }
});
