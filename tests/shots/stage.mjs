// A page with one element under the strictest policy, and a worker that answers what a screen needs.
//
// The answers are the wire's examples, which tests hold against the real worker: here they put a screen
// on, for a picture of it and for what is checked of every screen alike. That the paths there work is
// shown elsewhere, with the worker itself.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { createRequire } from 'node:module';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import { freePort } from '../e2e/lib/process.mjs';
import { ROOT } from '../e2e/stack.mjs';

const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };
const EXAMPLES = join(ROOT, 'tests/wire/v1');
/** The clock of the examples. */
const THEN = 1790000000;
/** Nothing listens there: every request is answered before it leaves the browser. */
const ENDPOINT = 'https://threegate.example';

prepareZXingModule({
  overrides: { wasmBinary: readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')) },
});

const STYLE = `
:root { color-scheme: light dark; background: light-dark(#f3f4f6, #17191d); color: light-dark(#16181d, #f3f4f6); }
body { margin: 0; padding: 16px; font-family: system-ui, sans-serif; }
main { margin-inline: auto; max-width: 30rem; }
h1 { font-size: 1rem; font-weight: 500; }
`;

/** A wire example as it would be now, with `changes`; a member that is `undefined` is left out. */
export function example(name, changes = {}) {
  const now = Math.floor(Date.now() / 1000);
  const present = (value) => {
    if (Array.isArray(value)) return value.map(present);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([member, it]) => [member, present(it)]));
    }
    return typeof value === 'number' && value > 1e9 ? value - THEN + now : value;
  };
  return { ...present(JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8'))), ...changes };
}

/** A refusal with that code. */
export const refusal = (status, code, more = {}) => ({ status, body: { type: 'about:blank', title: code, status, code, ...more } });

/** `text` as the worker draws it: four modules of quiet zone, a path of the dark ones. */
export async function drawing(text) {
  const { symbol } = await writeBarcode(text, { format: 'QRCode', ecLevel: 'M' });
  const { data, width, height } = symbol;
  const dark = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) if (data[y * width + x] === 0) dark.push(`M${x + 4} ${y + 4}h1v1h-1z`);
  }
  return { modules: width + 8, path: dark.join('') };
}

export class Stage {
  #server;
  #origin;
  #shown;

  static async open() {
    const stage = new Stage();
    const port = await freePort();
    stage.#origin = `http://localhost:${port}`;
    stage.#server = createServer((request, response) => stage.#serve(request, response)).listen(port, '127.0.0.1');
    await once(stage.#server, 'listening');
    return stage;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Puts `screen` of the table on `page`, in that language. Answers the element. */
  async show(page, screen, language = 'en') {
    this.#shown = { screen, language };
    const taken = new Map();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route(`${ENDPOINT}/**`, (route) => answer(route, screen.answers, taken));
    await page.routeWebSocket(/^wss:\/\/threegate\.example\//, () => {});
    if (screen.before) await screen.before(page);
    await page.goto(`${this.#origin}/`, { waitUntil: 'domcontentloaded' });
    const element = page.locator(`threegate-${screen.element}`);
    await screen.reach({ page, element, language });
    return element;
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, this.#origin);
    if (pathname !== '/') {
      const folder = pathname.startsWith('/threegate/') ? pathname.slice('/threegate/'.length) : undefined;
      const file = folder && await readFile(join(ROOT, 'dist/widget', folder)).catch(() => undefined);
      if (pathname === '/page.css') return response.writeHead(200, { 'content-type': TYPES['.css'] }).end(STYLE);
      return response.writeHead(file ? 200 : 204, { 'content-type': TYPES[extname(pathname)] ?? 'text/plain' }).end(file);
    }
    const nonce = randomBytes(16).toString('base64');
    const { screen, language } = this.#shown;
    const direction = ['ar', 'he'].includes(language) ? 'rtl' : 'ltr';
    const attributes = Object.entries({ endpoint: ENDPOINT, ticket: 'example', ...screen.attributes })
      .filter(([, value]) => value !== undefined).map(([name, value]) => ` ${name}="${value}"`).join('');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy(nonce) });
    response.end(`<!doctype html><html lang="${language}" dir="${direction}"><meta charset="utf-8"><title>A site</title>`
      + '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css">'
      + `<script type="module" nonce="${nonce}" src="/threegate/threegate.js"></script>`
      + `<main><h1>A site</h1><form><threegate-${screen.element}${attributes}></threegate-${screen.element}></form></main></html>`);
  }
}

function policy(nonce) {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${ENDPOINT} ${ENDPOINT.replace('https', 'wss')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

const ALLOWED = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
};

async function answer(route, answers, taken) {
  const request = route.request();
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: ALLOWED });
  const { pathname } = new URL(request.url());
  const called = `${request.method()} ${pathname.replace('/v1/client', '').replace(/^\/(challenges|factors|devices)\/[^/]+/, '/$1/*')}`;
  const given = answers[called.trim()];
  if (given === undefined) throw new Error(`the screen has no answer to ${called}`);
  if (given === 'offline') return route.abort('internetdisconnected');
  if (given === 'never') return undefined;
  const list = Array.isArray(given) ? given : [given];
  const turn = taken.get(called) ?? 0;
  taken.set(called, turn + 1);
  let next = list[Math.min(turn, list.length - 1)];
  if (typeof next === 'function') next = await next(request);
  if (next === 'offline') return route.abort('internetdisconnected');
  const { status, body } = typeof next.status === 'number' && next.body ? next : { status: 200, body: next };
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return route.fulfill({ status, headers: { ...ALLOWED, 'content-type': type }, body: JSON.stringify(body) });
}
