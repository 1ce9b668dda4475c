// What the package answers, whichever runtime it is asked in. Copied into the project that has it.
import * as threegate from 'threegate';
import { readQr } from 'threegate/read-qr';

const known = {
  ...threegate,
  /** JSON has no functions: here the key is one that waits. */
  openCallback: (body, { publicKey, ...more }) => threegate.openCallback(body, { ...more, publicKey: async () => publicKey }),
  /** An app that is made ready, and asked once. */
  prepared: (call, parameters, ...more) => {
    const app = new threegate.Authenticator(parameters);
    try {
      return app[call](...more);
    } finally {
      app.free();
    }
  },
  /** A QR code as this package draws it and reads it, in grey and in colour. */
  drawnAndRead: (text) => [1, 4].map((bytes) => readQr(picture(threegate.qrPath(text), bytes))),
};

/** `[name, …arguments]` each, answered with what the function gives or throws. */
export async function answers(calls) {
  const answered = [];
  for (const [name, ...given] of calls) {
    try {
      answered.push(await known[name](...given));
    } catch (error) {
      answered.push({ thrown: error.code ?? String(error), name: error.name, isSecret: error.isSecret });
    }
  }
  return JSON.parse(JSON.stringify(answered));
}

export const names = Object.keys(threegate);

function picture({ modules, path }, bytes) {
  const scale = 4;
  const width = modules * scale;
  const data = new Uint8ClampedArray(width * width * bytes).fill(255);
  for (const [, left, top, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let y = top * scale; y < (+top + 1) * scale; y += 1) {
      for (let x = left * scale; x < (+left + +length) * scale; x += 1) {
        for (let byte = 0; byte < Math.min(bytes, 3); byte += 1) data[(y * width + x) * bytes + byte] = 0;
      }
    }
  }
  return { data, width, height: width };
}
