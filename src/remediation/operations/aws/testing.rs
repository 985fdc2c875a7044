//! What the tests of operations share.

use crate::remediation::operation::{Change, Input, Operation, Refusal};
use serde_json::{Map, Value, json};

/// Prepares `operation` on a resource with these fields.
pub fn prepare(operation: &Operation, fields: Value, with: Value) -> Result<Change, Refusal> {
    let mut document = json!({
        "provider": "aws", "account": "123456789012", "region": "eu-west-1", "type": operation.kind.name,
        "id": "example-id", "name": "example",
    });
    document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let with: Map<String, Value> = with.as_object().unwrap().clone();
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    (operation.prepare)(&Input { document: &document, with: &with, now })
}

/// The parameters of the writes.
pub fn parameters(change: &Change) -> Vec<(&str, Value)> {
    change.writes.iter().map(|write| (write.call.as_str(), write.parameters.clone())).collect()
}

/// The calls that undo the only write.
pub fn undo(change: &Change) -> Vec<(&str, Value)> {
    assert_eq!(change.writes.len(), 1, "{change:?}");
    change.writes[0].undo.iter().map(|call| (call.call.as_str(), call.parameters.clone())).collect()
}
