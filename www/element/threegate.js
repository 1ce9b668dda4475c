// The shells of <threegate-verify>, <threegate-enroll> and <threegate-manage>: attributes, form value,
// events, and the loading of everything else. What they show and do is in verify.js, enroll.js and
// manage.js (WebAssembly).

const here = (path) => new URL(path, import.meta.url);
const LANGUAGES = ['en', 'de', 'fr'];
/** The elements, and which words each has besides the common ones. */
const PURPOSES = { verify: [], enroll: ['factors', 'enroll'], manage: ['factors', 'manage'] };

/** No answer of the worker after this time is none. */
const PATIENCE_MS = 15_000;

/** What is fetched once for all elements of a page, and again only after a failure. */
const once = new Map();
function fetched(path, load) {
  if (!once.has(path)) {
    const loading = load(here(path));
    once.set(path, loading);
    loading.catch(() => once.delete(path));
  }
  return once.get(path);
}

async function answered(url) {
  // As modules are asked for, and so on the same connection.
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${response.status} for ${url.pathname}`);
  return response;
}

/** A login page does not load the looks that it never has. */
const sheets = (purpose) => ['threegate.css', ...(purpose === 'verify' ? [] : ['factors.css'])];

const styles = (purpose) => Promise.all(sheets(purpose).map((name) => fetched(name, async (url) => {
  const sheet = new CSSStyleSheet();
  return sheet.replace(await (await answered(url)).text());
})));

const json = async (url) => (await answered(url)).json();

/**
 * What the shell says, and `texts`, all that the program says, in the order that it knows them in. A login
 * page does not load the words that it never shows. The same words are the same object.
 */
const words = (language, purpose, alone) => fetched(`words.${purpose}.${alone}.${language}`, async () => {
  const file = (name) => fetched(`lang/${name}${language}.json`, json);
  const [common, otherwise, ...more] = await Promise.all([
    file(''), alone && file('alone.'), ...PURPOSES[purpose].map((name) => file(`${name}.`)),
  ]);
  return { ...common, texts: Object.assign([...common.texts, ...more.flat()], otherwise) };
});

/** Compiled while it comes, if the server names it rightly. */
const compiled = async (response) => (response.headers.get('content-type') === 'application/wasm'
  ? WebAssembly.compileStreaming(response)
  : WebAssembly.compile(await response.arrayBuffer()));

/** The program of an element. Its two files are asked for at the same time. */
const program = (name) => fetched(`${name}.js`, async (url) => {
  const wasm = answered(here(`${name}_bg.wasm`)).then(compiled);
  wasm.catch(() => {});
  // A module that could not be loaded stays so for its address: another try needs another one.
  const tries = program[name] = (program[name] ?? -1) + 1;
  if (tries) url.search = `try=${tries}`;
  const module = await import(url);
  module.initSync({ module: await wasm });
  return module;
});

/** The first of the wanted languages that there is a file for. */
function choose(...wanted) {
  const short = wanted.filter(Boolean).map((tag) => tag.toLowerCase().split('-')[0]);
  return short.find((tag) => LANGUAGES.includes(tag)) ?? LANGUAGES[0];
}

/** Keeps the place before the styles are here. */
const place = new CSSStyleSheet();
place.replaceSync(':host{display:block;--_height:23em;min-height:23em}');

class Gate extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ['ticket', 'endpoint', 'language', 'name', 'autosubmit', 'issuer', 'account', 'methods'];

  #purpose;
  #internals = this.attachInternals();
  #root = this.attachShadow({ mode: 'open' });
  #handle = null;
  #first = null;
  #pass = null;
  #alone = null;
  #words = null;
  #socket = null;
  #timer = 0;
  #scans = 0;
  #run = 0;

  constructor(purpose) {
    super();
    this.#purpose = purpose;
    this.#root.adoptedStyleSheets = [place];
    const tell = (event) => this.#handle?.happened(event);
    for (const kind of ['click', 'input', 'change', 'submit', 'paste', 'dragover', 'drop']) this.#root.addEventListener(kind, tell);
  }

  get form() { return this.#internals.form; }
  get validity() { return this.#internals.validity; }
  get validationMessage() { return this.#internals.validationMessage; }
  get willValidate() { return this.#internals.willValidate; }
  checkValidity() { return this.#internals.checkValidity(); }
  reportValidity() { return this.#internals.reportValidity(); }

  get name() { return this.getAttribute('name') || 'threegate-response'; }
  set name(name) { this.setAttribute('name', name); }
  get value() { return this.#pass; }

  connectedCallback() {
    addEventListener('online', this.#wake);
    addEventListener('pageshow', this.#shown);
    document.addEventListener('visibilitychange', this.#wake);
    this.#start();
  }

  disconnectedCallback() {
    removeEventListener('online', this.#wake);
    removeEventListener('pageshow', this.#shown);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#stop();
  }

  attributeChangedCallback(attribute, before, after) {
    if (before === after || !this.isConnected) return;
    if (attribute === 'name') this.#fill();
    else if (attribute === 'language') this.#speak('');
    else this.#start();
  }

  formResetCallback() { this.reset(); }

  /** Begins again: asks the worker what to show. */
  reset() {
    this.#clear();
    if (this.#handle) this.#handle.reset();
    else if (this.isConnected) this.#start();
  }

  /** Puts the focus where the person goes on. */
  focus(options) {
    const target = this.#focusTarget();
    if (target) target.focus(options);
    else super.focus(options);
  }

  #focusTarget() {
    const among = (names) => this.#root.querySelector(names);
    return among('[data-focus]') ?? among('.primary, .choice') ?? among('#title');
  }

  #wake = () => { if (!document.hidden) this.#handle?.wake(); };
  // A page taken from the back-forward cache shows an old state.
  #shown = (event) => { if (event.persisted) this.reset(); };

  async #start() {
    this.#stop();
    const run = this.#run;
    this.#clear();
    this.#draw(outline());
    // Attributes that are set one after the other make one start.
    await null;
    if (run !== this.#run) return;
    const styled = styles(this.#purpose).then((sheets) => { this.#root.adoptedStyleSheets = [place, ...sheets]; });
    try {
      const alone = this.#isAlone ? program('functions') : null;
      // What the program asks first is asked while it is on its way.
      this.#first = this.getAttribute('endpoint') && this.getAttribute('ticket') ? this.#fetch('GET', '/v1/client') : null;
      this.#first?.catch(() => {});
      const [{ Handle }, language, functions] = await Promise.all([program(this.#purpose), this.#language(''), alone, styled]);
      if (run !== this.#run) return;
      this.#say(language);
      const told = (name, otherwise) => this.getAttribute(name) || otherwise;
      this.#alone = functions && new functions.Enrollment(told('issuer', location.hostname), told('account', ''), told('methods', 'totp'));
      this.#handle = new Handle(this.#root, this.#shell, {
        purpose: this.#purpose,
        endpoint: this.#alone ? 'alone' : this.getAttribute('endpoint') ?? '',
        ticket: this.#alone ? 'alone' : this.getAttribute('ticket') ?? '',
        autosubmit: this.hasAttribute('autosubmit'),
      }, language);
    } catch (cause) {
      if (run !== this.#run) return;
      console.error('threegate: the widget could not be loaded.', cause);
      await this.#apologize(cause?.name === 'ThreegateError' ? cause.code : isBlocked(cause) ? 'wasm_blocked' : 'widget_unavailable');
    }
  }

  #stop() {
    this.#run += 1;
    this.#handle?.disconnect();
    this.#handle = this.#first = null;
    this.#listen();
    clearTimeout(this.#timer);
    this.#alone?.free();
    this.#alone = null;
  }

  #draw(content) {
    const body = element('div', 'body', content);
    body.lang = this.#words?.language ?? '';
    this.#root.replaceChildren(body);
  }

  /** What can be said when not even the program is there; the site's own way on is the element's content. */
  async #apologize(code) {
    const say = await this.#language('').catch(() => ({
      language: 'en',
      retry: 'Try again',
      'unavailable.title': 'This did not load',
      'unavailable.text': 'A part of this page is missing. Check your connection, then try again.',
      'unavailable.blocked': 'Your browser or this site blocks a part of this page (WebAssembly). Try another browser.',
    }));
    this.#say(say);
    const retry = element('button', 'primary', say.retry);
    retry.type = 'button';
    retry.part = 'button';
    retry.addEventListener('click', () => this.#start());
    const title = element('h2', 'title', say['unavailable.title']);
    const lead = say[code === 'wasm_blocked' ? 'unavailable.blocked' : 'unavailable.text'];
    this.#draw(card(element('div', 'screen end', title, element('p', 'lead', lead), retry, document.createElement('slot'))));
    this.#emit('error', { code });
  }

  #language(locale) {
    const page = this.closest('[lang]')?.lang;
    return words(choose(this.getAttribute('language'), locale, page, ...navigator.languages), this.#purpose, this.#isAlone);
  }

  /** An enrolment needs no worker if none is named: an empty name is a mistake of the page. */
  get #isAlone() {
    return this.#purpose === 'enroll' && !this.hasAttribute('ticket') && !this.hasAttribute('endpoint');
  }

  #say(language) {
    this.#words = language;
    this.#fill();
  }

  /** The form's value and validity, from the pass. */
  #fill() {
    if (this.#pass) {
      const value = new FormData();
      value.append(this.name, this.#pass);
      this.#internals.setFormValue(value);
      this.#internals.setValidity({});
    } else if (this.#purpose === 'manage') {
      // There is nothing to hand in: a form around it may be sent at any time.
      this.#internals.setFormValue(null);
      this.#internals.setValidity({});
    } else {
      const message = this.#words?.[`incomplete.${this.#purpose}`] ?? '…';
      this.#internals.setFormValue(null);
      this.#internals.setValidity({ valueMissing: true }, message, this.#focusTarget() ?? undefined);
    }
  }

  /** The worker's address of `path`; for its socket, http is ws and https is wss. */
  #url(path) { return this.getAttribute('endpoint').replace(/\/+$/, '') + path; }

  async #fetch(verb, path, body) {
    const response = await fetch(this.#url(path), {
      method: verb,
      headers: { authorization: `Bearer ${this.getAttribute('ticket')}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      mode: 'cors',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return [response.ok, await response.json()];
  }

  /** The same in the page, where there is no worker. */
  async #answer(verb, path, body) {
    const { ok, body: told } = this.#alone.answer(verb, path, body);
    return [ok, told];
  }

  /** Opens the socket on which the worker says that something has changed, or with no `url` closes it. */
  #listen(url) {
    const before = this.#socket;
    this.#socket = null;
    before?.close();
    if (!url) return;
    // The page's policy may not allow one; it then looks from time to time.
    try {
      const socket = this.#socket = new WebSocket(url, ['threegate.v1', this.getAttribute('ticket')]);
      const tell = ({ type }) => { if (socket === this.#socket) this.#handle?.heard(type); };
      socket.onopen = socket.onmessage = socket.onclose = tell;
    } catch { /* none */ }
  }

  /** What the program calls. Each answer goes to the program that asked, if it is still the one. */
  #shell = {
    ask: async (number, verb, path, body) => {
      const run = this.#run;
      let ok = false;
      let json;
      const first = this.#first;
      this.#first = null;
      try {
        [ok, json] = await (this.#alone ? this.#answer(verb, path, body) : first ?? this.#fetch(verb, path, body));
      } catch { /* no answer */ }
      if (run === this.#run) this.#handle.answered(number, ok, json);
    },
    ring: (wait) => {
      clearTimeout(this.#timer);
      if (wait !== undefined) this.#timer = setTimeout(() => this.#handle?.wake(), wait);
    },
    listen: () => this.#listen(this.#url('/v1/client/socket').replace(/^http/, 'ws')),
    unlisten: () => this.#listen(),
    copy: async (text) => {
      const run = this.#run;
      // A page without TLS has no clipboard.
      const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
      if (run === this.#run) this.#handle.copied(!!done);
    },
    setPass: (response, expires_at) => {
      this.#pass = response;
      this.#fill();
      if (this.#alone) this.#emit('enrolled', this.#alone.result());
      else this.#emit('pass', { response, expires_at });
    },
    clearPass: () => this.#clear(),
    submitForm: () => this.#internals.form?.requestSubmit(),
    emit: (kind, member, value) => {
      if (kind === 'statechange') this.#fill();
      this.#emit(kind, member ? { [member]: value } : {});
    },
    speak: (locale) => this.#speak(locale),
    // Nothing of a camera is loaded before one opens, or an image is given. Whatever comes next ends the wait.
    scan: async (verb, given) => {
      const time = this.#scans += 1;
      const tell = (...told) => this.#handle?.seen(...told);
      try {
        const { scan } = await import(here('scanner.js'));
        if (time === this.#scans) await scan(this, tell, verb, given);
      } catch {
        if (time === this.#scans) tell(verb);
      }
    },
  };

  #clear() {
    this.#pass = null;
    this.#fill();
  }

  /** Shows everything in the language that is now the right one. */
  async #speak(locale) {
    const run = this.#run;
    const language = await this.#language(locale).catch(() => null);
    if (!language || run !== this.#run || language === this.#words) return;
    this.#say(language);
    this.#handle?.speak(language);
  }

  #emit(kind, detail) {
    this.dispatchEvent(new CustomEvent(`threegate:${kind}`, { bubbles: true, composed: true, detail }));
  }
}

/** Whether the browser, or the page's policy, runs no WebAssembly. */
function isBlocked(cause) {
  return !globalThis.WebAssembly || cause instanceof WebAssembly.CompileError;
}

function element(tag, names, ...content) {
  const made = document.createElement(tag);
  made.className = names;
  made.append(...content);
  return made;
}

function card(content) {
  const made = element('section', 'card', content);
  made.part = 'card';
  return made;
}

/** The card's outline while the program is on its way. */
function outline() {
  const bars = ['bar short', 'bar', 'bar tall', 'bar tall'].map((names) => element('div', names));
  const made = card(element('div', 'screen', ...bars));
  made.ariaBusy = 'true';
  return made;
}

for (const purpose of Object.keys(PURPOSES)) {
  const name = `threegate-${purpose}`;
  if (!customElements.get(name)) {
    customElements.define(name, class extends Gate {
      constructor() { super(purpose); }
    });
  }
}
