// For Node and Deno, which read files.
import { readFileSync } from 'node:fs';
import { initSync } from '../element/functions.js';

initSync({ module: readFileSync(new URL('../element/functions_bg.wasm', import.meta.url)) });
export * from './names.js';
