// Reads a QR code from a picture, by an implementation that is not ours.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** The text of the one QR code in `picture`: a file's bytes, or pixels. */
export async function readQr(picture) {
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary } });
  const found = await readBarcodes(picture, { formats: ['QRCode'] });
  if (found.length !== 1) throw new Error(`${found.length} QR codes in the picture`);
  return found[0].text;
}

/** The text of a symbol as the worker draws it: rows of rectangles in a square of `modules`. */
export function readDrawing({ modules, path }) {
  const scale = 4;
  const width = modules * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  const rectangles = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)];
  if (rectangles.map(([text]) => text).join('') !== path) throw new Error(`not only rectangles: ${path}`);
  for (const [, left, top, length] of rectangles.map((numbers) => numbers.map(Number))) {
    for (let y = top * scale; y < (top + 1) * scale; y += 1) {
      for (let x = left * scale; x < (left + length) * scale; x += 1) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return readQr({ data, width, height: width, colorSpace: 'srgb' });
}
