// Every request that a login is made of, as bursts of the same request by all members, and what each
// cost: in time, in processor time, in rows, in operations of KV.
import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Authenticator } from '../../e2e/lib/authenticator.mjs';
import { formOf } from '../../e2e/lib/callback.mjs';
import { Site } from '../../e2e/lib/http.mjs';
import { atOnce } from '../../e2e/lib/member.mjs';
import { newState } from '../../e2e/stack.mjs';
import { body, byClients } from './client.mjs';
import { cpu, request } from './generator.mjs';
import { enrolAll, nextCode, nextThumb } from './members.mjs';
import { Requests } from './requests.mjs';

const CLIENTS = 16;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const MEMORY = '/dev/shm';

/**
 * A state in memory, where there is such a thing: what is measured is the worker, and not how long this
 * machine's disk takes to say that it has written.
 */
export function stateInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
  } catch {
    return newState();
  }
  const state = mkdtempSync(join(MEMORY, 'threegate-prove-'));
  process.on('exit', () => rmSync(state, { recursive: true, force: true, maxRetries: 5 }));
  return state;
}

/** Members of all methods, each with a phone. The stack must have `ALL_METHODS`. */
export async function enrolMembers(stack, count) {
  const site = new Site(stack.worker, stack.origin);
  const members = [];
  for (let at = 0; at < count; at += 10) {
    members.push(...(await atOnce(Math.min(10, count - at), (of) => enrolAll(site, stack.gateway, `LOAD${String(at + of).padStart(4, '0')}`))));
  }
  return members;
}

/** What each kind of request costs a stack, measured by each of `members` once or more. */
export async function measureKinds(stack, members) {
  const all = new Kinds(stack);
  const requests = new Requests(stack);
  const callback = new URL(stack.callback).pathname;
  const posted = (form) => request(requests.port, 'POST', callback, { headers: FORM, body: form });

  // An enrolment by app, and its codes.
  const begun = await all.burst('ticket to enrol', members, (client, member) => client.send(requests.ticket(`${member.user}-again`, 'enroll')), 201);
  const factors = await all.burst('authenticator begun', begun, (client, { ticket }) => client.send(requests.page(ticket, 'POST', '/factors', { method: 'totp' })), 201);
  const codes = await Promise.all(factors.map(({ secret }) => new Authenticator(secret).freshCode()));
  await all.burst('authenticator confirmed', begun, (client, { ticket }, at) => client.send(requests.page(ticket, 'POST', `/factors/${factors[at].factor}/confirm`, { code: codes[at] })), 200);
  await all.burst('recovery codes made', begun, (client, { ticket }) => client.send(requests.page(ticket, 'POST', '/recovery-codes', {})), 201);

  const login = async (method, proof, times) => {
    for (let time = 0; time < times; time += 1) {
      const tickets = await all.burst('ticket', members, (client, { user }) => client.send(requests.ticket(user, 'verify')), 201);
      await all.burst('what to show', tickets, (client, { ticket }) => client.send(requests.page(ticket, 'GET', '')), 200);
      const opened = await all.burst(`challenge opened, ${method}`, tickets, (client, { ticket }) => client.send(requests.page(ticket, 'POST', '/challenges', { method })), 201);
      await proof(tickets, opened);
      const passes = await all.burst('pass fetched', tickets, (client, { ticket }) => client.send(requests.page(ticket, 'POST', '/pass', {})), 200);
      const redeemed = await all.burst('pass redeemed', passes, (client, { response }, at) => client.send(requests.siteverify(members[at].user, tickets[at].ticket_id, response)), 200);
      for (const { success } of redeemed) assert.equal(success, true);
    }
  };
  const answered = (name, codeOf) => async (tickets, opened) => {
    const typed = await Promise.all(members.map(codeOf));
    await all.burst(name, tickets, (client, { ticket }, at) => client.send(requests.page(ticket, 'POST', `/challenges/${opened[at].challenge}/answer`, { code: typed[at] })), 200);
  };
  await login('totp', answered('code answered', (member) => member.authenticator.freshCode()), 2);
  await login('hotp', answered('code of a token answered', (member) => member.token.press()), 2);
  await login('recovery', answered('recovery code answered', (member) => member.codes.shift()), 2);
  await login('threema-reply', async (tickets, opened) => {
    const bodies = [];
    for (const [at, { reply }] of opened.entries()) bodies.push(formOf(Object.fromEntries(await members[at].phone.body({ text: reply.code }))));
    await all.burst('callback that proves', bodies, (client, form) => client.send(posted(form)), 200);
    await all.burst('the same again', bodies, (client, form) => client.send(posted(form)), 200);
  }, 2);

  // Somebody is written to four times a minute: two methods, twice each.
  await login('threema-code', answered('sent code answered', nextCode), 2);
  await login('threema-tap', async () => {
    const thumbs = await Promise.all(members.map(async (member) => formOf(Object.fromEntries(await member.phone.body(await nextThumb(member))))));
    await all.burst('tap that proves', thumbs, (client, form) => client.send(posted(form)), 200);
  }, 2);

  const stranger = await stack.gateway.addPhone('UNKNOWN9');
  const many = (make) => atOnce(Math.max(members.length, 20), make);
  const typing = await many(async (at) => formOf(Object.fromEntries(await members[at % members.length].phone.body({ typing: true }))));
  await all.burst('callback without effect, box opened', typing, (client, form) => client.send(posted(form)), 200);
  const strange = await many(async () => formOf(Object.fromEntries(await stranger.body({ text: '123456' }))));
  await all.burst('callback of a stranger, box not opened', strange, (client, form) => client.send(posted(form)), 200);
  const forged = typing.map((form) => form.replace(/mac=[0-9a-f]+/, `mac=${'0'.repeat(64)}`));
  await all.burst('callback with a wrong MAC', forged, (client, form) => client.send(posted(form)), 403);
  return all.kinds;
}

class Kinds {
  #stack;

  /** By name: requests, rate, p50, p99, CPU and, on a counted stack, rows and KV operations a request. */
  kinds = {};

  constructor(stack) {
    this.#stack = stack;
  }

  async burst(name, jobs, work, status) {
    const { worker: { child, port, endpoint }, kv } = this.#stack;
    const isCounted = this.#stack.isCounted;
    if (isCounted) await (await fetch(`${endpoint}/counted`)).json();
    const operations = kv.operations.length;
    const before = cpu(child.pid);
    const done = await byClients(port, CLIENTS, jobs, async (client, job, at) => body(await work(client, job, at), status));
    const used = cpu(child.pid) - before;
    const kind = (this.kinds[name] ??= { requests: 0, seconds: 0, cpu: 0, latencies: [], counts: {} });
    kind.requests += done.requests;
    kind.seconds += done.seconds;
    kind.cpu += used;
    kind.latencies.push(...done.latencies);
    const since = kv.operations.slice(operations);
    const counts = isCounted ? await (await fetch(`${endpoint}/counted`)).json() : {};
    for (const what of ['read', 'write']) counts[`KV ${what}`] = since.filter((operation) => operation.what === what).length;
    for (const [what, count] of Object.entries(counts)) kind.counts[what] = (kind.counts[what] ?? 0) + count;
    return done.answers;
  }
}

/** Counts a request, of what is billed. Alarms that are set are rows written. */
export function billed({ requests, counts }) {
  const objects = ['User', 'Contact'];
  const total = (what) => objects.reduce((sum, object) => sum + (counts[`${object} ${what}`] ?? 0), 0) / requests;
  return {
    'requests to User': (counts['User requests'] ?? 0) / requests,
    'requests to Contact': (counts['Contact requests'] ?? 0) / requests,
    'rows read': total('rows read'),
    'rows written': total('rows written') + total('setAlarm'),
    'KV reads': counts['KV read'] / requests,
    'KV writes': counts['KV write'] / requests,
  };
}
