// Pictures of QR codes, and films of them for a browser's camera. The symbols are made by an
// implementation that is not ours.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

/** The symbol of `text` as an SVG file. */
export async function drawQr(text) {
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'));
  prepareZXingModule({ overrides: { wasmBinary } });
  const { svg, error } = await writeBarcode(text, { format: 'QRCode' });
  if (error) throw new Error(error);
  return svg;
}

/**
 * A picture as a file's bytes: the symbol of `text`, or the one in the picture `png` (nothing if there is
 * neither), `side` pixels wide, in the middle of `width` by `height`. Drawn by `browser`.
 */
export async function paint(browser, { text, png, type = 'image/png', width = 640, height = 480, side = 300, angle = 0, ink = '#111', paper = '#eee' }) {
  const dataUrl = (kind, bytes) => `data:image/${kind};base64,${Buffer.from(bytes).toString('base64')}`;
  const source = png ? dataUrl('png', png) : text && dataUrl('svg+xml', await drawQr(text));
  const page = await browser.newPage();
  try {
    const base64 = await page.evaluate(async (how) => {
      const canvas = new OffscreenCanvas(how.width, how.height);
      const context = canvas.getContext('2d');
      context.fillStyle = how.paper;
      context.fillRect(0, 0, how.width, how.height);
      if (how.source) {
        const symbol = new Image();
        symbol.src = how.source;
        await symbol.decode();
        const { side } = how;
        const stencil = new OffscreenCanvas(side, side).getContext('2d');
        stencil.imageSmoothingEnabled = false;
        stencil.drawImage(symbol, 0, 0, side, side);
        const pixels = stencil.getImageData(0, 0, side, side);
        const [ink, paper] = [how.ink, how.paper].map((color) => {
          stencil.fillStyle = color;
          stencil.fillRect(0, 0, 1, 1);
          return stencil.getImageData(0, 0, 1, 1).data;
        });
        for (let at = 0; at < pixels.data.length; at += 4) {
          pixels.data.set(pixels.data[at + 3] > 127 && pixels.data[at] < 128 ? ink : paper, at);
        }
        stencil.putImageData(pixels, 0, 0);
        context.translate(how.width / 2, how.height / 2);
        context.rotate((how.angle * Math.PI) / 180);
        context.drawImage(stencil.canvas, -side / 2, -side / 2);
      }
      const blob = await canvas.convertToBlob({ type: how.type, quality: 0.8 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ''));
    }, { source, type, width, height, side, angle, ink, paper });
    return Buffer.from(base64, 'base64');
  } finally {
    await page.close();
  }
}

/** A film of a symbol held before a camera, not quite still: a file of JPEG pictures, gone at the end. It is a text or a PNG. */
export async function film(browser, symbol) {
  const of = typeof symbol === 'string' ? { text: symbol } : { png: symbol };
  const frames = [];
  for (const angle of [-4, -1, 2, 5]) {
    frames.push(await paint(browser, { ...of, type: 'image/jpeg', angle, width: 1280, height: 720, paper: '#ccc' }));
  }
  const folder = mkdtempSync(join(tmpdir(), 'threegate-camera-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'camera.mjpeg');
  writeFileSync(file, Buffer.concat(frames));
  return file;
}
