// threegate on a site's server: one call before the second step, one after it.
const ENDPOINT = process.env.THREEGATE_ENDPOINT; // where the worker answers
const SECRET = process.env.THREEGATE_SITE_SECRET; // stays on the server
const ORIGIN = process.env.FORUM_ORIGIN; // of the pages that hold the element

/** Leave for one browser to "enroll", "verify" or "manage" as this account. An answer without `ticket` says why in `code` or `reason`. */
export function ticket(account, purpose, locale, device) {
  return post('/v1/tickets', {
    purpose, locale,
    device, // its cookie, if this browser was to be remembered
    origin: ORIGIN,
    user: account.id, // opaque, and the same for ever: not the name
    label: account.name, // shown in the authenticator app
    expect_enrolled: account.has_2fa, // so that lost storage is an error, never "not required"
  });
}

/** The password is enough from an address that you allow, and for who has no second factor, if the worker says so, or cannot be asked and none was begun. */
export const passwordIsEnough = ({ has_2fa, enrolling }, asked) =>
  asked.second_factor_required === false
    ? !has_2fa || ['allowlisted', 'trusted_device'].includes(asked.reason)
    : !has_2fa && !enrolling && asked.code === 'unreachable';

/** The answer, with `method` and perhaps `device`, if `response`, the form's threegate-response, was earned just now by this account for this. */
export async function passed(account, asked, purpose, response) {
  const answer = await post('/v1/siteverify', { response, user: account.id, ticket_id: asked.ticket_id });
  return answer.success === true && answer.action === purpose && answer;
}

async function post(path, body) {
  try {
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(5000);
    const answer = await fetch(ENDPOINT + path, { method: 'POST', headers, body: JSON.stringify(body), signal });
    const told = answer.status < 500 && (await answer.json());
    if (told instanceof Object) return told;
  } catch {} // no answer in 5 s, or nonsense
  return { code: 'unreachable' }; // no ticket, no success
}
