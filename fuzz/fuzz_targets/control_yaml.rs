//! Any text as a control file: it is refused with problems that have a place, or its inline tests run, without a panic.
//!
//! See `fuzz/README.md`.

#![no_main]

use ciacm::control::inline_test;
use ciacm::control::validate::{self, Strictness};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match validate::control("fuzz.yaml", text, Strictness::Lint) {
        Ok(control) => {
            for test in &control.tests {
                let _ = inline_test::run(&control, test);
            }
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
});
