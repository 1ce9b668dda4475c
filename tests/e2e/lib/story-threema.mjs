// The story of carol, who has Threema on her phone: the phone is a page in a second tab.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { enterPassword } from './browser.mjs';
import { paint } from './camera.mjs';
import { newMessageId, nowSeconds } from './callback.mjs';
import { Site } from './http.mjs';
import { atOnce, expectStatus } from './member.mjs';
import { readQr } from './qr.mjs';
import { follow, heading, isIn, isNotIn, logOut, look, press, role, sees } from './story-acts.mjs';
import { enrolThreema, loginByReply, openReply, risen } from './threema.mjs';
import { passwordOf } from './visitor.mjs';

/** Her phone, by its Threema ID. */
export const CAROL = { CAROL003: 'carol' };
const [[ID]] = Object.entries(CAROL);
const FORTNIGHT_AND_A_DAY = 15 * 24 * 60 * 60;
/** Milliseconds after sending in which a reply is usually on its way through the worker. */
const MOMENT = 12;
const WITHOUT_THREEMA = Object.fromEntries(
  ['GATEWAY_ID', 'API_SECRET', 'PRIVATE_KEY', 'CALLBACK_PATH', 'API_URL'].map((name) => [`THREEMA_${name}`, undefined]),
);
/** An ID export of the apps' own tests. */
const EXPORT = 'MXC5-DNNQ-TD67-FLG3-ERIL-XZTX-EZH7-XD4B-X2IF-HJZN-744J-BPZS-S7U7-WNKL-IVN2-J7RX-STEU-X6ZX-VYH5-IHMQ';

/** A picture of the ID code that her phone's page shows. */
export async function codeOnPhone(browser, gateway) {
  const page = await browser.newPage();
  try {
    await page.goto(`${gateway.origin}/phones/${ID}`);
    return await page.getByRole('img', { name: `ID QR code of ${ID}` }).screenshot();
  } finally {
    await page.close();
  }
}

const waits = (story) => sees(story, 'Waiting for your message…');

/** The code on the page, as a member reads it. */
async function shownCode(story) {
  await waits(story);
  const text = await story.page.getByText(/^\d{3} \d{3}$/).innerText();
  return text.replace(' ', '');
}

/** Opens the phone's page in a second tab, types the code there, and sends it. */
async function sendFromPhone({ page, phone }, code) {
  const tab = await page.context().newPage();
  await tab.goto(phone.page);
  await tab.getByRole('textbox', { name: 'Message to *TESTTST' }).fill(code);
  await tab.getByRole('button', { name: 'Send' }).click();
  await tab.getByRole('log').getByText(code).waitFor();
  await tab.close();
}

/** Gives the page an image file with a QR code in it. */
async function chooseImage({ page, browser }, text) {
  const buffer = await paint(browser, { text });
  await page.getByLabel('Choose an image').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
}

/** The level of the key, in words beside its dots. */
const isScanned = (story) => sees(story, 'Key scanned from your app: it is the right one');

const siteOf = ({ stack }) => new Site(stack.worker, stack.forum.origin);

async function register(story, name) {
  story.name = name;
  await story.page.goto('/register');
  await story.page.getByLabel('Name').fill(name);
  await story.page.getByLabel('Password').fill(passwordOf(name));
  await press(story, 'Register');
  await isIn(story);
}

/** Opens a login in the browser; answers the code that the page shows. */
async function openLogin(story) {
  await enterPassword(story.page, story.name);
  return shownCode(story);
}

/** These messages are taken and do nothing: counted so, and the page still waits. */
async function doesNothing(story, expected, send) {
  assert.deepEqual(await risen(siteOf(story), send), expected);
  await waits(story);
}

export const THREEMA_STEPS = [
  {
    name: 'Threema: carol registers and is asked for her ID',
    async play(story) {
      story.phone = await story.stack.gateway.phone(ID);
      await register(story, 'carol');
      await follow(story, 'Two-factor login');
      await press(story, /^Threema/);
      await heading(story, 'Which Threema ID is yours?');
      await look(story, 'enroll-identify');
    },
  },
  {
    name: 'Threema: an image of her code with another key is refused as an error',
    async play(story) {
      const { key } = await story.stack.gateway.phone('BOBBOB02');
      await chooseImage(story, `3mid:${ID},${key}`);
      await sees(story, /This code’s key is not the one in Threema’s directory/);
      await look(story, 'enroll-identify-mismatch');
    },
  },
  {
    name: 'Threema: an ID export is named as a secret, and nothing of it leaves the page',
    async play(story) {
      const from = story.sent.length;
      await chooseImage(story, EXPORT);
      await sees(story, /This is an ID export: it holds your private key\. Show it to nobody/);
      await look(story, 'enroll-identify-export');
      const asked = story.sent.slice(from);
      // The scanner's own files at most; and no part of the export with them.
      const { origin } = story.stack.forum;
      assert.deepEqual(asked.filter(({ url, body }) => !url.startsWith(`${origin}/threegate/scan`) || body !== ''), []);
      const said = `${JSON.stringify(asked)} ${await story.page.content()} ${await role(story, 'textbox', /Threema ID/).inputValue()}`;
      assert.deepEqual(EXPORT.split('-').filter((group) => said.includes(group)), []);
    },
  },
  {
    name: 'Threema: an image of her code is as good as the camera',
    async play(story) {
      await chooseImage(story, story.phone.qr);
      await isScanned(story);
      await shownCode(story);
      await press(story, 'Use another Threema ID');
      await heading(story, 'Which Threema ID is yours?');
    },
  },
  {
    name: 'Threema: the camera sees the code on her phone, and its key is the directory’s: scanned',
    async play(story) {
      await press(story, 'Scan my ID with the camera');
      await isScanned(story);
      await look(story, 'enroll-send');
      const link = await role(story, 'link', 'Open Threema').getAttribute('href');
      const code = await shownCode(story);
      assert.equal(link, `https://threema.id/*TESTTST?text=${code}`);
      assert.equal(await readQr(await role(story, 'img', 'QR code that opens Threema with this code').screenshot()), link);
      await story.page.getByText('Threema does not know *TESTTST yet').click();
      const contact = await role(story, 'img', 'QR code of the contact *TESTTST').screenshot();
      const { gateway } = await story.stack.gateway.control();
      assert.equal(await readQr(contact), `3mid:*TESTTST,${gateway.public_key}`);
    },
  },
  {
    name: 'Threema: she sends the shown code from her phone, and the page goes on by itself',
    async play(story) {
      await sendFromPhone(story, await shownCode(story));
      await heading(story, 'How do you want to log in?');
      await look(story, 'enroll-daily');
      await press(story, /^Send a code/);
      await heading(story, 'Keep your recovery codes');
      await story.page.getByLabel('I have kept these codes in a safe place').check();
      await press(story, 'Continue');
      await sees(story, 'Two-factor login is on.');
    },
  },
  {
    name: 'Threema: she logs in by sending a code, and siteverify says threema-reply once',
    async play(story) {
      await logOut(story);
      const code = await openLogin(story);
      await look(story, 'verify-send');
      await isNotIn(story);
      story.used.reply = await story.phone.body({ text: await openLogin(story) });
      assert.equal((await story.stack.gateway.deliver(story.used.reply)).status, 200);
      await isIn(story);
      await logOut(story);
      assert.equal(await story.phone.text(code), 200, 'the code of the page that was left');
      await sendFromPhone(story, await openLogin(story));
      await isIn(story);

      const site = siteOf(story);
      story.bob = await enrolThreema(site, await story.stack.gateway.phone('BOBBOB02'));
      const { ticket_id, response } = await loginByReply(site, story.bob);
      const redeem = async () => expectStatus(await site.siteverify(story.bob.user, ticket_id, response), 200);
      const first = await redeem();
      assert.deepEqual([first.success, first.action, first.method], [true, 'verify', 'threema-reply']);
      assert.deepEqual((await redeem())['error-codes'], ['timeout-or-duplicate']);
    },
  },
  {
    name: 'Threema: an old, a foreign, a forged, a re-cut or a repeated message does nothing; the right one a hundred times at once lets her in once',
    async play(story) {
      const { phone, stack: { gateway } } = story;
      const one = (count) => ({ callbacks: 1, [count]: 1 });
      await logOut(story);
      const ended = await openReply(siteOf(story), story.bob);
      expectStatus(await ended.page.abandon(ended.challenge), 200);
      const code = await openLogin(story);
      await doesNothing(story, one('callback_repeated'), () => gateway.deliver(story.used.reply));
      await doesNothing(story, { callbacks: 100, callback_repeated: 100 }, () => atOnce(100, () => gateway.deliver(story.used.reply)));
      await doesNothing(story, one('callback_mac'), () => phone.text(code, { mac: 'wrong' }));
      await doesNothing(story, { callbacks: 40, callback_shape: 40 }, () => phone.send({ text: code, recut: 'all' }));
      await doesNothing(story, one('callback_old'), () => phone.text(code, { date: nowSeconds() - FORTNIGHT_AND_A_DAY }));
      await doesNothing(story, one('callback_missed'), () => story.bob.phone.text(code));
      await doesNothing(story, { callbacks: 1, callback_matched: 1, reply_refused: 1 }, () => story.bob.phone.text(ended.reply.code));
      const counts = await risen(siteOf(story), () => phone.send({ text: code, times: 100 }));
      assert.deepEqual(counts, { callbacks: 100, callback_matched: 1, callback_repeated: 99, reply_proofs: 1 });
      await isIn(story);
    },
  },
  {
    name: 'Threema: workerd killed between receipt and effect and started again: the Gateway’s retry comes, one effect',
    async play(story) {
      const { phone, stack } = story;
      await logOut(story);
      const code = await openLogin(story);
      const id = newMessageId();
      const { delivery } = await phone.send({ text: code, id, wait: false });
      await sleep(MOMENT);
      await stack.worker.kill();
      await stack.restartWorker();
      await stack.gateway.retryNow();
      const { outcome, attempts } = await stack.gateway.delivery(delivery);
      assert.equal(outcome, 'delivered', JSON.stringify(attempts));
      await isIn(story);
      const again = await risen(siteOf(story), () => phone.send({ text: code, id }));
      assert.deepEqual(again, { callbacks: 1, callback_repeated: 1 });
      await logOut(story);
    },
  },
  {
    name: 'with no THREEMA_* settings the worker offers authenticators only, and says so as a healthy state',
    async play(story) {
      const { page, stack } = story;
      await stack.worker.kill();
      await stack.restartWorker(WITHOUT_THREEMA);
      const { healthy, methods, threema } = expectStatus(await siteOf(story).status(), 200);
      assert.deepEqual([healthy, methods, threema], [true, ['totp', 'recovery'], null]);
      await register(story, 'dave');
      await follow(story, 'Two-factor login');
      await role(story, 'button', /^Authenticator app/).waitFor();
      assert.equal(await page.getByText('Threema').count(), 0);
      await look(story, 'enroll-choose-one');
      await logOut(story);
      await stack.worker.kill();
      await stack.restartWorker();
      story.name = 'alice';
    },
  },
];
