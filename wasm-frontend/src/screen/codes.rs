//! Stable codes that core does not have: they are no causes of its rules. Its own are taken from
//! `threegate_core::Error`, so that one that is renamed there does not compile here.

/// The worker's settings cannot be used: asking again will not help.
pub(crate) const MISCONFIGURED: &str = "misconfigured";

/// No answer, or none that makes sense.
pub(crate) const UNREACHABLE: &str = "unreachable";
/// The element has no attribute `ticket`.
pub(crate) const TICKET_MISSING: &str = "ticket_missing";
/// The element has no attribute `endpoint`.
pub(crate) const ENDPOINT_MISSING: &str = "endpoint_missing";
/// The ticket is for the other element.
pub(crate) const TICKET_PURPOSE: &str = "ticket_purpose";
