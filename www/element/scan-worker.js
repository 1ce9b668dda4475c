// The scanner's thread: a grey picture in, the texts of its codes out. It keeps nothing, and tells
// nobody else. If the decoder hangs or traps, scanner.js ends the thread.
import load, { attempts, read } from './scan.js';

await load({ module_or_path: fetch(new URL('scan_bg.wasm', import.meta.url), { credentials: 'omit' }) });

addEventListener('message', ({ data: { luma, width, height, attempt } }) => {
  try {
    postMessage({ texts: read(luma, width, height, attempt), more: attempt + 1 < attempts() });
  } catch {
    postMessage({ trapped: true });
  }
});
postMessage({ ready: true });
