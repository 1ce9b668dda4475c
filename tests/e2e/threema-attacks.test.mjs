// What was tried against replies and look-ups, and must not work: races, a Gateway that never stops
// talking, and settings that only look right.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { atOnce, counted, expectStatus } from './lib/member.mjs';
import { Child, freePort } from './lib/process.mjs';
import { messageIds, storedUser } from './lib/store.mjs';
import { beginThreema, enrolling, enrolThreema, isProved, loginByReply, openReply, risen } from './lib/threema.mjs';
import { ROOT, startStack } from './stack.mjs';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
let stack;
let site;
let alice;
let member;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
  alice = await stack.gateway.phone('ALICE001');
  member = await enrolThreema(site, alice);
});
after(() => stack?.stop());

// An ID that was replaced

test('a reply from the ID that was replaced proves nothing, also in a challenge that was being opened meanwhile', async () => {
  const [members, rounds, logins] = [3, 8, 5];
  const opened = [];
  for (let count = 0; count < members; count += 1) {
    let [own, next] = [await stack.gateway.addPhone(`OWNER0${count}A`), await stack.gateway.addPhone(`OWNER0${count}B`)];
    const replacing = await enrolThreema(site, own);
    for (let round = 0; round < rounds; round += 1) {
      const answers = await replace({ user: replacing.user, own, next, logins });
      opened.push(...answers.map((answer) => ({ ...answer, from: answer.body.reply?.from.at(-1) === own.id.at(-1) ? 'old' : 'new' })));
      [own, next] = [next, own];
    }
  }
  const what = ({ status, body, from }) => (status === 201 ? from : body.code);
  console.log(`challenges opened while ${members * rounds} IDs were replaced: ${JSON.stringify(counted(opened, what))}`);
});

/** Another ID takes the place of a user's while logins are opened; answers what these were told. */
async function replace({ user, own, next, logins }) {
  const change = await enrolling(site, user);
  const proof = expectStatus(await change.page.challenge('threema-reply'), 201);
  assert.equal(await own.text(proof.reply.code), 200);
  const begun = await beginThreema(change.page, next);
  const pages = await atOnce(logins, async () => site.page(expectStatus(await site.tickets(user, 'verify'), 201).ticket));
  const confirming = next.text(begun.reply.code);
  // Two at a time, so that some come before, some after, and some amid it.
  const opening = async (some) => {
    const answers = [];
    for (const page of some) answers.push(await page.challenge('threema-reply'));
    return answers;
  };
  const answers = (await Promise.all([opening(pages.slice(0, 2)), opening(pages.slice(2))])).flat();
  assert.equal(await confirming, 200);
  assert.equal(expectStatus(await change.page.look(), 200).pass_ready, true);
  for (const { status, body, text } of answers) {
    if (status === 201) await own.text(body.reply.code);
    else assert.deepEqual([status, body.code], [410, 'challenge_over'], text);
  }
  assert.deepEqual(await Promise.all(pages.map(isProved)), pages.map(() => false));
  return answers;
}

// Look-ups

test('twenty look-ups of a day hold when their tickets have ended and are forgotten, and no longer than the day', async () => {
  const user = randomUUID();
  let ticket;
  for (let tickets = 0; tickets < 4; tickets += 1) {
    ticket = await enrolling(site, user);
    for (let look = 0; look < 5; look += 1) expectStatus(await ticket.page.threemaId('NOBODY99'), 404, 'threema_id_unknown');
  }
  const stored = await afterTime(() => storedUser(stack.state, ticket), 31 * MINUTE, ({ ticket: left }) => left === 0);
  const next = await enrolling(site, user);
  const { retry_at, now } = expectStatus(await next.page.threemaId(alice.id), 429, 'too_many_look_ups');
  const left = retry_at - now;
  assert.ok(left > DAY - 33 * MINUTE && left <= DAY - 31 * MINUTE, `${left} s`);
  await afterTime(() => stored, DAY, ({ look_up: kept }) => (kept ?? 0) === 0);
  expectStatus(await (await enrolling(site, user)).page.threemaId(alice.id), 201);
});

/** So much time passes for an object, and its alarm comes; waits until its tables are so. */
async function afterTime(find, seconds, holds) {
  await stack.worker.kill();
  const stored = find();
  stored.timePasses(seconds);
  await stack.restartWorker();
  await stack.worker.child.ready(async () => holds(stored.glance()), 20);
  return stored;
}

// A Gateway that does not stop

test('a directory’s answer of 50 MiB is not read, and that page is told to try later', async () => {
  const { page } = await enrolling(site);
  await stack.gateway.change({ pubkeys_fault: { kind: 'huge', times: 1 } });
  const began = Date.now();
  expectStatus(await page.threemaId(alice.id), 502, 'gateway_unavailable');
  console.log(`50 MiB: given up after ${Date.now() - began} ms`);
  await beginThreema(page, alice);
});

test('a directory’s answer that never ends is given up within nine seconds, and others are served meanwhile', async () => {
  const pages = await atOnce(4, () => enrolling(site));
  await stack.gateway.change({ pubkeys_fault: { kind: 'endless', times: pages.length } });
  const began = Date.now();
  let waiting = pages.length;
  const asked = Promise.all(pages.map(({ page }) => page.threemaId(alice.id).finally(() => { waiting -= 1; })));
  await stack.gateway.child.ready(async () => (await stack.gateway.control()).faults.pubkeys.kind === 'none', 5);
  await loginByReply(site, member);
  await beginThreema((await enrolling(site)).page, await stack.gateway.phone('BOBBOB02'));
  assert.equal(waiting, pages.length);
  for (const answer of await asked) expectStatus(answer, 502, 'gateway_unavailable');
  const seconds = (Date.now() - began) / 1000;
  assert.ok(seconds < 10, `${seconds} s`);
  await beginThreema(pages[0].page, alice);
});

// Settings that only look right

for (const [fault, setting, directory] of [
  ['wrong_key', 'THREEMA_PRIVATE_KEY', 'differs'], ['401', 'THREEMA_API_SECRET'], ['404', 'THREEMA_GATEWAY_ID'], ['500', undefined],
]) {
  test(`the status ${setting ? `names ${setting}` : 'stays healthy'} when the directory’s answer is ${fault}, and shows no secret`, async () => {
    const { secrets } = stack.worker;
    await stack.gateway.change({ pubkeys_fault: { kind: fault, times: 1 } });
    const answer = await site.status();
    const { healthy, faults, threema } = expectStatus(answer, 200);
    assert.deepEqual([healthy, faults.map((one) => one.setting)], [setting === undefined, setting ? [setting] : []]);
    for (const { found, expected } of faults) assert.ok(found && expected, answer.text);
    if (directory) assert.equal(threema.directory, directory);
    else assert.match(threema.directory, /^[a-z_]+$/);
    for (const secret of ['THREEMA_API_SECRET', 'THREEMA_PRIVATE_KEY']) {
      assert.ok(!`${answer.text}${stack.worker.child.output}`.includes(secrets[secret]), secret);
    }
    const { healthy: again, threema: { directory: told } } = expectStatus(await site.status(), 200);
    assert.deepEqual([again, told], [true, 'agrees']);
  });
}

test('without its KV namespace the worker says so, and a message still has its effect once', async () => {
  await stack.worker.kill();
  const before = await messageIds(stack.state);
  const other = await startWithoutKv();
  try {
    const { healthy, faults } = expectStatus(await site.status(), 200);
    assert.deepEqual([healthy, faults.map(({ setting }) => setting)], [false, ['MESSAGE_IDS']]);
    const { page, reply } = await openReply(site, member);
    const body = String(await alice.body({ text: reply.code }));
    const counts = await risen(site, async () => {
      for (let time = 0; time < 3; time += 1) assert.equal((await stack.gateway.deliver(body)).status, 200);
    });
    assert.deepEqual(counts, { callbacks: 3, callback_matched: 1, callback_repeated: 2, reply_proofs: 1 });
    assert.equal(await isProved(page), true);
  } finally {
    await other.kill();
  }
  assert.equal(await messageIds(stack.state), before);
  await stack.restartWorker();
  await loginByReply(site, member);
});

/** The worker that was stopped, on its port, storage and settings, by a configuration that has no KV. */
async function startWithoutKv() {
  const worker = join(ROOT, 'edge-worker');
  const config = readFileSync(join(worker, 'wrangler.toml'), 'utf8');
  const changed = config.replace(/^\[\[kv_namespaces\]\]\n.*\n/m, '').replace('"build/index.js"', JSON.stringify(join(worker, 'build/index.js')));
  assert.ok(config.includes('MESSAGE_IDS') && !changed.includes('MESSAGE_IDS'));
  const folder = mkdtempSync(join(tmpdir(), 'threegate-config-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'wrangler.toml'), changed);
  const args = [
    join(ROOT, 'tests/node_modules/wrangler/bin/wrangler.js'), 'dev', '--config', join(folder, 'wrangler.toml'), '--ip', '127.0.0.1',
    '--port', String(stack.worker.port), '--inspector-port', String(await freePort()), '--persist-to', join(stack.state, 'worker'),
    '--env-file', join(stack.state, 'worker.env'), '--show-interactive-dev-session=false',
  ];
  const env = { CI: '1', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(folder, 'logs'), WRANGLER_REGISTRY_PATH: join(folder, 'registry') };
  const child = new Child('the worker without KV', process.execPath, args, { cwd: folder, env });
  await child.ready(async () => (await site.status()).status === 200, 90);
  return child;
}
