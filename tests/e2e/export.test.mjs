// Leaving and coming back: 1,000 users exported, opened by who has the key, and restored elsewhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site } from './lib/http.mjs';
import { atOnce, counted, enrol, expectStatus } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { newState, ROOT, startWorker } from './stack.mjs';

const ORIGIN = 'http://localhost:4001';
const USERS = 1000;
const state = newState();
const keyFile = join(state, 'export.key');
let worker;
let site;
let members;

const xtask = (...args) => execFileSync('cargo', ['xtask', ...args], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });

async function start(at, settings) {
  await worker?.kill();
  worker = await startWorker({ state: at, port: await freePort(), origins: [ORIGIN], settings });
  site = new Site(worker, ORIGIN);
}

before(async () => {
  await start(state);
});
after(() => worker?.kill());

let broken = 0;

/** As a site's server does it: a request whose connection broke is sent again, with the same key. */
async function surely(path, body) {
  const key = randomUUID();
  for (;;) {
    try {
      return await site.admin(path, body, { key });
    } catch (error) {
      broken += 1;
      if (!['ECONNRESET', 'UND_ERR_SOCKET'].includes(error.cause?.code) || broken > 50) throw error;
    }
  }
}

test('without a key nothing is exported', async () => {
  expectStatus(await site.admin('export', undefined, { method: 'GET' }), 409, 'export_key_missing');
});

test('1,000 users are exported by pages, and ADMIN_SECRET alone reads none of them', async () => {
  const EXPORT_KEY = xtask('export-key', '--key', keyFile).trim().split('=').at(-1).replaceAll('"', '');
  await start(state, { EXPORT_KEY });
  members = [await enrol(site), await enrol(site)];
  for (let made = members.length; made < USERS; made += 10) {
    const some = await atOnce(Math.min(10, USERS - made), async (at) => {
      const user = `user-${made + at}`;
      const secret = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.slice((made + at) % 32) + 'A'.repeat(32);
      const uri = `otpauth://totp/x?secret=${secret.slice(0, 32)}`;
      expectStatus(await surely('users:import', { user, uris: [uri] }), 200);
      return { user };
    });
    members.push(...some);
  }
  const started = Date.now();
  while (expectStatus(await site.status(), 200).enrolled < USERS) {
    assert.ok(Date.now() - started < 60_000, 'everybody is listed within a minute');
    await new Promise((done) => setTimeout(done, 200));
  }
  const pages = [];
  let cursor = '';
  do {
    const page = expectStatus(await site.admin(`export?cursor=${cursor}`, undefined, { method: 'GET' }), 200);
    pages.push(page);
    cursor = page.cursor;
  } while (cursor);
  const users = pages.flatMap((page) => page.users);
  console.log(`${users.length} users on ${pages.length} pages; ${broken} connections broke`);
  assert.equal(users.length, USERS);
  assert.ok(!pages.some((page) => JSON.stringify(page).includes('otpauth')));
  writeFileSync(join(state, 'pages.json'), pages.map((page) => JSON.stringify(page)).join('\n'));
});

test('restored into an empty worker, everybody is enrolled, and no code of the present window works', async () => {
  await start(newState());
  const bodies = xtask('open-export', '--key', keyFile, join(state, 'pages.json')).trim().split('\n');
  // The first member's comes last: what the present window is, is said by the clock of that moment.
  const last = bodies.splice(bodies.findIndex((body) => body.includes(`"${members[0].user}"`)), 1)[0];
  const started = Date.now();
  let imported = 0;
  for (const body of bodies) imported += expectStatus(await surely('import', body), 200).imported;
  const code = members[0].authenticator.latestCode();
  imported += expectStatus(await surely('import', last), 200).imported;
  // A code that may have been used where the export comes from.
  expectStatus(await site.post('check', { user: members[0].user, code }), 422, 'code_used');
  console.log(`${imported} users restored by ${bodies.length + 1} requests in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  assert.equal(imported, USERS);
  const seen = await atOnce(100, (at) => surely('users:get', { user: members[at * 10].user }));
  assert.deepEqual(counted(seen, ({ body }) => `${body.enrolled} ${body.factors.length}`), { 'true 1': 100 });
  // Recovery codes come with it.
  const paper = await site.post('check', { user: members[1].user, code: members[1].codes[0] });
  assert.equal(expectStatus(paper, 200).recovery_left, 9);
  // The same page again changes nothing that counts.
  expectStatus(await site.admin('import', last), 200);
});
