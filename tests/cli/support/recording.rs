//! Recordings of the demo estate, changed: as it would have been at another time, or with other resources.

use super::ciacm::Ciacm;
use ciacm::inventory::snapshot::{self, Entry, Header, SnapshotError, Writer};
use std::fs::File;

/// Records the demo, changes header and entries (none leaves an entry out), and writes the result to `name`.
pub fn changed_demo(
    ciacm: &Ciacm,
    name: &str,
    header: impl FnOnce(&mut Header),
    entry: impl Fn(Entry) -> Option<Entry>,
) {
    let elsewhere = Ciacm::new();
    elsewhere.run(["scan", "demo", "--fail-on", "none", "--record", "demo.snapshot"]).expect_code(0);
    let recorded = || File::open(elsewhere.path("demo.snapshot")).unwrap();
    let mut head = snapshot::verify(recorded()).unwrap();
    header(&mut head);
    let mut writer = Writer::new(File::create(ciacm.path(name)).unwrap(), &head).unwrap();
    let copy = |found: Entry| -> Result<(), SnapshotError> {
        match entry(found) {
            Some(kept) => writer.entry(&kept),
            None => Ok(()),
        }
    };
    snapshot::replay(recorded(), copy).unwrap();
    writer.finish().unwrap();
}
