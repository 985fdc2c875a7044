//! Tests of the program as a user runs it: the real binary, in a home of its own, against the AWS emulator.
//!
//! One test binary for all of them, so that linking the AWS SDK is paid for once. `support/` has the harness,
//! each other module the tests of one command or subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop, and unwrap says where")]

#[cfg(feature = "aws")]
mod alarms;
mod audit;
mod audit_attacks;
#[cfg(feature = "aws")]
mod audit_bucket;
#[cfg(feature = "aws")]
mod calls;
mod control_files;
#[cfg(feature = "aws")]
mod credentials;
#[cfg(feature = "aws")]
mod denials;
mod differences;
mod emulator;
#[cfg(feature = "aws")]
mod estate;
mod evidence;
mod evidence_calls;
mod evidence_faults;
mod evidence_secrets;
mod evidence_verify;
#[cfg(feature = "aws")]
mod faults;
mod homes;
#[cfg(feature = "aws")]
mod interrupted;
mod keys;
mod own_keys;
mod pdf;
mod program;
mod readme;
mod recordings;
#[cfg(feature = "aws")]
mod remediate;
mod support;
mod tables;
mod timestamps;
mod waivers;
#[cfg(feature = "aws")]
mod workloads;
