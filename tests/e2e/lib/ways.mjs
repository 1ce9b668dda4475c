// A login each way, in steps, so that something may happen between them: a member who can only prove it so,
// what stands on the page when it waits, and what the person then does.
import assert from 'node:assert/strict';
import { enrol, expectStatus } from './member.mjs';
import { enrolTap, inbox, thumb } from './tap.mjs';
import { enrolThreema } from './threema.mjs';

/** What a worker must offer for all of it. */
export const SETTINGS = { METHODS: 'totp threema-reply threema-code threema-tap recovery' };

const sees = (page, text) => page.getByText(text).first().waitFor();
const fill = async (page, label, text) => {
  const field = page.getByRole('textbox', { name: label });
  await field.fill(text);
  return field;
};
const shownCode = async (page) => (await page.getByText(/^\d{3} \d{3}$/).innerText()).replace(' ', '');

/** `member`, `waits` for the person, and what the person does: `act`. */
export const WAYS = {
  totp: {
    member: (site) => enrol(site),
    waits: (page) => page.getByRole('textbox', { name: 'Code from your app' }).waitFor(),
    act: async (page, { authenticator }) => fill(page, 'Code from your app', await authenticator.freshCode()),
  },
  recovery: {
    member: (site) => enrol(site),
    async waits(page) {
      const field = page.getByRole('textbox', { name: 'Recovery code' });
      const other = page.getByRole('button', { name: 'Another way: Recovery code' });
      await field.or(other).first().waitFor();
      if (await other.isVisible()) await other.click();
      await field.waitFor();
    },
    async act(page, { codes }) {
      const field = await fill(page, 'Recovery code', codes.pop());
      await field.press('Enter');
    },
  },
  'threema-code': {
    member: (site, phone) => enrolThreema(site, phone, { method: 'threema-code' }),
    waits: (page) => sees(page, /We sent a code/),
    // The first message enrolled the ID.
    act: async (page, { phone }) => fill(page, 'Code from Threema', (await phone.texts(2)).at(-1).match(/\d{6}/)[0]),
  },
  'threema-reply': {
    member: (site, phone) => enrolThreema(site, phone),
    waits: (page) => sees(page, 'Waiting for your message…'),
    act: async (page, { phone }) => assert.equal(await phone.text(await shownCode(page)), 200),
    byPhone: true,
  },
  'threema-tap': {
    member: (site, phone) => enrolTap(site, phone),
    async waits(page) {
      const ask = page.getByRole('button', { name: 'Ask me in Threema' });
      const waiting = page.getByText('Waiting for your answer…').first();
      await ask.or(waiting).first().waitFor();
      if (await ask.isVisible()) await ask.click();
      await waiting.waitFor();
    },
    async act(page, { phone }) {
      assert.equal(await thumb(phone, 'up', (await inbox(phone)).at(-1).message_id), 200);
    },
    byPhone: true,
  },
};

/** Lets `pages` show an element of this purpose to a user, with `content` in it; answers the ticket. */
export async function place(pages, site, { user }, purpose, attributes = '', content = '') {
  const asked = expectStatus(await site.tickets(user, purpose, { label: 'alice' }), 201);
  pages.html = `<main><h1>A site</h1><form method="post" action="/sent">
    <threegate-${purpose} endpoint="${site.endpoint}" ticket="${asked.ticket}" ${attributes}>${content}</threegate-${purpose}><button>Send</button></form></main>`;
  return asked;
}
