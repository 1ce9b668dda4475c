// What the worker has stored, read and changed while it is stopped: how time passes without waiting,
// and how a hundredth failure comes without the first ninety-nine.
//
// workerd keeps one SQLite file an object, and the alarms of all objects of a class in `metadata.sqlite`.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

/** Columns that hold a moment in UNIX seconds. `last_step` is none: a used code stays used. */
const MOMENT = /_at$|^clock$|^last_failure$/;
const NANOSECONDS = 1_000_000_000n;

/** The object of the user whom a ticket was issued for. The worker must be stopped. */
export function storedUser(state, { ticket_id }) {
  const folder = join(state, 'worker/v3/do/threegate-User');
  const files = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  const users = files.map((name) => new StoredUser(join(folder, name)));
  const found = users.filter((user) => user.count('ticket', 'id = ?', [ticket_id]) === 1);
  if (found.length !== 1) throw new Error(`${found.length} objects have the ticket ${ticket_id}`);
  return found[0];
}

class StoredUser {
  #file;

  constructor(file) {
    this.#file = file;
  }

  run(statement, values) {
    opened(this.#file, (database) => database.run(statement, values));
  }

  tables() {
    return opened(this.#file, tables);
  }

  count(table, where = 'true', values = []) {
    return opened(this.#file, (database) => count(database, table, where, values));
  }

  /** Everything happened so many seconds earlier, and the alarm is due so much sooner. */
  timePasses(seconds) {
    opened(this.#file, (database) => {
      for (const table of tables(database)) {
        const columns = database.all(`select name from pragma_table_info('${table}')`).map(({ name }) => name);
        const changes = columns.filter((name) => MOMENT.test(name)).map((name) => `${name} = ${name} - :s`);
        if (changes.length > 0) database.run(`update ${table} set ${changes.join(', ')}`, { ':s': seconds });
      }
      database.run('update _cf_METADATA set value = value - ? where key = 1', [BigInt(seconds) * NANOSECONDS]);
    });
    opened(join(dirname(this.#file), 'metadata.sqlite'), (database) => {
      const statement = 'update _cf_ALARM set scheduled_time = scheduled_time - ? where actor_id = ?';
      database.run(statement, [BigInt(seconds) * NANOSECONDS, basename(this.#file, '.sqlite')]);
    });
  }

  /**
   * The number of rows of each table, as it is right now: the worker may be running, so a copy is
   * read. It fails now and then, when something is written during the copying.
   */
  glance() {
    const folder = mkdtempSync(join(tmpdir(), 'threegate-glance-'));
    try {
      const copy = join(folder, 'copy.sqlite');
      for (const part of ['', '-wal']) {
        if (existsSync(this.#file + part)) cpSync(this.#file + part, copy + part);
      }
      return opened(copy, (database) => (
        Object.fromEntries(tables(database).map((table) => [table, count(database, table)]))
      ));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** Runs `work` on the database, which nobody else may have open. */
function opened(file, work) {
  const database = new sqlite.Database(file, { fileMustExist: true });
  try {
    // The log of writes is read without shared memory then, which this build of SQLite has not.
    database.run('pragma locking_mode = exclusive');
    return work(database);
  } finally {
    database.close();
  }
}

/** Our own tables: not those of the runtime. */
function tables(database) {
  const all = database.all("select name from sqlite_master where type = 'table'").map(({ name }) => name);
  return all.filter((name) => !name.startsWith('_'));
}

function count(database, table, where = 'true', values = []) {
  if (!tables(database).includes(table)) return 0;
  return database.get(`select count(*) as number from ${table} where ${where}`, values).number;
}
