// A member with an authenticator app and recovery codes, made through the real APIs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Authenticator } from './authenticator.mjs';
import { ticketIn, Visitor } from './visitor.mjs';

export function expectStatus(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  if (code !== undefined) assert.equal(answer.body.code, code, answer.text);
  return answer.body;
}

/** Enrols a new user; answers what the user then holds, and the enrolment's page and ticket. */
export async function enrol(site, user = randomUUID()) {
  const asked = expectStatus(await site.tickets(user, 'enroll', { label: 'alice' }), 201);
  return { user, ticket_id: asked.ticket_id, ...(await enrolOn(site.page(asked.ticket))) };
}

/** The same for a member of the forum, through the forum's own pages. */
export async function enrolInForum(site, name) {
  const visitor = new Visitor(site.origin);
  await visitor.register(name);
  const member = await enrolOn(site.page(ticketIn(await visitor.open('/settings/two-factor'))));
  const { response } = expectStatus(await member.page.pass(), 200);
  const settings = await visitor.fill('/settings/two-factor', { 'threegate-response': response });
  assert.match(settings.html, /Two-factor login is on\./);
  return { name, visitor, ...member };
}

/** Enrols on a page that has a ticket for it. */
export async function enrolOn(page) {
  const factor = expectStatus(await page.factor(), 201);
  const authenticator = new Authenticator(factor.secret);
  expectStatus(await page.confirm(factor.factor, await authenticator.freshCode()), 200);
  const { codes } = expectStatus(await page.recoveryCodes(), 201);
  expectStatus(await page.kept(), 200);
  return { page, factor, authenticator, codes };
}

/** Opens a login: a ticket, its page and a challenge. */
export async function openLogin(site, { user }, method = 'totp') {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify'), 201);
  const page = site.page(ticket);
  const { challenge } = expectStatus(await page.challenge(method), 201);
  return { page, ticket, ticket_id, challenge };
}

/** A whole login up to the pass; it costs one code. */
export async function login(site, member, method = 'totp') {
  const open = await openLogin(site, member, method);
  const code = method === 'totp' ? await member.authenticator.freshCode() : member.codes.shift();
  expectStatus(await open.page.answer(open.challenge, code), 200);
  const { response } = expectStatus(await open.page.pass(), 200);
  return { ...open, code, response };
}

/** How often each outcome came: `{ "200 proved": 1, "422 code_used": 99 }`. */
export function counted(answers, name = ({ status, body }) => `${status} ${body?.code ?? body?.state ?? ''}`.trim()) {
  const counts = {};
  for (const answer of answers) counts[name(answer)] = (counts[name(answer)] ?? 0) + 1;
  return counts;
}

export const atOnce = (count, make) => Promise.all(Array.from({ length: count }, (_, at) => make(at)));
