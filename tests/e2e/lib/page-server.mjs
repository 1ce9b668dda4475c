// A site that is nothing but one page with one element in a form: what any site would write.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../stack.mjs';

const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

/**
 * `server.html` is the page's form, as the next visit gets it, under `server.policy` if there is one; what
 * a form sent is in `server.sent`, oldest first.
 */
export async function servePages(port) {
  const pages = { origin: `http://localhost:${port}`, html: '', policy: undefined, sent: [] };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, pages.origin);
    if (pathname.startsWith('/threegate/')) {
      const file = await readFile(join(ROOT, 'dist/widget', pathname.slice('/threegate/'.length))).catch(() => undefined);
      return response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(pathname)] ?? 'text/plain' }).end(file);
    }
    if (request.method === 'POST') pages.sent.push(Object.fromEntries(new URLSearchParams(await text(request))));
    const body = pathname === '/' ? `<script type="module" src="/threegate/threegate.js"></script>${pages.html}` : '<h1>Received</h1>';
    const policy = pages.policy && { 'content-security-policy': pages.policy };
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy })
      .end(`<!doctype html><html lang="en"><title>A site</title>${body}`);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  pages.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return pages;
}
