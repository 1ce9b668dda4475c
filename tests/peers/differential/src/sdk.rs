//! The official `threema-gateway` crate: callbacks, boxes, messages.

mod boxes;
mod callbacks;
mod form;
mod messages;

pub(crate) use boxes::boxes;
pub(crate) use callbacks::callbacks;
pub(crate) use messages::messages;
