// The story of members, told in a real browser: `drive.mjs` plays it, `story.test.mjs` tests it.
// Each step is `{ name, play }`; they build on each other and share `story`.
import assert from 'node:assert/strict';
import { Authenticator } from './authenticator.mjs';
import { breakGlass, breakGlassLog } from './break-glass.mjs';
import { enterPassword, openBrowser, openPage } from './browser.mjs';
import { film } from './camera.mjs';
import { PHONES } from './gateway.mjs';
import { Site } from './http.mjs';
import { enrol, enrolInForum, login as loginByApi } from './member.mjs';
import { readQr } from './qr.mjs';
import { Screens } from './screens.mjs';
import {
  answer, answerByRecoveryCode, APP_CODE, follow, heading, isIn, isNotIn, logOut, look, press, role, sees, tabTo,
} from './story-acts.mjs';
import { CAROL, codeOnPhone, THREEMA_STEPS } from './story-threema.mjs';
import { passwordOf } from './visitor.mjs';
import { startStack, wipe } from '../stack.mjs';

/** Starts everything. `shots` is a folder for pictures of every screen. */
export async function open({ shots, ports } = {}) {
  const story = { name: 'alice', used: {}, screens: new Screens(shots), sent: [], tickets: new Set() };
  try {
    story.stack = await startStack({ ports, threema: { phones: { ...PHONES, ...CAROL } }, wrangler: true });
    // The camera sees what is on a phone, so the phone is looked at first.
    const plain = await openBrowser();
    const camera = await film(plain, await codeOnPhone(plain, story.stack.gateway)).finally(() => plain.close());
    story.browser = await openBrowser({ camera });
    story.page = await openPage(story.browser, { baseURL: story.stack.forum.origin, permissions: ['camera'] });
    remember(story);
  } catch (error) {
    await close(story);
    throw error;
  }
  return story;
}

/** Every request of the page is kept in `story.sent`, and each ticket that it had in `story.tickets`. */
function remember({ page, sent, tickets }) {
  page.on('request', (request) => {
    sent.push({ url: request.url(), body: request.postData() ?? '' });
    const ticket = /^Bearer (.+)$/.exec(request.headers().authorization ?? '')?.[1];
    if (ticket) tickets.add(ticket);
  });
  page.on('websocket', (socket) => sent.push({ url: socket.url(), body: '' }));
}

export async function close(story) {
  await story?.browser?.close();
  await story?.stack?.stop();
}

export const STEPS = [
  {
    name: 'registers, and opens two-factor login',
    async play(story) {
      const { page } = story;
      await page.goto('/');
      await look(story, 'front');
      await follow(story, 'Register');
      await look(story, 'register');
      await page.getByLabel('Name').fill(story.name);
      await page.getByLabel('Password').fill(passwordOf(story.name));
      await press(story, 'Register');
      await isIn(story);
      await follow(story, 'Two-factor login');
      await heading(story, 'Set up two-factor login');
      await look(story, 'enroll-choose');
    },
  },
  {
    name: 'chooses the authenticator app: QR code, key in groups and link all carry one key',
    async play(story) {
      const { page } = story;
      await press(story, /^Authenticator app/);
      const symbol = role(story, 'img', /^QR code/);
      await symbol.waitFor();
      const link = await role(story, 'link', 'Open in the app on this phone').getAttribute('href');
      const key = (await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/).first().innerText()).trim();
      story.authenticator = new Authenticator(key);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.equal(await readQr(await symbol.screenshot()), link, `the QR code, ${colorScheme}`);
      }
      const parameters = new URL(link).searchParams;
      assert.equal(parameters.get('secret'), key.replace(/ /g, ''));
      assert.equal(parameters.get('issuer'), 'Demo forum');
      await look(story, 'enroll-scan');
    },
  },
  {
    name: 'is told so when the first code is wrong, and the right one confirms the app',
    async play(story) {
      await answer(story, story.authenticator.wrongCode());
      await sees(story, /That code is not right/);
      await look(story, 'enroll-scan-wrong');
      await answer(story, await story.authenticator.freshCode());
      await heading(story, 'Keep your recovery codes');
    },
  },
  {
    name: 'keeps ten recovery codes, and the forum says that two-factor login is on',
    async play(story) {
      const list = story.page.getByRole('list', { name: 'Recovery codes' });
      story.recoveryCodes = (await list.getByRole('listitem').allInnerTexts()).map((code) => code.trim());
      assert.equal(new Set(story.recoveryCodes).size, 10);
      await look(story, 'enroll-codes');
      await story.page.getByLabel('I have kept these codes in a safe place').check();
      await press(story, 'Continue');
      await sees(story, 'Two-factor login is on. From now on you log in with your password and a code.');
      await look(story, 'two-factor-on');
    },
  },
  {
    name: 'logs out, and logs in with password and code',
    async play(story) {
      await logOut(story);
      await enterPassword(story.page, story.name);
      await story.page.getByLabel(APP_CODE).waitFor();
      await look(story, 'verify-code');
      await isNotIn(story);
      await enterPassword(story.page, story.name);
      story.used.code = await story.authenticator.freshCode();
      await answer(story, story.used.code);
      await isIn(story);
      await look(story, 'front-logged-in');
    },
  },
  {
    name: 'the same code again is refused, and so is a wrong one, in words that help',
    async play(story) {
      await logOut(story);
      await enterPassword(story.page, story.name);
      await answer(story, story.used.code);
      await sees(story, 'That code has been used. Wait for the next one.');
      await look(story, 'verify-code-used');
      await answer(story, story.authenticator.wrongCode());
      await sees(story, /That code is not right\. Check that your phone sets its clock automatically/);
      await look(story, 'verify-code-wrong');
      await answer(story, '12345');
      await press(story, 'Confirm');
      await sees(story, /A code has six digits/);
      await isNotIn(story);
    },
  },
  {
    name: 'a recovery code works once',
    async play(story) {
      await enterPassword(story.page, story.name);
      story.used.recovery = story.recoveryCodes.shift();
      await answerByRecoveryCode(story, story.used.recovery.toLowerCase().replace('-', ' '));
      await isIn(story);
      await logOut(story);
      await enterPassword(story.page, story.name);
      await answerByRecoveryCode(story, story.used.recovery);
      await sees(story, 'That recovery code has been used. Take another one.');
      await look(story, 'verify-recovery-used');
      await isNotIn(story);
    },
  },
  {
    name: 'logs in by keyboard alone, in German',
    async play(story) {
      const { page } = story;
      await page.goto('/login?lang=de');
      await tabTo(page, page.getByLabel('Name'));
      await page.keyboard.type(story.name);
      await tabTo(page, page.getByLabel('Passwort'));
      await page.keyboard.type(passwordOf(story.name));
      await page.keyboard.press('Enter');
      const field = page.getByRole('textbox');
      await field.waitFor();
      await look(story, 'verify-code-german');
      await tabTo(page, field);
      await page.keyboard.type(await story.authenticator.freshCode());
      await sees(story, `Angemeldet als ${story.name}`);
      await page.goto('/?lang=en');
      await logOut(story);
    },
  },
  ...THREEMA_STEPS,
  {
    name: 'siteverify refuses the pass of another user, another ticket, an enrolment, and one used twice',
    async play(story) {
      const { stack } = story;
      const site = new Site(stack.worker, stack.forum.origin);
      const [bob, carol] = [await enrol(site), await enrol(site)];
      const enrolment = (await bob.page.pass()).body.response;
      const [ofBob, ofCarol] = [await loginByApi(site, bob), await loginByApi(site, carol)];
      const codes = async (...call) => (await site.siteverify(...call)).body['error-codes'];
      assert.deepEqual(await codes(bob.user, ofBob.ticket_id, ofCarol.response), ['invalid-input-response']);
      assert.deepEqual(await codes(carol.user, ofBob.ticket_id, ofBob.response), ['invalid-input-response']);
      assert.deepEqual(await codes(bob.user, bob.ticket_id, ofBob.response), ['invalid-input-response']);
      assert.deepEqual(await codes(bob.user, ofBob.ticket_id, enrolment), ['invalid-input-response']);
      const byEnrolment = (await site.siteverify(bob.user, bob.ticket_id, enrolment)).body;
      assert.equal(byEnrolment.success, true);
      assert.equal(byEnrolment.action, 'enroll');
      const first = (await site.siteverify(bob.user, ofBob.ticket_id, ofBob.response)).body;
      assert.equal(first.success, true);
      assert.equal(first.action, 'verify');
      assert.deepEqual(await codes(bob.user, ofBob.ticket_id, ofBob.response), ['timeout-or-duplicate']);
    },
  },
  {
    name: 'without the worker, who has two-factor login is not let in',
    async play(story) {
      const { stack } = story;
      story.bob = await enrolInForum(new Site(stack.worker, stack.forum.origin), 'bob');
      await stack.worker.kill();
      await enterPassword(story.page, story.name);
      await heading(story, 'We cannot check your second step');
      await look(story, 'closed-unreachable');
      await isNotIn(story);
    },
  },
  {
    name: 'the break-glass command lets one member in for an hour, on record',
    async play(story) {
      const { state } = story.stack;
      assert.equal((await breakGlass(state, 'nobody')).code, 1);
      const { code, stdout } = await breakGlass(state, story.name);
      assert.equal(code, 0);
      const [, until] = /^alice may log in with the password alone until (\S+Z)\n$/.exec(stdout);
      const left = (Date.parse(until) - Date.now()) / 1000;
      assert.ok(left > 3590 && left <= 3600, `${left} s`);
      await story.page.goto('/login/second');
      await isIn(story);
      await sees(story, 'You are logged in without your second factor.');
      assert.deepEqual(breakGlassLog(state).map(({ event, name }) => [event, name]), [['opened', 'alice'], ['used', 'alice']]);
      await logOut(story);
      story.name = 'bob';
      await enterPassword(story.page, story.name);
      await heading(story, 'We cannot check your second step');
      await isNotIn(story);
    },
  },
  {
    name: 'workerd killed in the middle of a login and started again: the enrolment is still there',
    async play(story) {
      const { stack } = story;
      await stack.restartWorker();
      await enterPassword(story.page, story.name);
      await story.page.getByLabel(APP_CODE).waitFor();
      await stack.worker.kill();
      await stack.restartWorker();
      await answer(story, await story.bob.authenticator.freshCode());
      await isIn(story);
      await logOut(story);
    },
  },
  {
    name: 'storage wiped: 409 enrollment_missing, and nobody is let in without the second factor',
    async play(story) {
      const { stack } = story;
      await stack.worker.kill();
      wipe(stack.state);
      await stack.restartWorker();
      const site = new Site(stack.worker, stack.forum.origin);
      const asked = await site.tickets('someone', 'verify', { expect_enrolled: true });
      assert.equal(asked.status, 409, asked.text);
      assert.equal(asked.body.code, 'enrollment_missing');
      await enterPassword(story.page, story.name);
      await sees(story, /your two-factor set-up was not found/);
      await look(story, 'closed-missing');
      await isNotIn(story);
      assert.match(stack.forum.child.output, /no verify ticket for bob .*: enrollment_missing: .*was its storage lost/);
    },
  },
];
