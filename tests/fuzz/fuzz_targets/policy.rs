//! Any settings are a policy, or every one that is not says so; and a network holds what its bits say.
//!
//! ```text
//! cargo xtask fuzz policy
//! ```
#![no_main]

use std::collections::BTreeMap;
use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use threegate_core::policy::{Network, Networks, Policy, RULES, in_force};

fuzz_target!(|given: (Vec<(u8, &str)>, &str, [u8; 16])| {
    let (settings, network, address) = given;
    let settings: BTreeMap<&str, &str> = settings
        .iter()
        .map(|(rule, value)| (RULES[usize::from(*rule) % RULES.len()].setting, *value))
        .collect();
    let lookup = |name: &str| settings.get(name).map(|value| (*value).to_owned());
    match Policy::parse(lookup) {
        Ok(_) => assert!(in_force(lookup).count() >= RULES.len()),
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= settings.len() + 1);
            for fault in faults {
                assert!(!fault.expected.is_empty());
            }
        }
    }

    let address = IpAddr::from(address);
    if Network::parse(network).is_ok() {
        let alone = Networks::parse(network).expect("one is some");
        let (start, prefix) = network.split_once('/').unwrap_or((network, ""));
        let start: IpAddr = start.parse().expect("it was read");
        assert!(alone.hold(start));
        if prefix.is_empty() {
            let same = start.to_canonical() == address.to_canonical();
            assert_eq!(alone.hold(address), same);
        }
    }
    let _ = Networks::parse(network).map(|some| some.hold(address));
});
