// What stands before a site and before the worker when they are deployed: TLS, HTTP/2, and files that are
// compressed and kept by the browser.
import { readFileSync, readdirSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { request as ask } from 'node:http';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../e2e/stack.mjs';

const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };
const WIDGET = join(ROOT, 'dist/widget');
/** Of one connection: they are not sent on. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** A site of one page, whose HTML is `site.html`, with the widget's files under /threegate/. */
export async function serveSite(tls, port) {
  const files = new Map(readdirSync(WIDGET, { recursive: true }).filter((name) => TYPES[extname(name)])
    .map((name) => [`/threegate/${name}`, { type: TYPES[extname(name)], body: gzipSync(readFileSync(join(WIDGET, name))) }]));
  const site = { html: '' };
  return Object.assign(site, await serve(tls, port, (request, response) => {
    const file = files.get(new URL(request.url, 'https://site').pathname);
    if (request.url === '/') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(site.html);
    if (!file) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': file.type, 'content-encoding': 'gzip', 'cache-control': 'max-age=3600' }).end(file.body);
  }));
}

/** The worker that listens on `worker`. */
export function serveWorker(tls, port, worker) {
  return serve(tls, port, (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':')));
    const asked = ask({ port: worker, host: '127.0.0.1', method: request.method, path: request.url, headers }, (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
      response.writeHead(answer.statusCode, Object.fromEntries(kept));
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  });
}

async function serve({ key, cert }, port, answer) {
  const server = createSecureServer({ key, cert, allowHTTP1: true }, answer).listen(port, '127.0.0.1');
  const sockets = new Set();
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await once(server, 'listening');
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
