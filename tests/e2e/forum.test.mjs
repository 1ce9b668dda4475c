// The forum's own rules, with no worker or a sick one behind it, and with one that wants everybody to enrol.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { breakGlass, breakGlassLog } from './lib/break-glass.mjs';
import { Site } from './lib/http.mjs';
import { enrolOn, expectStatus } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { isLoggedIn, passwordOf, ticketIn, Visitor } from './lib/visitor.mjs';
import { newState, startForum, startStack } from './stack.mjs';

const state = newState();
const secrets = { SITE_SECRET: 'of no use here' };
let forum;
let endpoint;

/** alice has two-factor login, bob has not. */
before(async () => {
  endpoint = `http://localhost:${await freePort()}`;
  forum = await startForum({ state, port: await freePort(), worker: { endpoint, secrets } });
  for (const name of ['alice', 'bob']) await new Visitor(forum.origin).register(name);
  await forum.kill();
  const file = join(state, 'forum.json');
  const accounts = JSON.parse(readFileSync(file, 'utf8'));
  accounts.find(({ name }) => name === 'alice').has_2fa = true;
  writeFileSync(file, JSON.stringify(accounts));
  forum = await startForum({ state, port: forum.port, worker: { endpoint, secrets } });
});
after(() => forum?.kill());

async function letsInOnlyWhoHasNoSecondFactor() {
  const alice = new Visitor(forum.origin);
  const [closed, bob] = await Promise.all([alice.login('alice'), new Visitor(forum.origin).login('bob')]);
  assert.equal(closed.status, 503);
  assert.match(closed.html, /nobody gets in without it/);
  assert.ok(!isLoggedIn(await alice.open('/'), 'alice'));
  assert.match((await alice.open('/settings/two-factor')).path, /^\/login/);
  assert.ok(isLoggedIn(bob, 'bob'), bob.html);
}

test('no worker: who has two-factor login is not let in, who has not is', letsInOnlyWhoHasNoSecondFactor);

test('who began an enrolment and left is not let in by password alone while nobody can be asked', async () => {
  const begun = { second_factor_required: false, ticket: 't', ticket_id: 'i', expires_at: Math.floor(Date.now() / 1000) + 900 };
  const eve = new Visitor(forum.origin);
  await withWorker((_, response) => response.end(JSON.stringify(begun)), async () => {
    await eve.register('eve');
    await eve.open('/settings/two-factor');
  });
  const later = new Visitor(forum.origin);
  assert.equal((await later.login('eve')).status, 503);
  const none = { second_factor_required: false, reason: 'not_enrolled' };
  await withWorker((_, response) => response.end(JSON.stringify(none)), async () => {
    assert.ok(isLoggedIn(await new Visitor(forum.origin).login('eve'), 'eve'));
  });
  assert.ok(isLoggedIn(await new Visitor(forum.origin).login('eve'), 'eve'));
});

const SICK = {
  '500 with a page': (_, response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops</h1>'),
  '503 misconfigured': (_, response) => response.writeHead(503).end('{"code":"misconfigured","status":503}'),
  '200 with nonsense': (_, response) => response.end('nonsense'),
  '200 and null': (_, response) => response.end('null'),
  '200 not required, to one who must have it': (_, response) => response.end('{"second_factor_required":false,"reason":"not_enrolled"}'),
  'a connection that is cut': (_, response) => response.destroy(),
  'no answer at all': () => {},
};

for (const [what, answer] of Object.entries(SICK)) {
  test(`a worker that gives ${what} opens nothing`, async () => {
    await withWorker(answer, letsInOnlyWhoHasNoSecondFactor);
  });
}

test('a success that siteverify gave for another action does not log in', async () => {
  const ticket = { second_factor_required: true, ticket: 't', ticket_id: 'i', expires_at: Math.floor(Date.now() / 1000) + 900 };
  const enrolled = { success: true, action: 'enroll', 'error-codes': [] };
  await withWorker(
    ({ url }, response) => response.end(JSON.stringify(url === '/v1/tickets' ? ticket : enrolled)),
    async () => {
      const alice = new Visitor(forum.origin);
      await alice.login('alice');
      const again = await alice.fill('/login/second', { 'threegate-response': 'x' });
      assert.equal(again.path, '/login');
      assert.match(again.html, /The second step was not completed/);
      assert.ok(!isLoggedIn(await alice.open('/'), 'alice'));
    },
  );
});

test('who must have a second factor is told until when, and from then on enrols before being let in', async () => {
  const required = { ENROLLMENT: 'required', ENROLLMENT_GRACE_DAYS: '7' };
  const stack = await startStack({ settings: required });
  try {
    await new Visitor(stack.origin).register('carol');
    const inTime = await new Visitor(stack.origin).login('carol');
    assert.ok(isLoggedIn(inTime, 'carol'), inTime.html);
    assert.match(inTime.html, /From \w+ \d+, \d{4} on, every member needs two-factor login/);

    await stack.worker.kill();
    await stack.restartWorker({ ...required, ENROLLMENT_GRACE_DAYS: '0' });
    const site = new Site(stack.worker, stack.origin);
    const carol = new Visitor(stack.origin);
    const told = await carol.login('carol');
    assert.match(told.html, /<threegate-enroll /);
    assert.match(told.html, /Set it up now, and you are in/);
    assert.ok(!isLoggedIn(await carol.open('/'), 'carol'));
    const { page } = await enrolOn(site.page(ticketIn(told)));
    const { response } = expectStatus(await page.pass(), 200);
    const done = await carol.fill('/login/second', { 'threegate-response': response });
    assert.ok(isLoggedIn(done, 'carol'), done.html);
    assert.match(done.html, /Two-factor login is on/);

    const next = await new Visitor(stack.origin).login('carol');
    assert.match(next.html, /<threegate-verify /);
    const thief = new Visitor(stack.origin);
    await thief.login('carol');
    const spent = await thief.fill('/login/second', { 'threegate-response': response });
    assert.match(spent.html, /The second step was not completed/);
  } finally {
    await stack.stop();
  }
});

test('break-glass lets in exactly whom it names, with the password, and both are on record', async () => {
  const nobody = await breakGlass(state, 'nobody');
  assert.deepEqual([nobody.code, nobody.stdout], [1, '']);
  const opened = await breakGlass(state, 'alice');
  assert.equal(opened.code, 0);
  assert.equal(opened.stdout.split('\n').length, 2);
  const alice = new Visitor(forum.origin);
  const wrong = await alice.fill('/login', { name: 'alice', password: 'not the password' });
  assert.equal(wrong.status, 422);
  assert.ok(isLoggedIn(await alice.login('alice'), 'alice'));
  const [first, second] = breakGlassLog(state);
  assert.deepEqual([first.event, first.until - first.at, second.event], ['opened', 3600, 'used']);
});

test('break-glass ends after its hour', async () => {
  const file = join(state, 'forum.json.break-glass.log');
  const hourAgo = (line) => ({ ...line, at: line.at - 3600, until: line.until === undefined ? undefined : line.until - 3600 });
  writeFileSync(file, breakGlassLog(state).map((line) => `${JSON.stringify(hourAgo(line))}\n`).join(''));
  await letsInOnlyWhoHasNoSecondFactor();
});

test('a form without the session’s token does nothing', async () => {
  const bob = new Visitor(forum.origin);
  assert.ok(isLoggedIn(await bob.login('bob'), 'bob'));
  const { html } = await bob.open('/logout', { csrf: 'x' });
  assert.ok(isLoggedIn({ html }, 'bob'));
  const stranger = new Visitor(forum.origin);
  await stranger.open('/login', { name: 'bob', password: passwordOf('bob') });
  assert.ok(!isLoggedIn(await stranger.open('/'), 'bob'));
});

test('a login gets a new session id at each step', async () => {
  const visitor = new Visitor(forum.origin);
  await visitor.open('/login');
  const before = visitor.cookie('forum');
  await visitor.login('bob');
  assert.notEqual(visitor.cookie('forum'), before);
});

test('no path leads out of the widget’s folder, and pages come under a strict policy', async () => {
  const paths = [
    '/threegate/../../Cargo.toml', '/threegate/..%2f..%2fCargo.toml', '/threegate/%2e%2e/worker/index.js', '/threegate/lang/../../../README.md',
    '/threegate//etc/passwd', '/threegate/.%00.js', '/threegate/..\\..\\Cargo.toml', '/forum.css/../server.mjs', '/threegate/',
  ];
  for (const path of paths) assert.equal(await rawStatus(path), 404, path);
  const policy = (await fetch(forum.origin)).headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
});

/** Runs `action` while what should be the worker answers by `answer`. */
async function withWorker(answer, action) {
  const server = createServer(answer).listen(Number(new URL(endpoint).port), '127.0.0.1');
  await once(server, 'listening');
  try {
    await action();
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

/** The status for a path that is sent as it stands; `fetch` would resolve its dots. */
async function rawStatus(path) {
  const asked = request({ port: forum.port, host: '127.0.0.1', path }).end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode;
}
