// For Workers, which import WebAssembly as a module.
import module from '../element/functions_bg.wasm';
import { initSync } from '../element/functions.js';

initSync({ module });
export * from './names.js';
