/**
 * The rules of threegate as functions: authenticator codes, their links and QR codes, recovery codes,
 * Threema's QR codes, callbacks and messages.
 *
 * What a member typed is judged, and never throws; what a caller does wrong throws a
 * {@link ThreegateError}. Nothing is stored here, and nothing is sent.
 */

/** A `Date`, or seconds since 1970. */
export type Time = Date | number;
/** base32 as people type and paste it, or the 16 to 64 bytes themselves. */
export type Secret = string | Uint8Array;
export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';
export type Digits = 6 | 7 | 8;

/** How an authenticator makes its codes; what is left out is as every app knows it. */
export interface TotpParameters {
  secret: Secret;
  /** `SHA1`. */
  algorithm?: Algorithm;
  /** 6. */
  digits?: Digits;
  /** 30 seconds; 1 to 3600. */
  period?: number;
}

/** How a token that counts makes its codes. */
export interface HotpParameters {
  secret: Secret;
  /** `SHA1`. */
  algorithm?: Algorithm;
  /** 6. */
  digits?: Digits;
}

/** A new secret of 20 random bytes, in base32. */
export function newSecret(): string;
/** In groups of four, to be read and typed by people. */
export function formatSecret(secret: Secret): string;
/** The bytes, to be stored sealed. */
export function secretBytes(secret: Secret): Uint8Array;

/** The code that an authenticator shows `at` a time, now unless it is said. */
export function totp(parameters: TotpParameters, at?: Time): string;
/** The code that a token shows at `counter`. */
export function hotp(parameters: HotpParameters & { counter: number }): string;

/**
 * One app's codes, its secret read and made ready once: a code takes an eighth of the time of {@link totp}.
 * It holds the secret until it is freed, or nobody refers to it any more.
 */
export class Authenticator {
  constructor(parameters: TotpParameters);
  /** The code that it shows `at` a time, now unless it is said. */
  code(at?: Time): string;
  /** Judges a code of it. */
  check(check: CodeCheck): Verdict;
  /** Wipes the secret, after which nothing here works. */
  free(): void;
}

/** A code, and what is known of the app that made it. */
export interface CodeCheck {
  /** As it was typed. */
  code: string;
  /** The `step` that was accepted last from this secret; `null` before the first. */
  last: number | null;
  /** Now. */
  at?: Time;
  /** How many steps the app's clock may be off: one either way; at most 20. */
  window?: number | { past: number; future: number };
}

export type Verdict =
  /**
   * Right, for the first time. Store `step` before you let anybody in, with an update that only one of two
   * requests can win: `… set last = :step where last is null or last < :step`. `drift` is by how many steps
   * the app's clock is ahead.
   */
  | { verdict: 'accepted'; step: number; drift: number }
  /** Right, and used before: the same code again, or an older one. */
  | { verdict: 'used' }
  | { verdict: 'wrong' }
  /** No code at all: a slip, that need not count as a guess. */
  | { verdict: 'malformed' };

export interface TotpCheck extends TotpParameters, CodeCheck {}

/** Judges a code of an authenticator. */
export function check(check: TotpCheck): Verdict;

export interface HotpCheck extends HotpParameters {
  code: string;
  /** The counter that comes next: 0 for a new token, then what was accepted. */
  next: number;
  /** How many codes may have been shown and never entered: 10; at most 50. */
  ahead?: number;
}

export type CounterVerdict =
  /** Right. Store `next` before you let anybody in. */
  | { verdict: 'accepted'; next: number; skipped: number }
  | { verdict: 'wrong' }
  | { verdict: 'malformed' };

/** Judges a code of a token. */
export function checkHotp(check: HotpCheck): CounterVerdict;
/** Finds a token again by two codes in a row. Only for who has proved something else. */
export function resyncHotp(
  resync: HotpParameters & { codes: readonly [string, string]; next: number },
): CounterVerdict;

/** The `otpauth://` link that brings a secret into an app. It is as secret. */
export function keyUri(
  parameters: (TotpParameters & { type?: 'totp' } | HotpParameters & { type: 'hotp'; counter: number }) & {
    /** The site's name. */
    issuer: string;
    /** The account's name. */
    account: string;
  },
): string;

export type Key = {
  /** In base32. */
  secret: string;
  /** None if the link has none, or one that no app may show. */
  issuer: string | null;
  account: string | null;
  algorithm: Algorithm;
  digits: Digits;
} & ({ type: 'totp'; period: number } | { type: 'hotp'; counter: number });

/** What an `otpauth://` link says, whoever wrote it. */
export function parseKeyUri(uri: string): Key;

export interface Migration {
  /** The numbers of the QR codes that are still to be read, from 1. */
  missing: number[];
  /** All accounts, once none is missing. */
  accounts: (Key | UnreadableKey)[];
}

/** An account whose codes cannot be checked here. */
export interface UnreadableKey {
  issuer: string | null;
  account: string | null;
  error: ErrorCode;
}

/**
 * What Google Authenticator exports, and other apps like it: the `otpauth-migration://` links of its QR
 * codes, in any order, each of them as often as a camera saw it.
 */
export function parseMigration(links: string[]): Migration;

/**
 * The QR code of a link of `keyUri` or `replyLink`, or of a Threema ID's `3mid:…`, as a whole SVG document
 * that is named `title`. No other text becomes a QR code.
 */
export function qrSvg(text: string, title: string): string;
/** The same for a page that makes its own nodes: `viewBox="0 0 modules modules"`, dark `path` on light. */
export function qrPath(text: string): { modules: number; path: string };

/** Ten codes for the day the phone is gone. Show them once, keep a salted, slow hash of each. */
export function newRecoveryCodes(): string[];
/** A code as it was typed, in the one form in which `newRecoveryCodes` wrote it. */
export function parseRecoveryCode(typed: string): string;

/** A Threema ID as it was typed, as Threema writes it. */
export function parseThreemaId(typed: string): string;
/**
 * The ID that a QR code or link names, and its key if it says one. Throws `qr_…` for all else; what has
 * `isSecret` was somebody's secret: tell them, and drop it.
 */
export function parseThreemaQr(text: string, at?: Time): { id: string; publicKey: string | null };
/**
 * How sure a key is: `scanned` if the directory's is the one that was scanned, `server` if none was.
 * Throws `threema_key_mismatch` if they differ.
 */
export function keyLevel(directoryKey: string, scannedKey?: string): 'server' | 'scanned';
/** What the apps show of a key: 32 hexadecimal digits. */
export function keyFingerprint(publicKey: string): string;
/** A new key pair for a Gateway ID, in hexadecimal digits. */
export function newKeyPair(): { privateKey: string; publicKey: string };
export function publicKeyOf(privateKey: string): string;
/** By which the Gateway is asked who has an e-mail address. */
export function emailHash(address: string): string;
/** The same for a phone number with its country's code; `null` if it is none. */
export function phoneHash(number: string): string | null;

/** Six digits for a member to send, other than those that are `taken`. */
export function newReplyCode(taken?: string[]): string;
/** A link that opens Threema with the code already written to a Gateway ID. */
export function replyLink(gatewayId: string, code: string): string;
/** The code that a text is, as a member sent it. */
export function readReplyCode(text: string): string | null;

export interface CallbackParameters {
  /** Your Gateway ID. */
  id: string;
  /** Its API secret; with the one before it while you exchange it. */
  secrets: string | string[];
  /** In hexadecimal digits. */
  privateKey: string;
  /** The key of a sender as you pinned it; nothing for a stranger, whose message then stays closed. */
  publicKey: (from: string) => string | null | undefined | Promise<string | null | undefined>;
  /** Now: when it came. */
  at?: Time;
}

export interface Callback {
  from: string;
  /** With `from` its name: remember both, and take it once. */
  messageId: string;
  /** As the sender says: no proof of when. */
  date: number;
  /** Until when to remember it; after that its date alone refuses it. */
  keepUntil: number;
  /** `null` for a stranger. */
  message: Message | null;
}

export type Message =
  | { type: 'text'; text: string }
  | {
      type: 'receipt';
      /** `acknowledged` is thumbs-up, `declined` thumbs-down. */
      status: 'received' | 'read' | 'acknowledged' | 'declined' | 'other';
      messageIds: string[];
    }
  | { type: 'reaction'; messageId: string; thumb: 'up' | 'down' | 'other'; withdrawn: boolean }
  | { type: 'other'; number?: number };

/**
 * The message in the body of a Gateway's callback. Its MAC, addressee and date are judged before anything
 * is opened. Rejects with `callback_…`, `message_…`, or what `publicKey` throws.
 */
export function openCallback(body: string | Uint8Array, parameters: CallbackParameters): Promise<Callback>;
/** A text in a box for `send_e2e`, in hexadecimal digits: only the owner of `publicKey` can open it. */
export function sealText(
  text: string,
  keys: { publicKey: string; privateKey: string },
): { nonce: string; box: string };

/** What is thrown: an `Error` whose `name` is `ThreegateError`. Its `code` never changes its meaning. */
export interface ThreegateError extends Error {
  name: 'ThreegateError';
  code: ErrorCode;
  /** What was before the camera was somebody's secret. */
  isSecret?: true;
}

export type ErrorCode =
  | 'api_secret_malformed'
  | 'argument_invalid'
  | 'callback_addressee'
  | 'callback_mac'
  | 'callback_shape'
  | 'code_malformed'
  | 'label_invalid'
  | 'message_box'
  | 'message_early'
  | 'message_old'
  | 'message_padding'
  | 'message_reaction'
  | 'message_receipt'
  | 'message_text'
  | 'parameter_invalid'
  | 'qr_device_join'
  | 'qr_expired'
  | 'qr_export'
  | 'qr_licence'
  | 'qr_malformed'
  | 'qr_other_product'
  | 'qr_phone_link'
  | 'qr_restore'
  | 'qr_unknown'
  | 'qr_web_session'
  | 'random_missing'
  | 'secret_malformed'
  | 'symbol_too_long'
  | 'text_too_long'
  | 'threema_id_malformed'
  | 'threema_key_malformed'
  | 'threema_key_mismatch'
  | 'uri_invalid';
