// The way in for a member whose second factor cannot be checked: for one account, for one hour, on record.
// It lets in once, and whoever then has the password: first make sure that it is the member who asks.
//   node www/forum/break-glass.mjs NAME
// FORUM_DATA is that of the running forum; unset, both take the demo's.
// The record is the permission: a log that is only ever appended to.
import { appendFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Accounts } from './accounts.mjs';

/** The file of accounts. */
export const DATA = process.env.FORUM_DATA ?? fileURLToPath(new URL('../../target/demo/forum.json', import.meta.url));
const SECONDS = 60 * 60;

export class BreakGlass {
  #log;

  constructor(dataFile) {
    this.#log = `${dataFile}.break-glass.log`;
  }

  /** Lets `account` in without the second factor until the returned time (UNIX seconds). */
  open(account, now) {
    const until = now + SECONDS;
    this.#append({ at: now, event: 'opened', user: account.id, name: account.name, until });
    return until;
  }

  /** Until when `account` may come in, once; `undefined` if it may not. Who came in closes it behind them. */
  openUntil(account, now) {
    const last = this.#entries().filter(({ user }) => user === account.id).at(-1);
    return last?.event === 'opened' && last.at <= now && now < last.until ? last.until : undefined;
  }

  /** A line that a crash cut short is no permission, and no reason to keep everybody out. */
  #entries() {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8').split('\n').filter(Boolean).flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  recordUse(account, now) {
    this.#append({ at: now, event: 'used', user: account.id, name: account.name });
  }

  #append(entry) {
    appendFileSync(this.#log, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [name, ...rest] = process.argv.slice(2);
  const account = name && rest.length === 0 ? new Accounts(DATA).byName(name) : undefined;
  if (account) {
    const until = new BreakGlass(DATA).open(account, Math.floor(Date.now() / 1000));
    console.log(`${account.name} may log in with the password alone until ${new Date(until * 1000).toISOString()}`);
  } else {
    console.error(name ? `no member is called "${name}" in ${DATA}` : 'usage: break-glass.mjs NAME');
    process.exitCode = 1;
  }
}
