// Pages from templates: {{name}} is a value or one of the language's words, escaped.
import { readFileSync } from 'node:fs';
import { WORDS } from './words.mjs';

const template = (name) => readFileSync(new URL(`pages/${name}.html`, import.meta.url), 'utf8');
const LAYOUT = template('layout');
const PAGES = Object.fromEntries(
  ['front', 'thread', 'register', 'login', 'second-step', 'must-enrol', 'two-factor', 'two-factor-on', 'two-factor-manage', 'message']
    .map((name) => [name, template(name)]),
);

/** Markup that needs no escaping any more. Made only by `html`. */
class Html {
  constructor(text) {
    this.text = text;
  }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/** A piece of markup: html`<b>${anything}</b>` escapes what is put in. */
export function html(parts, ...values) {
  return new Html(parts.reduce((text, part, at) => text + escaped(values[at - 1]) + part));
}

/** The language's words; a word with {holes} takes them from `values`. */
export function words(language, key, values = {}) {
  const word = WORDS[language][key];
  if (word === undefined) throw new Error(`no word "${key}" in "${language}"`);
  return word.replace(/\{(\w+)\}/g, (_, hole) => values[hole]);
}

function fill(text, language, values) {
  return text.replace(/\{\{([\w-]+)\}\}/g, (_, key) => escaped(values[key] ?? words(language, key, values)));
}

export function page(name, language, values) {
  const body = new Html(fill(PAGES[name], language, { ...values, language }));
  return fill(LAYOUT, language, { ...values, language, body });
}
