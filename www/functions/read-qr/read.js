import { readPicture } from '../../element/scan.js';

export function readQr(picture) {
  const { data, width, height } = picture ?? {};
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw Object.assign(new Error('A picture has bytes as `data`.'), { name: 'ThreegateError', code: 'argument_invalid' });
  }
  return readPicture(data, width, height);
}
