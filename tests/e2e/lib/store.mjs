// What the worker has stored, read and changed while it is stopped: how time passes without waiting,
// and how a hundredth failure comes without the first ninety-nine.
//
// workerd keeps one SQLite file an object, and the alarms of all objects of a class in
// `metadata.sqlite`. KV is ours.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { Kv } from './kv.mjs';

/** Columns that hold a moment in UNIX seconds. `position` is none: a used code stays used. */
const MOMENT = /_at$|^clock$|^last_failure$/;
const NANOSECONDS = 1_000_000_000n;

/** The object of the user whom a ticket was issued for. The worker must be stopped. */
export function storedUser(state, { ticket_id }) {
  return only(objects(state, 'User'), (user) => user.count('ticket', 'id = ?', [ticket_id]) === 1, `the ticket ${ticket_id}`);
}

/** The object of a phone's Threema ID. The worker must be stopped. */
export function storedContact(state, { key }) {
  return only(objects(state, 'Contact'), (contact) => contact.count('contact', 'hex(key) = ?', [key.toUpperCase()]) === 1, `the key ${key}`);
}

/** The objects of these phones' Threema IDs, as far as anything is stored of them. The worker must be stopped. */
export function storedContacts(state, phones) {
  const keys = phones.map(({ key }) => key.toUpperCase());
  return objects(state, 'Contact').filter((contact) => contact.count('contact', `hex(key) in (${keys.map(() => '?')})`, keys) === 1);
}

/** All users' objects. The worker must be stopped. */
export const storedUsers = (state) => objects(state, 'User');

function only(all, has, what) {
  const found = all.filter(has);
  if (found.length !== 1) throw new Error(`${found.length} objects have ${what}`);
  return found[0];
}

/** What a worker that was killed left behind, to look at without touching it. */
export function copyOf(state) {
  const copy = mkdtempSync(join(dirname(state), 'threegate-copy-'));
  cpSync(join(state, 'worker'), join(copy, 'worker'), { recursive: true });
  return { state: copy, remove: () => rmSync(copy, { recursive: true }) };
}

/** The objects of a class that have a file. The worker must be stopped. */
export const storedObjects = (state, kind) => objects(state, kind);

function objects(state, kind) {
  const folder = join(state, `worker/v3/do/threegate-${kind}`);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)).map((name) => new StoredObject(join(folder, name)));
}

/**
 * What is stored right now: objects of users and of contacts that have a table, the rows of these, and
 * the message IDs in KV. The local runtime notes the name of each object that it woke; that is not ours.
 */
export async function inventory(state) {
  const kept = { messageIds: await messageIds(state) };
  for (const kind of ['User', 'Contact']) {
    const all = objects(state, kind).map((object) => Object.values(object.glance())).filter((tables) => tables.length > 0);
    kept[kind] = { objects: all.length, rows: all.flat().reduce((sum, rows) => sum + rows, 0) };
  }
  return kept;
}

/** How many message IDs are in KV. */
export async function messageIds(state) {
  return (await Kv.of(state)).size;
}

/** Where the text stands in what is stored: objects by their kind and table, and KV. The worker must be stopped. */
export async function placesOf(state, text) {
  const holds = (row) => Object.values(row).some((value) => String(value).includes(text));
  const places = ['User', 'Contact', 'Site'].flatMap((kind) => objects(state, kind).flatMap((object) => (
    object.tables().filter((table) => object.all(`select * from ${table}`).some(holds)).map((table) => `${kind}.${table}`)
  )));
  const kv = await Kv.of(state);
  return [...new Set([...places, ...(kv.holds(text) ? ['KV'] : [])])].sort();
}

class StoredObject {
  #file;

  constructor(file) {
    this.#file = file;
  }

  /** Puts a folder where its file is, so that the object cannot be made; answers how to undo that. */
  block() {
    const parts = ['', '-wal', '-shm'].map((part) => this.#file + part).filter(existsSync);
    for (const part of parts) renameSync(part, `${part}.away`);
    mkdirSync(this.#file);
    return () => {
      for (const part of ['', '-wal', '-shm']) rmSync(this.#file + part, { recursive: true, force: true });
      for (const part of parts) renameSync(`${part}.away`, part);
    };
  }

  run(statement, values) {
    opened(this.#file, (database) => database.run(statement, values));
  }

  tables() {
    return opened(this.#file, tables);
  }

  all(statement, values) {
    return opened(this.#file, (database) => database.all(statement, values));
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
