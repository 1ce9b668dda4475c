// A misconfigured worker says so at once, everything in one answer, and does nothing else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Site, send } from './lib/http.mjs';
import { enrol, expectStatus, login } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { newState, ROOT, startWorker } from './stack.mjs';

const BROKEN = {
  SITE_NAME: '',
  SITE_ORIGINS: 'forum.example http://forum.example',
  NAMING_KEY: undefined,
  TOKEN_KEY: 'c2hvcnQ=',
  VAULT_KEY: '*'.repeat(44),
  SITE_SECRET: 'twelve-chars',
  ADMIN_SECRET: undefined,
  STATUS_SECRET: '',
};
let worker;

before(async () => {
  worker = await startWorker({ state: newState(), port: await freePort(), origins: [], settings: BROKEN });
});
after(() => worker?.kill());

test('every route answers 503 misconfigured with each fault by name, what was found and what is expected', async () => {
  const site = new Site(worker, 'http://localhost:4001');
  const answers = [
    await site.status(),
    await site.tickets('u', 'verify'),
    await site.page('x').look(),
    await send(`${worker.endpoint}/`, { method: 'GET' }),
  ];
  for (const { status, body, text } of answers) {
    assert.equal(status, 503, text);
    assert.equal(body.code, 'misconfigured');
    assert.deepEqual(new Set(body.faults.map(({ setting }) => setting)), new Set(Object.keys(BROKEN)));
    for (const { found, expected } of body.faults) assert.ok(found && expected, text);
  }
  const fault = answers[0].body.faults.find(({ setting }) => setting === 'SITE_SECRET');
  assert.match(fault.found, /12/);
  console.log(`${answers[0].body.faults.length} faults in one answer`);
});

test('no fault shows a secret, and the log names each setting', async () => {
  for (const setting of Object.keys(BROKEN)) await worker.child.prints(new RegExp(`setting ${setting}: found`));
  for (const secret of [BROKEN.SITE_SECRET, BROKEN.TOKEN_KEY, BROKEN.VAULT_KEY]) {
    assert.ok(!worker.child.output.includes(secret));
  }
});

test('what `cargo xtask secrets` prints is all that a worker needs, and new each time', async () => {
  const [secrets, others] = [printedSecrets(), printedSecrets()];
  for (const [name, secret] of Object.entries(secrets)) assert.notEqual(secret, others[name], name);
  const good = await startWorker({ state: newState(), port: await freePort(), origins: ['http://localhost:4001'], settings: secrets });
  try {
    const site = new Site({ endpoint: good.endpoint, secrets }, 'http://localhost:4001');
    const { healthy, faults } = expectStatus(await site.status(), 200);
    assert.deepEqual([healthy, faults], [true, []]);
    const member = await enrol(site);
    await login(site, member);
    expectStatus(await site.reset(member.user), 200);
  } finally {
    await good.kill();
  }
});

function printedSecrets() {
  const { stdout, stderr, status } = spawnSync('cargo', ['run', '-q', '-p', 'xtask', '--', 'secrets'], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
