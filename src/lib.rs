//! `ciacm`, the CIA Compliance Manager: see `README.md` for what it does and `docs/` for how to use it.

pub mod audit;
pub mod cli;
pub mod control;
mod embedded;
pub mod evaluate;
pub mod evidence;
pub mod finding;
pub mod framework;
mod hash;
pub mod inventory;
pub mod policy;
pub mod provider;
pub mod remediation;

pub mod report;
pub mod scan;
pub mod signing;
pub mod store;
pub mod suggest;
mod wildcard;
pub mod yaml;
