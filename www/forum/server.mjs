// The demo forum: accounts with passwords, and threegate as any site would use it.
//   node www/forum/server.mjs
// FORUM_PORT, FORUM_ORIGIN, FORUM_DATA (accounts; target/demo/forum.json), FORUM_WIDGET (dist/widget),
// THREEGATE_ENDPOINT (the worker), THREEGATE_SITE_SECRET, THREEGATE_WEBHOOK_SECRET (events, if any).
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Accounts, Sessions } from './accounts.mjs';
import { BreakGlass, DATA } from './break-glass.mjs';
import { sendFile, sendPage, sendRedirect } from './http.mjs';
import { html, page, words } from './pages.mjs';
import { passed, passwordIsEnough, ticket } from './threegate.mjs';
import { THREADS } from './threads.mjs';
import { readVisit } from './visit.mjs';
import { eventOf, hasSecondFactor } from './webhook.mjs';

const PORT = Number(process.env.FORUM_PORT ?? 8080);
const ENDPOINT = process.env.THREEGATE_ENDPOINT;
/** For the second step; a member who waits for the team's help need not type the password again. */
const PENDING_SECONDS = 60 * 60;

for (const setting of ['FORUM_ORIGIN', 'THREEGATE_ENDPOINT', 'THREEGATE_SITE_SECRET']) {
  if (process.env[setting]) continue;
  console.error(`forum: ${setting} is not set`);
  process.exit(1);
}

const accounts = new Accounts(DATA);
const sessions = new Sessions();
const breakGlass = new BreakGlass(DATA);

const ROUTES = {
  'GET /': front,
  'GET /thread': thread,
  'GET /register': (visit) => showForm(visit, 'register'),
  'POST /register': register,
  'GET /login': (visit) => showForm(visit, 'login'),
  'POST /login': login,
  'GET /login/second': secondStep,
  'POST /login/second': secondStepDone,
  'GET /settings/two-factor': twoFactor,
  'POST /settings/two-factor': twoFactorDone,
  'POST /logout': logout,
};

// Pages for everyone

function front(visit) {
  const rows = THREADS.map(({ id, title, posts }) => html`
    <li>
      <a href="/thread?id=${id}">${title[visit.language]}</a>
      <span class="about">${words(visit.language, 'started_by', { name: posts[0].by })},
        ${words(visit.language, 'replies', { count: posts.length - 1 })}</span>
    </li>`);
  show(visit, 'front', { title: words(visit.language, 'threads'), rows });
}

function thread(visit) {
  const found = THREADS.find(({ id }) => id === visit.url.searchParams.get('id'));
  if (!found) return notFound(visit);
  const posts = found.posts.map((post) => html`
    <li class="post"><b>${post.by}</b><p>${post[visit.language]}</p></li>`);
  return show(visit, 'thread', { title: found.title[visit.language], posts });
}

function showForm(visit, name, wrong) {
  if (visit.session?.user) return redirect(visit, '/');
  visit.session ??= sessions.create();
  const alert = wrong ? html`<p class="alert" role="alert">${words(visit.language, wrong)}</p>` : '';
  const values = { title: words(visit.language, name), alert, entered: visit.form.name ?? '' };
  return show(visit, name, values, wrong ? 422 : 200);
}

async function register(visit) {
  const { account, wrong } = await accounts.register(visit.form.name ?? '', visit.form.password ?? '');
  if (wrong) return showForm(visit, 'register', wrong);
  return enter(visit, account, 'flash_welcome');
}

function logout(visit) {
  visit.session = sessions.replace(visit.session, { flash: { key: 'flash_out' } });
  redirect(visit, '/');
}

// Login: the password, then the second step

async function login(visit) {
  const account = await accounts.login(visit.form.name ?? '', visit.form.password ?? '');
  if (!account) return showForm(visit, 'login', 'wrong_login');
  visit.session = sessions.replace(visit.session, { pending: { user: account.id } }, PENDING_SECONDS);
  return redirect(visit, '/login/second');
}

async function secondStep(visit) {
  const { pending } = visit.session ?? {};
  const account = accounts.byId(pending?.user);
  if (!account) return redirect(visit, '/login');
  const glassUntil = breakGlass.openUntil(account, now());
  if (glassUntil) {
    breakGlass.recordUse(account, now());
    log(`${account.name} is let in without the second factor: break-glass`);
    return enter(visit, account, 'flash_glass', { glass: true }, glassUntil - now());
  }
  if (!pending.asked?.ticket) pending.asked = await ticket(account, 'verify', visit.language, visit.device);
  const { asked } = pending;
  if (asked.second_factor_required && !asked.reason) accounts.setHas2fa(account);
  if (asked.ticket && asked.expires_at <= now()) return loginAgain(visit);
  if (asked.ticket) {
    if (mustEnrol(asked)) accounts.setEnrolling(account, true);
    const [name, title] = mustEnrol(asked) ? ['must-enrol', 'two_factor'] : ['second-step', 'second_step'];
    return show(visit, name, { title: words(visit.language, title), ticket: asked.ticket, name: account.name });
  }
  if (asked.code) logRefusal(account, 'verify', asked.code);
  if (asked.second_factor_required === false) accounts.setEnrolling(account, false);
  if (passwordIsEnough(account, asked)) {
    const due = asked.enrollment_due_at;
    visit.newDevice = asked.device;
    return enter(visit, account, due ? 'flash_due' : 'flash_in', due ? { due: dayOf(due, visit.language) } : {});
  }
  return showClosed(visit, asked.code);
}

async function secondStepDone(visit) {
  const { pending } = visit.session;
  const account = accounts.byId(pending?.user);
  if (!account || !pending.asked?.ticket) return redirect(visit, '/login');
  const purpose = mustEnrol(pending.asked) ? 'enroll' : 'verify';
  const answer = await passed(account, pending.asked, purpose, visit.form['threegate-response']);
  if (!answer) return loginAgain(visit);
  accounts.setHas2fa(account);
  visit.newDevice = answer.device;
  if (purpose === 'enroll') return enter(visit, account, 'flash_on');
  return enter(visit, account, answer.method === 'recovery' ? 'flash_recovery' : 'flash_in');
}

/** This login's ticket is for enrolling: the member must, and has nothing to prove yet. */
const mustEnrol = (asked) => asked.reason === 'enrollment_required';

function enter(visit, account, key, { due, ...members } = {}, seconds) {
  const flash = { key, values: { name: account.name, due } };
  visit.session = sessions.replace(visit.session, { user: account.id, flash, ...members }, seconds);
  redirect(visit, '/');
}

function loginAgain(visit) {
  visit.session = sessions.replace(visit.session, { flash: { key: 'wrong_again', alert: true } });
  redirect(visit, '/login');
}

function showClosed(visit, code) {
  const why = { unreachable: 'closed_unreachable', enrollment_missing: 'closed_missing' }[code] ?? 'closed_other';
  showMessage(visit, 503, 'closed', why, `${why}_next`, html`
    <a class="button" href="/login/second">${words(visit.language, 'try_again')}</a>`);
}

// Settings: two-factor login

async function twoFactor(visit) {
  const account = accounts.byId(visit.session?.user);
  if (!account) return redirect(visit, '/login');
  const { language, session } = visit;
  const title = words(language, 'two_factor');
  const state = account.has_2fa ? 'on' : 'off';
  const values = {
    title,
    state: html`<span class="state ${state}">${words(language, `two_factor_${state}`)}</span>`,
    lead: words(language, `two_factor_lead_${state}`),
  };
  if (account.has_2fa && !visit.url.searchParams.has('change')) return showFactors(visit, account, values);

  if (!(session.enrol?.expires_at > now())) {
    // For whom the team broke the glass, it vouches: that member may start anew after a loss.
    const expected = account.has_2fa && !session.glass;
    session.enrol = { ...(await ticket({ ...account, has_2fa: expected }, 'enroll', language)), another: expected };
  }
  if (session.enrol.ticket) accounts.setEnrolling(account, true);
  if (session.enrol.ticket) return show(visit, 'two-factor', { ...values, ticket: session.enrol.ticket });
  logRefusal(account, 'enroll', session.enrol.code);
  session.enrol = undefined;
  return showMessage(visit, 503, 'unavailable', 'unavailable_text', 'unavailable_next', html`
    <a class="button" href="/settings/two-factor">${words(language, 'try_again')}</a>`);
}

/** What a member has, and may change once one of it is proved. */
async function showFactors(visit, account, values) {
  const { language, session } = visit;
  // Only events tell that the last factor was removed. And whoever came in without one has none to prove.
  if (!process.env.THREEGATE_WEBHOOK_SECRET || session.glass) return show(visit, 'two-factor-on', values);
  if (!(session.manage?.expires_at > now())) session.manage = await ticket(account, 'manage', language);
  if (session.manage.ticket) return show(visit, 'two-factor-manage', { ...values, ticket: session.manage.ticket });
  logRefusal(account, 'manage', session.manage.code);
  session.manage = undefined;
  return show(visit, 'two-factor-on', values);
}

async function twoFactorDone(visit) {
  const { session } = visit;
  const account = accounts.byId(session.user);
  if (!account) return redirect(visit, '/login');
  const on = session.enrol && (await passed(account, session.enrol, 'enroll', visit.form['threegate-response']));
  if (on) accounts.setHas2fa(account);
  const done = session.enrol?.another ? 'flash_added' : 'flash_on';
  session.enrol = undefined;
  session.flash = on ? { key: done } : { key: 'wrong_enrol', alert: true };
  return redirect(visit, '/settings/two-factor');
}

// Events of the worker

/** Anything but 2xx is sent again later; an event may come twice. */
async function webhook(request, response) {
  if (Number(request.headers['content-length'] ?? Infinity) > 64 * 1024) return response.writeHead(413).end();
  const event = eventOf(request.headers, await buffer(request), process.env.THREEGATE_WEBHOOK_SECRET);
  if (!event) return response.writeHead(401).end();
  const account = accounts.byId(event.data.user);
  const has = hasSecondFactor(event);
  log(`event ${event.type}${account ? ` of ${account.name}` : ''}`);
  if (account && has === true) accounts.setHas2fa(account);
  if (account && has === false) accounts.clearHas2fa(account);
  return response.writeHead(204).end();
}

// What all pages share

function show(visit, name, values, status = 200) {
  const { session, language } = visit;
  const account = accounts.byId(session?.user);
  const flash = session?.flash;
  if (session) session.flash = undefined;
  const csrf = html`<input type="hidden" name="csrf" value="${session?.csrf ?? ''}">`;
  const other = language === 'en' ? 'de' : 'en';
  const inOther = new URL(visit.url);
  inOther.searchParams.set('lang', other);
  const members = account
    ? html`
      <span>${words(language, 'logged_in_as')} <b>${account.name}</b></span>
      <a href="/settings/two-factor">${words(language, 'two_factor')}</a>
      <form method="post" action="/logout">${csrf}<button class="link">${words(language, 'logout')}</button></form>`
    : html`
      <a href="/login">${words(language, 'login')}</a>
      <a href="/register">${words(language, 'register')}</a>`;
  const notice = flash
    ? html`<p class="${flash.alert ? 'alert' : 'notice'}" role="${flash.alert ? 'alert' : 'status'}">${words(language, flash.key, flash.values)}</p>`
    : '';
  const shared = { csrf, endpoint: ENDPOINT, members, notice, other, in_other: inOther.search };
  sendPage(visit, status, page(name, language, { ...values, ...shared }), ENDPOINT);
}

function showMessage(visit, status, title, text, next, action) {
  const [titled, said, todo] = [title, text, next].map((key) => words(visit.language, key));
  show(visit, 'message', { title: titled, text: said, next: todo, action }, status);
}

function notFound(visit) {
  const home = html`<a href="/">${words(visit.language, 'to_front')}</a>`;
  showMessage(visit, 404, 'not_found', 'not_found_text', 'site', home);
}

const redirect = (visit, to) => sendRedirect(visit, to);
const dayOf = (seconds, language) => new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(seconds * 1000);
const now = () => Math.floor(Date.now() / 1000);
const log = (line) => console.log(`forum: ${line}`);

function logRefusal(account, purpose, code) {
  const advice = {
    unreachable: 'the worker does not answer; is THREEGATE_ENDPOINT right, and does it run?',
    enrollment_missing:
      'the forum knows a second factor of this member, the worker does not: was its storage lost? ' +
      'Restore it, or let the member in with break-glass.mjs to set it up anew',
    secret_invalid: 'THREEGATE_SITE_SECRET is not the worker’s SITE_SECRET',
    origin_unknown: 'FORUM_ORIGIN is not among the worker’s SITE_ORIGINS',
    misconfigured: 'the worker’s settings are faulty; its log names them',
  };
  log(`no ${purpose} ticket for ${account.name} (${account.id}): ${code}: ${advice[code] ?? 'see the worker’s log'}`);
}

createServer(async (request, response) => {
  try {
    if (request.method === 'POST' && request.url === '/webhooks') {
      await webhook(request, response);
      return;
    }
    if (await sendFile(request, response)) return;
    const visit = await readVisit(request, response, sessions);
    const route = ROUTES[`${visit.method} ${visit.url.pathname}`];
    if (!route) notFound(visit);
    else if (visit.method === 'POST' && !visit.formIsOurs) {
      if (visit.session) visit.session.flash = { key: 'wrong_form', alert: true };
      redirect(visit, visit.url.pathname === '/logout' ? '/' : visit.url.pathname);
    } else await route(visit);
  } catch (error) {
    log(`${request.method} failed: ${error.stack}`);
    if (!response.headersSent) response.writeHead(error.status ?? 500, { 'content-type': 'text/plain' });
    response.end('This is our fault. Please try again.\n');
  }
}).listen(PORT, '127.0.0.1', () => log(`${process.env.FORUM_ORIGIN} on port ${PORT}`));
