// The worker on bare workerd: no proxy before it, a fraction of `wrangler dev`'s time to start, and a
// KV of ours that may lie. Its configuration is made from `edge-worker/wrangler.toml`.
//
// Objects are kept where `wrangler dev` keeps them, so `lib/store.mjs` reads both.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './lib/process.mjs';
import { ROOT } from './stack.mjs';

const built = () => join(ROOT, 'edge-worker/build');
const READY_SECONDS = 30;

/** The program itself, without the script that npm puts before it. */
function program() {
  const folder = `tests/node_modules/@cloudflare/workerd-${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`;
  const path = join(ROOT, folder, 'bin/workerd');
  if (!existsSync(path)) throw new Error(`${path} does not exist: run \`npm ci\` in tests/`);
  return path;
}

/**
 * Starts workerd with these settings as text bindings; resolves when `probe` answers true.
 *
 * `kv` is a running `Kv`. With `counted` a module of ours stands before the worker's and counts what
 * it asks of its objects and of SQL: see `lib/counted.mjs`.
 */
export async function startWorkerd({ state, port, settings, kv, counted = false, probe }) {
  const folder = join(state, 'workerd');
  const objects = join(state, 'worker/v3/do');
  for (const needed of [folder, objects]) mkdirSync(needed, { recursive: true });
  for (const file of ['index.js', 'index_bg.wasm']) copyFileSync(join(built(), file), join(folder, file));
  if (counted) copyFileSync(join(ROOT, 'tests/e2e/lib/counted.mjs'), join(folder, 'counted.mjs'));
  writeFileSync(join(folder, 'config.capnp'), configuration({ port, settings, kv, counted, objects }), { mode: 0o600 });
  const child = new Child('the worker (workerd)', program(), ['serve', '--experimental', 'config.capnp'], { cwd: folder });
  await child.ready(probe, READY_SECONDS);
  return child;
}

/** workerd alone with one script and the WebAssembly beside it: what others are measured against. */
export async function startHello({ state, port, from, main = 'index.js' }) {
  mkdirSync(state, { recursive: true });
  const modules = readdirSync(from).filter((file) => file.endsWith('.wasm'));
  for (const file of [main, ...modules]) copyFileSync(join(from, file), join(state, file));
  const wasm = modules.map((file) => `(name = ${quoted(`./${file}`)}, wasm = embed ${quoted(file)})`);
  const { date } = deployment();
  const text = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .hello)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const hello :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  modules = [(name = ${quoted(main)}, esModule = embed ${quoted(main)}), ${wasm.join(', ')}],
);
`;
  writeFileSync(join(state, 'config.capnp'), text);
  const child = new Child('the hello worker (workerd)', program(), ['serve', '--experimental', 'config.capnp'], { cwd: state });
  await child.ready(async () => (await fetch(`http://127.0.0.1:${port}/`)).ok, READY_SECONDS);
  return child;
}

/** What `wrangler.toml` says: the date, the objects' classes by binding, the KV binding. */
function deployment() {
  const text = readFileSync(join(ROOT, 'edge-worker/wrangler.toml'), 'utf8');
  const one = (pattern) => {
    const found = pattern.exec(text);
    if (!found) throw new Error(`edge-worker/wrangler.toml has nothing like ${pattern}`);
    return found[1];
  };
  return {
    name: one(/^name = "(.+)"$/m),
    date: one(/^compatibility_date = "(.+)"$/m),
    objects: [...text.matchAll(/^\[\[durable_objects\.bindings\]\]\nname = "(.+)"\nclass_name = "(.+)"$/gm)].map(([, binding, kind]) => ({ binding, kind })),
    namespace: one(/^\[\[kv_namespaces\]\]\nbinding = "(.+)"$/m),
  };
}

function configuration({ port, settings, kv, counted, objects: folder }) {
  const { name, date, objects, namespace } = deployment();
  const modules = [
    ...(counted ? ['(name = "counted.mjs", esModule = embed "counted.mjs")'] : []),
    '(name = "index.js", esModule = embed "index.js")',
    '(name = "./index_bg.wasm", wasm = embed "index_bg.wasm")',
  ];
  const bindings = [
    ...Object.entries(settings).filter(([, value]) => value !== undefined).map(([setting, value]) => `(name = ${quoted(setting)}, text = ${quoted(String(value))})`),
    ...objects.map(({ binding, kind }) => `(name = ${quoted(binding)}, durableObjectNamespace = ${quoted(kind)})`),
    ...(kv ? [`(name = ${quoted(namespace)}, kvNamespace = "kv")`] : []),
  ];
  const classes = objects.map(({ kind }) => `(className = ${quoted(kind)}, uniqueKey = ${quoted(`${name}-${kind}`)}, enableSql = true)`);
  const services = [
    '(name = "main", worker = .worker)',
    // Its own simulator of the Gateway is on this machine.
    '(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))',
    `(name = "objects", disk = (path = ${quoted(folder)}, writable = true))`,
    ...(kv ? [`(name = "kv", external = (address = "127.0.0.1:${kv.port}", http = ()))`] : []),
  ];
  const list = (items) => `[\n    ${items.join(',\n    ')},\n  ]`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = ${list(services)},
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  modules = ${list(modules)},
  bindings = ${list(bindings)},
  durableObjectNamespaces = ${list(classes)},
  durableObjectStorage = (localDisk = "objects"),
);
`;
}

/** A text as Cap'n Proto's language writes it. */
function quoted(text) {
  const escaped = text.replace(/[\\"]/g, (character) => `\\${character}`);
  return `"${escaped.replace(/\n/g, '\\n')}"`;
}
