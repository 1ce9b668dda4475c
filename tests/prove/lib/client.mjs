// Clients that speak to workerd over bare sockets, one request on its way each: a site's server and its
// pages, in so little time of their own that workerd is what is measured.
import { createConnection } from 'node:net';
import { isWhole, quantiles } from './generator.mjs';

class Client {
  #socket;
  #received = '';
  #answered;
  #failed;

  /** Milliseconds of each answer. */
  latencies = [];

  static open(port) {
    const client = new Client();
    return new Promise((resolve, reject) => {
      client.#socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
      client.#socket.setEncoding('latin1');
      client.#socket.once('connect', () => resolve(client)).once('error', reject);
      client.#socket.on('error', (error) => client.#failed?.(error)).on('close', () => client.#failed?.(new Error('closed')));
      client.#socket.on('data', (part) => {
        client.#received += part;
        if (isWhole(client.#received)) client.#answered();
      });
    });
  }

  /** Sends a request's bytes; answers the status and the body as JSON, if it is. */
  async send(bytes) {
    const sent = performance.now();
    await new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(bytes);
    });
    this.latencies.push(performance.now() - sent);
    const text = this.#received;
    this.#received = '';
    this.#failed = undefined;
    return { status: Number(text.slice(9, 12)), text: text.slice(text.indexOf('\r\n\r\n') + 4) };
  }

  close() {
    this.#failed = undefined;
    this.#socket.destroy();
  }
}

/** So many clients do all jobs, each one at a time; what it took, and what each job answered. */
export async function byClients(port, count, jobs, work) {
  const clients = await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, () => Client.open(port)));
  const answers = new Array(jobs.length);
  const jobLatencies = [];
  let next = 0;
  const started = performance.now();
  try {
    await Promise.all(clients.map(async (client) => {
      while (next < jobs.length) {
        const at = next;
        next += 1;
        const begun = performance.now();
        answers[at] = await work(client, jobs[at], at);
        jobLatencies.push(performance.now() - begun);
      }
    }));
  } finally {
    clients.forEach((client) => client.close());
  }
  const seconds = (performance.now() - started) / 1000;
  const latencies = clients.flatMap((client) => client.latencies);
  return { answers, seconds, requests: latencies.length, latencies, jobLatency: quantiles(jobLatencies) };
}

/** Fails with what came, unless it is as it should be. */
export function body(answer, status) {
  if (answer.status !== status) throw new Error(`answered with ${answer.status} ${answer.text}, not ${status}`);
  // A body of unknown length comes in chunks, with their lengths in lines of their own.
  const json = answer.text.slice(answer.text.indexOf('{'), answer.text.lastIndexOf('}') + 1);
  return json === '' ? undefined : JSON.parse(json);
}
