// Who is a member: names, scrypt hashes, and the one bit that threegate asks a site to keep.
// State is one JSON file, replaced whole at each change; sessions live in memory.
import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const NAME = /^[a-z][a-z0-9_-]{1,19}$/;
const SHORTEST_PASSWORD = 8;
const SESSION_SECONDS = 12 * 60 * 60;
const MOST_SESSIONS = 10_000;
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const hashed = (password, salt) => promisify(scrypt)(password.normalize('NFC'), salt, 32, COST);

export class Accounts {
  #file;
  #all;

  constructor(file) {
    this.#file = file;
    this.#all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  }

  byId(id) {
    return this.#all.find((account) => account.id === id);
  }

  byName(name) {
    return this.#all.find((account) => account.name === name.trim().toLowerCase());
  }

  /** The new account, or the key of the words that say what is wrong. */
  async register(name, password) {
    const wanted = name.trim().toLowerCase();
    if (!NAME.test(wanted)) return { wrong: 'wrong_name' };
    if (password.length < SHORTEST_PASSWORD) return { wrong: 'wrong_password_short' };
    const salt = randomBytes(16);
    const hash = await hashed(password, salt);
    if (this.byName(wanted)) return { wrong: 'wrong_name_taken' };
    const account = {
      id: randomUUID(),
      name: wanted,
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
      has_2fa: false,
    };
    this.#all.push(account);
    this.#save();
    return { account };
  }

  /** The account, if the password is right. An unknown name takes as long as a wrong password. */
  async login(name, password) {
    const account = this.byName(name);
    const hash = await hashed(password, Buffer.from(account?.salt ?? '', 'base64'));
    const right = Buffer.from(account?.hash ?? randomBytes(32).toString('base64'), 'base64');
    return timingSafeEqual(hash, right) ? account : undefined;
  }

  /** The worker has confirmed a second factor of this account. */
  setHas2fa(account) {
    if (account.has_2fa && !account.enrolling) return;
    account.has_2fa = true;
    account.enrolling = false;
    this.#save();
  }

  /** The worker told that the second factor is gone. */
  clearHas2fa(account) {
    if (!account.has_2fa) return;
    account.has_2fa = false;
    this.#save();
  }

  /** An enrolment was begun that may have come to its end without coming back here. */
  setEnrolling(account, enrolling) {
    if (Boolean(account.enrolling) === enrolling) return;
    account.enrolling = enrolling;
    this.#save();
  }

  #save() {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#all, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/**
 * A session is `{ id, csrf, until }`, then `pending` (the password was right, the second step is
 * open), then `user`. Each of these steps gets a new id.
 */
export class Sessions {
  #all = new Map();

  find(id) {
    const session = this.#all.get(id);
    return session && session.until > Date.now() ? session : undefined;
  }

  create(members = {}, seconds = SESSION_SECONDS) {
    const session = {
      ...members,
      id: randomBytes(32).toString('base64url'),
      csrf: randomBytes(32).toString('base64url'),
      until: Date.now() + seconds * 1000,
    };
    this.#all.set(session.id, session);
    if (this.#all.size > MOST_SESSIONS) this.#all.delete(this.#all.keys().next().value);
    return session;
  }

  /** Ends `old`, so that nobody who knew its id gains what the new one has. */
  replace(old, members, seconds) {
    this.#all.delete(old.id);
    return this.create(members, seconds);
  }
}
