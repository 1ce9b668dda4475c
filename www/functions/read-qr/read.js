import { readPicture } from '../../element/scan.js';

export const readQr = ({ data, width, height }) => readPicture(data, width, height);
