//! Taking back what was shared with every AWS account, and nothing else.

use crate::remediation::operation::{Input, Refusal};
use serde_json::Value;

/// Stands for every AWS account.
pub(super) const EVERYBODY: &str = "all";

/// What a person should know of taking back an image or a snapshot.
pub(super) const COPIES_STAY: &str = "whoever copied it already keeps the copy: treat what it holds as known to others";

/// With whom it is shared without everybody; none if it is not shared with everybody.
pub(super) fn without_everybody(input: &Input<'_>) -> Result<Option<Value>, Refusal> {
    let shared = input.list("shared_with")?;
    let rest: Vec<_> = shared.iter().filter(|with| *with != EVERYBODY).cloned().collect();
    Ok((rest.len() < shared.len()).then(|| rest.into()))
}
