// Headless Chromium, the one that the machine has; and its Firefox, if it has one.
import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright-core';
import { passwordOf } from './visitor.mjs';

/** Where Firefox is, if it is anywhere. */
export const FIREFOX = [process.env.THREEGATE_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => path && existsSync(path));
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // Its sandbox refuses to run as root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/**
 * With `pagesStay`, a page that was left stays as it was and comes back so, as in anybody's browser.
 * With `camera`, a file of `lib/camera.mjs`, there is a camera that shows it; `more` are arguments.
 */
export async function openBrowser({ pagesStay = false, camera, more = [] } = {}) {
  const executablePath = process.env.THREEGATE_CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath) throw new Error('no Chromium found: install it, or set THREEGATE_CHROMIUM to its path');
  const ignoreDefaultArgs = pagesStay ? ['--disable-back-forward-cache'] : [];
  const film = camera ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] : [];
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...film, ...more], ignoreDefaultArgs });
}

/** Firefox as Mozilla ships it. */
export const openFirefox = () => firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX });

/** Fills in the forum's log-in form and sends it; what comes next is the forum's to say. */
export async function enterPassword(page, name) {
  await page.goto('/login?lang=en');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(passwordOf(name));
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** A page of its own profile; what its console reports as errors is kept in `page.errors`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  return page;
}

/** Has a page's English words run from right to left. */
export const turnAround = (page) => page.route('**/lang/en.json', async (route) => {
  const answer = await route.fetch();
  const words = await answer.json();
  const texts = words.texts.map((text) => (text === 'ltr' ? 'rtl' : text));
  await route.fulfill({ response: answer, json: { ...words, texts } });
});
