//! Refusals of what was tampered with, expired, or used before: exit code 4. The end of the command tells the audit log.

use crate::cli::error::CommandError;
use crate::remediation::plan::{Plan, PlanError};
use std::path::Path;

/// A refusal of a plan.
pub fn refuse_plan(plan: &Plan, why: String) -> CommandError {
    refuse(format!("the plan {} is refused", plan.hash), why)
}

/// A refusal.
pub fn refuse(what: String, why: String) -> CommandError {
    let next = "make a new plan with `ciacm remediate plan`, and have it approved";
    CommandError::new(what).why(why).next(next).integrity()
}

/// Reads a plan; one that was changed is refused.
pub fn read_plan(path: &Path) -> Result<Plan, CommandError> {
    Plan::parse(&read(path)?).map_err(|error| match error {
        PlanError::Changed { .. } | PlanError::NotCanonical => {
            refuse(format!("the plan {} is refused", path.display()), error.to_string())
        }
        other => CommandError::new(format!("{} cannot be used", path.display()))
            .why(other.to_string())
            .next("give the file that `ciacm remediate plan --out FILE` wrote"),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let unreadable = |error: std::io::Error| {
        CommandError::new(format!("{} cannot be read", path.display()))
            .why(error.to_string())
            .next("check the path and its permissions")
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > crate::remediation::plan::SIZE_LIMIT as u64 {
        return Err(CommandError::new(format!("{} is no plan", path.display())).why("it is too large"));
    }
    std::fs::read(path).map_err(unreadable)
}
