// A hundred thousand users who are enrolled and do nothing.
//
// To enrol them through the worker's own API takes 3 requests and 130 KB each, an hour or more. So one
// user is enrolled so, and what the worker then stored is what stands for each other: a file by another
// object's name (a hard link: nobody opens it), an alarm that is set, a line in `Site`'s index. Whoever
// is measured was enrolled through the API.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const NANOSECONDS = 1_000_000n;

/** Adds so many users to a state in which at least one is enrolled. The worker must be stopped. */
export function crowd(state, count) {
  const objects = join(state, 'worker/v3/do');
  const users = join(objects, 'threegate-User');
  const template = only(users);
  settled(join(users, template));
  const names = Array.from({ length: count }, () => randomBytes(32).toString('hex'));
  for (const name of names) linkSync(join(users, template), join(users, `${name}.sqlite`));
  filled(join(users, 'metadata.sqlite'), (database) => {
    const set = database.prepare('insert into _cf_ALARM (actor_id, scheduled_time) values (?, ?)');
    // Tomorrow, at different moments.
    for (const name of names) set.run([name, BigInt(Math.floor(Date.now() + DAY_MILLISECONDS * (1 + Math.random()))) * NANOSECONDS]);
    set.finalize();
  });
  filled(join(objects, 'threegate-Site', only(join(objects, 'threegate-Site'))), (database) => {
    if (!database.get("select 1 as there from sqlite_master where name = 'enrolled'")) return;
    const put = database.prepare('insert into enrolled (object) values (?)');
    for (const name of names) put.run([name]);
    put.finalize();
    database.run('update enrolled_number set number = number + ?', [count]);
  });
}

/** The first object's file in a folder. */
function only(folder) {
  const [name] = readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file));
  if (!name) throw new Error(`no object has a file in ${folder}`);
  return name;
}

/** Writes into the file itself what is in the log beside it. */
function settled(file) {
  opened(file, (database) => database.run('pragma wal_checkpoint(truncate)'));
  const log = `${file}-wal`;
  if (existsSync(log) && statSync(log).size > 0) throw new Error(`${file} still has a log`);
}

function filled(file, work) {
  opened(file, (database) => {
    database.run('begin');
    work(database);
    database.run('commit');
  });
}

function opened(file, work) {
  const database = new sqlite.Database(file, { fileMustExist: true });
  try {
    database.run('pragma locking_mode = exclusive');
    work(database);
  } finally {
    database.close();
  }
}
