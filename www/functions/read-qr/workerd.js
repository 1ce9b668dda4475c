// For Workers, which import WebAssembly as a module.
import module from '../../element/scan_bg.wasm';
import { initSync } from '../../element/scan.js';

initSync({ module });
export * from './read.js';
