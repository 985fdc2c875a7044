//! Repairs from the finding to the rollback, against the emulator.

mod approvals;
mod evidence;
mod faults;
mod round_trips;
mod traps;
