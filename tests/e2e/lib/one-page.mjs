// A site that is nothing but one page with an element, beside a worker with Threema, and a browser for it.
import { openBrowser } from './browser.mjs';
import { Site } from './http.mjs';
import { servePages } from './page-server.mjs';
import { freePort } from './process.mjs';
import { startStack } from '../stack.mjs';

/** `{ stack, site, pages, browser, stop }`. `settings` as for `startStack`; `open` opens the browser. */
export async function startOnePage({ settings, open = openBrowser }) {
  const forum = await freePort();
  const on = { pages: await servePages(forum) };
  on.stop = async () => {
    await on.browser?.close();
    await Promise.all([on.stack?.stop(), on.pages.close()]);
  };
  try {
    on.stack = await startStack({ threema: true, forum: false, ports: { forum }, settings });
    on.site = new Site(on.stack.worker, on.pages.origin);
    on.browser = await open();
    return on;
  } catch (error) {
    await on.stop();
    throw error;
  }
}
