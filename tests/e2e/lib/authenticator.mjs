// An authenticator app, by an implementation that is not ours.
import { Secret, TOTP } from 'otpauth';
import { clockReaches } from './clock.mjs';

const PERIOD = 30;
/** So much of a step must be left for a code of the step before it to arrive in time. */
const SPARE_SECONDS = 8;

export class Authenticator {
  #totp;
  #lastStep = 0;

  /** `key` is the text in groups that a page shows. */
  constructor(key) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(key.replace(/\s/g, '')), period: PERIOD, digits: 6 });
  }

  /**
   * A code that the worker has not seen. It takes each step once and only rising, one step either
   * way: so the earliest that still holds is taken, and after three the next step is waited for.
   */
  async freshCode() {
    const earliest = () => Math.max(this.#lastStep + 1, currentStep() - (secondsLeft() < SPARE_SECONDS ? 0 : 1));
    while (earliest() > currentStep() + 1) await nextStep();
    this.#lastStep = earliest();
    return this.usedCode();
  }

  /** The newest code that the worker takes: it holds for half a minute at least. */
  latestCode() {
    this.#lastStep = currentStep() + 1;
    return this.usedCode();
  }

  /** The code that was given last. */
  usedCode() {
    return this.#codeOf(this.#lastStep);
  }

  /** The code at a time that need not be now, in UNIX seconds. */
  codeAt(seconds) {
    return this.#codeOf(Math.floor(seconds / PERIOD));
  }

  /** `count` different codes that are wrong for some minutes to come. */
  wrongCodes(count) {
    const near = new Set(Array.from({ length: 31 }, (_, at) => this.#codeOf(currentStep() + at - 10)));
    const all = Array.from({ length: count + near.size }, (_, at) => String((at * 977) % 1_000_000).padStart(6, '0'));
    return all.filter((code) => !near.has(code)).slice(0, count);
  }

  wrongCode() {
    return this.wrongCodes(1)[0];
  }

  #codeOf(step) {
    return this.#totp.generate({ timestamp: step * PERIOD * 1000 });
  }
}

const currentStep = () => Math.floor(Date.now() / 1000 / PERIOD);
const secondsLeft = () => PERIOD - (Date.now() / 1000) % PERIOD;

/** A second into the next step: the worker's clock may be a little behind. */
const nextStep = () => clockReaches((currentStep() + 1) * PERIOD + 1);
