// Answers: pages under a strict policy, redirects, the forum's own files and the widget's.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WIDGET = process.env.FORUM_WIDGET ?? 'dist/widget';
const OWN_FILES = {
  '/forum.css': fileURLToPath(new URL('forum.css', import.meta.url)),
  '/forum.svg': fileURLToPath(new URL('forum.svg', import.meta.url)),
};
// Names of letters and digits with dots inside: no segment can be "..", so none leads out of the folder.
const WIDGET_FILE = /^\/threegate\/((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)+)$/;
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const ALWAYS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' };

/** What the element needs: its files and WebAssembly from here, and calls to the worker. */
function policy(endpoint) {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${endpoint} ${endpoint.replace(/^http/, 'ws')}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

export function sendPage(visit, status, text, endpoint) {
  visit.response.writeHead(status, {
    ...ALWAYS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy(endpoint),
    'cache-control': 'no-store',
    'set-cookie': cookies(visit),
    vary: 'accept-language, cookie',
  });
  visit.response.end(text);
}

export function sendRedirect(visit, location) {
  visit.response.writeHead(303, { ...ALWAYS, location, 'cache-control': 'no-store', 'set-cookie': cookies(visit) });
  visit.response.end();
}

/** The worker knows how long it remembers a browser; until then at most as long as browsers keep a cookie. */
const DEVICE_SECONDS = 400 * 24 * 60 * 60;

function cookies({ session, language, newDevice, url }) {
  const secure = process.env.FORUM_ORIGIN?.startsWith('https:') ? '; Secure' : '';
  const all = [];
  if (session) all.push(`forum=${session.id}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  if (newDevice) all.push(`forum_device=${newDevice}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${DEVICE_SECONDS}${secure}`);
  if (url.searchParams.has('lang')) all.push(`forum_language=${language}; Path=/; SameSite=Lax${secure}`);
  return all;
}

/** Answers a request for a file, if it is one. */
export async function sendFile(request, response) {
  const path = request.url.split('?', 1)[0];
  const widget = WIDGET_FILE.exec(path);
  const file = OWN_FILES[path] ?? (widget && join(WIDGET, widget[1]));
  const type = TYPES[extname(file ?? '')];
  if (!type || !['GET', 'HEAD'].includes(request.method)) return false;
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) return false;
  response.writeHead(200, { ...ALWAYS, 'content-type': type, 'content-length': bytes.length, 'cache-control': 'no-cache' });
  response.end(bytes);
  return true;
}
