//! Findings: what they are called, how they live from scan to scan, and which of them fail a build.
//!
//! Pure values and functions: no store, no clock, no cloud.

pub mod difference;
pub mod gate;
pub mod identity;
pub mod life;
pub mod waiver;
pub mod word;

pub use gate::Gate;
pub use identity::{FindingId, identity};
pub use life::{Change, Previous, Transition};
pub use waiver::{Waiver, WaiverEnding, WaiverTerms};
pub use word::{Severity, Status, UnknownWord, Verdict};
