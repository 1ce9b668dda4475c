// A Threema ID found by what the site knows of its user, and suggested where the site knows the ID.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Site } from './lib/http.mjs';
import { enrol, expectStatus } from './lib/member.mjs';
import { storedUser } from './lib/store.mjs';
import { loginByReply } from './lib/threema.mjs';
import { startStack } from './stack.mjs';

const EMAIL = 'Alice@forum.example';
const PHONE = '+41 79 123 45 67';
let stack;
let site;
let alice;

before(async () => {
  stack = await startStack({ threema: true, forum: false });
  await restart();
  alice = await stack.gateway.addPhone('EMAIL001', { email: EMAIL.toLowerCase() });
  await stack.gateway.addPhone('NUMBER01', { phone: '41791234567' });
});
after(() => stack?.stop());

async function restart(settings, change = () => {}) {
  await stack.worker.kill();
  change();
  await stack.restartWorker({ LOOK_UP_BY_EMAIL: 'yes', LOOK_UP_BY_PHONE: 'yes', ...settings });
  site = new Site(stack.worker, stack.origin);
}

async function page(more, user = randomUUID(), purpose = 'enroll') {
  const asked = expectStatus(await site.tickets(user, purpose, more), 201);
  return { user, ticket_id: asked.ticket_id, page: site.page(asked.ticket) };
}

const lookUp = (on, look_up, more = {}) => on.call('POST', '/factors', { method: 'threema-reply', look_up, ...more });

for (const [by, address, id] of [['email', EMAIL, 'EMAIL001'], ['phone', PHONE, 'NUMBER01']]) {
  test(`an ID is found by ${by}, shown masked, matched, and proved by its own reply alone`, async () => {
    const { page: on, user } = await page({ [by]: address });
    const view = expectStatus(await on.look(), 200);
    assert.deepEqual([view.look_up, view.suggested_id], [[by], undefined]);
    const begun = expectStatus(await lookUp(on, by), 201);
    assert.deepEqual([begun.threema_id, begun.level, begun.fingerprint, begun.reply.from], [`••••••${id.slice(-2)}`, 'matched', '', `••••••${id.slice(-2)}`]);
    const phone = await stack.gateway.phone(id);
    const told = JSON.stringify([begun, view]);
    for (const secret of [id, address, phone.key]) assert.ok(!told.includes(secret), secret);
    const other = await stack.gateway.phone('BOBBOB02');
    assert.equal(await other.text(begun.reply.code), 200);
    assert.equal(expectStatus(await on.look(), 200).pass_ready, false);
    assert.equal(await phone.text(begun.reply.code), 200);
    assert.equal(expectStatus(await on.look(), 200).pass_ready, true);
    await loginByReply(site, { user, phone });
  });
}

test('the ID that the site knows is suggested, and what is none is passed over', async () => {
  for (const [threema_id, suggested] of [['alice001', 'ALICE001'], [' ALICE001 ', 'ALICE001'], ['*TESTTST', undefined], ['my ID', undefined], ['', undefined]]) {
    const { page: on } = await page({ threema_id });
    assert.equal(expectStatus(await on.look(), 200).suggested_id, suggested);
  }
});

test('only what the ticket carries is looked up, and the page cannot name an address', async () => {
  const { page: on } = await page({ email: EMAIL });
  for (const by of ['phone', 'threema_id', 'nonsense', '']) expectStatus(await lookUp(on, by), 409, 'look_up_unavailable');
  expectStatus(await on.call('POST', '/factors', { method: 'threema-reply', look_up: 'phone', phone: PHONE }), 409, 'look_up_unavailable');
  const begun = expectStatus(await lookUp(on, 'email', { threema_id: 'BOBBOB02', email: 'bob@forum.example' }), 201);
  assert.equal(begun.threema_id, '••••••01');
  for (const phone of ['079 123 45 67', 'my phone', '+']) {
    assert.equal(expectStatus(await (await page({ phone })).page.look(), 200).look_up, undefined);
  }
});

test('where the deployment does not allow it nothing is kept and nothing looked up', async () => {
  await restart({ LOOK_UP_BY_EMAIL: undefined, LOOK_UP_BY_PHONE: undefined });
  const begun = await page({ email: EMAIL, phone: PHONE });
  assert.equal(expectStatus(await begun.page.look(), 200).look_up, undefined);
  for (const by of ['email', 'phone']) expectStatus(await lookUp(begun.page, by), 409, 'look_up_unavailable');
  let rows;
  await restart({}, () => { rows = storedUser(stack.state, begun).count('prefill'); });
  assert.equal(rows, 0);
});

test('nobody with the password alone learns of an address or an ID', async () => {
  const member = await enrol(site);
  const more = { email: EMAIL, phone: PHONE, threema_id: 'ALICE001' };
  for (const purpose of ['enroll', 'verify']) {
    const { page: on } = await page(more, member.user, purpose);
    const view = expectStatus(await on.look(), 200);
    assert.deepEqual([view.look_up, view.suggested_id], [undefined, undefined], purpose);
    expectStatus(await lookUp(on, 'email'), 403);
  }
});

test('look-ups are counted whether or not there is an ID: five a ticket, twenty a day', async () => {
  const user = randomUUID();
  const outcomes = {};
  for (let ticket = 0; ticket < 4; ticket += 1) {
    const email = ticket % 2 === 0 ? EMAIL : 'nobody@forum.example';
    const { page: on } = await page({ email }, user);
    for (let time = 0; time < 6; time += 1) {
      const { status, body } = await lookUp(on, 'email');
      outcomes[`${status} ${body.code ?? ''}`.trim()] = (outcomes[`${status} ${body.code ?? ''}`.trim()] ?? 0) + 1;
    }
  }
  const { page: on } = await page({ email: EMAIL }, user);
  expectStatus(await lookUp(on, 'email'), 429, 'too_many_look_ups');
  console.log(`look-up: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(outcomes, { 201: 10, '404 threema_id_unknown': 10, '429 too_many_look_ups': 4 });
});

test('a ticket’s addresses are sealed, and gone with it', async () => {
  const begun = await page({ email: EMAIL, phone: PHONE, threema_id: 'ALICE001' });
  await stack.worker.kill();
  const stored = storedUser(stack.state, begun);
  const rows = stored.all('select name, hex(value) as value from prefill');
  assert.deepEqual(rows.map(({ name }) => name).sort(), ['email', 'phone', 'threema_id']);
  assert.ok(!rows.some(({ value }) => value.includes(Buffer.from('ALICE001').toString('hex').toUpperCase())));
  stored.timePasses(3600);
  await stack.restartWorker();
  site = new Site(stack.worker, stack.origin);
  expectStatus(await begun.page.look(), 401);
});

for (const [kind, status, code] of [['500', 502, 'gateway_unavailable'], ['401', 502, 'gateway_unavailable'], ['404', 404, 'threema_id_unknown'], ['nonsense', 502, 'gateway_unavailable'], ['dropped', 502, 'gateway_unavailable']]) {
  test(`a directory that answers ${kind} is an error with a way on`, async () => {
    await restart();
    const { page: on } = await page({ email: EMAIL });
    await stack.gateway.change({ lookup_fault: { kind, times: 1 } });
    expectStatus(await lookUp(on, 'email'), status, code);
    assert.equal(expectStatus(await lookUp(on, 'email'), 201).level, 'matched');
  });
}
