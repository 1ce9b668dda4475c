// Reads a QR code from a picture, by an implementation that is not ours.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** The text of the one QR code in `png`. */
export async function readQr(png) {
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary } });
  const found = await readBarcodes(png, { formats: ['QRCode'] });
  if (found.length !== 1) throw new Error(`${found.length} QR codes in the picture`);
  return found[0].text;
}
