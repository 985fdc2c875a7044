//! `ciacm`, the CIA Compliance Manager: see `README.md` for what it does and `docs/` for how to use it.

pub mod finding;
pub mod inventory;
pub mod policy;
pub mod provider;
pub mod store;
