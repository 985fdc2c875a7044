//! Any bytes as a plan: it is refused, or is byte for byte what it says. And as the text of a policy: what is edited is
//! still JSON.
//!
//! See `fuzz/README.md`.

#![no_main]

use ciacm::remediation::{Plan, policy_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(plan) = Plan::parse(bytes) {
        assert_eq!(plan.to_bytes().as_deref(), Ok(bytes));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let edited = [policy_text::without(text, &[0]), policy_text::with(text, "{}")];
    for edited in edited.into_iter().flatten() {
        assert!(serde_json::from_str::<serde_json::Value>(&edited).is_ok());
    }
});
