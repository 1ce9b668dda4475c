// For Node and Deno, which read files.
import { readFileSync } from 'node:fs';
import { initSync } from '../../element/scan.js';

initSync({ module: readFileSync(new URL('../../element/scan_bg.wasm', import.meta.url)) });
export * from './read.js';
