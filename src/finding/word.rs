//! The closed vocabularies: verdicts, severities, statuses.

/// A text that is none of the words allowed at its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{found}`; choose one of {}", .allowed.join(", "))]
pub struct UnknownWord {
    /// What the text should have been, for instance `severity`.
    pub what: &'static str,
    /// The text.
    pub found: String,
    /// What would have been understood.
    pub allowed: Vec<&'static str>,
}

/// Declares an enum of words: the Rust name, its text, both ways, in any case of letters.
macro_rules! words {
    (
        $(#[$about:meta])* $name:ident, $what:literal {
            $( $(#[$word_about:meta])* $word:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $( $(#[$word_about])* #[serde(rename = $text)] $word ),+ }

        impl $name {
            /// Every word, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The text that stands in files, in the store and on the screen.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::finding::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::finding::UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(|| $crate::finding::UnknownWord {
                    what: $what,
                    found: text.to_owned(),
                    allowed: Self::ALL.iter().map(|word| word.as_str()).collect(),
                })
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What one control says of one resource.
    Verdict, "verdict" {
        /// The rule is met.
        Pass = "PASS",
        /// The rule is broken.
        Fail = "FAIL",
        /// It could not be evaluated; nothing may be concluded.
        Error = "ERROR",
        /// The rule does not concern this resource.
        NotApplicable = "NOT_APPLICABLE",
        /// A human must attest.
        Manual = "MANUAL",
    }
}

words! {
    /// How bad a broken rule is; ordered, `Informational` least.
    Severity, "severity" {
        /// Good to know.
        Informational = "informational",
        /// Worth repairing.
        Low = "low",
        /// Repair soon.
        Medium = "medium",
        /// Repair now.
        High = "high",
        /// Drop everything.
        Critical = "critical",
    }
}

words! {
    /// Where a finding that once failed stands. A finding that never failed has none.
    Status, "status" {
        /// It fails and nobody accepted that.
        Open = "OPEN",
        /// A verified remediation repaired it.
        Fixed = "FIXED",
        /// A later scan found it repaired, or its resource gone.
        Resolved = "RESOLVED",
        /// It is accepted until a date.
        Waived = "WAIVED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_in_any_case() {
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().to_uppercase().parse(), Ok(*severity));
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.as_str());
        }
        for verdict in Verdict::ALL {
            assert_eq!(verdict.to_string().to_lowercase().parse(), Ok(*verdict));
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.as_str());
        }
        for status in Status::ALL {
            assert_eq!(serde_json::from_value::<Status>(status.as_str().into()).unwrap(), *status);
        }
    }

    #[test]
    fn severities_are_ordered() {
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::Critical > Severity::High && Severity::Low > Severity::Informational);
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        let error = "hgih".parse::<Severity>().unwrap_err().to_string();
        assert_eq!(error, "unknown severity `hgih`; choose one of informational, low, medium, high, critical");
    }

    #[test]
    fn words_can_be_aligned_in_tables() {
        assert_eq!(format!("{:<6}|", Severity::Low), "low   |");
    }
}
