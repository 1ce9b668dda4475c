// Stands before the worker's module, in workerd, and counts what it asks of objects and of SQL. The
// runtime itself says of each cursor how many rows it read and wrote: that is what is billed.
//
//   GET /counted           the counts since the last time, by object
//
// Nothing of the worker is replaced: its classes are extended, and `exec` is asked once more when its
// cursor was read. Edge and objects share one isolate here, so one table counts for both.
import * as worker from './index.js';

let counts = {};
let patched = false;
/** Whose statements run: an object's transaction is synchronous, so there is one at a time. */
const owners = new WeakMap();

function add(name, more = 1) {
  counts[name] = (counts[name] ?? 0) + more;
}

/** Cursors share a prototype; the first one shows it. */
function patch(storage) {
  if (patched) return;
  patched = true;
  const sql = Object.getPrototypeOf(storage.sql);
  const { exec } = sql;
  const cursors = Object.getPrototypeOf(storage.sql.exec('select 1'));
  const { toArray } = cursors;
  const ownerOf = new WeakMap();
  sql.exec = function counted(...all) {
    const cursor = exec.apply(this, all);
    ownerOf.set(cursor, owners.get(this) ?? 'unknown');
    return cursor;
  };
  cursors.toArray = function counted() {
    const rows = toArray.call(this);
    const name = ownerOf.get(this);
    add(`${name} statements`);
    add(`${name} rows read`, this.rowsRead);
    add(`${name} rows written`, this.rowsWritten);
    return rows;
  };
  const kept = Object.getPrototypeOf(storage);
  for (const method of ['setAlarm', 'deleteAlarm', 'getAlarm', 'deleteAll']) {
    const before = kept[method];
    kept[method] = function counted(...all) {
      add(`${owners.get(this.sql) ?? 'unknown'} ${method}`);
      return before.apply(this, all);
    };
  }
}

const extended = (name, Class) => class extends Class {
  constructor(context, env) {
    super(context, env);
    owners.set(context.storage.sql, name);
    patch(context.storage);
    add(`${name} made`);
  }

  fetch(request) {
    add(`${name} requests`);
    return super.fetch(request);
  }

  alarm(info) {
    add(`${name} alarms`);
    return super.alarm(info);
  }
};

export const User = extended('User', worker.User);
export const Contact = extended('Contact', worker.Contact);
export const Site = extended('Site', worker.Site);

export default class extends worker.default {
  fetch(request) {
    if (new URL(request.url).pathname === '/counted') {
      const told = counts;
      counts = {};
      return Response.json(told);
    }
    add('requests');
    return super.fetch(request);
  }
}
