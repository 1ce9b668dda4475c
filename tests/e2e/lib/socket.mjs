// A WebSocket as a browser opens one, down to its headers: what is sent and what comes back is seen.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';

export const PROTOCOL = 'threegate.v1';
const [TEXT, CLOSE] = [0x1, 0x8];
const SECONDS = 10;

/**
 * Asks for a socket for a page; answers `{ status, headers, body, socket }`. `change` replaces headers,
 * `undefined` leaves one out.
 */
export async function askForSocket({ endpoint, origin, ticket }, change = {}) {
  const headers = {
    origin,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': `${PROTOCOL}, ${ticket}`,
    ...change,
  };
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const asked = request(`${endpoint}/v1/client/socket`, { headers: sent, signal: AbortSignal.timeout(60_000) }).end();
  const [event, answer, stream, head] = await Promise.race([
    once(asked, 'response').then((values) => ['response', ...values]),
    once(asked, 'upgrade').then((values) => ['upgrade', ...values]),
  ]);
  const { statusCode: status, headers: had } = answer;
  if (event === 'upgrade') return { status, headers: had, socket: new Socket(stream, head) };
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += part;
  return { status, headers: had, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** A page's socket, which it must get. */
export async function openSocket(page) {
  const { status, socket, text } = await askForSocket(page);
  if (status !== 101) throw new Error(`no socket: ${status} ${text}`);
  return socket;
}

/** A socket that only listens. */
class Socket {
  #stream;
  #unread;
  #wake = () => {};

  /** The texts that came. */
  heard = [];

  /** The code with which the server closed it, `0` if it merely ended. */
  closed;

  constructor(stream, head) {
    this.#stream = stream;
    this.#unread = head;
    const ended = () => { this.closed ??= 0; this.#wake(); };
    stream.on('data', (data) => this.#read(data)).on('end', ended).on('error', ended).on('close', ended);
    this.#read(Buffer.alloc(0));
  }

  #read(data) {
    this.#unread = Buffer.concat([this.#unread, data]);
    // A server's frames here are whole, unmasked and short.
    while (this.#unread.length >= 2 && this.#unread.length >= 2 + this.#unread[1]) {
      const [first, length] = this.#unread;
      const payload = this.#unread.subarray(2, 2 + length);
      this.#unread = this.#unread.subarray(2 + length);
      if ((first & 0xf) === TEXT) this.heard.push(payload.toString('utf8'));
      if ((first & 0xf) === CLOSE) this.closed = payload.length >= 2 ? payload.readUInt16BE() : 0;
    }
    this.#wake();
  }

  /** Waits until it has heard so many texts, and answers them. */
  async hears(count) {
    await this.#until(() => this.heard.length >= count, () => `${this.heard.length} of ${count} texts`);
    return this.heard;
  }

  /** Waits until the server closes it, and answers the code. */
  async isClosed() {
    await this.#until(() => this.closed !== undefined, () => 'still open');
    return this.closed;
  }

  async #until(holds, otherwise) {
    let isLate = false;
    const timer = setTimeout(() => { isLate = true; this.#wake(); }, SECONDS * 1000);
    while (!holds() && !isLate) await new Promise((wake) => { this.#wake = wake; });
    clearTimeout(timer);
    if (!holds()) throw new Error(`after ${SECONDS} s: ${otherwise()}`);
  }

  /** Sends a text of at most 125 bytes. */
  say(text) {
    this.#send(TEXT, Buffer.from(text));
  }

  /** Says that it closes, as a page does that goes; the server must answer that. */
  leave(code = 1000) {
    this.#send(CLOSE, Buffer.from([code >> 8, code & 0xff]));
  }

  /** Masked, as a browser must. */
  #send(kind, payload) {
    const mask = randomBytes(4);
    this.#stream.write(Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length]), mask, payload.map((byte, at) => byte ^ mask[at % 4])]));
  }

  close() {
    this.#stream.destroy();
  }
}
