// Child processes that never outlive this one, and ports that are free.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const KEPT_CHARACTERS = 64 * 1024;
const POLL_MILLISECONDS = 50;
const running = new Set();

process.on('exit', () => running.forEach((child) => child.signal('SIGKILL')));
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.once(signal, () => process.exit(code));
}

/** A child in a process group of its own, so that one signal reaches all that it starts. */
export class Child {
  #name;
  #process;
  #output = '';

  /** Resolves when it is gone; what it started may still be there. */
  exited;

  /** Resolves when it and whoever shares its output are gone. */
  ended;

  constructor(name, command, args, { cwd, env } = {}) {
    this.#name = name;
    this.#process = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true });
    this.#process.stdin.end();
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
      });
    }
    running.add(this);
    this.exited = new Promise((resolve) => this.#process.once('exit', resolve).once('error', resolve));
    this.ended = once(this.#process, 'close').catch((error) => {
      this.#output += `\n${error.message}`;
    });
  }

  /** What it printed so far, the last part if it is long. */
  get output() {
    return this.#output;
  }

  get lastWords() {
    return `${this.#name} printed last:\n${this.#output.slice(-4000)}`;
  }

  get pid() {
    return this.#process.pid;
  }

  get hasEnded() {
    const { exitCode, signalCode, pid } = this.#process;
    return exitCode !== null || signalCode !== null || pid === undefined;
  }

  /** Waits until it has printed what matches. */
  async prints(pattern, seconds = 10) {
    await this.ready(async () => pattern.test(this.#output), seconds);
  }

  signal(name) {
    try {
      process.kill(-this.#process.pid, name);
    } catch {
      // Nobody is left in the group.
    }
  }

  /** SIGKILL to the whole group, at once and without goodbye. */
  async kill() {
    this.signal('SIGKILL');
    await this.ended;
    running.delete(this);
  }

  /** Waits until `probe` answers true; tells what was printed if the child dies or it takes too long. */
  async ready(probe, seconds) {
    const deadline = Date.now() + seconds * 1000;
    while (!(await probe().catch(() => false))) {
      const late = Date.now() > deadline;
      if (late || this.hasEnded) {
        await this.kill();
        const what = late ? `was not ready within ${seconds} s` : 'ended before it was ready';
        throw new Error(`${this.#name} ${what}; ${this.lastWords}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }
}

/** The lowest port that any system hands out by itself (Linux: `ip_local_port_range`). */
const FIRST_EPHEMERAL = 32_768;
const HALF = 21_000;
/** Two files that run at once share no port, not even while a worker is away to be started again. */
const [FIRST_PORT, END] = { first: [10_000, HALF], second: [HALF, FIRST_EPHEMERAL] }[process.env.THREEGATE_PORTS]
  ?? [10_000, FIRST_EPHEMERAL];
let lastPort = FIRST_PORT + (process.pid % (END - FIRST_PORT));

/**
 * A port to listen on, another one each time. It is none that the system hands out by itself: such
 * a one is soon taken by a connection of somebody else, before its server starts or starts again.
 */
export async function freePort() {
  for (;;) {
    // Taken before anything is awaited: another caller gets another one.
    const port = lastPort + 1 < END ? lastPort + 1 : FIRST_PORT;
    lastPort = port;
    if (await isFree(port)) return port;
  }
}

async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
