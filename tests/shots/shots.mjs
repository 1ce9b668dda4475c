// Pictures of every screen, in three widths and both schemes, and a contact sheet for each element.
//   node tests/shots/shots.mjs [NAME…]      target/shots/, only screens whose names begin so
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, openPage } from '../e2e/lib/browser.mjs';
import { ROOT } from '../e2e/stack.mjs';
import { SCREENS } from './screens.mjs';
import { Stage } from './stage.mjs';

const FOLDER = join(ROOT, 'target/shots');
const WIDTHS = [320, 390, 1024];
const SCHEMES = ['light', 'dark'];

const wanted = process.argv.slice(2);
const names = Object.keys(SCREENS).filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
if (names.length === 0) throw new Error(`no screen is called so; there are ${Object.keys(SCREENS).join(', ')}`);
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

const stage = await Stage.open();
const browser = await openBrowser();
const page = await openPage(browser, { reducedMotion: 'reduce' });
try {
  for (const name of names) {
    const element = await stage.show(page, SCREENS[name]);
    writeFileSync(join(FOLDER, `${name}.txt`), `${await element.ariaSnapshot()}\n`);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 240 });
      // A window that holds it all: what is outside is not always painted in time.
      await page.setViewportSize({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), animations: 'disabled' });
      }
    }
    console.log(`shots   ${name}`);
  }
  for (const element of new Set(names.map((name) => name.split('-')[0]))) {
    await sheet(element, names.filter((name) => name.startsWith(`${element}-`)));
  }
} finally {
  await browser.close();
  await stage.close();
}

/** One picture of all its screens: a row a screen, light beside dark, narrow to wide. */
async function sheet(element, rows) {
  const data = (name) => `data:image/png;base64,${readFileSync(join(FOLDER, name)).toString('base64')}`;
  const cells = (name) => WIDTHS.flatMap((width) => SCHEMES.map((scheme) =>
    `<td><img width="${Math.min(width, 480) / 1.6}" src="${data(`${name}-${width}-${scheme}.png`)}" alt=""></td>`));
  const table = rows.map((name) => `<tr><th>${name}</th>${cells(name).join('')}</tr>`).join('');
  await page.setViewportSize({ width: 1700, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('about:blank');
  await page.setContent(`<style>td,th{vertical-align:top;padding:4px;font:12px sans-serif;text-align:left}body{margin:8px;background:#fff}</style><table>${table}</table>`);
  const file = join(FOLDER, `sheet-${element}.png`);
  await page.screenshot({ path: file, fullPage: true });
  console.log(`shots   ${file}`);
}
