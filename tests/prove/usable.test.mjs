// How long a member waits: from the element in the page until there is something to type or to press, on a
// processor four times slower than this one and on a line of Lighthouse's "slow 4G" (1.6 Mbit/s, 150 ms there
// and back). The page has come over that line, so its connection is open; the worker has another origin, whose
// name, TCP and TLS each cost a round trip. Files come by HTTP/2, compressed by gzip.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../e2e/lib/browser.mjs';
import { Site } from '../e2e/lib/http.mjs';
import { enrol, expectStatus } from '../e2e/lib/member.mjs';
import { freePort } from '../e2e/lib/process.mjs';
import { startStack } from '../e2e/stack.mjs';
import { certificate } from './lib/certificate.mjs';
import { serveSite, serveWorker } from './lib/edge.mjs';
import { told } from './lib/form.mjs';
import { SLOW_4G, SlowLine } from './lib/slow-line.mjs';

const BUDGET = 1500;
const SLOWER = 4;
const VISITS = 5;
const HOSTS = { site: 'forum.localhost', worker: 'threegate.localhost' };

const closing = [];
let browser;
let site;
let edge;
let line;
let endpoint;
let member;

before(async () => {
  const [atSite, atWorker, siteEdge, workerEdge] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const origin = `https://${HOSTS.site}:${atSite}`;
  endpoint = `https://${HOSTS.worker}:${atWorker}`;
  const stack = await startStack({ forum: false, settings: { METHODS: 'totp recovery', SITE_ORIGINS: origin } });
  closing.push(() => stack.stop());
  const tls = certificate(Object.values(HOSTS));
  edge = await serveSite(tls, siteEdge);
  const worker = await serveWorker(tls, workerEdge, stack.worker.port);
  line = new SlowLine(SLOW_4G);
  await line.carry(atSite, siteEdge, 1);
  await line.carry(atWorker, workerEdge, 2);
  closing.push(() => line.close(), () => edge.close(), () => worker.close());
  browser = await openBrowser({ more: [`--ignore-certificate-errors-spki-list=${tls.spki}`] });
  closing.unshift(() => browser.close());
  site = new Site(stack.worker, origin);
  member = await enrol(site);
});
after(async () => {
  for (const close of closing) await close();
});

/** Runs in the page, before anything of it: `threegate` is when the element came, and when it could be used. */
function watch() {
  const times = globalThis.threegate = {};
  const look = () => {
    const element = document.querySelector('threegate-verify, threegate-enroll, threegate-manage');
    if (element) times.came ??= performance.now();
    const usable = element?.shadowRoot?.querySelector('input:enabled, .choice:enabled');
    if (usable?.checkVisibility()) times.usable ??= performance.now();
    else requestAnimationFrame(look);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
}

async function visit(context, purpose) {
  const { ticket } = expectStatus(await site.tickets(member.user, purpose), 201);
  edge.html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,">
    <script type="module" src="/threegate/threegate.js"></script>
    <form><threegate-${purpose} endpoint="${endpoint}" ticket="${ticket}"></threegate-${purpose}><button>Go</button></form></html>`;
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript(watch);
  await page.goto(site.origin, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => globalThis.threegate.usable && globalThis.threegate, undefined, { polling: 50 });
  const { came, usable } = await handle.jsonValue();
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map((one) => ({
    name: one.name, times: [one.startTime, one.requestStart, one.responseStart, one.responseEnd],
  })));
  await page.close();
  line.hangUp();
  return { time: usable - came, came, loaded };
}

/** Where the time goes, in milliseconds after the element came. Of another origin the middle is not told. */
function chain({ came, loaded }) {
  const at = (time) => (time ? String(Math.round(time - came)) : '').padStart(6);
  return loaded.map(({ name, times }) => `${times.map(at).join('')}  ${new URL(name).pathname}`).join('\n');
}

for (const purpose of ['verify', 'enroll', 'manage']) {
  test(`<threegate-${purpose}> can be used within ${BUDGET} ms on a slow phone and line`, async () => {
    const first = [];
    const again = [];
    for (let turn = 0; turn < VISITS; turn += 1) {
      const context = await browser.newContext({ locale: 'en-GB' });
      first.push(await visit(context, purpose));
      again.push(await visit(context, purpose));
      await context.close();
    }
    const median = (visits) => [...visits].sort((a, b) => a.time - b.time)[Math.floor(visits.length / 2)];
    console.log(`asked  sent first  last byte\n${chain(median(first))}`);
    told(`usable ${purpose} ${Math.round(median(first).time)} ${BUDGET}`);
    told(`usable ${purpose}, files in the cache ${Math.round(median(again).time)} ${BUDGET}`);
    assert.ok(median(first).time <= BUDGET, `${median(first).time} ms at the first visit`);
    assert.ok(median(again).time <= BUDGET, `${median(again).time} ms later`);
  });
}
