// The way in for a member whose second factor cannot be checked: for one account, for one hour, on record.
//   node www/forum/break-glass.mjs NAME      (with the FORUM_DATA of the running forum)
// The record is the permission: a log that is only ever appended to.
import { appendFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Accounts } from './accounts.mjs';

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

  isOpen(account, now) {
    if (!existsSync(this.#log)) return false;
    const lines = readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
    return lines
      .map((line) => JSON.parse(line))
      .some((entry) => entry.event === 'opened' && entry.user === account.id && entry.at <= now && now < entry.until);
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
  const data = process.env.FORUM_DATA ?? 'target/forum/accounts.json';
  const account = name && rest.length === 0 ? new Accounts(data).byName(name) : undefined;
  if (account) {
    const until = new BreakGlass(data).open(account, Math.floor(Date.now() / 1000));
    console.log(`${account.name} may log in with the password alone until ${new Date(until * 1000).toISOString()}`);
  } else {
    console.error(name ? `no member is called "${name}" in ${data}` : 'usage: break-glass.mjs NAME');
    process.exitCode = 1;
  }
}
