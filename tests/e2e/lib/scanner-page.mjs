// A page that has only the scanner, under the strict policy of the demo forum.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { ROOT } from '../stack.mjs';
import { freePort } from './process.mjs';

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'require-trusted-types-for': "'script'",
};

/** `scanner`, `states`, `choices` and `texts` for the tests; `texts` with the time each one came. */
const script = (widget) => `
import { openScanner } from '${widget}/threegate/scanner.js';
window.states = [];
window.choices = [];
window.texts = [];
window.scanner = openScanner({
  onState: (state, choice) => { states.push(state); choices.push(choice); },
  onText: (text) => texts.push({ text, at: performance.now() }),
});
window.read = async (base64, type) => {
  const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  return scanner.image(new Blob([bytes], { type })).catch(({ code, message }) => code ?? message);
};
`;

/**
 * Serves the page at `origin`. `widget` is the origin that it takes the widget's files from;
 * `replaced` gives files another content (a list: one after the other, the last one stays, and
 * `undefined` is the file itself); `policy` changes the policy.
 */
export async function serveScanner({ widget = '', replaced = {}, policy = {} } = {}) {
  const port = await freePort();
  const asked = [];
  const header = Object.entries({ ...POLICY, ...policy }).map((it) => it.join(' ')).join('; ');
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const send = (status, type, body) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': header, 'access-control-allow-origin': '*' });
      response.end(body);
    };
    if (pathname === '/') return send(200, 'text/html', '<!doctype html><title>A scanner</title><video></video><script type="module" src="/page.js"></script>');
    if (pathname === '/favicon.ico') return send(204, 'image/x-icon');
    if (pathname === '/page.js') return send(200, TYPES['.js'], script(widget));
    const name = pathname.slice('/threegate/'.length);
    asked.push(name);
    const instead = replaced[name]?.length > 1 ? replaced[name].shift() : replaced[name]?.[0];
    const file = instead ?? (await readFile(join(ROOT, 'dist/widget', name)).catch(() => undefined));
    return send(file ? 200 : 404, TYPES[extname(name)] ?? 'text/plain', file);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${port}`,
    port,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
