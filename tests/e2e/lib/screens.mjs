// Looks at a screen as it would be seen: accessibility in light and dark, and pictures of it.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

export class Screens {
  #folder;
  #count = 0;

  /** With `folder`, each screen is also written there as pictures. */
  constructor(folder) {
    this.#folder = folder;
    if (folder) mkdirSync(folder, { recursive: true });
  }

  /** Fails on any accessibility violation, and if the page is wider than the phone. */
  async look(page, name) {
    this.#count += 1;
    const before = page.viewportSize();
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of ['light', 'dark']) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const where = `${name}, ${size}, ${colorScheme}`;
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > viewport.width) throw new Error(`${where}: ${width} px wide in a window of ${viewport.width} px`);
        await this.#checkAccessibility(page, where);
        if (this.#folder) {
          const file = `${String(this.#count).padStart(2, '0')}-${name}-${size}-${colorScheme}.png`;
          await page.screenshot({ path: join(this.#folder, file), fullPage: true });
        }
      }
    }
    await page.setViewportSize(before);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  async #checkAccessibility(page, where) {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    if (violations.length === 0) return;
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.flat().join(' ')}\n  ${failureSummary}`));
    throw new Error(`${where}: ${found.length} accessibility violations\n${found.join('\n')}`);
  }
}
