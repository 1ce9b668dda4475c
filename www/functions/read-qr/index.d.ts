/** A picture: `ImageData`, or anything like it. A byte a pixel, or red, green, blue and alpha. */
export interface Picture {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

/** The texts of the QR codes in a picture; none if there are none. It takes up to a second. */
export function readQr(picture: Picture): string[];
