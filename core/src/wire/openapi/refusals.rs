//! The status of each problem's code.

/// Status and code. The worker's table of problems says the same, which a test of the worker shows.
pub const REFUSALS: &[(u16, &str)] = &[
    (400, "bad_request"),
    (400, "idempotency_key_invalid"),
    (400, "label_invalid"),
    (400, "origin_invalid"),
    (400, "user_invalid"),
    (401, "secret_invalid"),
    (401, "ticket_expired"),
    (401, "ticket_invalid"),
    (403, "guessing_closed"),
    (403, "origin_mismatch"),
    (403, "origin_unknown"),
    (403, "proof_required"),
    (403, "purpose_mismatch"),
    (404, "device_unknown"),
    (404, "factor_unknown"),
    (404, "threema_id_unknown"),
    (409, "enrollment_missing"),
    (409, "idempotency_in_progress"),
    (409, "look_up_unavailable"),
    (409, "method_unavailable"),
    (409, "no_threema_id"),
    (409, "no_usable_method"),
    (409, "not_proved"),
    (409, "threema_id_full"),
    (409, "threema_key_changed"),
    (409, "threema_key_mismatch"),
    (409, "too_many_factors"),
    (410, "challenge_over"),
    (410, "enrollment_over"),
    (410, "pass_over"),
    (413, "too_large"),
    (422, "code_malformed"),
    (422, "code_used"),
    (422, "code_wrong"),
    (422, "idempotency_key_reused"),
    (422, "text_too_long"),
    (422, "threema_id_malformed"),
    (422, "threema_key_malformed"),
    (429, "throttled"),
    (429, "too_many_codes"),
    (429, "too_many_look_ups"),
    (500, "internal_error"),
    (502, "gateway_unavailable"),
    (502, "send_failed"),
    (502, "send_unknown"),
    (503, "misconfigured"),
    (503, "overloaded"),
];

/// A code that is not in the table is shown as a defect of the worker.
pub(super) fn status(code: &str) -> u16 {
    let row = REFUSALS.iter().find(|(_, known)| *known == code);
    row.map_or(500, |(status, _)| *status)
}
