//! Threema's receive side with every message that is read. Its size is measured.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::UnixTime;

mod border;
mod receive;

#[unsafe(no_mangle)]
pub extern "C" fn receive(len: usize, now: u64) -> i32 {
    let (given, now) = (border::given(len), UnixTime::from_secs(now));
    let said = receive::receive(&given, now, |it, sender, own| it.open(sender, own));
    said.map_or(border::FAILED, |said| border::give(&said))
}
