// Webhooks on a site's server, after the Standard Webhooks convention: is it the worker's, and recent?
import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 5 * 60;

/** The event, or nothing if the signature is not the secret's or the time not now. `body` is the bytes as they came. */
export function eventOf(headers, body, secret, now = Math.floor(Date.now() / 1000)) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!secret || !id || !(Math.abs(now - Number(time)) <= TOLERANCE_SECONDS)) return undefined;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  const genuine = signatures.split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return one.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return genuine ? { id, ...JSON.parse(body) } : undefined;
}

/** Whether the user has a second factor after this event; nothing if it does not tell. */
export function hasSecondFactor({ type, data }) {
  if (type === 'factor.enrolled') return true;
  if (type === 'factor.removed') return data.remaining > 0;
  return type === 'user.reset' ? false : undefined;
}
