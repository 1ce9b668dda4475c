// The worker on workerd, the demo forum and the Gateway simulator, as real processes.
//   node tests/e2e/stack.mjs             runs the demo until Ctrl-C
//   node tests/e2e/stack.mjs --worker    runs the demo's worker alone, after it was stopped
// THREEGATE_WORKER_PORT (8787), THREEGATE_FORUM_PORT (8080), THREEGATE_GATEWAY_PORT (8081),
// THREEGATE_STATE (target/demo).
//
// A state folder holds `worker/` (workerd's storage), `worker.env` (its settings and secrets),
// `forum.json` (accounts) and `gateway.json` (the Gateway ID and the phones), so that stopping,
// killing and starting again finds the same deployment.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Gateway, PHONES, startGateway } from './lib/gateway.mjs';
import { Kv } from './lib/kv.mjs';
import { Child, freePort } from './lib/process.mjs';
import { startWorkerd } from './workerd.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRANGLER = join(ROOT, 'tests/node_modules/wrangler/bin/wrangler.js');
const WORKER = join(ROOT, 'edge-worker');
const WIDGET = join(ROOT, 'dist/widget');
const READY_SECONDS = 90;

/** Where the demo keeps its state. */
export const DEMO_STATE = join(ROOT, 'target/demo');

const states = [];
process.on('exit', () => states.forEach((state) => rmSync(state, { recursive: true, force: true, maxRetries: 5 })));

/** A new, empty state folder for a test; it goes when the test's process does. */
export function newState() {
  const state = mkdtempSync(join(tmpdir(), 'threegate-e2e-'));
  states.push(state);
  return state;
}

/**
 * Starts the worker; resolves when it answers.
 *
 * `origins` are the site's pages. With a `gateway` it has Threema. `settings` replaces settings by
 * name, `undefined` leaves one out: that is how a test gets a misconfigured worker. It runs on workerd
 * itself, told by `bare` as `startWorkerd` is; with `wrangler` by `wrangler dev`, as the README has it.
 */
export async function startWorker({ state, port, origins, gateway, bare, wrangler = false, settings = {} }) {
  requireFile(WRANGLER, 'run `npm ci` in tests/');
  requireFile(join(WORKER, 'wrangler.toml'), 'the worker is missing');
  const threema = gateway ? { ...(await gateway.settings()), THREEMA_CALLBACK_PATH: secretsOf(state).callbackPath } : {};
  const { file, all } = writeSettings(state, { SITE_ORIGINS: origins.join(' '), ...threema, ...settings });
  const endpoint = `http://localhost:${port}`;
  const answers = async () => {
    const headers = { authorization: `Bearer ${all.STATUS_SECRET}` };
    const answer = await fetch(`${endpoint}/v1/status`, { headers, signal: AbortSignal.timeout(5000) });
    const { healthy, code } = await answer.json();
    return healthy !== undefined || code === 'misconfigured';
  };
  if (!wrangler) {
    const child = await startWorkerd({ state, port, settings: all, probe: answers, kv: await Kv.of(state), ...bare });
    return { endpoint, port, secrets: all, child, kill: () => child.kill() };
  }
  const args = [
    WRANGLER, 'dev', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', String(await freePort()),
    '--persist-to', join(state, 'worker'), '--env-file', file, '--show-interactive-dev-session=false',
  ];
  const child = new Child('the worker (wrangler dev)', process.execPath, args, {
    cwd: WORKER,
    env: {
      CI: '1',
      NO_COLOR: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(state, 'wrangler-logs'),
      WRANGLER_REGISTRY_PATH: join(state, 'wrangler-registry'),
    },
  });
  await child.ready(answers, READY_SECONDS);
  return { endpoint, port, secrets: all, child, kill: () => child.kill() };
}

/** Starts the demo forum; resolves when it answers. `worker` needs to have `endpoint` and `secrets` only. */
export async function startForum({ state, port, worker }) {
  const origin = `http://localhost:${port}`;
  const child = new Child('the forum', process.execPath, [join(ROOT, 'www/forum/server.mjs')], {
    env: {
      FORUM_PORT: String(port),
      FORUM_ORIGIN: origin,
      FORUM_DATA: join(state, 'forum.json'),
      FORUM_WIDGET: WIDGET,
      THREEGATE_ENDPOINT: worker.endpoint,
      THREEGATE_SITE_SECRET: worker.secrets.SITE_SECRET,
      ...(worker.secrets.WEBHOOK_SECRET ? { THREEGATE_WEBHOOK_SECRET: worker.secrets.WEBHOOK_SECRET } : {}),
    },
  });
  await child.ready(async () => (await fetch(origin, { signal: AbortSignal.timeout(5000) })).ok, READY_SECONDS);
  return { origin, port, child, kill: () => child.kill() };
}

/** Removes all that the worker stored, as a lost namespace would; its settings stay. */
export function wipe(state) {
  rmSync(join(state, 'worker'), { recursive: true, force: true });
}

/**
 * Worker and forum on `ports`, or on free ones. With `threema` also a Gateway with two phones, whose
 * callback is the worker; an object there has the simulator's settings. The worker is on workerd itself,
 * with a KV of ours, `stack.kv`, told by `bare` as `startWorkerd` is; or by `wrangler dev`. `settings` as
 * for `startWorker`.
 */
export async function startStack({ state = newState(), ports, threema = false, forum = true, bare, wrangler = false, settings: usual } = {}) {
  const workerPort = ports?.worker ?? (await freePort());
  const forumPort = ports?.forum ?? (await freePort());
  const endpoint = `http://localhost:${workerPort}`;
  const stack = {
    state,
    origin: `http://localhost:${forumPort}`,
    callback: `${endpoint}/v1/threema/callback/${secretsOf(state).callbackPath}`,
    /** Starts the worker again on the same port and state; `settings` as for `startWorker`. */
    async restartWorker(settings = usual) {
      const { gateway, origin } = stack;
      stack.worker = await startWorker({ state, port: workerPort, origins: [origin], gateway, bare, wrangler, settings });
    },
    async stop() {
      await Promise.all([stack.worker?.kill(), stack.forum?.kill(), stack.gateway?.kill()]);
      stack.kv?.stop();
    },
  };
  try {
    if (!wrangler) stack.kv = await Kv.of(state);
    if (threema) {
      const port = ports?.gateway ?? (await freePort());
      stack.gateway = await startGateway({ state, port, callback: stack.callback, ...(threema === true ? {} : threema) });
    }
    await stack.restartWorker();
    if (forum) stack.forum = await startForum({ state, port: forumPort, worker: stack.worker });
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

/** Secrets are made once for a state folder; without them its storage could not be read again. */
function secretsOf(state) {
  const file = join(state, 'secrets.json');
  if (!existsSync(file)) {
    mkdirSync(state, { recursive: true });
    const key = () => randomBytes(32).toString('base64');
    const secret = () => randomBytes(32).toString('hex');
    const secrets = {
      NAMING_KEY: key(), TOKEN_KEY: key(), VAULT_KEY: key(),
      SITE_SECRET: secret(), ADMIN_SECRET: secret(), STATUS_SECRET: secret(),
    };
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  }
  const secrets = JSON.parse(readFileSync(file, 'utf8'));
  // As good as a secret of its own here, and there for folders that are older than Threema.
  const callbackPath = createHash('sha256').update(`callback ${secrets.NAMING_KEY}`).digest('base64url');
  return { secrets, callbackPath };
}

function writeSettings(state, settings) {
  const all = { SITE_NAME: 'Demo forum', ...secretsOf(state).secrets, ...settings };
  const file = join(state, 'worker.env');
  const lines = Object.entries(all).filter(([, value]) => value !== undefined);
  writeFileSync(file, lines.map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
  return { file, all };
}

function requireFile(path, advice) {
  if (!existsSync(path)) throw new Error(`${path} does not exist: ${advice}`);
}

async function requireFreePort(port, setting) {
  const taken = await new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.destroy(done(true)));
    socket.once('error', () => done(false));
  });
  if (taken) throw new Error(`port ${port} is in use: stop what uses it, or set ${setting} to another port`);
}

/** What the environment says about the demo. */
function demoSettings() {
  return {
    ports: {
      worker: Number(process.env.THREEGATE_WORKER_PORT ?? 8787),
      forum: Number(process.env.THREEGATE_FORUM_PORT ?? 8080),
      gateway: Number(process.env.THREEGATE_GATEWAY_PORT ?? 8081),
    },
    state: resolve(process.env.THREEGATE_STATE ?? DEMO_STATE),
  };
}

async function demo() {
  const { ports, state } = demoSettings();
  requireFile(join(WIDGET, 'threegate.js'), 'build the widget first (`cargo xtask demo` does)');
  await requireFreePort(ports.worker, 'THREEGATE_WORKER_PORT');
  await requireFreePort(ports.forum, 'THREEGATE_FORUM_PORT');
  await requireFreePort(ports.gateway, 'THREEGATE_GATEWAY_PORT');
  const settings = siteSettings(ports, state);
  const { forum, worker, gateway } = await startStack({ state, ports, threema: true, wrangler: true, settings });
  const commands = demoCommands(ports, state, worker.child.pid);
  console.log(`The forum is at ${forum.origin}, the worker at ${worker.endpoint}, their state in ${shown(state)}.`);
  console.log('Try: register, open "Two-factor login", scan the code with an authenticator app, log out and in again.');
  console.log('Threema is played by a simulator, whose phones are pages. To be a member with such a phone:');
  for (const [id, name] of Object.entries(PHONES)) console.log(`  ${gateway.origin}/phones/${id}  is ${name}’s, with the Threema ID ${id}`);
  console.log('  In the forum choose Threema and type the ID, or hold the phone page’s QR code into the camera. The forum');
  console.log('  shows a code: type it on the phone’s page, send it, and look at the forum. Logging in goes the same way.');
  console.log('Then be unkind, from another terminal, in the repository’s folder:');
  for (const [command, what] of Object.values(commands)) console.log(`  ${command}\n      ${what}`);
  console.log('Ctrl-C stops all of it.');
  worker.child.exited.then(async () => {
    await worker.kill();
    console.log(`The worker ended. To start it again: ${commands.start[0]}`);
  });
  await forum.child.ended;
  throw new Error(`the forum ended by itself; ${forum.child.lastWords}`);
}

/** What the demo's forum can do beyond the defaults: hear of changes, so that members manage what they have, and remember browsers. */
function siteSettings(ports, state) {
  const { NAMING_KEY } = secretsOf(state).secrets;
  const secret = createHash('sha256').update(`webhook ${NAMING_KEY}`).digest('base64');
  return { WEBHOOK_URL: `http://localhost:${ports.forum}/webhooks`, WEBHOOK_SECRET: `whsec_${secret}`, TRUSTED_DEVICE_DAYS: '30' };
}

/** What to type, and what it does. The shortest that works with these ports and this folder. */
function demoCommands(ports, state, pid) {
  const set = (settings) => Object.entries(settings)
    .filter(([, [value, usual]]) => value !== usual)
    .map(([name, [value]]) => `${name}=${quoted(String(value))} `)
    .join('');
  const same = set({
    THREEGATE_STATE: [shown(state), shown(DEMO_STATE)],
    THREEGATE_WORKER_PORT: [ports.worker, 8787],
    THREEGATE_FORUM_PORT: [ports.forum, 8080],
    THREEGATE_GATEWAY_PORT: [ports.gateway, 8081],
  });
  const accounts = set({ FORUM_DATA: [shown(join(state, 'forum.json')), shown(join(DEMO_STATE, 'forum.json'))] });
  return {
    stop: [`kill ${pid}`, 'stops the worker'],
    start: [`${same}node tests/e2e/stack.mjs --worker`, 'starts it again, on what it had stored'],
    wipe: [`rm -r ${quoted(shown(join(state, 'worker')))}`, 'wipes its storage, between stop and start'],
    breakGlass: [`${accounts}node www/forum/break-glass.mjs alice`, 'lets alice in with the password alone, for an hour'],
  };
}

/** The demo's worker alone, for the forum and the phones that are still running. */
async function demoWorker() {
  const { ports, state } = demoSettings();
  await requireFreePort(ports.worker, 'THREEGATE_WORKER_PORT');
  const gateway = new Gateway(ports.gateway);
  const settings = siteSettings(ports, state);
  const { endpoint, child } = await startWorker({ state, port: ports.worker, origins: [`http://localhost:${ports.forum}`], gateway, wrangler: true, settings });
  console.log(`The worker is at ${endpoint} again. Ctrl-C stops it.`);
  await child.exited;
  throw new Error(`the worker ended by itself; ${child.lastWords}`);
}

/** A path as one types it in the repository's folder. */
function shown(path) {
  const inside = relative(ROOT, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

const quoted = (word) => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const run = process.argv[2] === '--worker' ? demoWorker : demo;
  run().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
