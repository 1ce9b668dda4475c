// Members with a Threema ID, through the real APIs and a simulated phone; and what the worker counts.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { expectStatus } from './member.mjs';

/** Where a member may begin to enrol: a ticket and its page. */
export async function enrolling(site, user = randomUUID()) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'enroll'), 201);
  return { user, ticket, ticket_id, page: site.page(ticket) };
}

/** Names the phone's ID on a page; answers what the page then shows. With `scanned`, its code was scanned. */
export async function beginThreema(page, phone, { scanned = false, method } = {}) {
  return expectStatus(await page.threemaId(phone.id, scanned ? phone.key : undefined, method), 201);
}

/** Sends the shown code from the phone, and sees that it did what it should. */
export async function confirmByReply(page, phone, { factor, reply }) {
  assert.equal(expectStatus(await page.look(), 200).awaited, factor);
  assert.equal(await phone.text(reply.code), 200);
  const view = expectStatus(await page.look(), 200);
  assert.deepEqual([view.awaited, view.pass_ready], [undefined, true], JSON.stringify(view));
}

/** Enrols the phone's ID for a user, new unless named. */
export async function enrolThreema(site, phone, { user, scanned, method } = {}) {
  const begun = await enrolling(site, user);
  const factor = await beginThreema(begun.page, phone, { scanned, method });
  await confirmByReply(begun.page, phone, factor);
  return { ...begun, phone, factor };
}

/** Opens a login that awaits a reply. */
export async function openReply(site, { user }) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify'), 201);
  const page = site.page(ticket);
  const opened = expectStatus(await page.challenge('threema-reply'), 201);
  return { user, ticket, ticket_id, page, ...opened };
}

/** Whether the page sees its challenge proved. */
export async function isProved(page) {
  const view = expectStatus(await page.look(), 200);
  assert.equal(view.proof === 'given', view.pass_ready, JSON.stringify(view));
  return view.pass_ready;
}

/** A whole login by reply, up to the pass. */
export async function loginByReply(site, member) {
  const open = await openReply(site, member);
  assert.equal(await member.phone.text(open.reply.code), 200);
  assert.equal(await isProved(open.page), true);
  const { response } = expectStatus(await open.page.pass(), 200);
  return { ...open, response };
}

/** Opens a login whose code is sent. */
export async function openCode(site, { user }, more) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify', more), 201);
  const page = site.page(ticket);
  return { user, ticket, ticket_id, page, ...expectStatus(await page.challenge('threema-code'), 201) };
}

/** The code of the last text on a phone, on which there must be at least so many messages. */
export async function codeOn(phone, messages) {
  const texts = await phone.texts(messages);
  return texts.at(-1).match(/\d{6}/)[0];
}

/** Sends a digit or more of `code` changed. */
export const otherCode = (code, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

const OF_REPLIES = /^callbacks?(_|$)|^(reply|tap)_/;

/** What the status counts of callbacks, replies and taps. */
export async function replyCounts(site) {
  const { counts } = expectStatus(await site.status(), 200);
  return Object.fromEntries(Object.entries(counts).filter(([word]) => OF_REPLIES.test(word)));
}

/** By how much these counts rise while `work` is done; what stays is left out. */
export async function risen(site, work) {
  const before = await replyCounts(site);
  await work();
  const after = await replyCounts(site);
  const more = Object.entries(after).map(([word, count]) => [word, count - (before[word] ?? 0)]);
  return Object.fromEntries(more.filter(([, count]) => count !== 0));
}
