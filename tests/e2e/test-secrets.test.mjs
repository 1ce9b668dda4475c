// Secrets that a site's own tests send: a known answer, on the developer's machine alone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { freePort } from './lib/process.mjs';
import { newState, startWorker } from './stack.mjs';

const PASSES = 'tg_test_1x0000000000000000000000000000AA';
const FAILS = 'tg_test_2x0000000000000000000000000000AA';
const SPENT = 'tg_test_3x0000000000000000000000000000AA';
const HERE = 'http://localhost:4001';
const state = newState();
let worker;

after(() => worker?.kill());

async function site(origins, settings) {
  await worker?.kill();
  worker = await startWorker({ state, port: await freePort(), origins, settings });
  return new Site(worker, HERE);
}

const verify = async (at, secret, more = {}) =>
  (await at.rawSiteverify({ secret, user: 'alice', ticket_id: 'any', response: 'any', ...more })).body;

test('on localhost each test secret has its answer', async () => {
  const at = await site([HERE, 'http://127.0.0.1:4002']);
  const { challenge_ts, ...passed } = await verify(at, PASSES);
  assert.ok(Math.abs(Date.parse(challenge_ts) - Date.now()) < 60_000, challenge_ts);
  assert.deepEqual(passed, { success: true, hostname: 'localhost', action: 'verify', method: 'totp', 'error-codes': [] });
  assert.equal((await verify(at, PASSES, { response: 'enroll' })).action, 'enroll');
  assert.deepEqual(await verify(at, FAILS), { success: false, 'error-codes': ['invalid-input-response'] });
  assert.deepEqual(await verify(at, SPENT), { success: false, 'error-codes': ['timeout-or-duplicate'] });
  // What a request must have, it must have here too.
  assert.deepEqual((await verify(at, PASSES, { user: undefined }))['error-codes'], ['bad-request']);
  assert.deepEqual((await verify(at, PASSES, { response: '' }))['error-codes'], ['missing-input-response']);
  // They open nothing else.
  for (const secret of [PASSES, FAILS, SPENT]) {
    assert.equal((await at.post('tickets', { user: 'alice', purpose: 'verify', origin: HERE }, { secret })).status, 401);
    assert.equal((await at.admin('users:reset', { user: 'alice' }, { secret })).status, 401);
    assert.equal((await at.status(secret)).status, 401);
  }
});

test('with one origin elsewhere they are wrong secrets', async () => {
  const at = await site([HERE, 'https://forum.example']);
  for (const secret of [PASSES, FAILS, SPENT]) {
    assert.deepEqual(await verify(at, secret), { success: false, 'error-codes': ['invalid-input-secret'] });
  }
});

test('a test secret as SITE_SECRET is a fault', async () => {
  const at = await site([HERE], { SITE_SECRET: PASSES });
  const { body } = await at.status();
  assert.deepEqual(body.faults.map(({ setting }) => setting), ['SITE_SECRET']);
});
