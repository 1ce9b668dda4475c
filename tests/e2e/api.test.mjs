// Both APIs on workerd: what they refuse, with which code, and what a refusal leaves untouched.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Authenticator } from './lib/authenticator.mjs';
import { Site, send } from './lib/http.mjs';
import { enrol, expectStatus, login, openLogin } from './lib/member.mjs';
import { freePort } from './lib/process.mjs';
import { newState, startWorker } from './stack.mjs';

const ORIGINS = ['http://localhost:4001', 'http://localhost:4002'];
let worker;
let site;
let member;

before(async () => {
  worker = await startWorker({ state: newState(), port: await freePort(), origins: ORIGINS });
  site = new Site(worker, ORIGINS[0]);
  member = await enrol(site);
});
after(() => worker?.kill());

// Routes

test('an unknown path is 404, a wrong verb 405 with Allow', async () => {
  const call = (method, path) => send(worker.endpoint + path, { method });
  for (const path of ['/', '/v1', '/v1/', '/v2/tickets', '/v1/tickets/', '/v1/client/nothing', '/%00', '/v1/client/challenges/a/b/c']) {
    expectStatus(await call('GET', path), 404, 'not_found');
  }
  const verbs = { '/v1/tickets': 'POST', '/v1/siteverify': 'POST', '/v1/users:reset': 'POST', '/v1/status': 'GET' };
  for (const [path, allowed] of Object.entries(verbs)) {
    const answer = await call(allowed === 'GET' ? 'POST' : 'GET', path);
    expectStatus(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), allowed);
    expectStatus(await call('PUT', path), 405, 'method_not_allowed');
  }
  expectStatus(await call('PUT', '/v1/client/pass'), 405, 'method_not_allowed');
});

test('each secret opens its own calls and no others', async () => {
  const { SITE_SECRET, ADMIN_SECRET, STATUS_SECRET } = worker.secrets;
  const user = randomUUID();
  const asked = (secret) => site.rawTickets({ user, purpose: 'verify', origin: ORIGINS[0] }, secret);
  for (const secret of [ADMIN_SECRET, STATUS_SECRET, '', 'x', `${SITE_SECRET}x`, SITE_SECRET.slice(1)]) {
    expectStatus(await asked(secret), 401, 'secret_invalid');
  }
  for (const secret of [SITE_SECRET, STATUS_SECRET, 'x']) expectStatus(await site.reset(user, secret), 401, 'secret_invalid');
  for (const secret of [SITE_SECRET, ADMIN_SECRET, 'x']) expectStatus(await site.status(secret), 401, 'secret_invalid');
  expectStatus(await send(`${worker.endpoint}/v1/status`, { method: 'GET' }), 401, 'secret_invalid');
  const status = expectStatus(await site.status(), 200);
  assert.equal(status.healthy, true);
  assert.deepEqual(status.methods, ['totp', 'recovery']);
});

test('the status counts what was done, each thing as often as it was done', async () => {
  const counts = async () => expectStatus(await site.status(), 200).counts;
  const before = await counts();
  const own = await enrol(site);
  const { page, challenge } = await openLogin(site, own);
  for (let wrong = 0; wrong < 5; wrong += 1) await page.answer(challenge, own.authenticator.wrongCode());
  for (let waiting = 0; waiting < 2; waiting += 1) expectStatus(await page.answer(challenge, '000000'), 429);
  const other = await enrol(site);
  const first = await login(site, other);
  await (await openLogin(site, other)).page.answer(first.challenge, first.code);
  const again = await openLogin(site, other);
  expectStatus(await again.page.answer(again.challenge, first.code), 422, 'code_used');
  const second = await login(site, other, 'recovery');
  await site.siteverify(other.user, first.ticket_id, first.response);
  for (let late = 0; late < 3; late += 1) await site.siteverify(other.user, first.ticket_id, first.response);
  await site.siteverify(other.user, second.ticket_id, second.response, { secret: 'x' });
  await site.rawTickets({}, 'x');
  await site.page('x').look();
  await site.reset(own.user);
  const after = await counts();
  const risen = Object.entries(after).map(([word, count]) => [word, count - (before[word] ?? 0)]);
  assert.deepEqual(Object.fromEntries(risen.filter(([, more]) => more !== 0)), {
    tickets: 7, enrolments: 2, codes_refused: 5, throttled: 2, proofs: 1, codes_used_again: 1, recovery_proofs: 1,
    passes: 2, redeemed: 1, redemptions_refused: 3, secrets_refused: 2, tokens_refused: 1, resets: 1,
  });
});

// Tickets

test('a ticket is refused for an origin that is not the site’s', async () => {
  const foreign = ['https://forum.example', 'http://localhost:4003', 'https://localhost:4001', 'http://localhost'];
  for (const origin of foreign) expectStatus(await site.tickets('u', 'verify', { origin }), 403, 'origin_unknown');
  for (const origin of ['null', '', '*', 'http://localhost:4001/', 'localhost:4001', 'http://localhost:4001.example', 'http://forum.example']) {
    expectStatus(await site.tickets('u', 'verify', { origin }), 400, 'origin_invalid');
  }
});

test('a request that is not as agreed is bad_request, and an unknown member is named', async () => {
  const good = { user: 'u', purpose: 'verify', origin: ORIGINS[0] };
  const named = await site.rawTickets({ ...good, expect_enroled: true });
  expectStatus(named, 400, 'bad_request');
  assert.match(named.body.detail, /expect_enroled/);
  const bad = {
    bad_request: [
      '', '{', '[]', 'null', '"x"', '{}', 'user=u&purpose=verify',
      { ...good, user: undefined }, { ...good, user: 7 },
      { ...good, purpose: undefined }, { ...good, purpose: 'manage!' }, { ...good, origin: undefined },
      { ...good, expect_enrolled: 'yes' },
      { ...good, methods: 'totp' }, { ...good, methods: ['totp', 'sms'] }, { ...good, methods: ['TOTP'] }, { ...good, methods: [1] },
      { ...good, locale: '' }, { ...good, locale: 'de_CH' }, { ...good, locale: 'de<b>' }, { ...good, locale: 'd'.repeat(36) }, { ...good, locale: 7 },
    ],
    user_invalid: [
      { ...good, user: '' }, { ...good, user: 'u\n' }, { ...good, user: 'u\u0000' }, { ...good, user: 'u'.repeat(129) }, { ...good, user: 'ü'.repeat(65) },
    ],
    label_invalid: [
      { ...good, label: 'a'.repeat(65) }, { ...good, label: 'alice\u202ebob' }, { ...good, label: 'see https://example.org' }, { ...good, label: 'a\nb' },
    ],
  };
  for (const [code, bodies] of Object.entries(bad)) {
    for (const body of bodies) {
      const answer = await site.rawTickets(body);
      assert.deepEqual([answer.status, answer.body.code], [400, code], `${JSON.stringify(body)}: ${answer.text}`);
    }
  }
  assert.match((await site.rawTickets({ ...good, methods: ['totp', 'sms'] })).body.detail, /`sms`/);
  assert.match((await site.rawTickets({ ...good, locale: 'de_CH' })).body.detail, /`locale`/);
  for (const locale of ['de', 'pt-BR', 'zh-Hant-TW']) expectStatus(await site.tickets('u', 'verify', { locale }), 200);
  for (const user of ['u'.repeat(128), 'ü'.repeat(64), ' ', '../../x', "'; drop table factor; --", '👍']) {
    expectStatus(await site.tickets(user, 'verify'), 200);
  }
});

test('a body of more than 16 KiB is refused on every route that reads one', async () => {
  // Not much more: wrangler's proxy, not the worker, stumbles over a body that is left half unread.
  const large = JSON.stringify({ user: 'u', purpose: 'verify', origin: ORIGINS[0], label: 'x'.repeat(16 * 1024) });
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const page = site.page(ticket);
  expectStatus(await site.rawTickets(large), 413, 'too_large');
  for (const path of ['/challenges', '/challenges/x/answer', '/factors', '/factors/x/confirm']) {
    expectStatus(await page.call('POST', path, large), 413, 'too_large');
  }
  const { success, 'error-codes': codes } = expectStatus(await site.rawSiteverify(large), 200);
  assert.deepEqual([success, codes], [false, ['bad-request']]);
});

test('who has no second factor needs none; who should have one and has not is 409, whatever the purpose', async () => {
  const user = randomUUID();
  assert.deepEqual(expectStatus(await site.tickets(user, 'verify'), 200), { second_factor_required: false, reason: 'not_enrolled' });
  for (const purpose of ['verify', 'enroll']) {
    expectStatus(await site.tickets(user, purpose, { expect_enrolled: true }), 409, 'enrollment_missing');
  }
  const begun = expectStatus(await site.tickets(user, 'enroll'), 201);
  assert.equal(begun.second_factor_required, false);
  expectStatus(await site.page(begun.ticket).factor(), 201);
  expectStatus(await site.tickets(user, 'verify'), 200);
  const enrolled = expectStatus(await site.tickets(member.user, 'verify', { expect_enrolled: true }), 201);
  assert.equal(enrolled.second_factor_required, true);
  assert.ok(Math.abs(enrolled.expires_at - Date.now() / 1000 - 900) < 10, 'a verify ticket lasts 15 minutes');
});

test('a user id is compared by its bytes', async () => {
  const lower = await enrol(site, `case-${randomUUID()}-ä`);
  expectStatus(await site.tickets(lower.user.toUpperCase(), 'verify'), 200);
  expectStatus(await site.tickets(lower.user.normalize('NFD'), 'verify'), 200);
  expectStatus(await site.tickets(lower.user, 'verify'), 201);
});

test('`methods` narrows what may be used, and nothing usable is an error, never “not required”', async () => {
  const narrowed = expectStatus(await site.tickets(member.user, 'verify', { methods: ['recovery'] }), 201);
  const page = site.page(narrowed.ticket);
  assert.deepEqual(expectStatus(await page.look(), 200).usable, ['recovery']);
  expectStatus(await page.challenge('totp'), 409, 'method_unavailable');
  const { ticket } = expectStatus(await site.tickets('no-codes', 'enroll'), 201);
  const enrolling = site.page(ticket);
  const { factor, secret } = expectStatus(await enrolling.factor(), 201);
  expectStatus(await enrolling.confirm(factor, await new Authenticator(secret).freshCode()), 200);
  expectStatus(await site.tickets('no-codes', 'verify', { methods: ['recovery'] }), 409, 'no_usable_method');
});

// The ticket and the page it is for

test('a ticket that is garbage, cut, or altered in any place is ticket_invalid', async () => {
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const altered = [...ticket].map((sign, at) => ticket.slice(0, at) + (sign === 'A' ? 'B' : 'A') + ticket.slice(at + 1));
  const cut = [...ticket].map((_, at) => ticket.slice(0, at));
  const garbage = ['', 'x', '..', 'A'.repeat(ticket.length), `${ticket}A`, `${ticket}=`, `${ticket}${ticket}`, 'A'.repeat(6000)];
  const { response } = await login(site, await enrol(site));
  const all = [...altered, ...cut, ...garbage, response];
  for (const bad of all) expectStatus(await site.page(bad).look(), 401, 'ticket_invalid');
  const without = await send(`${worker.endpoint}/v1/client`, { method: 'GET', headers: { origin: ORIGINS[0] } });
  expectStatus(without, 401, 'ticket_invalid');
  console.log(`${all.length} tickets that are none: all refused`);
});

test('a ticket works on pages of its own origin only', async () => {
  const { ticket } = expectStatus(await site.tickets(member.user, 'verify'), 201);
  const page = site.page(ticket);
  for (const origin of [ORIGINS[1], 'https://evil.example', 'null', '']) {
    expectStatus(await page.call('GET', '', undefined, { origin }), 403, 'origin_mismatch');
    expectStatus(await page.call('POST', '/challenges', { method: 'totp' }, { origin }), 403, 'origin_mismatch');
  }
  expectStatus(await page.look(), 200);
});

test('a preflight is answered for the site’s origins and for nobody else', async () => {
  const preflight = (origin, path = '/v1/client') => send(worker.endpoint + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  });
  for (const origin of ORIGINS) {
    const { status, headers } = await preflight(origin);
    assert.equal(status, 204);
    assert.equal(headers.get('access-control-allow-origin'), origin);
    for (const method of ['GET', 'POST', 'DELETE']) assert.match(headers.get('access-control-allow-methods'), new RegExp(method));
    for (const name of ['authorization', 'content-type']) assert.match(headers.get('access-control-allow-headers'), new RegExp(name, 'i'));
    assert.equal(headers.get('access-control-max-age'), '600');
    assert.equal(headers.get('access-control-allow-credentials'), null);
    assert.match(headers.get('vary'), /origin/i);
  }
  for (const origin of ['https://evil.example', 'null', `${ORIGINS[0]}.example`]) {
    assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null);
  }
  for (const path of ['/v1/tickets', '/v1/siteverify', '/v1/users:reset', '/v1/status']) {
    const answer = await preflight(ORIGINS[0], path);
    expectStatus(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('access-control-allow-origin'), null, path);
  }
});

test('a page of the site can read each answer of the client API, and a foreign page none', async () => {
  const own = await enrol(site);
  const { page, challenge } = await openLogin(site, own);
  for (let wrong = 0; wrong < 5; wrong += 1) await page.answer(challenge, own.authenticator.wrongCode());
  const other = await openLogin(site, member);
  const calls = {
    200: (from) => page.call('GET', '', undefined, from),
    401: (from) => site.page('x').call('GET', '', undefined, from),
    404: (from) => page.call('GET', '/nothing', undefined, from),
    405: (from) => page.call('PUT', '/pass', undefined, from),
    409: (from) => page.call('POST', '/challenges', { method: 'x' }, from),
    410: (from) => other.page.call('POST', '/challenges/x/answer', { code: '123456' }, from),
    413: (from) => page.call('POST', '/challenges', JSON.stringify({ method: 'x'.repeat(16 * 1024) }), from),
    422: (from) => other.page.call('POST', `/challenges/${other.challenge}/answer`, { code: 'x' }, from),
    429: (from) => page.call('POST', `/challenges/${challenge}/answer`, { code: '123456' }, from),
  };
  for (const [status, call] of Object.entries(calls)) {
    const { headers, ...answer } = await call();
    expectStatus(answer, Number(status));
    assert.equal(headers.get('access-control-allow-origin'), ORIGINS[0], status);
    assert.equal(headers.get('access-control-expose-headers'), 'retry-after', status);
    assert.equal(headers.get('access-control-allow-credentials'), null, status);
    assert.match(headers.get('vary'), /origin/i, status);
    for (const origin of ['https://evil.example', 'null', `${ORIGINS[0]}.example`]) {
      const foreign = await call({ origin });
      assert.equal(foreign.headers.get('access-control-allow-origin'), null, `${status} for ${origin}`);
      assert.match(foreign.headers.get('vary'), /origin/i, status);
    }
  }
  const { headers, body } = await calls[429]();
  assert.equal(headers.get('retry-after'), String(body.retry_at - body.now));
});

test('no page can read an answer of the site API, not even one of the site', async () => {
  const { SITE_SECRET, ADMIN_SECRET, STATUS_SECRET } = worker.secrets;
  const calls = [
    ['GET', '/v1/status', STATUS_SECRET, 200], ['GET', '/v1/status', 'x', 401],
    ['POST', '/v1/tickets', SITE_SECRET, 201, { user: member.user, purpose: 'verify', origin: ORIGINS[0] }], ['POST', '/v1/tickets', 'x', 401, {}],
    ['POST', '/v1/siteverify', SITE_SECRET, 200, {}], ['GET', '/v1/siteverify', SITE_SECRET, 405],
    ['POST', '/v1/users:reset', ADMIN_SECRET, 200, { user: randomUUID() }], ['GET', '/', 'x', 404],
  ];
  for (const [method, path, secret, status, body] of calls) {
    const answer = await send(worker.endpoint + path, { method, body, headers: { origin: ORIGINS[0], authorization: `Bearer ${secret}` } });
    expectStatus(answer, status);
    const readable = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
    assert.deepEqual(readable, [], `${method} ${path}`);
  }
});

// Challenges

test('a code that is malformed, wrong or used is told apart, and none of them proves', async () => {
  const own = await enrol(site);
  const { page, challenge } = await openLogin(site, own);
  for (const code of ['', '12345', '1234567', 'abcdef', '12a456', '12 34 5', '123456\u0000']) {
    expectStatus(await page.answer(challenge, code), 422, 'code_malformed');
  }
  expectStatus(await page.call('POST', `/challenges/${challenge}/answer`, {}), 400, 'bad_request');
  expectStatus(await page.call('POST', `/challenges/${challenge}/answer`, { code: 123456 }), 400, 'bad_request');
  expectStatus(await page.answer(challenge, own.authenticator.usedCode()), 422, 'code_used');
  expectStatus(await page.answer(challenge, own.authenticator.wrongCode()), 422, 'code_wrong');
  expectStatus(await page.pass(), 409, 'not_proved');
  assert.equal(expectStatus(await page.look(), 200).proof, 'needed');
  const code = await own.authenticator.freshCode();
  const spaced = ` ${code.slice(0, 3)} ${code.slice(3)} `;
  assert.equal(expectStatus(await page.answer(challenge, spaced), 200).state, 'proved');
  const view = expectStatus(await page.look(), 200);
  assert.deepEqual([view.proof, view.pass_ready, view.offered], ['given', true, []]);
});

test('a challenge that was replaced, abandoned or answered is over', async () => {
  const own = await enrol(site);
  const { page, challenge } = await openLogin(site, own);
  const next = expectStatus(await page.challenge('totp'), 201).challenge;
  expectStatus(await page.answer(challenge, own.authenticator.wrongCode()), 410, 'challenge_over');
  assert.equal(expectStatus(await page.abandon(next), 200).state, 'abandoned');
  expectStatus(await page.answer(next, own.authenticator.wrongCode()), 410, 'challenge_over');
  const last = expectStatus(await page.challenge('totp'), 201).challenge;
  expectStatus(await page.answer(last, await own.authenticator.freshCode()), 200);
  expectStatus(await page.answer(last, await own.authenticator.freshCode()), 410, 'challenge_over');
  const other = await openLogin(site, await enrol(site));
  for (const id of [other.challenge, 'x', 'A'.repeat(22), '%00', "'"]) {
    expectStatus(await page.answer(id, '123456'), 410, 'challenge_over');
    expectStatus(await page.abandon(id), 410, 'challenge_over');
  }
});

test('a user has five open challenges: a sixth ends the oldest, and those of other users stay', async () => {
  const own = await enrol(site);
  const stranger = await openLogin(site, member);
  const logins = [];
  for (let count = 0; count < 6; count += 1) logins.push(await openLogin(site, own));
  const [oldest, ...five] = logins;
  expectStatus(await oldest.page.answer(oldest.challenge, own.authenticator.wrongCode()), 410, 'challenge_over');
  // What a challenge says to a malformed code, it says only while it is open.
  for (const { page, challenge } of [...five, stranger]) expectStatus(await page.answer(challenge, 'x'), 422, 'code_malformed');
  // The displaced page opens another one, which ends the next oldest.
  const { challenge } = expectStatus(await oldest.page.challenge('totp'), 201);
  expectStatus(await five[0].page.answer(five[0].challenge, 'x'), 410, 'challenge_over');
  expectStatus(await oldest.page.answer(challenge, await own.authenticator.freshCode()), 200);
});

test('a method that is unknown or not enrolled cannot be chosen', async () => {
  const { page } = await openLogin(site, member);
  const enrolling = site.page(expectStatus(await site.tickets(randomUUID(), 'enroll'), 201).ticket);
  expectStatus(await enrolling.challenge('totp'), 409, 'method_unavailable');
  expectStatus(await enrolling.factor('recovery'), 409, 'method_unavailable');
  for (const method of ['hotp', 'threema-code', '', 'TOTP']) {
    expectStatus(await page.challenge(method), 409, 'method_unavailable');
    expectStatus(await enrolling.factor(method), 409, 'method_unavailable');
  }
  expectStatus(await page.call('POST', '/challenges', {}), 400, 'bad_request');
});

// Changes need proof

test('a password thief enrols nothing of his own: each change needs proof of an active factor', async () => {
  const victim = await enrol(site);
  const asked = expectStatus(await site.tickets(victim.user, 'enroll'), 201);
  assert.equal(asked.second_factor_required, true);
  const page = site.page(asked.ticket);
  assert.equal(expectStatus(await page.look(), 200).proof, 'needed');
  expectStatus(await page.factor(), 403, 'proof_required');
  expectStatus(await page.recoveryCodes(), 403, 'proof_required');
  expectStatus(await page.kept(), 403, 'proof_required');
  expectStatus(await page.pass(), 409, 'not_proved');

  // A pass of a login is no proof for another ticket, and a verify ticket changes nothing.
  const { page: verifying } = await login(site, victim);
  expectStatus(await page.factor(), 403, 'proof_required');
  for (const answer of [await verifying.factor(), await verifying.recoveryCodes(), await verifying.kept()]) {
    expectStatus(answer, 403, 'purpose_mismatch');
  }

  const { challenge } = expectStatus(await page.challenge('totp'), 201);
  expectStatus(await page.answer(challenge, await victim.authenticator.freshCode()), 200);
  expectStatus(await page.pass(), 409, 'not_proved');
  const { factor, secret } = expectStatus(await page.factor(), 201);
  expectStatus(await page.confirm(factor, await new Authenticator(secret).freshCode()), 200);
  expectStatus(await page.pass(), 200);
});

test('a factor opened before another became active is not confirmed without proof of that one', async () => {
  const user = randomUUID();
  const tickets = [await site.tickets(user, 'enroll'), await site.tickets(user, 'enroll')];
  const [thief, owner] = tickets.map(({ body }) => site.page(body.ticket));
  const begun = expectStatus(await thief.factor(), 201);
  const own = expectStatus(await owner.factor(), 201);
  expectStatus(await owner.confirm(own.factor, await new Authenticator(own.secret).freshCode()), 200);
  expectStatus(await thief.confirm(begun.factor, await new Authenticator(begun.secret).freshCode()), 403, 'proof_required');
});

test('an enrolment is over when it was replaced or confirmed, and a wrong first code does not end it', async () => {
  const { ticket } = expectStatus(await site.tickets(randomUUID(), 'enroll'), 201);
  const page = site.page(ticket);
  const first = expectStatus(await page.factor(), 201);
  const second = expectStatus(await page.factor(), 201);
  assert.notEqual(first.secret, second.secret);
  expectStatus(await page.confirm(first.factor, await new Authenticator(first.secret).freshCode()), 410, 'enrollment_over');
  const app = new Authenticator(second.secret);
  expectStatus(await page.confirm(second.factor, app.wrongCode()), 422, 'code_wrong');
  expectStatus(await page.confirm(second.factor, '12'), 422, 'code_malformed');
  assert.equal(expectStatus(await page.confirm(second.factor, await app.freshCode()), 200).state, 'active');
  expectStatus(await page.confirm(second.factor, await app.freshCode()), 410, 'enrollment_over');
});

test('a user has at most five authenticators', async () => {
  const { ticket } = expectStatus(await site.tickets(randomUUID(), 'enroll'), 201);
  const page = site.page(ticket);
  for (let count = 0; count < 5; count += 1) {
    const { factor, secret } = expectStatus(await page.factor(), 201);
    expectStatus(await page.confirm(factor, await new Authenticator(secret).freshCode()), 200);
  }
  expectStatus(await page.factor(), 409, 'too_many_factors');
});

test('new recovery codes end the old ones', async () => {
  const own = await enrol(site);
  const { codes } = expectStatus(await own.page.recoveryCodes(), 201);
  assert.equal(new Set(codes).size, 10);
  assert.equal(expectStatus(await own.page.look(), 200).recovery.kept, false);
  const { page, challenge } = await openLogin(site, own, 'recovery');
  expectStatus(await page.answer(challenge, own.codes[0]), 422, 'code_wrong');
  const answered = expectStatus(await page.answer(challenge, codes[0]), 200);
  assert.deepEqual([answered.method, answered.recovery_left], ['recovery', 9]);
});

// Passes and siteverify

test('siteverify answers in Turnstile’s words', async () => {
  const own = await enrol(site);
  const { ticket_id, response } = await login(site, own);
  const good = { secret: worker.secrets.SITE_SECRET, user: own.user, ticket_id, response };
  const codes = async (change) => {
    const { success, 'error-codes': found } = expectStatus(await site.rawSiteverify({ ...good, ...change }), 200);
    assert.equal(success, false);
    return found;
  };
  assert.deepEqual(await codes({ secret: undefined }), ['missing-input-secret']);
  assert.deepEqual(await codes({ secret: 'x' }), ['invalid-input-secret']);
  assert.deepEqual(await codes({ secret: worker.secrets.ADMIN_SECRET }), ['invalid-input-secret']);
  assert.deepEqual(await codes({ response: undefined }), ['missing-input-response']);
  assert.deepEqual(await codes({ user: undefined }), ['bad-request']);
  assert.deepEqual(await codes({ ticket_id: undefined }), ['bad-request']);
  assert.deepEqual(await codes({ user: member.user }), ['invalid-input-response']);
  assert.deepEqual(await codes({ ticket_id: member.ticket_id }), ['invalid-input-response']);
  assert.deepEqual(await codes({ response: 'x' }), ['invalid-input-response']);
  assert.deepEqual(await codes({ response: 'x'.repeat(3000) }), ['invalid-input-response']);
  for (let at = 0; at < response.length; at += 7) {
    const altered = response.slice(0, at) + (response[at] === 'A' ? 'B' : 'A') + response.slice(at + 1);
    assert.deepEqual(await codes({ response: altered }), ['invalid-input-response']);
  }
  // None of these used it up.
  const { success, challenge_ts, ...rest } = expectStatus(await site.rawSiteverify(good), 200);
  assert.equal(success, true);
  assert.ok(Math.abs(Date.parse(challenge_ts) - Date.now()) < 60_000, challenge_ts);
  assert.deepEqual(rest, { hostname: 'localhost', action: 'verify', method: 'totp', 'error-codes': [] });
  assert.deepEqual(await codes({}), ['timeout-or-duplicate']);
});

test('asked again with the same idempotency key, siteverify answers the same again', async () => {
  const own = await enrol(site);
  const { ticket_id, response } = await login(site, own);
  const ask = (idempotency_key) => site.siteverify(own.user, ticket_id, response, { idempotency_key });
  const [key, other] = [randomUUID(), randomUUID()];
  const first = expectStatus(await ask(key), 200);
  assert.equal(first.success, true);
  assert.deepEqual(expectStatus(await ask(key), 200), first);
  for (const wrong of [other, undefined]) {
    assert.deepEqual(expectStatus(await ask(wrong), 200)['error-codes'], ['timeout-or-duplicate']);
  }
});

test('siteverify takes a form as well as JSON, and the secret as bearer too', async () => {
  const own = await enrol(site);
  const url = `${worker.endpoint}/v1/siteverify`;
  const first = await login(site, own);
  const form = new URLSearchParams({ secret: worker.secrets.SITE_SECRET, user: own.user, ticket_id: first.ticket_id, response: first.response, remoteip: '192.0.2.1' });
  const byForm = await send(url, { body: form.toString(), type: 'application/x-www-form-urlencoded' });
  assert.equal(expectStatus(byForm, 200).success, true);
  const { ticket_id, response } = await login(site, own, 'recovery');
  const headers = { authorization: `Bearer ${worker.secrets.SITE_SECRET}` };
  const byBearer = expectStatus(await send(url, { body: { user: own.user, ticket_id, response }, headers }), 200);
  assert.deepEqual([byBearer.success, byBearer.method], [true, 'recovery']);
});

test('the pass of an enrolment says so, and a pass can be fetched again until it is redeemed', async () => {
  const own = await enrol(site);
  const [first, second] = [await own.page.pass(), await own.page.pass()];
  assert.equal(expectStatus(first, 200).response, expectStatus(second, 200).response);
  const verified = expectStatus(await site.siteverify(own.user, own.ticket_id, first.body.response), 200);
  assert.deepEqual([verified.success, verified.action], [true, 'enroll']);
  expectStatus(await own.page.pass(), 410, 'pass_over');
});

// The way back

test('a reset removes everything a user had, tickets too', async () => {
  const own = await enrol(site);
  const { page } = await openLogin(site, own);
  assert.deepEqual(expectStatus(await site.reset(own.user), 200), { reset: true });
  expectStatus(await page.look(), 401, 'ticket_invalid');
  expectStatus(await page.challenge('totp'), 401, 'ticket_invalid');
  expectStatus(await site.tickets(own.user, 'verify'), 200);
  expectStatus(await site.tickets(own.user, 'verify', { expect_enrolled: true }), 409, 'enrollment_missing');
  const again = await enrol(site, own.user);
  expectStatus(await site.siteverify(again.user, again.ticket_id, (await again.page.pass()).body.response), 200);
});
