// A token that counts, by an implementation that is not ours; and members who have one.
import { randomUUID } from 'node:crypto';
import { HOTP, Secret } from 'otpauth';
import { expectStatus } from './member.mjs';

/** What lets members enrol one, and be remembered. */
export const SETTINGS = { METHODS: 'totp hotp threema-reply threema-code recovery', TRUSTED_DEVICE_DAYS: '30' };

export class Token {
  #hotp;
  /** The counter of the next code. */
  next = 0;

  /** `key` is the text in groups that a page shows. */
  constructor(key) {
    this.#hotp = new HOTP({ secret: Secret.fromBase32(key.replace(/\s/g, '')), digits: 6 });
  }

  /** Presses the button. */
  press() {
    this.next += 1;
    return this.at(this.next - 1);
  }

  at(counter) {
    return this.#hotp.generate({ counter });
  }

  /** A code that is none of those near. */
  wrong() {
    const near = new Set(Array.from({ length: 40 }, (_, at) => this.at(Math.max(0, this.next - 20 + at))));
    return Array.from({ length: 41 }, (_, at) => String(at).padStart(6, '0')).find((code) => !near.has(code));
  }
}

/** Enrols a token on a page that has a ticket for it. */
export async function enrolToken(page) {
  const begun = expectStatus(await page.factor('hotp'), 201);
  const token = new Token(begun.secret);
  expectStatus(await page.confirm(begun.factor, token.press()), 200);
  return { token, begun, factor: begun.factor };
}

/** A new member with a token and recovery codes. */
export async function memberWithToken(site, user = randomUUID()) {
  const { ticket } = expectStatus(await site.tickets(user, 'enroll', { label: 'alice' }), 201);
  const page = site.page(ticket);
  const enrolled = await enrolToken(page);
  const { codes } = expectStatus(await page.recoveryCodes(), 201);
  expectStatus(await page.kept(), 200);
  return { user, page, codes, ...enrolled };
}

/** Opens a login by the token, or by `method`. */
export async function openLoginOf(site, { user }, method = 'hotp', more = {}) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify', more), 201);
  const page = site.page(ticket);
  const { challenge } = expectStatus(await page.challenge(method), 201);
  return { page, ticket_id, challenge };
}

/** A whole login by the token, up to what siteverify says. */
export async function loginByToken(site, member, remember) {
  const { page, ticket_id, challenge } = await openLoginOf(site, member);
  expectStatus(await page.answer(challenge, member.token.press()), 200);
  const { response } = expectStatus(await page.pass(remember), 200);
  const verified = expectStatus(await site.siteverify(member.user, ticket_id, response), 200);
  return { page, ticket_id, response, ...verified };
}

/** A page where the member may change what is enrolled; proved by the token, or by a recovery code. */
export async function managing(site, member, { purpose = 'manage', method = 'hotp' } = {}) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(member.user, purpose), 201);
  const page = site.page(ticket);
  const { challenge } = expectStatus(await page.challenge(method), 201);
  const code = method === 'hotp' ? member.token.press() : member.codes.shift();
  expectStatus(await page.answer(challenge, code), 200);
  return Object.assign(page, { ticket_id });
}
