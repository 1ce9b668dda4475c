// For browsers, and wherever files are fetched.
import load from '../element/functions.js';

await load({ module_or_path: fetch(new URL('../element/functions_bg.wasm', import.meta.url)) });
export * from './names.js';
