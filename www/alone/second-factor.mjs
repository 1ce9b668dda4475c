// A second factor without the worker: what your server does with what <threegate-enroll> made in the page.
import { check, parseKeyUri } from 'threegate';

/** What to keep for an account whose form came back, the secret sealed. Ask for the password before you show the page. */
export function enrolment(form) {
  const { secret } = parseKeyUri(form['threegate-response']); // throws what is no such link
  return { secret, last: null };
}

/** Is this the account's code, for the first time? Count what is not, and make them wait: nobody else does. */
export async function passes({ id, secret, last }, code, accounts) {
  const judged = check({ secret, code, last });
  if (judged.verdict !== 'accepted') return false;
  // In one statement, so that of two requests with the same code one gets in:
  // update accounts set last = :step where id = :id and (last is null or last < :step)
  return accounts.raiseLast(id, judged.step);
}
