//! Networks of addresses, in CIDR notation ([RFC 4632](https://www.rfc-editor.org/rfc/rfc4632),
//! [RFC 4291](https://www.rfc-editor.org/rfc/rfc4291)).

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// A network such as `192.0.2.0/24` or `2001:db8::/32`, or one address.
///
/// An IPv4 address that is written as IPv6 (`::ffff:192.0.2.7`) is the IPv4 address, on either side:
/// servers that listen on both see every caller that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    is_v4: bool,
    /// The address's bits, from the highest on; those beyond the prefix are zero.
    start: u128,
    mask: u128,
}

/// Some networks, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

/// Why a text is no [`Network`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkError {
    /// What stands before the slash is no address.
    Address,
    /// The address has bits beyond the prefix: one of the two is a slip.
    Beyond,
    /// What stands after the slash is no prefix's length.
    Prefix,
    /// So much of the internet is in it that it cannot be meant: beyond `/8`, or `/16` in IPv6.
    Wide,
}

impl Network {
    /// Reads a network.
    ///
    /// # Errors
    /// [`NetworkError`].
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| NetworkError::Address)?;
        let (is_v4, start) = bits(written);
        // A prefix counts from where the address was written to begin.
        let before = if is_v4 && written.is_ipv6() { 96 } else { 0 };
        let (length, least) = if is_v4 { (32_u32, 8) } else { (128, 16) };
        let prefix = match prefix {
            Some(digits) => number(digits)
                .and_then(|prefix| prefix.checked_sub(before))
                .ok_or(NetworkError::Prefix)?,
            None => length,
        };
        if prefix > length {
            return Err(NetworkError::Prefix);
        }
        if prefix < least {
            return Err(NetworkError::Wide);
        }
        let mask = !u128::MAX.checked_shr(prefix).unwrap_or(0);
        if start & !mask != 0 {
            return Err(NetworkError::Beyond);
        }
        Ok(Self { is_v4, start, mask })
    }

    fn holds(self, (is_v4, address): (bool, u128)) -> bool {
        is_v4 == self.is_v4 && address & self.mask == self.start
    }
}

impl Networks {
    /// Reads networks that stand apart by blanks or commas.
    ///
    /// # Errors
    /// The first that is none.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let parts = text.split(|c: char| c.is_whitespace() || c == ',');
        let parts = parts.filter(|part| !part.is_empty());
        let networks = parts.map(|part| Network::parse(part).map_err(|_| part));
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address belongs to one of them.
    #[must_use]
    pub fn hold(&self, address: IpAddr) -> bool {
        let address = bits(address);
        self.0.iter().any(|network| network.holds(address))
    }
}

/// Whether it is IPv4, and its bits from the highest on.
fn bits(address: IpAddr) -> (bool, u128) {
    match address.to_canonical() {
        IpAddr::V4(address) => (true, u128::from(address.to_bits()) << 96),
        IpAddr::V6(address) => (false, address.to_bits()),
    }
}

fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "there is no IP address before the slash",
            Self::Beyond => "the address has bits beyond the prefix",
            Self::Prefix => "the prefix is no number of bits of the address",
            Self::Wide => "the network is wider than /8, or /16 in IPv6",
        })
    }
}

impl core::error::Error for NetworkError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(networks: &str, address: &str) -> bool {
        let networks = Networks::parse(networks).unwrap();
        networks.hold(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_its_addresses_to_the_last_bit_and_no_other() {
        for (network, inside, outside) in [
            (
                "192.0.2.0/24",
                &["192.0.2.0", "192.0.2.255"][..],
                &["192.0.1.255", "192.0.3.0", "::c000:200"][..],
            ),
            ("192.0.2.7", &["192.0.2.7"], &["192.0.2.6", "192.0.2.8"]),
            (
                "192.0.2.6/31",
                &["192.0.2.6", "192.0.2.7"],
                &["192.0.2.5", "192.0.2.8"],
            ),
            (
                "10.0.0.0/8",
                &["10.255.255.255"],
                &["9.255.255.255", "11.0.0.0"],
            ),
            (
                "2001:db8::/32",
                &["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
                &["2001:db7::", "2001:db9::", "32.1.13.184"],
            ),
            ("2001:db8::1", &["2001:DB8:0::1"], &["2001:db8::2"]),
            (
                "2001:db8::8/125",
                &["2001:db8::f"],
                &["2001:db8::7", "2001:db8::10"],
            ),
        ] {
            for address in inside {
                assert!(hold(network, address), "{network} {address}");
            }
            for address in outside {
                assert!(!hold(network, address), "{network} {address}");
            }
        }
    }

    #[test]
    fn an_ipv4_address_in_ipv6_is_the_ipv4_address() {
        assert!(hold("192.0.2.0/24", "::ffff:192.0.2.7"));
        assert!(hold("::ffff:192.0.2.0/120", "192.0.2.7"));
        assert!(hold("::ffff:192.0.2.7", "192.0.2.7"));
        assert!(!hold("192.0.2.0/24", "::192.0.2.7"));
        assert!(!hold("192.0.2.0/24", "64:ff9b::192.0.2.7"));
    }

    #[test]
    fn several_stand_apart_by_blanks_or_commas_and_none_hold_nothing() {
        for text in [
            "192.0.2.0/24 2001:db8::/32",
            " 192.0.2.0/24,\n2001:db8::/32, ",
        ] {
            assert!(hold(text, "192.0.2.1") && hold(text, "2001:db8::1"));
            assert!(!hold(text, "198.51.100.1"));
        }
        assert!(!hold("", "192.0.2.1") && !hold(" , ", "::"));
    }

    #[test]
    fn what_is_no_network_says_why() {
        use NetworkError::{Address, Beyond, Prefix, Wide};
        for (text, why) in [
            ("", Address),
            ("/24", Address),
            ("192.0.2/24", Address),
            ("192.0.2.0.0/24", Address),
            ("192.0.2.00/24", Address),
            ("192.0.2.0-192.0.2.9", Address),
            ("forum.example", Address),
            ("[2001:db8::1]", Address),
            ("fe80::1%eth0", Address),
            ("192.0.2.0/", Prefix),
            ("192.0.2.0/33", Prefix),
            ("192.0.2.0/+24", Prefix),
            ("192.0.2.0/-1", Prefix),
            ("192.0.2.0/24/24", Prefix),
            ("192.0.2.0/255.255.255.0", Prefix),
            ("192.0.2.0/99999999999", Prefix),
            ("::ffff:192.0.2.0/24", Prefix),
            ("2001:db8::/129", Prefix),
            ("192.0.2.1/24", Beyond),
            ("2001:db8::1/64", Beyond),
            ("0.0.0.0/0", Wide),
            ("10.0.0.0/7", Wide),
            ("::/0", Wide),
            ("2000::/3", Wide),
        ] {
            assert_eq!(Network::parse(text), Err(why), "{text}");
        }
        assert_eq!(Networks::parse("192.0.2.0/24 oops"), Err("oops"));
    }
}
