/** The elements of threegate. Loading `threegate.js` defines them. */

interface ThreegateElement extends HTMLElement {
  /** The field's name in the form; `threegate-response` unless set. */
  name: string;
  /** The pass, once there is one: what the site's server gives to siteverify. */
  readonly value: string | null;
  readonly form: HTMLFormElement | null;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  checkValidity(): boolean;
  reportValidity(): boolean;
  /** Begins again: asks the worker what to show. */
  reset(): void;
}

/** `<threegate-verify ticket endpoint>`: proves a factor, to log in. */
interface ThreegateVerifyElement extends ThreegateElement {}

/**
 * `<threegate-enroll ticket endpoint>`: adds a factor. With neither of the two it stands alone: it makes the
 * secret in the page, for an app that shows `issuer` and `account`, of the `methods` that it names (`totp`
 * unless told; `threema-reply` reads a Threema ID), and hands it out in `threegate:enrolled` and in its form.
 */
interface ThreegateEnrollElement extends ThreegateElement {}

/** `<threegate-manage ticket endpoint>`: lists the factors and changes them. It has no value. */
interface ThreegateManageElement extends ThreegateElement {}

type ThreegateState =
  | 'loading'
  | 'code'
  | 'recovery'
  /** The other ways to prove a factor. */
  | 'ways'
  /** A code waits to be sent by Threema. */
  | 'send'
  /** A question is asked by Threema. */
  | 'tap'
  | 'code_over'
  | 'working'
  | 'throttled'
  | 'choose'
  /** Which Threema ID? */
  | 'identify'
  /** How the Threema ID that was proved is asked for from now on. */
  | 'daily'
  | 'scan'
  | 'recovery_codes'
  | 'overview'
  | 'factor'
  | 'rename'
  | 'resync'
  | 'remove'
  | 'new_codes'
  | 'done'
  | 'closed'
  | 'expired'
  | 'unreachable'
  | 'failed';

/** What an element that stands alone has made or read. */
type ThreegateEnrolled =
  | { method: 'totp'; secret: string; uri: string }
  | { method: 'threema'; id: string; publicKey: string | null };

/** What a member changed. */
type ThreegateChange =
  | 'factor_renamed'
  | 'default_chosen'
  | 'factor_resynced'
  | 'factor_removed'
  | 'recovery_codes_replaced'
  | 'devices_revoked';

interface ThreegateEvents {
  /** The first screen is there. */
  'threegate:ready': CustomEvent<{ state: ThreegateState }>;
  'threegate:statechange': CustomEvent<{ state: ThreegateState }>;
  /** There is a pass; it ends at `expires_at`, in seconds since 1970. */
  'threegate:pass': CustomEvent<{ response: string; expires_at: number }>;
  /** In the place of a pass, where the element stands alone. It is a secret. */
  'threegate:enrolled': CustomEvent<ThreegateEnrolled>;
  /** The ticket, or the pass, is over. */
  'threegate:expired': CustomEvent<Record<string, never>>;
  /** Something was changed under `<threegate-manage>`. */
  'threegate:change': CustomEvent<{ change: ThreegateChange }>;
  /** A stable code: one of the worker's, or `unreachable`, `widget_unavailable`,
   *  `wasm_blocked`, `ticket_missing`, `endpoint_missing`, `ticket_purpose`, `no_usable_method`. */
  'threegate:error': CustomEvent<{ code: string }>;
}

interface HTMLElementTagNameMap {
  'threegate-verify': ThreegateVerifyElement;
  'threegate-enroll': ThreegateEnrollElement;
  'threegate-manage': ThreegateManageElement;
}

interface GlobalEventHandlersEventMap extends ThreegateEvents {}
