//! Repairs from the finding to the rollback, against the emulator.

mod access_round_trips;
mod application_round_trips;
mod approvals;
mod database_round_trips;
mod evidence;
mod faults;
mod guards;
mod identity_round_trips;
mod kills;
mod monitoring_round_trips;
mod races;
mod round_trips;
mod seeds;
mod stops;
mod storage_round_trips;
mod traps;
mod whole_estate;
