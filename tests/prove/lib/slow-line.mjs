// A slow line between a browser and servers of this machine: bits a second that all connections share, and
// a time that every packet is under way, the first ones of a connection too. A browser's own emulation
// delays requests: it knows neither what a connection costs to open nor what a preflight does.
//
// Not played: loss, and TCP's slow start.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const PACKET = 1400;

/** Lighthouse's "slow 4G". */
export const SLOW_4G = { roundTrip: 150, down: 1_600_000, up: 750_000 };

export class SlowLine {
  #roundTrip;
  #down;
  #up;
  #servers = [];
  #sockets = new Set();

  constructor({ roundTrip, down, up }) {
    this.#roundTrip = roundTrip;
    this.#down = new Direction(down, roundTrip / 2);
    this.#up = new Direction(up, roundTrip / 2);
  }

  /**
   * What comes to `port` goes on to `target`. A connection is open after `trips` round trips: one for
   * TCP, and one more where its name is not yet known.
   */
  async carry(port, target, trips) {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
      const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
      for (const socket of [near, far]) this.#hold(socket);
      near.on('close', () => far.destroy());
      this.#up.link(near, far);
      this.#down.link(far, near);
      setTimeout(() => near.resume(), trips * this.#roundTrip);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
  }

  /** Ends all connections: who comes next opens one. */
  hangUp() {
    for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.hangUp();
    for (const server of this.#servers) server.close();
  }

  #hold(socket) {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}

/** One direction of the line. Connections take turns, a packet each. */
class Direction {
  #rate;
  #delay;
  /** What waits of each connection: packets. */
  #waiting = new Map();
  #underWay = [];
  #free = 0;
  #busy = false;

  constructor(bitsPerSecond, delay) {
    this.#rate = bitsPerSecond / 8000;
    this.#delay = delay;
  }

  link(from, to) {
    from.on('data', (chunk) => {
      for (let at = 0; at < chunk.length; at += PACKET) this.#put(to, chunk.subarray(at, at + PACKET));
    });
    from.on('end', () => this.#put(to, null));
  }

  #put(to, packet) {
    if (!this.#waiting.has(to)) this.#waiting.set(to, []);
    this.#waiting.get(to).push(packet);
    if (!this.#busy) this.#next();
  }

  #next() {
    const [turn] = this.#waiting;
    this.#busy = turn !== undefined;
    if (!this.#busy) return;
    const [to, packets] = turn;
    const packet = packets.shift();
    this.#waiting.delete(to);
    if (packets.length) this.#waiting.set(to, packets);
    // By the clock, not by the timers: they are late, the line is not.
    this.#free = Math.max(this.#free, performance.now()) + (packet?.length ?? 0) / this.#rate;
    this.#underWay.push({ to, packet, due: this.#free + this.#delay });
    if (this.#underWay.length === 1) this.#arrive();
    setTimeout(() => this.#next(), this.#free - performance.now());
  }

  /** Hands over what is due, in the order in which it was sent. */
  #arrive() {
    while (this.#underWay.length && this.#underWay[0].due <= performance.now()) {
      const { to, packet } = this.#underWay.shift();
      if (!packet) to.end();
      else if (to.writable) to.write(packet);
    }
    if (this.#underWay.length) setTimeout(() => this.#arrive(), this.#underWay[0].due - performance.now());
  }
}
