// What a day of logins costs on Cloudflare, from the counts of each login's own requests: where the free
// plan ends, which limit comes first, and what the design does about it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, startStack } from '../e2e/stack.mjs';
import { told } from './lib/form.mjs';
import { ALL_METHODS } from './lib/members.mjs';
import { billed, enrolMembers, measureKinds, stateInMemory } from './lib/kinds.mjs';

/**
 * Limits of the free plan a day, and of the paid plan what a month includes and what a million more
 * costs, in US dollars. Cloudflare's pages "Pricing" of Workers, KV and Durable Objects, as of April 2026.
 */
const PRICES = {
  'worker requests': { free: 100_000, included: 10e6, million: 0.30 },
  'CPU ms': { included: 30e6, million: 0.02 },
  'object requests': { free: 100_000, included: 1e6, million: 0.15 },
  'object GB-s': { free: 13_000, included: 400_000, million: 12.50 },
  'rows read': { free: 5_000_000, included: 25e9, million: 0.001 },
  'rows written': { free: 100_000, included: 50e6, million: 1.00 },
  'KV reads': { free: 100_000, included: 10e6, million: 0.50 },
  'KV writes': { free: 1_000, included: 1e6, million: 5.00 },
};
const BASE = 5;
const DAYS = 30;
const VOLUMES = [1_000, 100_000, 10_000_000];
/** What an object is billed as having, in GB. */
const MEMORY = 0.128;
/** Milliseconds that a request keeps an object awake: more than any burst of ours took of one. */
const AWAKE = 50;

/** The requests of a whole login; a page looks once before it opens a challenge and once after. */
const LOGINS = {
  totp: ['ticket', 'what to show', 'challenge opened, totp', 'code answered', 'pass fetched', 'pass redeemed'],
  hotp: ['ticket', 'what to show', 'challenge opened, hotp', 'code of a token answered', 'pass fetched', 'pass redeemed'],
  recovery: ['ticket', 'what to show', 'challenge opened, recovery', 'recovery code answered', 'pass fetched', 'pass redeemed'],
  // A socket to wait on, and a second look when it says "changed".
  'threema-reply': ['ticket', 'what to show', 'what to show', 'challenge opened, threema-reply', 'callback that proves', 'what to show', 'pass fetched', 'pass redeemed'],
  'threema-code': ['ticket', 'what to show', 'challenge opened, threema-code', 'sent code answered', 'pass fetched', 'pass redeemed'],
  'threema-tap': ['ticket', 'what to show', 'what to show', 'challenge opened, threema-tap', 'tap that proves', 'what to show', 'pass fetched', 'pass redeemed'],
};
/** A site where a tenth uses Threema, half of them by reply, and one in a thousand a recovery code. */
const MIX = { totp: 0.889, hotp: 0.01, recovery: 0.001, 'threema-reply': 0.05, 'threema-code': 0.03, 'threema-tap': 0.02 };

let stack;
let kinds;

before(async () => {
  stack = await startStack({ state: stateInMemory(), threema: true, forum: false, bare: { counted: true }, settings: ALL_METHODS });
  stack.isCounted = true;
  kinds = await measureKinds(stack, await enrolMembers(stack, 5));
});
after(() => stack?.stop());

/** Processor time by kind, if `prove load` measured it on this machine. */
function processor() {
  const file = join(ROOT, 'target/prove/load.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** What one login uses of everything that has a price. */
function usage(method, cpu) {
  const total = Object.fromEntries(Object.keys(PRICES).map((name) => [name, 0]));
  for (const kind of LOGINS[method]) {
    const of = billed(kinds[kind]);
    total['worker requests'] += 1;
    total['object requests'] += of['requests to User'] + of['requests to Contact'];
    for (const name of ['rows read', 'rows written', 'KV reads', 'KV writes']) total[name] += of[name];
    total['CPU ms'] += cpu?.[kind]?.['CPU ms'] ?? 1;
  }
  // A clean-up by alarm after the ticket's end: as a request that reads and writes what a look does.
  total['object requests'] += 1;
  total['rows read'] += billed(kinds['what to show'])['rows read'];
  total['rows written'] += 4;
  total['object GB-s'] = total['object requests'] * MEMORY * AWAKE / 1000;
  return total;
}

const rounded = (number) => Number(number.toFixed(number < 10 ? 2 : 0));
const mapped = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value, name)]));

test('what a login uses, where the free plan ends, and what more costs', () => {
  const cpu = processor();
  console.log(cpu ? 'CPU as `prove load` measured it on this machine.' : 'CPU not measured (`prove load` does): 1 ms a request is assumed.');
  const each = mapped(LOGINS, (_, method) => usage(method, cpu));
  each.mix = mapped(PRICES, (_, name) => Object.entries(MIX).reduce((sum, [method, part]) => sum + part * each[method][name], 0));
  console.log('A login uses:');
  console.table(mapped(each, (used) => mapped(used, rounded)));

  const ends = mapped(each, (used) => {
    const limits = Object.entries(PRICES).filter(([name, { free }]) => free && used[name] > 0).map(([name, { free }]) => [name, Math.floor(free / used[name])]);
    return limits.sort(([, a], [, b]) => a - b);
  });
  console.log('The free plan carries so many logins a day, by each limit:');
  console.table(mapped(ends, (limits) => Object.fromEntries(limits)));

  const months = Object.fromEntries(VOLUMES.map((volume) => {
    const costs = mapped(PRICES, ({ included, million }, name) => Math.max(0, volume * DAYS * each.mix[name] - included) / 1e6 * million);
    const sum = Object.values(costs).reduce((a, b) => a + b, BASE);
    const over = ends.mix.filter(([, logins]) => logins < volume).map(([name]) => name);
    return [volume, { 'free plan': over.length === 0 ? 'carries it' : `ends at ${over[0]}`, ...mapped(costs, rounded), 'dollars a month': rounded(sum), 'dollars a million logins': rounded(sum / (volume * DAYS) * 1e6) }];
  }));
  console.log(`The paid plan, ${BASE} dollars a month and, in dollars a month for ${Object.entries(MIX).map(([method, part]) => `${rounded(part * 100)} % ${method}`).join(', ')}:`);
  console.table(months);

  for (const method of Object.keys(LOGINS)) {
    const [[first, logins], [second, more]] = ends[method];
    told(`${method}: the free plan ends at ${logins} logins a day by ${first}, then at ${more} by ${second}`);
  }
  for (const [volume, month] of Object.entries(months)) told(`${Number(volume).toLocaleString('en')} logins a day: ${month['free plan'] === 'carries it' ? 'free' : `the free plan ${month['free plan']}`}; paid ${month['dollars a month']} dollars a month`);
  console.log(MEASURES);

  // What the figures above rest on.
  assert.equal(rounded(each.totp['KV reads'] + each.totp['KV writes']), 0);
  assert.ok(each['threema-reply']['KV writes'] <= 1 && each['threema-reply']['KV reads'] <= 1);
  assert.ok(ends.totp[0][1] >= 1_000, 'the free plan carries a thousand logins a day by authenticator');
  assert.ok(ends['threema-reply'].find(([name]) => name !== 'KV writes')[1] >= 1_000, 'and by Threema, without KV’s writes');
});

const MEASURES = `What the design does about it:
  KV writes    only a message that had an effect is written, and only Threema has messages. Over the limit a write
               fails, and the login does not: the sender's object is the exact memory, KV only spares asking it.
  KV reads     one a callback, after the MAC: what is forged costs a worker request and nothing else.
  objects      one request of a page is one request to an object; strangers' messages wake one and store nothing.
               A waiting page keeps a hibernating socket, which is not billed, and polls only without one.
  rows         everything of a user is in one small object: a read is of tens of rows at 100 users as at 10 million.
               What has ended is removed by alarm, so tables stay small.
  counts       are kept in memory and handed to the site's object every ten seconds at most, not with each request.
  the network  no object is busy for all users: the load spreads over as many objects as there are users.
`;
