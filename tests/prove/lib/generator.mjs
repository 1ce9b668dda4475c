// Load: so many connections, each with one request on its way. Requests are bytes that were made before,
// and of answers no more is read than needed, so that workerd is what is measured and not this.
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';

/** A request's bytes. */
export function request(port, method, path, { headers = {}, body = '' } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = { host: `localhost:${port}`, ...headers, ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(text) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${text}`);
}

/**
 * Sends what `next` gives until it gives nothing or `seconds` are over; answers what came of it.
 * `next` may be an array. `expected` are the statuses that are right; anything else is an error.
 */
export async function load({ port, connections = 32, next, seconds = Infinity, expected = [200] }) {
  const queue = Array.isArray(next) ? [...next].reverse() : undefined;
  const take = queue ? () => queue.pop() : next;
  const latencies = [];
  const statuses = {};
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => new Promise((done, fail) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    let received = '';
    let sent = 0;
    const step = () => {
      const now = performance.now();
      const bytes = now < until ? take() : undefined;
      if (bytes === undefined) {
        socket.destroy();
        done();
        return;
      }
      sent = now;
      socket.write(bytes);
    };
    socket.setEncoding('latin1');
    socket.on('connect', step);
    socket.on('error', fail);
    socket.on('close', done);
    socket.on('data', (part) => {
      received += part;
      if (!isWhole(received)) return;
      latencies.push(performance.now() - sent);
      const status = received.slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (!expected.includes(Number(status))) {
        socket.destroy();
        fail(new Error(`answered with ${received.slice(0, 2000)}`));
        return;
      }
      received = '';
      step();
    });
  })));
  const took = (performance.now() - started) / 1000;
  return { requests: latencies.length, seconds: took, rate: latencies.length / took, ...quantiles(latencies), statuses };
}

/** Whether an answer is all there. */
export function isWhole(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head);
  if (length) return text.length >= end + 4 + Number(length[1]);
  if (head.includes('\r\ntransfer-encoding: chunked')) return text.endsWith('0\r\n\r\n');
  return true;
}

/** In milliseconds. */
export function quantiles(latencies) {
  const sorted = Float64Array.from(latencies).sort();
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Milliseconds of processor time that a process used so far, in all its threads, the kernel's for it included. */
export function cpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]), 0) / 1e6;
}
