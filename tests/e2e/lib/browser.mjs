// Headless Chromium, the one that the machine has.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export async function openBrowser() {
  const executablePath = process.env.THREEGATE_CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath) throw new Error('no Chromium found: install it, or set THREEGATE_CHROMIUM to its path');
  return chromium.launch({ executablePath, args: ARGUMENTS });
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
