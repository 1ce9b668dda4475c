// What the worker bears, beside a worker that only greets, and what a request takes of the processor.
// workerd runs one thread of JavaScript a worker, so a rate is that of one core.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authenticator } from '../e2e/lib/authenticator.mjs';
import { formOf } from '../e2e/lib/callback.mjs';
import { freePort } from '../e2e/lib/process.mjs';
import { newState, ROOT, startStack } from '../e2e/stack.mjs';
import { startHello } from '../e2e/workerd.mjs';
import { body, byClients } from './lib/client.mjs';
import { crowd } from './lib/crowd.mjs';
import { cpu, load, quantiles, request } from './lib/generator.mjs';
import { either, told } from './lib/form.mjs';
import { ALL_METHODS } from './lib/members.mjs';
import { billed, enrolMembers, measureKinds, stateInMemory } from './lib/kinds.mjs';
import { Requests } from './lib/requests.mjs';

const SLICES = either(20, 5);
const SLICE_SECONDS = 0.5;
const CONNECTIONS = 16;
const MEMBERS = either(100, 20);
/** Of hello's rate. */
const LEAST = 0.7;
/** Milliseconds of CPU a request that the free plan gives. */
const FREE_CPU = 10;
/** Users who are enrolled, and who log in. */
const CROWD = either(100_000, 1_000);
const FEW = either(100, 20);
const ROUNDS = either(4, 2);
const CHUNK = 10;
/** Of the median with few. */
const MORE = 1.2;
/** Written for `prove cost`. */
const RESULTS = join(ROOT, 'target/prove/load.json');

let stack;
let hello;

before(async () => {
  const port = await freePort();
  const child = await startHello({ state: newState(), port, from: process.env.THREEGATE_HELLO ?? join(ROOT, 'target/xtask/hello-worker') });
  hello = { child, port };
  stack = await startStack({ state: stateInMemory(), threema: true, forum: false, bare: true, settings: ALL_METHODS });
});
after(async () => {
  await hello?.child.kill();
  await stack?.stop();
});

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const fixed = (number, digits = 2) => Number(number.toFixed(digits));

test(`callbacks with a wrong MAC come at ${LEAST} of the rate of a hello-world worker at least`, async () => {
  const phone = await stack.gateway.phone('ALICE001');
  const form = formOf({ ...Object.fromEntries(await phone.body({ text: '123456' })), mac: '0'.repeat(64) });
  const path = new URL(stack.callback).pathname;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  // The very same request to both.
  const kinds = {
    hello: { port: hello.port, pid: hello.child.pid, status: 200 },
    'wrong MAC': { port: stack.worker.port, pid: stack.worker.child.pid, status: 403 },
  };
  const slices = { hello: [], 'wrong MAC': [] };
  for (let slice = -2; slice < SLICES; slice += 1) {
    // By turns each is the first of a pair, so that what else this machine does falls on both.
    const pair = Object.entries(kinds);
    for (const [name, { port, pid, status }] of slice % 2 ? pair : pair.reverse()) {
      const bytes = request(port, 'POST', path, { headers, body: form });
      const before = cpu(pid);
      const { requests, rate, p50, p99 } = await load({ port, connections: CONNECTIONS, next: () => bytes, seconds: SLICE_SECONDS, expected: [status] });
      // The first two warm both up.
      if (slice >= 0) slices[name].push({ rate, p50, p99, cpu: (cpu(pid) - before) / requests });
    }
  }
  const of = (name, what) => median(slices[name].map((slice) => slice[what]));
  const table = Object.fromEntries(Object.keys(kinds).map((name) => [name, {
    'requests/s': Math.round(of(name, 'rate')), 'p50 ms': fixed(of(name, 'p50')), 'p99 ms': fixed(of(name, 'p99')), 'CPU µs': fixed(of(name, 'cpu') * 1000, 0),
  }]));
  console.table(table);
  const ratios = slices.hello.map(({ rate }, at) => slices['wrong MAC'][at].rate / rate).sort((a, b) => a - b);
  const ratio = median(ratios);
  const quarters = [1, 3].map((quarter) => fixed(ratios[Math.floor(ratios.length * quarter / 4)]));
  told(`a wrong MAC: ${fixed(ratio)} of the rate of a hello-world worker (median of ${SLICES} pairs of slices of ${SLICE_SECONDS} s, half of them from ${quarters.join(' to ')}), ${table['wrong MAC']['CPU µs']} µs of CPU beside ${table.hello['CPU µs']}`);
  assert.ok(ratio >= LEAST, `${ratio} of hello's rate`);
});

test(`no request takes more than ${FREE_CPU} ms of CPU, recovery codes included`, async () => {
  const kinds = await measureKinds(stack, await enrolMembers(stack, MEMBERS));
  const counted = await startStack({ state: stateInMemory(), threema: true, forum: false, bare: { counted: true }, settings: ALL_METHODS });
  counted.isCounted = true;
  let counts;
  try {
    counts = await measureKinds(counted, await enrolMembers(counted, 5));
  } finally {
    await counted.stop();
  }
  const rows = Object.entries(kinds).map(([name, { requests, seconds, latencies, cpu: used }]) => {
    const { p50, p99 } = quantiles(latencies);
    const cost = billed(counts[name]);
    const costs = Object.fromEntries(Object.entries(cost).map(([what, count]) => [what, fixed(count, 1)]));
    return [name, { requests, 'a second': Math.round(requests / seconds), 'p50 ms': fixed(p50, 1), 'p99 ms': fixed(p99, 1), 'CPU ms': fixed(used / requests), ...costs }];
  });
  const table = Object.fromEntries(rows);
  console.table(table);
  mkdirSync(join(RESULTS, '..'), { recursive: true });
  writeFileSync(RESULTS, JSON.stringify(table, null, 2));
  const most = rows.reduce((worst, row) => (row[1]['CPU ms'] > worst[1]['CPU ms'] ? row : worst));
  const box = table['callback without effect, box opened']['CPU ms'] - table['callback of a stranger, box not opened']['CPU ms'];
  told(`most CPU a request: ${most[1]['CPU ms']} ms (${most[0]}); a recovery code ${table['recovery code answered']['CPU ms']} ms; to open a box, at most ${fixed(box)} ms`);
  for (const [name, row] of rows) assert.ok(row['CPU ms'] <= FREE_CPU, `${name}: ${row['CPU ms']} ms`);
});

test(`with ${CROWD.toLocaleString('en')} users enrolled the median is at most ${MORE} of that with ${FEW}`, async () => {
  const few = await startStack({ state: stateInMemory(), forum: false, bare: true });
  const many = await startStack({ state: stateInMemory(), forum: false, bare: true });
  try {
    await enrolByApp(many, 1);
    await many.worker.kill();
    const filling = performance.now();
    crowd(many.state, CROWD - FEW);
    const filled = performance.now();
    await many.restartWorker();
    console.log(`${CROWD - FEW} users put there in ${fixed((filled - filling) / 1000, 1)} s; the worker started with them in ${fixed((performance.now() - filled) / 1000, 1)} s`);
    const users = new Map([[few, await enrolByApp(few, FEW)], [many, await enrolByApp(many, FEW)]]);
    const latencies = new Map([[few, []], [many, []]]);
    for (let round = 0; round < ROUNDS; round += 1) {
      // Nobody's object is awake, as if each came by chance.
      for (const one of [few, many]) {
        await one.worker.kill();
        await one.restartWorker();
      }
      // By turns, so that what else this machine does falls on both.
      for (let at = 0; at < FEW; at += CHUNK) {
        for (const one of (round + at / CHUNK) % 2 ? [few, many] : [many, few]) {
          latencies.get(one).push(...(await logins(one, users.get(one).slice(at, at + CHUNK))));
        }
      }
    }
    const of = (one) => quantiles(latencies.get(one));
    const table = { [FEW]: of(few), [CROWD]: of(many) };
    console.table(Object.fromEntries(Object.entries(table).map(([name, { p50, p99 }]) => [name, { requests: latencies.get(few).length, 'p50 ms': fixed(p50), 'p99 ms': fixed(p99) }])));
    const ratio = of(many).p50 / of(few).p50;
    told(`${CROWD} users enrolled: p50 ${fixed(of(many).p50)} ms a request of a login, ${fixed(ratio)} of the ${fixed(of(few).p50)} ms with ${FEW}`);
    assert.ok(ratio <= MORE, `${ratio} of the median with ${FEW}`);
  } finally {
    await Promise.all([few.stop(), many.stop()]);
  }
});

/** Users with an authenticator, through the worker's own API. */
async function enrolByApp(one, count) {
  const requests = new Requests(one);
  const { answers } = await byClients(requests.port, 8, Array.from({ length: count }, () => randomUUID()), async (client, user) => {
    const { ticket } = body(await client.send(requests.ticket(user, 'enroll')), 201);
    const { factor, secret } = body(await client.send(requests.page(ticket, 'POST', '/factors', { method: 'totp' })), 201);
    const authenticator = new Authenticator(secret);
    body(await client.send(requests.page(ticket, 'POST', `/factors/${factor}/confirm`, { code: await authenticator.freshCode() })), 200);
    return { user, authenticator };
  });
  return answers;
}

/** Everybody logs in once; the milliseconds of each request. */
async function logins(one, users) {
  const requests = new Requests(one);
  const ready = await Promise.all(users.map(async ({ user, authenticator }) => ({ user, code: await authenticator.freshCode() })));
  const { latencies } = await byClients(requests.port, 4, ready, async (client, { user, code }) => {
    const { ticket, ticket_id } = body(await client.send(requests.ticket(user, 'verify')), 201);
    body(await client.send(requests.page(ticket, 'GET', '')), 200);
    const { challenge } = body(await client.send(requests.page(ticket, 'POST', '/challenges', { method: 'totp' })), 201);
    body(await client.send(requests.page(ticket, 'POST', `/challenges/${challenge}/answer`, { code })), 200);
    const { response } = body(await client.send(requests.page(ticket, 'POST', '/pass', {})), 200);
    assert.equal(body(await client.send(requests.siteverify(user, ticket_id, response)), 200).success, true);
  });
  return latencies;
}
