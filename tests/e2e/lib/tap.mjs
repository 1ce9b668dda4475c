// Members who are asked by Threema whether it is they, and answer with a thumb.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { expectStatus } from './member.mjs';
import { enrolling } from './threema.mjs';

export const METHOD = 'threema-tap';

/** Enrols the phone's ID for taps, for a user who is new unless named. */
export async function enrolTap(site, phone, user) {
  const begun = await enrolling(site, user);
  const asked = { method: METHOD, threema_id: phone.id };
  const { reply } = expectStatus(await begun.page.call('POST', '/factors', asked), 201);
  assert.equal(await phone.text(reply.code), 200);
  const { pass_ready: ready } = expectStatus(await begun.page.look(), 200);
  assert.equal(ready, true);
  return { ...begun, phone };
}

/** The messages that the phone got. */
export async function inbox(phone) {
  const { messages } = await phone.gateway.call('GET', `/phones/${phone.id}`);
  return messages.filter(({ direction }) => direction === 'in');
}

/** A page of the user's that asks for a tap: what it is answered, and the message, if one came. */
export async function ask(site, { user, phone }, more = {}) {
  const { ticket, ticket_id } = expectStatus(await site.tickets(user, 'verify', more), 201);
  const page = site.page(ticket);
  const before = await inbox(phone);
  const answer = await page.challenge(METHOD);
  const came = (await inbox(phone)).slice(before.length);
  return { user, ticket, ticket_id, page, answer, came, message: came[0]?.message_id, challenge: answer.body?.challenge };
}

/** The same, and a message came. */
export async function askWell(site, member, more) {
  const asked = await ask(site, member, more);
  expectStatus(asked.answer, 201);
  assert.equal(asked.came.length, 1);
  return asked;
}

const RECEIPTS = { up: 3, down: 4 };

/** Puts a thumb to a message, as the apps do; answers the status of the callback. */
export async function thumb(phone, which, message, manner = {}) {
  const { attempts } = await phone.send({ receipt: RECEIPTS[which], message_ids: [message], retry: false, ...manner });
  return attempts[0].status;
}

/** Puts an emoji to a message, or takes it away. */
export async function react(phone, reaction, message, manner = {}) {
  const { attempts } = await phone.send({ reaction, message_id: message, retry: false, ...manner });
  return attempts[0].status;
}

/** The site's end of the webhook: the events that came, by type. */
export async function listenForEvents() {
  const events = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const { type, data } = JSON.parse(body);
    if (!events.some(({ id }) => id === request.headers['webhook-id'])) {
      events.push({ id: request.headers['webhook-id'], type, data });
    }
    response.writeHead(204).end();
    server.emit('event');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    /** The types of a user's events, when there are so many of these. */
    async of(user, types, count) {
      const found = () => events.filter(({ type, data }) => data.user === user && types.includes(type));
      const signal = AbortSignal.timeout(30_000);
      while (found().length < count) await once(server, 'event', { signal });
      return found();
    },
    close: () => server.close(),
  };
}
