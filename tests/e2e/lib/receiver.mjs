// A site's address for webhooks, as a real server: it checks each signature and does what it is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { eventOf } from '../../../www/forum/webhook.mjs';

export const SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`;

/**
 * Receives on `port`. `receiver.answer` decides about each try: a status, `{ status, headers, body }`, or
 * 'hang', 'cut' and 'drip'; it is given the event and all tries of it so far. Whatever is answered with 2xx
 * is in `receiver.taken`, every try in `receiver.tries`, what had no good signature in `receiver.forged`.
 */
export async function receive(port, secret = SECRET) {
  const receiver = { url: `http://localhost:${port}/webhooks`, secret, answer: () => 200, tries: [], taken: [], forged: [] };
  const waiting = new Set();
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const event = eventOf(request.headers, body, receiver.secret);
    assert.equal(request.method, 'POST');
    const seen = { path: request.url, headers: request.headers, body: body.toString(), event, at: Date.now() };
    receiver.tries.push(seen);
    if (!event) receiver.forged.push(seen);
    const before = receiver.tries.filter((one) => one.event && one.event.id === event?.id).length;
    const answer = event ? receiver.answer(event, before) : 401;
    if (answer === 'cut') return request.socket.destroy();
    const { status, headers = {}, body: said = '' } = answer?.status ? answer : { status: answer };
    if (status >= 200 && status < 300) receiver.taken.push(event);
    if (answer === 'drip') {
      response.writeHead(503).write(' ');
      const drip = setInterval(() => response.write(' '), 500);
      response.once('close', () => clearInterval(drip));
    } else if (answer !== 'hang') response.writeHead(status, headers).end(said);
    waiting.forEach((look) => look());
    return undefined;
  });
  const listen = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  receiver.listen = listen;
  receiver.close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  /** Resolves with what `find` finds, as soon as it does. */
  receiver.until = (find, seconds = 60) => new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      waiting.delete(look);
      const tries = receiver.tries.map(({ event }) => event?.type ?? 'forged');
      reject(new Error(`not within ${seconds} s: ${find}; tries: ${JSON.stringify(tries)}`));
    }, seconds * 1000);
    const look = () => {
      const found = find();
      if (!found) return;
      clearTimeout(late);
      waiting.delete(look);
      resolve(found);
    };
    waiting.add(look);
    look();
  });
  /** Resolves when an answer of ours has surely been dealt with: nothing came for a second. */
  receiver.settled = async () => {
    for (let before = -1; before !== receiver.tries.length;) {
      before = receiver.tries.length;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  /** The events that were taken of a user, once there are so many. */
  receiver.of = async (user, count = 1, seconds) => {
    const mine = () => receiver.taken.filter(({ data }) => data.user === user);
    await receiver.until(() => mine().length >= count, seconds);
    return mine();
  };
  /** The tries of a user's events, once there are so many. */
  receiver.triesOf = async (user, count = 1, seconds) => {
    const mine = () => receiver.tries.filter(({ event }) => event?.data.user === user);
    await receiver.until(() => mine().length >= count, seconds);
    return mine();
  };
  return receiver;
}
