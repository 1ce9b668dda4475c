// A WebKit of this machine (WebKitGTK's MiniBrowser), driven by the W3C's WebDriver: as much of it as a few
// paths through an element need. It wants a display, so it gets one that nobody sees.
import { existsSync } from 'node:fs';
import { Child, freePort } from './process.mjs';

const DRIVER = '/usr/bin/WebKitWebDriver';
const DISPLAY = '/usr/bin/Xvfb';
const BROWSER = ['4.1', '4.0', '6.0'].flatMap((version) => [`/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`, `/usr/lib/aarch64-linux-gnu/webkit2gtk-${version}/MiniBrowser`]).find(existsSync);
/** Whether it is all there: Debian's packages `webkit2gtk-driver` and `xvfb`. */
export const HAS_WEBKIT = Boolean(BROWSER) && [DRIVER, DISPLAY].every(existsSync);
/** WebDriver's name for a reference to an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const PATIENCE_MS = 20_000;

/** Runs in the page: what one sees of `kind` with that text, in the page or in the element's shadow root. */
const FIND = `
  const [kind, text] = arguments;
  const roots = [document, ...[...document.querySelectorAll('*')].map((it) => it.shadowRoot).filter(Boolean)];
  const all = roots.flatMap((root) => [...root.querySelectorAll(kind)]);
  const words = (it) => it.labels?.length && kind === 'input' ? it.labels[0].textContent : it.textContent;
  return all.find((it) => words(it).trim().replace(/\\s+/g, ' ').startsWith(text) && it.getClientRects().length > 0) ?? null;`;

export class WebKit {
  #children;
  #session;

  static async open() {
    const screen = new Child('Xvfb', DISPLAY, ['-displayfd', '1', '-screen', '0', '1000x800x24']);
    await screen.prints(/^\d+$/m);
    const port = await freePort();
    const env = { DISPLAY: `:${/^(\d+)$/m.exec(screen.output)[1]}` };
    const driver = new Child('WebKitWebDriver', DRIVER, [`--port=${port}`], { env });
    const webkit = new WebKit();
    webkit.#children = [driver, screen];
    webkit.#session = `http://127.0.0.1:${port}/session`;
    await driver.ready(async () => (await fetch(webkit.#session.replace(/session$/, 'status'))).ok, 20);
    const options = { 'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] } };
    const { sessionId } = await webkit.#call('POST', '', { capabilities: { alwaysMatch: options } });
    webkit.#session += `/${sessionId}`;
    return webkit;
  }

  async close() {
    await this.#call('DELETE', '').catch(() => {});
    for (const child of this.#children) await child.kill();
  }

  goto(url) {
    return this.#call('POST', '/url', { url });
  }

  /** What a script in the page answers. */
  run(script, ...args) {
    return this.#call('POST', '/execute/sync', { script, args });
  }

  /** Waits until there is such an element: `kind` is a selector, an input goes by its label. */
  async see(kind, text) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.run(FIND, kind, text).catch(() => null);
      if (found) return found[ELEMENT];
      if (Date.now() > deadline) throw new Error(`no ${kind} “${text}” within ${PATIENCE_MS} ms; the page has: ${await this.run('return document.body.innerText')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async press(kind, text) {
    await this.#call('POST', `/element/${await this.see(kind, text)}/click`, {});
  }

  async type(label, text) {
    await this.#call('POST', `/element/${await this.see('input', label)}/value`, { text });
  }

  async text(kind, text) {
    return this.#call('GET', `/element/${await this.see(kind, text)}/text`);
  }

  async #call(method, path, body) {
    const answer = await fetch(this.#session + path, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(60_000) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebDriver: ${method} ${path}: ${value?.error} ${value?.message}`);
    return value;
  }
}
