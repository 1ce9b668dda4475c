// The demo as somebody plays with it: the commands that it and the README show do what they say.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { enrolInForum, expectStatus } from './lib/member.mjs';
import { Child, freePort } from './lib/process.mjs';
import { isLoggedIn, Visitor } from './lib/visitor.mjs';
import { DEMO_STATE, newState, ROOT, startForum } from './stack.mjs';

const state = newState();
let demo;
let alone;
let site;
let commands;

before(async () => {
  const [worker, forum, gateway] = [await freePort(), await freePort(), await freePort()].map(String);
  const ports = { THREEGATE_WORKER_PORT: worker, THREEGATE_FORUM_PORT: forum, THREEGATE_GATEWAY_PORT: gateway };
  demo = new Child('the demo', process.execPath, [join(ROOT, 'tests/e2e/stack.mjs')], { env: { ...ports, THREEGATE_STATE: state } });
  await demo.prints(/Ctrl-C stops all of it/, 60);
  const command = (what) => demo.output.split('\n').at(demo.output.split('\n').findIndex((line) => line.includes(what)) - 1).trim();
  commands = {
    stop: command('stops the worker'), start: command('starts it again'), wipe: command('wipes its storage'), breakGlass: command('lets alice in'),
  };
  const secrets = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'));
  site = new Site({ endpoint: `http://localhost:${ports.THREEGATE_WORKER_PORT}`, secrets }, `http://localhost:${ports.THREEGATE_FORUM_PORT}`);
});
after(async () => {
  await interrupt(alone);
  await interrupt(demo);
});

/** Types a command in the repository's folder. */
function type(command, { cwd = ROOT } = {}) {
  const { FORUM_DATA: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  assert.equal(status, 0, `${command}: ${stderr}`);
  return stdout;
}

/** Ctrl-C. What it started must end with it. */
async function interrupt(child) {
  child?.signal('SIGINT');
  await child?.ended;
}

async function startAlone() {
  alone = new Child('the worker alone', 'sh', ['-c', `exec env ${commands.start}`], { cwd: ROOT });
  await alone.prints(/The worker is at \S+ again/, 60);
}

test('the printed break-glass command lets its member in', async () => {
  await enrolInForum(site, 'alice');
  await enrolInForum(site, 'bob');
  assert.match(type(commands.breakGlass), /^alice may log in with the password alone until /);
  assert.ok(isLoggedIn(await new Visitor(site.origin).login('alice'), 'alice'));
});

test('the worker stopped by hand: the demo goes on, says how to start it again, and bob is not let in', async () => {
  type(commands.stop);
  await demo.prints(/The worker ended\. To start it again: /);
  assert.ok(demo.output.includes(`To start it again: ${commands.start}`));
  assert.equal((await new Visitor(site.origin).login('bob')).status, 503);
  await assert.rejects(site.status());
});

test('started again by the printed command, the worker still knows bob', async () => {
  await startAlone();
  const step = await new Visitor(site.origin).login('bob');
  assert.match(step.html, /<threegate-verify ticket="/);
});

test('its storage wiped by the printed command, bob is expected and not found', async () => {
  await interrupt(alone);
  type(commands.wipe);
  await startAlone();
  const closed = await new Visitor(site.origin).login('bob');
  assert.equal(closed.status, 503);
  assert.match(closed.html, /two-factor set-up was not found/);
  expectStatus(await site.tickets('bob', 'verify', { expect_enrolled: true }), 409, 'enrollment_missing');
  assert.ok(!demo.hasEnded);
});

test('the README’s break-glass command works as it stands beside a demo with the usual folders', async () => {
  const [, command] = /`(node www\/forum\/break-glass\.mjs alice)`/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  // The same folders elsewhere: this machine's own demo is not ours to touch.
  const copy = newState();
  const usual = join(copy, DEMO_STATE.slice(ROOT.length));
  cpSync(join(ROOT, 'www/forum'), join(copy, 'www/forum'), { recursive: true });
  mkdirSync(usual, { recursive: true });
  const worker = { endpoint: `http://localhost:${await freePort()}`, secrets: { SITE_SECRET: 'of no use here' } };
  let forum = await startForum({ state: usual, port: await freePort(), worker });
  try {
    await new Visitor(forum.origin).register('alice');
    await forum.kill();
    const file = join(usual, 'forum.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"has_2fa": false', '"has_2fa": true'));
    forum = await startForum({ state: usual, port: forum.port, worker });
    assert.equal((await new Visitor(forum.origin).login('alice')).status, 503);
    type(command, { cwd: copy });
    assert.ok(isLoggedIn(await new Visitor(forum.origin).login('alice'), 'alice'));
  } finally {
    await forum.kill();
  }
});
