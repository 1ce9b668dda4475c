// The requests of a site's server and of its pages, as bytes.
import { TOTP, Secret } from 'otpauth';
import { request } from './generator.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const PERIOD = 30;

export class Requests {
  constructor({ worker, origin }) {
    Object.assign(this, { port: worker.port, secrets: worker.secrets, origin });
  }

  ticket(user, purpose) {
    const headers = { ...JSON_TYPE, authorization: `Bearer ${this.secrets.SITE_SECRET}` };
    return request(this.port, 'POST', '/v1/tickets', { headers, body: { user, purpose, origin: this.origin } });
  }

  siteverify(user, ticket_id, response) {
    const all = { secret: this.secrets.SITE_SECRET, user, ticket_id, response };
    return request(this.port, 'POST', '/v1/siteverify', { headers: JSON_TYPE, body: all });
  }

  page(ticket, method, path, body) {
    const headers = { ...(body ? JSON_TYPE : {}), authorization: `Bearer ${ticket}`, origin: this.origin };
    return request(this.port, method, `/v1/client${path}`, { headers, body: body ?? '' });
  }
}

/** The code of a step from now: -1, 0 or 1. */
export function codeOf(secret, steps) {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replace(/\s/g, '')), period: PERIOD, digits: 6 });
  return totp.generate({ timestamp: Date.now() + steps * PERIOD * 1000 });
}

/** The first step whose code surely holds until it has arrived. */
export function earliest() {
  const left = PERIOD - (Date.now() / 1000) % PERIOD;
  return left < 5 ? 0 : -1;
}
