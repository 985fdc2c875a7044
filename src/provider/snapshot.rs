//! The provider that reads a recorded inventory instead of an account.

use super::{Collected, Ended, ProviderError, Wanted};
use crate::inventory::resource::GLOBAL;
use crate::inventory::snapshot::{self, Entry, Header, SnapshotError};
use crate::inventory::{CallFailure, Listing, ListingOutcome, resource_type, resource_types};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// The recorded inventory of a made-up company, part of the binary: `ciacm scan demo`.
static DEMO_ESTATE: &[u8] = include_bytes!("demo_estate.snapshot");

/// Where the recording is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The built-in demo estate.
    Demo,
}

/// A recording that was checked from its first to its last byte.
#[derive(Debug)]
pub struct Recording {
    source: Source,
    /// What the file says of itself.
    pub header: Header,
}

/// The error code of listings that the recording does not have.
pub const NOT_RECORDED: &str = "NotRecorded";

impl Recording {
    /// Opens and verifies a recording.
    ///
    /// # Errors
    /// If it cannot be read, is no snapshot, is damaged, or is of a newer version.
    pub fn open(source: Source) -> Result<Self, ProviderError> {
        let verified = match &source {
            Source::Demo => snapshot::verify(DEMO_ESTATE),
            Source::File(path) => File::open(path).map_err(SnapshotError::from).and_then(snapshot::verify),
        };
        match verified {
            Ok(header) => Ok(Self { source, header }),
            Err(error) => Err(refusal(&source, &error)),
        }
    }

    /// Hands over what is wanted, in the order of the file. Blocks.
    ///
    /// # Errors
    /// If the file changed since it was verified.
    pub fn collect(&self, wanted: &Wanted, output: &mpsc::Sender<Collected>) -> Result<Ended, ProviderError> {
        let types: BTreeSet<&str> = wanted.types().collect();
        let foreign_calls = foreign_calls(wanted);
        let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
        for account in &self.header.accounts {
            send(output, Collected::Account(account.clone()));
        }
        let take = |entry: Entry| -> Result<(), Stop> {
            let collected = match entry {
                Entry::Resource(resource) if types.contains(resource.kind()) => Collected::Resource(resource),
                Entry::Listing(listing) if types.contains(listing.kind.as_str()) => {
                    listed.insert((listing.account.clone(), listing.kind.clone()));
                    Collected::Listing(listing)
                }
                Entry::FailedCall(failed) if !foreign_calls.contains(failed.failure.call.as_str()) => {
                    Collected::Failure(failed)
                }
                Entry::Call(record) if !foreign_calls.contains(record.call.as_str()) => Collected::Call(record),
                _ => return Ok(()),
            };
            output.blocking_send(collected).map_err(|_| Stop::Interrupted)
        };
        let replayed = match &self.source {
            Source::Demo => snapshot::replay(DEMO_ESTATE, take),
            Source::File(path) => match File::open(path) {
                Ok(file) => snapshot::replay(file, take),
                Err(error) => Err(Stop::Snapshot(error.into())),
            },
        };
        match replayed {
            Ok(()) => {}
            Err(Stop::Interrupted) => return Ok(Ended::Interrupted),
            Err(Stop::Snapshot(error)) => return Err(refusal(&self.source, &error)),
        }
        self.report_not_recorded(&types, &listed, output);
        Ok(Ended::Complete)
    }

    /// A type that the recorded scan did not collect is unknown, not empty.
    fn report_not_recorded(
        &self,
        types: &BTreeSet<&str>,
        listed: &BTreeSet<(String, String)>,
        output: &mpsc::Sender<Collected>,
    ) {
        for account in &self.header.accounts {
            for kind in types.iter().filter_map(|name| resource_type(name)) {
                if listed.contains(&(account.id.clone(), kind.name.to_owned())) {
                    continue;
                }
                let call = kind.listed_by.first().map_or(kind.name, |call| call.name);
                let outcome = ListingOutcome::Failed(CallFailure {
                    call: call.to_owned(),
                    code: NOT_RECORDED.to_owned(),
                    message: "the recorded scan did not collect this type".to_owned(),
                    permission: "a new recording with these controls selected".to_owned(),
                });
                let listing = Listing {
                    provider: kind.provider().to_owned(),
                    account: account.id.clone(),
                    region: GLOBAL.to_owned(),
                    kind: kind.name.to_owned(),
                    outcome,
                };
                send(output, Collected::Listing(listing));
            }
        }
    }
}

/// The calls that only serve what is not wanted; their failures do not concern this scan.
fn foreign_calls(wanted: &Wanted) -> BTreeSet<&'static str> {
    let mut foreign = BTreeSet::new();
    let mut own = BTreeSet::new();
    for kind in resource_types() {
        let all = kind.calls_for(kind.record.fields.iter().map(|field| field.name));
        foreign.extend(all.iter().map(|call| call.name));
        if let Some(fields) = wanted.fields(kind) {
            own.extend(kind.calls_for(fields.iter().copied()).iter().map(|call| call.name));
        }
    }
    &foreign - &own
}

enum Stop {
    Interrupted,
    Snapshot(SnapshotError),
}

impl From<SnapshotError> for Stop {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

fn send(output: &mpsc::Sender<Collected>, collected: Collected) {
    // A closed channel means that the scan is being stopped; what comes late is not wanted.
    let _ = output.blocking_send(collected);
}

fn refusal(source: &Source, error: &SnapshotError) -> ProviderError {
    let name = match source {
        Source::Demo => Path::new("the demo estate"),
        Source::File(path) => path,
    };
    let next = match error {
        SnapshotError::Io(_) => "check the path and its permissions",
        SnapshotError::Newer(_) => "update ciacm, or record the account again with this version",
        SnapshotError::NotASnapshot(_) => "give a file that `ciacm scan aws --record FILE` wrote",
        SnapshotError::Truncated | SnapshotError::Damaged(_) => "copy the file again, or record the account again",
    };
    ProviderError {
        what: format!("{} cannot be scanned", name.display()),
        why: error.to_string(),
        next: next.to_owned(),
    }
}
