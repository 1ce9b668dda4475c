// For browsers, and wherever files are fetched.
import load from '../../element/scan.js';

await load({ module_or_path: fetch(new URL('../../element/scan_bg.wasm', import.meta.url)) });
export * from './read.js';
