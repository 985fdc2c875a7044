//! Evidence.
use super::environment::Context;
use super::program::Program;
use serde_json::Value;
/// A path into the resource and the value that stood there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// For instance `resource.ingress[1].from_port`.
    pub path: String,
    /// The value; `null` if it is absent.
    pub value: Value,
}
pub(super) fn evidence(_: &Program, _: &Context<'_>, _: bool) -> Vec<Evidence> {
    Vec::new()
}
