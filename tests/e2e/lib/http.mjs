// The worker's two APIs, as a site's server and as the widget call them.
import assert from 'node:assert/strict';

const observers = [];

/** From now on `look` is told every answer: the method, the address, and what `send` answers. */
export function observe(look) {
  observers.push(look);
}

/** An answer: `status`, `headers`, `text`, and `body` if it is JSON. */
export async function send(url, { method = 'POST', body, headers = {}, type = 'application/json' } = {}) {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(url, {
    method,
    body: sent,
    // A connection of its own: an old one that workerd closes at that very moment would lose the request.
    headers: { connection: 'close', ...(sent === undefined ? {} : { 'content-type': type }), ...headers },
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  const { status, headers: had } = answer;
  const got = { status, headers: had, text, body: parsed(text) };
  if (method !== 'OPTIONS') holdsForEveryAnswer(got);
  observers.forEach((look) => look(method, url, got));
  return got;
}

/** No answer may be stored by anybody, and every error is a problem with a code. */
function holdsForEveryAnswer({ status, headers, text, body }) {
  assert.equal(headers.get('cache-control'), 'no-store', `${status} ${text}`);
  if (status < 400) return;
  assert.equal(headers.get('content-type'), 'application/problem+json', `${status} ${text}`);
  assert.equal(body?.status, status, text);
  assert.match(body.code, /^[a-z_]+$/);
  assert.equal(typeof body.title, 'string');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const bearer = (secret) => ({ authorization: `Bearer ${secret}` });

const keyed = (key) => (key === undefined ? {} : { 'idempotency-key': key });

/** The site's server. */
export class Site {
  constructor({ endpoint, secrets }, origin) {
    Object.assign(this, { endpoint, secrets, origin });
  }

  tickets(user, purpose, more = {}) {
    return this.rawTickets({ user, purpose, origin: this.origin, ...more });
  }

  rawTickets(body, secret = this.secrets.SITE_SECRET) {
    return send(`${this.endpoint}/v1/tickets`, { body, headers: bearer(secret) });
  }

  siteverify(user, ticket_id, response, more = {}) {
    return this.rawSiteverify({ secret: this.secrets.SITE_SECRET, user, ticket_id, response, ...more });
  }

  rawSiteverify(body) {
    return send(`${this.endpoint}/v1/siteverify`, { body });
  }

  reset(user, secret = this.secrets.ADMIN_SECRET) {
    return send(`${this.endpoint}/v1/users:reset`, { body: { user }, headers: bearer(secret) });
  }

  /** A call of the site's team; `key` is an idempotency key. */
  admin(path, body, { key, secret = this.secrets.ADMIN_SECRET, method = 'POST' } = {}) {
    return send(`${this.endpoint}/v1/${path}`, { method, body, headers: { ...bearer(secret), ...keyed(key) } });
  }

  /** A call of the site's server. */
  post(path, body, { key, secret = this.secrets.SITE_SECRET } = {}) {
    return send(`${this.endpoint}/v1/${path}`, { body, headers: { ...bearer(secret), ...keyed(key) } });
  }

  status(secret = this.secrets.STATUS_SECRET) {
    return send(`${this.endpoint}/v1/status`, { method: 'GET', headers: bearer(secret) });
  }

  /** A page of the site with this ticket in it. */
  page(ticket) {
    return new Page(this, ticket);
  }
}

/** What the widget of one page calls. */
export class Page {
  constructor({ endpoint, origin }, ticket) {
    Object.assign(this, { endpoint, origin, ticket });
  }

  call(method, path, body, headers = {}) {
    const all = { origin: this.origin, ...bearer(this.ticket), ...headers };
    return send(`${this.endpoint}/v1/client${path}`, { method, body, headers: all });
  }

  look() {
    return this.call('GET', '');
  }

  challenge(method) {
    return this.call('POST', '/challenges', { method });
  }

  answer(challenge, code) {
    return this.call('POST', `/challenges/${challenge}/answer`, { code });
  }

  abandon(challenge) {
    return this.call('DELETE', `/challenges/${challenge}`);
  }

  factor(method = 'totp') {
    return this.call('POST', '/factors', { method });
  }

  resend(challenge) {
    return this.call('POST', `/challenges/${challenge}/resend`);
  }

  /** `key` is that of a scanned ID code. */
  threemaId(threema_id, key, method = 'threema-reply') {
    return this.call('POST', '/factors', { method, threema_id, key });
  }

  confirm(factor, code) {
    return this.call('POST', `/factors/${factor}/confirm`, { code });
  }

  recoveryCodes() {
    return this.call('POST', '/recovery-codes', {});
  }

  kept() {
    return this.call('POST', '/recovery-codes/kept', {});
  }

  /** `remember` says whether the browser is to be remembered. */
  pass(remember) {
    return this.call('POST', '/pass', { remember });
  }

  removeFactor(factor) {
    return this.call('DELETE', `/factors/${factor}`);
  }

  renameFactor(factor, name) {
    return this.call('PATCH', `/factors/${factor}`, { name });
  }

  resync(factor, codes) {
    return this.call('POST', `/factors/${factor}/resync`, { codes });
  }

  chooseDefault(method) {
    return this.call('PUT', '/default', { method });
  }

  /** One remembered browser, or all. */
  revoke(device) {
    return this.call('DELETE', device === undefined ? '/devices' : `/devices/${device}`);
  }
}
