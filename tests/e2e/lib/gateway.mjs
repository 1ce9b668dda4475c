// The Gateway simulator as a process: Threema's directory, the Gateway, and the phones.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../stack.mjs';
import { Child } from './process.mjs';

/** Two accounts' phones, unless a test wants others. */
export const PHONES = { ALICE001: 'alice', BOBBOB02: 'bob' };
const READY_SECONDS = 30;

/** Where `cargo xtask` builds it; it tells by the environment where another target folder is used. */
function program() {
  const target = process.env.CARGO_TARGET_DIR ?? 'target';
  const path = process.env.THREEGATE_GATEWAY_SIM ?? resolve(ROOT, target, 'debug/gateway-sim');
  if (!existsSync(path)) throw new Error(`${path} does not exist: run \`cargo build -p gateway-sim\``);
  return path;
}

/** A state whose Gateway and phones have known keys: `phones` are their private ones by ID. */
export function writeGatewayState(state, { id, secret, private_key, phones }) {
  const all = Object.entries(phones).map(([name, key]) => [name, { name, private_key: key }]);
  const house = { gateway: { id, secret, private_key }, phones: Object.fromEntries(all) };
  writeFileSync(join(state, 'gateway.json'), JSON.stringify(house), { mode: 0o600 });
}

/**
 * Starts it on what `state` keeps of it; resolves when it answers.
 *
 * `gateway` and `phones` (names by ID) are for a new state.
 */
export async function startGateway({ state, port, callback, gateway = '*TESTTST', phones = PHONES, retrySeconds = 300 }) {
  mkdirSync(state, { recursive: true });
  const args = [
    '--listen', `127.0.0.1:${port}`, '--state', join(state, 'gateway.json'), '--gateway', gateway,
    '--retry-seconds', String(retrySeconds), ...(callback ? ['--callback', callback] : []),
    ...Object.entries(phones).flatMap(([id, name]) => ['--phone', `${id}=${name}`]),
  ];
  const child = new Child('the Gateway simulator', program(), args);
  await child.prints(/^gateway-sim: http/m, READY_SECONDS);
  return new Gateway(port, child);
}

export class Gateway {
  /** Without `child` it is one that somebody else started. */
  constructor(port, child) {
    this.origin = `http://localhost:${port}`;
    this.child = child;
    this.port = port;
  }

  /** What a worker must be told to work with it. */
  async settings() {
    const { gateway: { id, secret, private_key } } = await this.control();
    return {
      THREEMA_GATEWAY_ID: id,
      THREEMA_API_SECRET: secret,
      THREEMA_PRIVATE_KEY: private_key,
      // It listens on this address alone.
      THREEMA_API_URL: `http://127.0.0.1:${this.port}`,
    };
  }

  /** What it knows of itself. */
  control() {
    return this.call('GET', '');
  }

  /** Changes settings and faults: `{ pubkeys_fault: '500' }`. */
  change(settings) {
    return this.call('PUT', '', settings);
  }

  /** Forgets messages, deliveries and faults. */
  reset() {
    return this.call('POST', '/reset');
  }

  /** Who waits for a next attempt makes it now. */
  retryNow() {
    return this.call('POST', '/retries');
  }

  /** Delivers exactly this body, once: `{ status, text }`. */
  deliver(body) {
    return this.call('POST', '/deliver', { body: String(body) });
  }

  /** One delivery, when it has come to its end. */
  delivery(number) {
    return this.call('GET', `/deliveries/${number}?wait=true`);
  }

  /** A phone that is there. */
  async phone(id) {
    return new Phone(this, await this.call('GET', `/phones/${id}`));
  }

  /** A new one. `private_key` chooses its key, in hexadecimal digits. */
  async addPhone(id, more = {}) {
    return new Phone(this, await this.call('POST', '/phones', { id, ...more }));
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.origin}/control${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: body && { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(120_000),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `the simulator: ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  kill() {
    return this.child.kill();
  }
}

/** Somebody's phone with Threema on it. */
export class Phone {
  constructor(gateway, { id, name, public_key, private_key }) {
    Object.assign(this, { gateway, id, name, key: public_key, privateKey: private_key });
  }

  /** What its ID code says. */
  get qr() {
    return `3mid:${this.id},${this.key}`;
  }

  /** The phone's page, for a browser. */
  get page() {
    return `${this.gateway.origin}/phones/${this.id}`;
  }

  /** Sends a message in any of the simulator's manners; answers after the first attempt. */
  send(message) {
    return this.gateway.call('POST', `/phones/${this.id}/send`, { wait: true, ...message });
  }

  /** Sends a text once; answers the status of the callback. */
  async text(text, manner = {}) {
    const { attempts } = await this.send({ text, retry: false, ...manner });
    return attempts[0].status;
  }

  /** The texts that came, the first one first; waits until there are so many messages on it. */
  async texts(count = 0) {
    const { messages } = await this.gateway.call('GET', `/phones/${this.id}?messages=${count}`);
    return messages.filter(({ direction }) => direction === 'in').map(({ text }) => text);
  }

  /** The body of a callback, made and not sent. */
  async body(message) {
    return new URLSearchParams((await this.send({ ...message, deliver: false })).body);
  }

  /** Another key, in the directory too: a new phone without the old one's backup. */
  async changeKey(private_key) {
    Object.assign(this, new Phone(this.gateway, await this.gateway.call('PUT', `/phones/${this.id}`, { private_key })));
  }

  /** The directory knows it no more. */
  leave() {
    return this.gateway.call('DELETE', `/phones/${this.id}`);
  }
}
