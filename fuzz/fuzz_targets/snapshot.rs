//! Any bytes as a snapshot file: it is refused, or all of its entries are read, without a panic. The bytes are also
//! taken as what is inside the compression, so that the fuzzer need not find gzip's checksums.
//!
//! See `fuzz/README.md`.

#![no_main]

use ciacm::inventory::snapshot::{self, SnapshotError};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    if encoder.write_all(bytes).is_ok()
        && let Ok(compressed) = encoder.finish()
    {
        read(&compressed);
    }
});

fn read(bytes: &[u8]) {
    if snapshot::verify(bytes).is_ok() {
        let _ = snapshot::replay::<SnapshotError>(bytes, |_| Ok(()));
    }
}
