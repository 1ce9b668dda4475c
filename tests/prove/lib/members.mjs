// Members of every method, and how each proves it: an authenticator, a token, recovery codes, and one
// phone for all that goes by Threema.
import { expectStatus, enrolOn, openLogin } from '../../e2e/lib/member.mjs';
import { inbox, METHOD as TAP } from '../../e2e/lib/tap.mjs';
import { beginThreema, confirmByReply, enrolThreema, openReply } from '../../e2e/lib/threema.mjs';
import { enrolToken } from '../../e2e/lib/token.mjs';

/** What lets members enrol all of them. */
export const ALL_METHODS = { METHODS: 'totp hotp threema-reply threema-code threema-tap recovery' };
export const METHODS = ALL_METHODS.METHODS.split(' ');
const THUMB_UP = 3;
const CODE = /\d{6}/;

/** A new member with all of it, on a new phone of this ID. */
export async function enrolAll(site, gateway, id, user) {
  const member = await enrolThreema(site, await gateway.addPhone(id), { user });
  const { page, phone } = member;
  for (const method of ['threema-code', TAP]) await confirmByReply(page, phone, await beginThreema(page, phone, { method }));
  const { token } = await enrolToken(page);
  return { ...member, ...(await enrolOn(page)), token, read: new Set() };
}

/** The oldest message on the phone that was not taken yet: one with a code, or one that asks for a tap. */
export async function nextMessage({ phone, read }, hasCode) {
  const found = (await inbox(phone)).find(({ message_id, text }) => !read.has(message_id) && CODE.test(text) === hasCode);
  if (!found) throw new Error(`no ${hasCode ? 'code' : 'question'} came to ${phone.id}`);
  read.add(found.message_id);
  return { ...found, code: CODE.exec(found.text)?.[0] };
}

export const nextCode = async (member) => (await nextMessage(member, true)).code;

/** A thumb-up to the oldest question, as a message of the phone's. */
export async function nextThumb(member) {
  return { receipt: THUMB_UP, message_ids: [(await nextMessage(member, false)).message_id] };
}

/** A login that something is sent for, asked for as a page does that is clicked twice: one message comes. */
export async function openSent(site, { user }, method) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify'), 201);
  const page = site.page(ticket);
  const [first, second] = await Promise.all([page.challenge(method), page.challenge(method)]);
  const { challenge } = expectStatus(first, 201);
  if (expectStatus(second, 201).challenge !== challenge) throw new Error('two clicks opened two challenges');
  return { page, ticket, ticket_id, challenge };
}

/**
 * How a member proves each method: begins, and gives the same answer twice at the same moment. What is
 * answered are the two answers, of the page or of the Gateway's callback.
 */
export const DOUBLED = {
  totp: typed((member) => member.authenticator.freshCode()),
  hotp: typed((member) => member.token.press()),
  recovery: typed((member) => member.codes.shift()),
  async 'threema-code'(site, member) {
    const open = await openSent(site, member, 'threema-code');
    return { ...open, answers: await twice(open, await nextCode(member)) };
  },
  async 'threema-reply'(site, member) {
    const open = await openReply(site, member);
    return { ...open, answers: await called(member, { text: open.reply.code }) };
  },
  async 'threema-tap'(site, member) {
    const open = await openSent(site, member, TAP);
    return { ...open, answers: await called(member, await nextThumb(member)) };
  },
};

function typed(codeOf) {
  return async (site, member, method) => {
    const open = await openLogin(site, member, method);
    return { ...open, answers: await twice(open, await codeOf(member)) };
  };
}

const twice = ({ page, challenge }, code) => Promise.all([page.answer(challenge, code), page.answer(challenge, code)]);

const called = async ({ phone }, message) => (await phone.send({ ...message, times: 2 })).attempts;
