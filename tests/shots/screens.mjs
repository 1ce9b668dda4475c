// Every screen of the elements: which element, what the worker says, and how a person gets there.
//
// By role and label in English: other languages are reached by the same table with `words`, the text that
// stands for a label in that language's file.
import { drawing, example, refusal } from './stage.mjs';

const LINK = 'https://threema.id/*DEMOGW1?text=204816';
const CONTACT = '3mid:*DEMOGW1,5a07c41ba7d5a6d6a2ee3b7c6bb0c38fce0ddd1bbb0ba25f8b0b1c0a3b5e8e1d';

const now = () => Math.floor(Date.now() / 1000);
const inMinutes = (minutes) => now() + minutes * 60;
const waits = (minutes) => ({ now: now(), retry_at: inMinutes(minutes) });
const verify = (changes) => example('client-verify', { locale: undefined, retry_at: undefined, remember: undefined, ...changes });
const sent = (method, changes = {}) => () => ({
  status: 201, body: { ...example('challenge-opened-sent', { method }), sent: { to: '••••••01', end_to_end: true, uncertain: false, ...changes } },
});
const enroll = (changes) => example('client-enroll', { offered: ['totp', 'threema-reply'], ...changes });
const opened = (method) => ({ status: 201, body: example('challenge-opened', { method }) });
const reply = async () => ({
  ...example('challenge-opened-threema').reply, code: '204816', gateway: '*DEMOGW1',
  link: await drawing(LINK), gateway_identity: await drawing(CONTACT),
});
const sendCode = async () => ({ status: 201, body: example('challenge-opened-threema', { reply: await reply(), expires_at: inMinutes(10) }) });
const awaiting = (changes) => () => verify({ usable: ['threema-reply', 'recovery'], awaited: example('challenge-opened-threema').challenge, ...changes });
const wrong = refusal(422, 'code_wrong');

/** A login by an authenticator, up to its field. */
const code = (more = {}) => ({
  element: 'verify',
  answers: { GET: verify(), 'POST /challenges': opened('totp'), ...more },
  reach: ({ element }) => field(element).waitFor(),
});
const field = (element) => element.locator('input[autocomplete="one-time-code"]');
const type = (text) => async ({ element }) => {
  await field(element).fill(text);
};
const heading = (element, name) => element.getByRole('heading', { name }).waitFor();
const press = (element, name) => element.getByRole('button', { name }).click();

const THREEMA = ['threema-code', 'threema-tap', 'threema-reply', 'totp', 'recovery'];
/** A question that is asked, and answered so by the worker. */
const tap = (answer, title) => ({
  element: 'verify',
  answers: { GET: verify({ usable: ['threema-tap', 'recovery'] }), 'POST /challenges': answer },
  async reach({ element }) {
    await press(element, 'Ask me in Threema');
    await heading(element, title);
  },
});
/** Up to the choice of what to enrol. */
const choose = (more = {}) => ({
  element: 'enroll',
  answers: {
    GET: enroll({ offered: ['totp', 'threema-reply', 'threema-code', 'threema-tap'] }),
    'POST /factors': async () => ({ status: 201, body: example('factor-begun', { symbol: await drawing(example('factor-begun').uri) }) }),
    'POST /factors/*/confirm': example('factor-confirmed'),
    'POST /recovery-codes': { status: 201, body: example('recovery-codes') },
    'POST /recovery-codes/kept': example('recovery-kept'),
    ...more,
  },
  reach: ({ element }) => heading(element, 'Set up two-factor login'),
});
async function scanSymbol({ element }) {
  await press(element, /^Authenticator app/);
  await heading(element, 'Scan this with your app');
}
async function identify({ element }) {
  await press(element, /^Threema/);
  await heading(element, 'Which Threema ID is yours?');
}
const typeId = (answer) => ({
  ...choose({ 'POST /factors': answer }),
  async reach({ element }) {
    await identify({ element });
    await element.getByLabel('Or type your Threema ID').fill('ALICE001');
    await press(element, 'Continue').catch(() => element.getByLabel('Or type your Threema ID').press('Enter'));
  },
});
const begunThreema = async () => ({ status: 201, body: example('factor-begun-threema', { threema_id: 'ALICE001', level: 'server', reply: await reply(), expires_at: inMinutes(10) }) });

/** Where the camera fails so, by the name of the browser's error. */
const camera = (error, words) => ({
  ...choose(),
  async reach({ page, element }) {
    await page.evaluate((name) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
    }, error);
    await identify({ element });
    await element.getByRole('button', { name: 'Scan my ID with the camera' }).or(element.getByText(words)).first().click();
    await element.getByText(words).first().waitFor();
  },
});
/** An enrolment without a worker. */
const alone = (reach) => ({
  element: 'enroll',
  attributes: { endpoint: undefined, ticket: undefined, methods: 'totp threema-reply', issuer: 'Demo forum' },
  answers: {},
  reach,
});
const chooseAlone = ({ element }) => heading(element, 'Set up two-factor login');

const devices = () => example('client-manage').devices;
const manage = (changes) => example('client-manage', {
  factors: [...example('client-manage').factors, { factor: 'hotpFactor0000000000_w', method: 'hotp', created_at: Math.floor(Date.now() / 1000) - 9e6, last_used_at: Math.floor(Date.now() / 1000) - 9e4 }],
  devices: [...devices(), { ...devices()[0], device: 'anotherDev0' }],
  ...changes,
});
/** The list of what is enrolled, and a press or two from there. */
const managed = (...ways) => managedOf({}, ...ways);
const managedOf = (changes, ...ways) => ({
  element: 'manage',
  answers: { GET: () => manage(changes), 'POST /recovery-codes': { status: 201, body: example('recovery-codes') } },
  async reach({ element }) {
    await heading(element, 'Your two-factor login');
    for (const way of ways) await element.getByRole('button', { name: way }).first().click();
    await element.getByRole('heading', { level: 2 }).first().waitFor();
  },
});

/** Names are also the files' names; the first word is the element's. */
export const SCREENS = {
  'verify-loading': {
    element: 'verify',
    answers: { GET: 'never' },
    reach: ({ element }) => element.locator('[aria-busy="true"]').first().waitFor(),
  },
  'verify-code': code(),
  'verify-code-wrong': {
    ...code({ 'POST /challenges/*/answer': wrong }),
    async reach({ element }) {
      await type('123456')({ element });
      await element.getByText(/not right/).first().waitFor();
    },
  },
  'verify-code-used': {
    ...code({ 'POST /challenges/*/answer': refusal(409, 'code_used') }),
    async reach({ element }) {
      await type('123456')({ element });
      await element.getByText(/has been used/).first().waitFor();
    },
  },
  'verify-throttled': {
    ...code({ GET: () => verify({ retry_at: Math.floor(Date.now() / 1000) + 29 }) }),
    reach: ({ element }) => element.getByText(/Too many wrong codes/).first().waitFor(),
  },
  'verify-offline': {
    ...code({ 'POST /challenges/*/answer': 'offline', GET: [verify(), 'offline'] }),
    async reach({ element }) {
      await type('123456')({ element });
      await element.getByText(/There was no answer|No connection/).first().waitFor();
    },
  },
  'verify-recovery': {
    element: 'verify',
    answers: { GET: verify({ usable: ['recovery'] }), 'POST /challenges': opened('recovery') },
    reach: ({ element }) => heading(element, 'Enter a recovery code'),
  },
  'verify-send': {
    element: 'verify',
    answers: { GET: awaiting(), 'POST /challenges': sendCode },
    reach: ({ element }) => heading(element, /Send this code/),
  },
  'verify-ways': {
    ...code({ GET: verify({ usable: ['totp', 'hotp', 'threema-reply', 'threema-code', 'threema-tap', 'recovery'] }) }),
    async reach({ element }) {
      await press(element, 'Another way');
      await heading(element, 'Choose another way');
    },
  },
  'verify-remember': code({ GET: verify({ remember: { days: 30 } }) }),
  'verify-token': {
    element: 'verify',
    answers: { GET: verify({ usable: ['hotp', 'recovery'] }), 'POST /challenges': opened('hotp') },
    reach: ({ element }) => element.getByLabel('Code from your token').waitFor(),
  },
  'verify-sent': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': sent('threema-code') },
    reach: ({ element }) => element.getByText(/We sent a code/).first().waitFor(),
  },
  'verify-sent-uncertain': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': sent('threema-code', { uncertain: true, end_to_end: false }) },
    reach: ({ element }) => element.getByText(/not certain/).first().waitFor(),
  },
  'verify-not-sent': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': refusal(502, 'gateway_unavailable') },
    reach: ({ element }) => heading(element, 'The message could not be sent'),
  },
  'verify-tap': {
    element: 'verify',
    answers: {
      GET: () => verify({ usable: ['threema-tap', 'recovery'], awaited: example('challenge-opened-sent').challenge }),
      'POST /challenges': sent('threema-tap'),
    },
    async reach({ element }) {
      const ask = element.getByRole('button', { name: 'Ask me in Threema' });
      await ask.or(element.getByText(/We asked/)).first().waitFor();
      if (await ask.isVisible()) await ask.click();
      await element.getByText(/We asked/).first().waitFor();
    },
  },
  'verify-tap-ask': {
    element: 'verify',
    answers: { GET: verify({ usable: ['threema-tap', 'recovery'] }) },
    reach: ({ element }) => element.getByRole('button', { name: 'Ask me in Threema' }).waitFor(),
  },
  'verify-tap-closed': tap(refusal(429, 'tap_closed', waits(15)), 'Threema asks nothing just now'),
  'verify-tap-over': tap(refusal(410, 'challenge_over'), 'Not approved'),
  'verify-enough': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': refusal(429, 'too_many_messages', waits(1)) },
    reach: ({ element }) => heading(element, 'Enough messages for now'),
  },
  'verify-spent': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': sent('threema-code'), 'POST /challenges/*/answer': refusal(422, 'code_spent') },
    async reach({ element }) {
      await type('123456')({ element });
      await heading(element, 'That code has expired');
    },
  },
  'verify-send-basic': {
    element: 'verify',
    answers: { GET: verify({ usable: THREEMA }), 'POST /challenges': sent('threema-code', { end_to_end: false }) },
    reach: ({ element }) => element.getByText(/not end-to-end encrypted/).first().waitFor(),
  },
  'verify-closed': {
    element: 'verify',
    answers: { GET: verify({ closed: true }) },
    reach: ({ element }) => heading(element, /Locked/),
  },
  'verify-expired': {
    element: 'verify',
    answers: { GET: refusal(401, 'ticket_expired') },
    reach: ({ element }) => heading(element, 'This took too long'),
  },
  'verify-unreachable': {
    element: 'verify',
    answers: { GET: 'offline' },
    reach: ({ element }) => heading(element, 'No connection'),
  },
  'verify-failed': {
    element: 'verify',
    answers: { GET: refusal(403, 'origin_not_allowed') },
    reach: ({ element }) => heading(element, /does not work/),
  },
  'verify-unavailable': {
    element: 'verify',
    answers: { GET: verify() },
    before: (page) => page.route('**/verify_bg.wasm', (route) => route.abort()),
    reach: ({ element }) => heading(element, 'This did not load'),
  },
  'verify-done': {
    element: 'verify',
    answers: { GET: verify({ proof: 'given', pass_ready: true }), 'POST /pass': example('pass') },
    reach: ({ element }) => heading(element, 'Confirmed'),
  },
  'enroll-choose': choose(),
  'enroll-scan': {
    ...choose(),
    reach: scanSymbol,
  },
  'enroll-codes': {
    ...choose(),
    async reach({ element }) {
      await scanSymbol({ element });
      await type('123456')({ element });
      await heading(element, 'Keep your recovery codes');
    },
  },
  'enroll-identify': { ...choose(), reach: identify },
  'enroll-id-unknown': {
    ...typeId(refusal(422, 'threema_id_unknown')),
  },
  'enroll-send': { ...typeId(begunThreema) },
  'enroll-token': {
    ...choose({ GET: enroll({ offered: ['hotp'] }), 'POST /factors': async () => ({ status: 201, body: example('factor-begun', { method: 'hotp', symbol: await drawing(example('factor-begun').uri) }) }) }),
    async reach({ element }) {
      await press(element, /^Code token/);
      await heading(element, 'Scan this with your app');
    },
  },
  'enroll-basic': {
    ...choose({ GET: enroll({ offered: ['threema-code'] }), 'POST /factors': { status: 201, body: example('factor-begun-basic') } }),
    async reach({ element }) {
      await identify({ element });
      await element.getByLabel('Or type your Threema ID').fill('ALICE001');
      await press(element, 'Continue');
      await element.getByText(/not end-to-end encrypted/).first().waitFor();
    },
  },
  'enroll-camera-denied': camera('NotAllowedError', /This page may not use the camera/),
  'enroll-camera-missing': camera('NotFoundError', /There is no camera here/),
  'enroll-camera-busy': camera('NotReadableError', /Another program is using the camera/),
  'enroll-camera-failed': camera('UnknownError', /The camera does not work here/),
  'alone-choose': alone(chooseAlone),
  'alone-scan': alone(async ({ element }) => {
    await chooseAlone({ element });
    await scanSymbol({ element });
  }),
  'alone-identify': alone(async ({ element }) => {
    await chooseAlone({ element });
    await identify({ element });
  }),
  'alone-done': alone(async ({ element }) => {
    await chooseAlone({ element });
    await identify({ element });
    await element.getByLabel('Or type your Threema ID').fill('ECHOECHO');
    await element.getByLabel('Or type your Threema ID').press('Enter');
    await element.getByText(/Your Threema ID was read/).first().waitFor();
  }),
  'manage-list': managed(),
  'manage-one': managed('Tablet'),
  'manage-name': managed('Tablet', 'Rename'),
  'manage-remove': managed('Tablet', 'Remove'),
  'manage-remove-last': managedOf({ factors: [example('client-manage').factors[0]], devices: [] }, 'Tablet', 'Remove'),
  'manage-token': managed(/^Code token/),
  'manage-resync': managed(/^Code token/, 'Set the code token right'),
  'manage-new-codes': managed('Get new recovery codes'),
  'manage-codes': managed('Get new recovery codes', 'Get new codes'),
  'manage-none': managedOf({ proof: 'none', usable: [], factors: [], devices: [], recovery: undefined }),
};
