// A KV namespace as workerd asks for it over HTTP, that can lie in every way that KV is allowed to.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** KV keeps what it read, and that there was nothing, for a minute. */
const CACHED_SECONDS = 60;

const running = new Map();

export class Kv {
  #server;
  #entries = new Map();
  /** What a location read last, and when. */
  #cache = new Map();

  /** Each operation: `{ what: 'read' | 'write', key, answer }`, and of a write the `ttl` in seconds. */
  operations = [];

  /**
   * What is wrong: `read` is none, `stale` (what is younger than a minute is not there yet), `cached`
   * (what was read stays so for a minute), `fail`, `hang` or `break` (the connection); `write` is none,
   * `fail`, `limit` (429), `hang`, `lost` (taken, and forgotten) or `break`.
   */
  faults = {};

  /** Seconds that have passed more than on this machine's clock. */
  ahead = 0;

  static async start(port) {
    const kv = new Kv();
    kv.#server = createServer((request, response) => {
      // A workerd that is killed leaves half a request behind: nobody asked.
      kv.#serve(request, response).catch(() => response.destroy());
    });
    // Connections that workerd keeps open are no reason for this process to go on.
    kv.#server.unref();
    kv.#server.keepAliveTimeout = 0;
    kv.#server.listen(port, '127.0.0.1');
    await once(kv.#server, 'listening');
    kv.port = kv.#server.address().port;
    return kv;
  }

  /** The namespace that belongs to a worker's state, started by the first who asks. */
  static of(state) {
    if (!running.has(state)) running.set(state, Kv.start(0));
    return running.get(state);
  }

  get size() {
    return this.#entries.size;
  }

  /** Whether the text stands in a key or a value. */
  holds(text) {
    return JSON.stringify([...this.#entries]).includes(text);
  }

  count(what) {
    return this.operations.filter((operation) => operation.what === what).length;
  }

  /** Forgets operations, and what was cached. */
  reset() {
    this.operations = [];
    this.#cache.clear();
    this.faults = {};
  }

  /** Loses everything. */
  lose() {
    this.#entries.clear();
    this.#cache.clear();
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #now() {
    return Date.now() / 1000 + this.ahead;
  }

  async #serve(request, response) {
    const url = new URL(request.url, 'http://kv.invalid');
    const key = decodeURIComponent(url.pathname.slice(1));
    const body = [];
    for await (const part of request) body.push(part);
    const answer = (status, text) => {
      response.writeHead(status, { 'content-type': 'application/octet-stream' });
      response.end(text);
    };
    const what = { GET: 'read', PUT: 'write', DELETE: 'delete' }[request.method] ?? request.method;
    const fault = this.faults[what];
    const operation = { what, key, answer: fault };
    this.operations.push(operation);
    if (fault === 'hang') return;
    if (fault === 'break') {
      request.socket.destroy();
      return;
    }
    if (fault === 'fail') return void answer(500, 'KV: internal error');
    if (fault === 'limit') return void answer(429, 'KV: too many writes');
    if (what === 'write') {
      const ttl = Number(url.searchParams.get('expiration_ttl') ?? Number.POSITIVE_INFINITY);
      if (!(ttl >= 60)) return void answer(400, 'KV: expiration_ttl must be 60 at least');
      const written = this.#now();
      operation.ttl = ttl;
      if (fault !== 'lost') this.#entries.set(key, { value: Buffer.concat(body), written, until: written + ttl });
      return void answer(200, '');
    }
    if (what !== 'read') return void answer(405, '');
    const value = this.#read(key, fault);
    operation.answer = value === undefined ? 'nothing' : 'found';
    if (value === undefined) return void answer(404, 'Not Found');
    answer(200, value);
  }

  #read(key, fault) {
    const now = this.#now();
    const cached = this.#cache.get(key);
    if (fault === 'cached' && cached && cached.read + CACHED_SECONDS > now) return cached.value;
    const entry = this.#entries.get(key);
    const isThere = entry && entry.until > now && !(fault === 'stale' && entry.written + CACHED_SECONDS > now);
    const value = isThere ? entry.value : undefined;
    this.#cache.set(key, { value, read: now });
    return value;
  }
}
