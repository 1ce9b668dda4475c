//! Threema's receive side as the worker has it: what can prove a factor. Its size is measured.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::UnixTime;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::{PublicKey, SecretKey};

mod border;
mod receive;

#[unsafe(no_mangle)]
pub extern "C" fn receive(len: usize, now: u64) -> i32 {
    let (given, now) = (border::given(len), UnixTime::from_secs(now));
    let open = |it: &Authentic<'_>, sender: &PublicKey, own: &SecretKey| it.open_proof(sender, own);
    let said = receive::receive(&given, now, open, |_| None);
    said.map_or(border::FAILED, |said| border::give(&said))
}
