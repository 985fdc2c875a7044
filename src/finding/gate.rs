//! The gate: which findings make the program exit with 1 (`--fail-on`).

use super::word::{Severity, Status, UnknownWord, Verdict};
use std::fmt;
use std::str::FromStr;

/// The least severity that fails a run; `none` fails never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate(Option<Severity>);

impl Gate {
    /// Never fails.
    pub const NONE: Self = Self(None);

    /// Fails from this severity on.
    #[must_use]
    pub const fn at(severity: Severity) -> Self {
        Self(Some(severity))
    }

    /// True if a finding in this state fails the run: it fails now, nobody accepted it, and it is severe enough.
    #[must_use]
    pub fn counts(self, status: Option<Status>, verdict: Verdict, severity: Severity) -> bool {
        status == Some(Status::Open) && verdict == Verdict::Fail && self.0.is_some_and(|least| severity >= least)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::at(Severity::Low)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.map_or("none", Severity::as_str))
    }
}

impl FromStr for Gate {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self::NONE);
        }
        text.parse().map(Self::at).map_err(|mut unknown: UnknownWord| {
            unknown.allowed.insert(0, "none");
            unknown
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_failures_at_or_above_the_gate_count() {
        let statuses = [None, Some(Status::Open), Some(Status::Fixed), Some(Status::Resolved), Some(Status::Waived)];
        for &least in Severity::ALL {
            for &severity in Severity::ALL {
                for &verdict in Verdict::ALL {
                    for status in statuses {
                        let expected = status == Some(Status::Open) && verdict == Verdict::Fail && severity >= least;
                        assert_eq!(Gate::at(least).counts(status, verdict, severity), expected);
                        assert!(!Gate::NONE.counts(status, verdict, severity));
                    }
                }
            }
        }
    }

    #[test]
    fn reads_what_it_prints() {
        for gate in Severity::ALL.iter().map(|&severity| Gate::at(severity)).chain([Gate::NONE]) {
            assert_eq!(gate.to_string().parse(), Ok(gate));
        }
        assert_eq!(Gate::default().to_string(), "low");
        let error = "never".parse::<Gate>().unwrap_err().to_string();
        assert!(error.contains("`never`") && error.contains("none, informational"), "{error}");
    }
}
