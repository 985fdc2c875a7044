//! The harness of the command line tests.

#![allow(dead_code, reason = "the harness offers more than the tests of every feature set use")]

pub mod ciacm;
pub mod dossier;
pub mod emulator;
pub mod http;
pub mod pack;
pub mod proxy;
mod python;
pub mod recording;
pub mod repair;
pub mod scanned;
pub mod tools;
pub mod tsa;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the Python side of the emulator lives.
pub fn emulator_sources() -> PathBuf {
    root().join("tests/emulator")
}

/// Cargo's target directory.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp has a parent")
}

/// Tells something that takes long, past the test runner's capture of output.
pub fn announce(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}
