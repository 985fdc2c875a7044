//! Repairs: a plan is made, approved, applied, verified, and can be rolled back.
//!
//! The pure half: what an operation changes and by which calls ([`operation`], [`operations`]), how findings become a
//! plan ([`planner`], [`plan`]), and the loop that applies it ([`engine`]) against a [`cloud::Cloud`]. It knows no SDK;
//! providers make the calls.

pub mod approval;
pub mod cloud;
pub mod diff;
pub mod engine;
pub mod guard;
pub mod operation;
pub mod operations;
pub mod plan;
pub mod planner;
pub mod policy_text;
pub mod rollback;
pub mod state;
#[cfg(test)]
mod tests;

pub use operation::{Exactness, Operation, Risk};
pub use operations::{operation, operations};
pub use plan::Plan;
