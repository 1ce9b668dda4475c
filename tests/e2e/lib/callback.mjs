// Callbacks taken apart and put together: what the Gateway signs, by node's own HMAC.
import { createHmac, randomBytes } from 'node:crypto';
import { send } from './http.mjs';

/** What the MAC is over, in this order. */
export const SIGNED = ['from', 'to', 'messageId', 'date', 'nonce', 'box'];
export const FORM = 'application/x-www-form-urlencoded';

/** The callback's fields with the MAC that is right for them. */
export function signed(fields, secret) {
  const mac = createHmac('sha256', secret).update(SIGNED.map((name) => fields[name]).join('')).digest('hex');
  return { ...fields, mac };
}

export const formOf = (fields) => new URLSearchParams(fields).toString();

/** Sends a body as the Gateway would, or nearly so. */
export function post(url, body, { method = 'POST', type = FORM } = {}) {
  return send(url, { method, body: method === 'GET' ? undefined : body, type });
}

export const newMessageId = () => randomBytes(8).toString('hex');
export const nowSeconds = () => Math.floor(Date.now() / 1000);
