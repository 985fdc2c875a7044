//! Taking back what was shared with every AWS account or with chosen ones, and nothing else.

use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, FOR_EACH, Input, Refusal};
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

/// The argument of operations that take back from chosen accounts.
pub(super) const ACCOUNT_ARGUMENTS: &[Argument] = &[Argument {
    name: FOR_EACH,
    ty: Type::List(&Type::String),
    required: true,
    about: "The accounts that go, out of `resource.shared_with`; `all` is every AWS account.",
}];

/// What is shared, parted.
#[derive(Debug)]
pub(super) struct Parted {
    /// With these accounts, which the control chose.
    pub(super) gone: Vec<Value>,
    /// With these too, which keep it.
    pub(super) rest: Vec<Value>,
}

/// With whom it is shared; none if it is shared with nobody that the control chose.
pub(super) fn parted(input: &Input<'_>) -> Result<Option<Parted>, Refusal> {
    let shared = input.list("shared_with")?.iter().cloned();
    let (gone, rest): (Vec<_>, Vec<_>) = shared.partition(|account| input.targets().contains(account));
    Ok((!gone.is_empty()).then_some(Parted { gone, rest }))
}
