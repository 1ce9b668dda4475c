// Plays the story in headless Chromium, a line a step; exits 1 with a picture where it fails.
//   node tests/e2e/drive.mjs [--shots DIR]     DIR gets a picture of every screen, wide and narrow, light and dark
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { close, open, STEPS } from './lib/story.mjs';
import { ROOT } from './stack.mjs';

const { values } = parseArgs({ options: { shots: { type: 'string' } } });
const { THREEGATE_WORKER_PORT: worker, THREEGATE_FORUM_PORT: forum, THREEGATE_GATEWAY_PORT: gateway } = process.env;
const ports = worker && forum && gateway ? { worker: Number(worker), forum: Number(forum), gateway: Number(gateway) } : undefined;

let story = {};
const steps = [
  { name: 'starts the worker on workerd, the forum, the Gateway simulator and Chromium with a camera', play: async () => { story = await open({ ...values, ports }); } },
  ...STEPS,
];
process.exitCode = (await playAll()) ? 0 : 1;
await close(story);

async function playAll() {
  const started = Date.now();
  for (const { name, play } of steps) {
    const from = Date.now();
    try {
      await play(story);
    } catch (error) {
      await explain(name, error);
      return false;
    }
    console.log(`ok  ${seconds(from)}  ${name}`);
  }
  console.log(`all ${steps.length} steps held after ${seconds(started).trim()}`);
  return true;
}

async function explain(name, error) {
  console.error(`FAILED  ${name}\n${error.stack}`);
  if (!story.page) return;
  const folder = join(ROOT, 'target/drive');
  const picture = join(folder, `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 60)}.png`);
  mkdirSync(folder, { recursive: true });
  await story.page.screenshot({ path: picture, fullPage: true });
  console.error(`The page is at ${story.page.url()}, picture: ${picture}`);
  if (story.page.errors.length > 0) console.error(`Its console: ${story.page.errors.join('\n')}`);
  console.error(story.stack.worker.child.lastWords);
  console.error(story.stack.forum.child.lastWords);
  console.error(story.stack.gateway.child.lastWords);
}

function seconds(from) {
  return `${((Date.now() - from) / 1000).toFixed(1)} s`.padStart(7);
}
