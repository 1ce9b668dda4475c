// A request, read: who comes, in which language, with which form.
import { timingSafeEqual } from 'node:crypto';
import { language } from './words.mjs';

const MOST_BYTES = 16 * 1024;

/** `{ method, url, language, device?, session?, form, formIsOurs, request, response }` */
export async function readVisit(request, response, sessions) {
  const url = new URL(`http://forum.invalid${request.url}`);
  const cookies = Object.fromEntries(
    (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim().split(/=(.*)/s, 2)),
  );
  const session = sessions.find(cookies.forum);
  const form = request.method === 'POST' ? await readForm(request) : {};
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    url,
    language: language(url.searchParams.get('lang'), cookies.forum_language, request.headers['accept-language']),
    device: cookies.forum_device,
    session,
    form,
    formIsOurs: Boolean(session) && equal(form.csrf ?? '', session.csrf),
    request,
    response,
  };
}

async function readForm(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw Object.assign(new Error('the form is too large'), { status: 413 });
    parts.push(part);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString('utf8')));
}

function equal(left, right) {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
