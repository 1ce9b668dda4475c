// What the API's description says of each call's answers, and what came of it: no test has a list of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../e2e/stack.mjs';

const PROBLEM = 'application/problem+json';

export class Documented {
  #calls;
  #siteverify;

  /** How often each error came, by its call: all of these are documented. */
  errors = {};
  /** What should not have come. */
  faults = [];
  answers = 0;
  #seen = new Set();

  constructor() {
    const { paths, components: { schemas } } = JSON.parse(readFileSync(join(ROOT, 'edge-worker/openapi.json'), 'utf8'));
    this.#siteverify = schemas.SiteverifyError.oneOf.map((cause) => cause.const);
    // An address without a name in it stands before one that has one.
    this.#calls = Object.entries(paths).sort(([a], [b]) => a.split('{').length - b.split('{').length).map(([path, operations]) => ({
      path, operations, pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
  }

  /** How many different calls were made. */
  get calls() {
    return this.#seen.size;
  }

  /** Takes note of an answer: for `observe` of the tests' HTTP. */
  take(method, address, { status, body }) {
    this.answers += 1;
    const { pathname } = new URL(address);
    const call = this.#calls.find(({ pattern }) => pattern.test(pathname));
    const documented = call?.operations[method.toLowerCase()]?.responses[status];
    const name = `${method} ${call?.path ?? pathname}`;
    this.#seen.add(name);
    // Those of 5xx are documented, and none of them may come here.
    if (!documented || status >= 500 || body?.['error-codes']?.includes('internal-error')) {
      this.faults.push(`${name}: ${status} ${JSON.stringify(body ?? '')}`);
      return;
    }
    const refusals = status < 400 ? (body?.['error-codes'] ?? []) : [body?.code];
    const known = status < 400 ? this.#siteverify : documented.content[PROBLEM].schema.properties.code.enum;
    for (const code of refusals) {
      if (!known.includes(code)) this.faults.push(`${name}: ${status} ${code}`);
      const error = `${name}: ${status} ${code}`;
      this.errors[error] = (this.errors[error] ?? 0) + 1;
    }
  }
}
