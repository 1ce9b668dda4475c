// Schemathesis calls the worker as its description says and as it does not say, with real secrets and
// tickets, and finds nothing.
//
// THREEGATE_SCHEMATHESIS is the program; `cargo xtask test` sets it, and says so if it cannot have it.
// `cargo xtask prove api` has it make up more requests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { enrol, expectStatus, login, openLogin } from './lib/member.mjs';
import { enrolling, enrolThreema, openReply } from './lib/threema.mjs';
import { ROOT, startStack } from './stack.mjs';

const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
const PROGRAM = process.env.THREEGATE_SCHEMATHESIS ?? join(TARGET, 'schemathesis/bin/schemathesis');
const EXAMPLES = process.env.THREEGATE_PROVE === 'full' ? '400' : '25';
const DESCRIPTION = join(ROOT, 'edge-worker/openapi.json');
let stack;
let site;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  site = new Site(stack.worker, stack.origin);
});
after(() => stack?.stop());

/** Tickets of pages in every state that a page can be in. */
async function tickets() {
  const fresh = await enrolling(site);
  const begun = await enrolling(site);
  await begun.page.factor();
  const member = await enrol(site);
  const loggedIn = await login(site, member);
  const asked = await openLogin(site, member);
  const phone = await stack.gateway.phone('ALICE001');
  const byThreema = await enrolThreema(site, phone);
  const awaiting = await openReply(site, byThreema);
  const more = await enrolling(site, member.user);
  return [fresh, begun, member.page, loggedIn, asked, byThreema, awaiting, more].map(({ ticket }) => ticket);
}

test('what Schemathesis finds is nothing', { skip: existsSync(PROGRAM) ? false : 'NOT checked: Schemathesis is not there' }, async () => {
  const { SITE_SECRET, ADMIN_SECRET, STATUS_SECRET } = stack.worker.secrets;
  const env = {
    ...process.env,
    THREEGATE_ENDPOINT: stack.worker.endpoint,
    THREEGATE_TICKETS: JSON.stringify(await tickets()),
    SITE_ORIGIN: stack.origin, SITE_SECRET, ADMIN_SECRET, STATUS_SECRET,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const args = ['run', DESCRIPTION, '--max-examples', EXAMPLES, '--seed', '1'];
  const child = spawn(PROGRAM, args, { cwd: join(ROOT, 'tests/schemathesis'), env });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  console.log(stdout);
  assert.equal(code, 0, `${stderr}\n${stack.worker.child.lastWords}`);
});
