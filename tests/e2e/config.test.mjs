// A misconfigured worker says so at once, everything in one answer, and does nothing else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { startGateway } from './lib/gateway.mjs';
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

test('what `cargo xtask secrets` prints is all that a worker without Threema needs, and new each time', async () => {
  const [secrets, others] = [printedSecrets(), printedSecrets()];
  for (const [name, secret] of Object.entries(secrets)) assert.notEqual(secret, others[name], name);
  assert.deepEqual(Object.keys(secrets).filter((name) => name.startsWith('THREEMA')), []);
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

test('with what `cargo xtask secrets --webhook` adds, and an address, the worker has a webhook', async () => {
  const secrets = printedSecrets('--webhook');
  assert.deepEqual(Object.keys(printedSecrets()).filter((name) => name.startsWith('WEBHOOK')), []);
  const settings = { ...secrets, WEBHOOK_URL: 'http://localhost:4001/webhooks' };
  const good = await startWorker({ state: newState(), port: await freePort(), origins: ['http://localhost:4001'], settings });
  try {
    const { healthy, webhook } = expectStatus(await new Site({ endpoint: good.endpoint, secrets }, 'http://localhost:4001').status(), 200);
    assert.deepEqual([healthy, webhook !== null], [true, true]);
  } finally {
    await good.kill();
  }
});

// Threema: all of its settings, or none

let gateway;
/** All that a worker with Threema must be told. */
let threema;

before(async () => {
  gateway = await startGateway({ state: newState(), port: await freePort() });
  threema = { ...(await gateway.settings()), THREEMA_CALLBACK_PATH: printedSecrets('--threema').THREEMA_CALLBACK_PATH };
});
after(() => gateway?.kill());

/** What a worker with these settings says of itself. */
async function statusWith(settings) {
  const started = await startWorker({ state: newState(), port: await freePort(), origins: ['http://localhost:4001'], settings });
  try {
    return { ...(await new Site(started, 'http://localhost:4001').status()), output: started.child.output };
  } finally {
    await started.kill();
  }
}

test('with what `cargo xtask secrets --threema` adds, and the Gateway’s own, the worker has Threema', async () => {
  const settings = { ...threema, THREEMA_PRIVATE_KEY: `private:${threema.THREEMA_PRIVATE_KEY}` };
  const { healthy, methods, threema: told } = expectStatus(await statusWith(settings), 200);
  assert.deepEqual([healthy, methods], [true, ['totp', 'threema-reply', 'threema-code', 'recovery']]);
  assert.deepEqual([told.gateway, told.directory], ['*TESTTST', 'agrees']);
});

test('some of Threema’s settings, and not all, are a fault for each that is missing', async () => {
  const missing = {
    THREEMA_GATEWAY_ID: ['THREEMA_API_SECRET'],
    THREEMA_API_URL: ['THREEMA_API_SECRET', 'THREEMA_GATEWAY_ID'],
    THREEMA_PRIVATE_KEY: ['THREEMA_API_SECRET', 'THREEMA_CALLBACK_PATH', 'THREEMA_GATEWAY_ID'],
  };
  for (const [only, named] of Object.entries(missing)) {
    const { status, body } = await statusWith({ [only]: threema[only] });
    assert.deepEqual([status, body.code], [503, 'misconfigured']);
    assert.deepEqual(body.faults.map(({ setting }) => setting).sort(), named);
  }
});

test('without a key pair and the callback’s path the account is in basic mode, and the status says so', async () => {
  const { THREEMA_PRIVATE_KEY, THREEMA_CALLBACK_PATH, ...basic } = threema;
  const { healthy, methods, threema: told } = expectStatus(await statusWith(basic), 200);
  assert.deepEqual([healthy, methods], [true, ['totp', 'threema-code', 'recovery']]);
  assert.deepEqual([told.end_to_end, told.fingerprint, told.directory], [false, null, 'not_needed']);
  assert.equal(typeof told.credits, 'number');
});

test('each setting of Threema’s that cannot be used is named, with what is expected and without its value', async () => {
  const wrong = {
    THREEMA_GATEWAY_ID: 'ALICE001', THREEMA_API_SECRET: '', THREEMA_PRIVATE_KEY: threema.THREEMA_PRIVATE_KEY.slice(2),
    THREEMA_CALLBACK_PATH: 'too-short', THREEMA_API_URL: 'http://msgapi.example',
  };
  const { status, body, text, output } = await statusWith(wrong);
  assert.equal(status, 503, text);
  assert.deepEqual(body.faults.map(({ setting }) => setting).sort(), Object.keys(wrong).sort());
  for (const { found, expected } of body.faults) assert.ok(found && expected, text);
  for (const secret of ['THREEMA_PRIVATE_KEY', 'THREEMA_CALLBACK_PATH']) assert.ok(!`${text}${output}`.includes(wrong[secret]), secret);
});

test('settings that look right and are not the Gateway’s are found out at the Gateway', async () => {
  const wrong = {
    THREEMA_PRIVATE_KEY: ['11'.repeat(32), 'differs'],
    THREEMA_API_SECRET: ['0123456789abcdef', undefined],
    THREEMA_GATEWAY_ID: ['*NOTHERE', undefined],
  };
  for (const [setting, [value, directory]] of Object.entries(wrong)) {
    const answer = await statusWith({ ...threema, [setting]: value });
    const { healthy, faults, threema: told } = expectStatus(answer, 200);
    assert.equal(healthy, false, setting);
    assert.ok(faults.every((fault) => fault.found && fault.expected), answer.text);
    // The simulator knows one Gateway ID, so another one and a wrong secret look the same to it.
    assert.match(faults.map((fault) => fault.setting).join(), setting === 'THREEMA_PRIVATE_KEY' ? /^THREEMA_PRIVATE_KEY$/ : /^THREEMA_/);
    if (directory) assert.equal(told.directory, directory);
    for (const secret of ['THREEMA_PRIVATE_KEY', 'THREEMA_API_SECRET']) assert.ok(!answer.text.includes({ ...threema, [setting]: value }[secret]));
  }
});

test('a Gateway that cannot be asked is told, and is no fault of the settings', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const { healthy, threema: told } = expectStatus(await statusWith({ ...threema, THREEMA_API_URL: nobody }), 200);
  assert.equal(healthy, true);
  assert.notEqual(told.directory, 'agrees');
});

function printedSecrets(...options) {
  const { stdout, stderr, status } = spawnSync('cargo', ['run', '-q', '-p', 'xtask', '--', 'secrets', ...options], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
