// What holds of every screen alike, each put on by an answer of the wire's examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { SCREENS } from '../shots/screens.mjs';
import { Stage } from '../shots/stage.mjs';
import { openBrowser, openPage } from './lib/browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A window of 1280 px at 400 %, and a small phone. */
const WIDTHS = [320, 360];
const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'active' },
];

let stage;
let browser;
let page;
before(async () => {
  stage = await Stage.open();
  browser = await openBrowser();
  page = await openPage(browser);
});
after(async () => {
  await browser?.close();
  await stage?.close();
});

for (const [name, screen] of Object.entries(SCREENS)) {
  test(`${name}: accessible, read in a sensible order, no wider than its window, and within the strict policy`, async () => {
    const broken = [];
    const complain = (text) => /Content.Security.Policy|Trusted/i.test(text) && broken.push(text);
    const onConsole = (message) => complain(message.text());
    page.on('console', onConsole);
    try {
      const element = await stage.show(page, screen);
      readsWell(name, await element.ariaSnapshot());
      for (const look of LOOKS) {
        await page.emulateMedia({ reducedMotion: 'reduce', ...look });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 640 });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${wide} px wide in a window of ${width} px`);
        }
        await accessible(look);
      }
      assert.deepEqual(broken, []);
    } finally {
      page.off('console', onConsole);
    }
  });
}

/** Only while it loads is there nothing to be headed. */
const UNHEADED = ['verify-loading'];
const CONTROL = /^(button|textbox|checkbox|combobox|link|radio|switch|searchbox)\b/;

/** What a screen reader says, in its order: the heading before all but a status, and no control without words. */
function readsWell(name, transcript) {
  const lines = transcript.split('\n').map((line) => line.trim().replace(/^- '?/, ''));
  const first = lines.findIndex((line) => !/^(status|alert|region)\b/.test(line) && line !== '');
  if (!UNHEADED.includes(name)) assert.match(lines[first], /^heading ".+" \[level=2\]/, transcript);
  assert.ok(lines.filter((line) => line.startsWith('heading')).every((line) => /^heading ".+"/.test(line)), transcript);
  const mute = lines.filter((line) => CONTROL.test(line) && !/^\w+ "[^"]*\p{L}/u.test(line));
  assert.deepEqual(mute, [], transcript);
  const pictures = lines.filter((line) => line.startsWith('img') && !/^img ".+"/.test(line));
  assert.deepEqual(pictures, [], transcript);
}

async function accessible(look) {
  await page.evaluate(AXE);
  // Forced colours are the person's own: what computed styles say of them is not what is painted.
  const rules = { 'color-contrast': { enabled: look.forcedColors === 'none' } };
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { resultTypes: ['violations'], rules }), rules);
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ failureSummary }) => `${JSON.stringify(look)} ${id}: ${failureSummary}`));
  assert.deepEqual(found, []);
}
