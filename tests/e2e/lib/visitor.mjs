// A browser without a widget: for what the forum's server alone decides.
import assert from 'node:assert/strict';

export class Visitor {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  /** The page at `path`, after redirects: `{ status, path, html }`. */
  async open(path, form) {
    const answer = await fetch(this.#origin + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      body: form && new URLSearchParams(form),
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location) return this.open(location);
    return { status: answer.status, path, html: await answer.text() };
  }

  /** Fills in the form at `path` and sends it. */
  async fill(path, fields = {}) {
    const { html } = await this.open(path);
    const csrf = /name="csrf" value="([^"]+)"/.exec(html);
    assert.ok(csrf, `no form at ${path}: ${html}`);
    return this.open(path, { csrf: csrf[1], ...fields });
  }

  cookie(name) {
    return this.#cookies.get(name);
  }

  register(name) {
    return this.fill('/register', { name, password: passwordOf(name) });
  }

  login(name) {
    return this.fill('/login', { name, password: passwordOf(name) });
  }
}

/** The ticket in a page, as its element gets it. */
export const ticketIn = ({ html }) => /<threegate-(?:verify|enroll|manage) ticket="([^"]+)"/.exec(html)?.[1];
export const passwordOf = (name) => `the password of ${name}`;
export const isLoggedIn = ({ html }, name) => html.includes(`Logged in as <b>${name}</b>`);
