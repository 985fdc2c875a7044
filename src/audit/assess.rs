//! What a verified log and the checkpoints of it come to.

use super::files::Kept;
use super::verify::{Agreement, Log};
use jiff::Timestamp;
use serde::Serialize;
use std::path::PathBuf;

/// Everything that verifying a log found.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// What the pass over the entries found.
    pub log: Log,
    /// How many entries the store remembers to have had.
    pub remembered: u64,
    /// Every checkpoint that was found.
    pub checkpoints: Vec<Checked>,
}

/// A checkpoint, compared with the log.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// Its file.
    pub file: PathBuf,
    /// It was given by the user, and not found in the home.
    pub elsewhere: bool,
    /// How many entries it covers; none if it does not read.
    pub size: Option<u64>,
    /// What the log says of it.
    pub agreement: Standing,
    /// What its signature proves.
    pub signature: Signature,
    /// What its time stamp proves.
    pub timestamp: Stamp,
}

/// What the log says of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The entries are those over which it was made.
    Agrees,
    /// One of the entries that it covers is another than it was.
    Differs,
    /// It covers entries that the log does not have, or that come after one that does not fit.
    NotReached,
    /// It is of a log of another name.
    AnotherLog,
    /// It is no checkpoint; why.
    Unreadable(String),
}

/// What a signature proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// There is none.
    None,
    /// It holds.
    Valid {
        /// The subject of the signer's certificate.
        signer: String,
        /// The fingerprint of the root that its chain ends at.
        root: String,
        /// The root is one that the user gave, or that the home has.
        trusted: bool,
    },
    /// It does not hold; why.
    Invalid(String),
    /// This program cannot check it; why.
    NotChecked(String),
}

/// What a time stamp proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stamp {
    /// There is none.
    None,
    /// It holds: the checkpoint was there at that time.
    Valid {
        /// The time.
        time: Timestamp,
        /// The authority's name.
        authority: String,
        /// The authority's root is one that the user gave.
        trusted: bool,
    },
    /// It does not hold; why.
    Invalid(String),
    /// This program cannot check it; why.
    NotChecked(String),
}

impl Checked {
    /// A checkpoint that was found, compared with the log.
    #[must_use]
    pub fn new(kept: &Kept, elsewhere: bool, log: &Log, signature: Signature, timestamp: Stamp) -> Self {
        let (size, agreement) = match &kept.checkpoint {
            Err(why) => (None, Standing::Unreadable(why.clone())),
            Ok(checkpoint) => {
                let agreement = match log.agrees(checkpoint) {
                    Agreement::Same => Standing::Agrees,
                    Agreement::Other => Standing::Differs,
                    Agreement::NotReached => Standing::NotReached,
                    Agreement::AnotherLog => Standing::AnotherLog,
                };
                (Some(checkpoint.size), agreement)
            }
        };
        Self { file: kept.path.clone(), elsewhere, size, agreement, signature, timestamp }
    }

    fn agrees(&self) -> bool {
        self.agreement == Standing::Agrees
            && !matches!(self.signature, Signature::Invalid(_))
            && !matches!(self.timestamp, Stamp::Invalid(_))
    }
}

/// The first entry that is not what it was, as exactly as can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstBad {
    /// It is this one or a later one ...
    pub from: u64,
    /// ... up to this one.
    pub to: u64,
    /// What does not fit.
    pub what: String,
}

impl Assessment {
    /// True if nothing speaks against the log.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.log.fault.is_none() && self.log.size >= self.remembered && self.checkpoints.iter().all(Checked::agrees)
    }

    /// Up to which entry a checkpoint agrees; 0 if none does.
    #[must_use]
    pub fn covered(&self) -> u64 {
        self.covered_by(|_| true)
    }

    /// The same, by checkpoints for which `counts` holds.
    pub fn covered_by(&self, counts: impl Fn(&Checked) -> bool) -> u64 {
        let agreeing = self.checkpoints.iter().filter(|checked| checked.agrees() && counts(checked));
        agreeing.filter_map(|checked| checked.size).max().unwrap_or(0)
    }

    /// The entries that no checkpoint covers: nothing but the chain speaks for them.
    #[must_use]
    pub fn chain_only(&self) -> Option<(u64, u64)> {
        let covered = self.covered();
        (covered < self.log.size).then_some((covered + 1, self.log.size))
    }

    /// The first entry that is not what it was.
    #[must_use]
    pub fn first_bad(&self) -> Option<FirstBad> {
        let chain = self.log.fault.as_ref().map(|fault| FirstBad {
            from: fault.seq,
            to: fault.seq,
            what: fault.what.to_string(),
        });
        let sizes = |standing: &Standing| {
            let of = self.checkpoints.iter().filter(move |checked| checked.agreement == *standing);
            of.filter_map(|checked| checked.size).min()
        };
        // Whoever writes the chain anew can make it fit; a checkpoint tells that an entry below is another.
        if let Some(to) = sizes(&Standing::Differs) {
            let from = self
                .checkpoints
                .iter()
                .filter(|checked| checked.agrees())
                .filter_map(|checked| checked.size.filter(|&size| size < to))
                .max()
                .map_or(1, |size| size + 1);
            let what = format!("the entries are not those over which the checkpoint of {to} was made");
            return Some(FirstBad { from, to, what });
        }
        if chain.is_some() {
            return chain;
        }
        let had = sizes(&Standing::NotReached).max((self.remembered > self.log.size).then_some(self.remembered))?;
        let what = format!("entries are missing: the log had {had} and has {}", self.log.size);
        Some(FirstBad { from: self.covered() + 1, to: self.log.size + 1, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::merkle::empty_root;
    use crate::audit::verify::{Fault, Mismatch};

    fn checked(size: u64, agreement: Standing) -> Checked {
        Checked {
            file: PathBuf::from("c.txt"),
            elsewhere: false,
            size: Some(size),
            agreement,
            signature: Signature::None,
            timestamp: Stamp::None,
        }
    }

    fn assessment(size: u64, fault: Option<Fault>, checkpoints: Vec<Checked>) -> Assessment {
        let log = Log {
            origin: "log".to_owned(),
            size,
            root: empty_root(),
            roots: std::collections::BTreeMap::new(),
            first: None,
            last: None,
            fault,
        };
        Assessment { log, remembered: 0, checkpoints }
    }

    #[test]
    fn what_is_covered_is_told_apart_from_what_only_the_chain_holds() {
        let found = assessment(10, None, vec![checked(4, Standing::Agrees), checked(7, Standing::Agrees)]);
        assert!(found.holds() && found.first_bad().is_none());
        assert_eq!((found.covered(), found.chain_only()), (7, Some((8, 10))));
        assert_eq!(assessment(7, None, vec![checked(7, Standing::Agrees)]).chain_only(), None);
        let mut signed = checked(4, Standing::Agrees);
        signed.signature = Signature::Valid { signer: String::new(), root: String::new(), trusted: true };
        let found = assessment(10, None, vec![signed, checked(7, Standing::Agrees)]);
        assert_eq!(found.covered_by(|checked| matches!(checked.signature, Signature::Valid { .. })), 4);
    }

    #[test]
    fn the_first_bad_entry_is_told_as_exactly_as_can_be() {
        let bad = |found: &Assessment| {
            assert!(!found.holds());
            found.first_bad().map(|bad| (bad.from, bad.to))
        };
        let fault = Fault { seq: 5, what: Mismatch::Chain };
        assert_eq!(bad(&assessment(4, Some(fault.clone()), vec![])), Some((5, 5)));
        let checkpoints =
            vec![checked(2, Standing::Agrees), checked(9, Standing::Differs), checked(6, Standing::Differs)];
        assert_eq!(bad(&assessment(10, None, checkpoints)), Some((3, 6)));
        let checkpoints = vec![checked(8, Standing::Agrees), checked(12, Standing::NotReached)];
        assert_eq!(bad(&assessment(10, None, checkpoints)), Some((9, 11)));
        assert_eq!(bad(&Assessment { remembered: 11, ..assessment(10, None, vec![]) }), Some((1, 11)));
        // Behind a fault nothing is reached, which says nothing new.
        assert_eq!(bad(&assessment(4, Some(fault), vec![checked(9, Standing::NotReached)])), Some((5, 5)));
        let mut forged = checked(10, Standing::Agrees);
        forged.signature = Signature::Invalid("wrong".to_owned());
        assert_eq!(bad(&assessment(10, None, vec![forged])), None);
        let mut stamped = checked(10, Standing::Agrees);
        stamped.timestamp = Stamp::Invalid("wrong".to_owned());
        assert_eq!(bad(&assessment(10, None, vec![stamped])), None);
        assert_eq!(bad(&assessment(10, None, vec![checked(10, Standing::AnotherLog)])), None);
    }
}
