//! Removing statements from resource policies.

use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::ApiCall;
use crate::remediation::operation::{Input, Refusal};
use crate::remediation::policy_text;
use serde_json::{Map, Value};

/// The policy of a resource without the statements that the control chose.
#[derive(Debug)]
pub struct Shortened<'a> {
    /// The text as it is.
    pub before: &'a str,
    /// The text without them; none if no statement is left.
    pub after: Option<String>,
    /// What goes, one sentence a statement.
    pub impact: Vec<String>,
}

/// The policy without the chosen statements; none if nothing is chosen.
pub fn without_targets<'a>(input: &Input<'a>) -> Result<Option<Shortened<'a>>, Refusal> {
    without_targets_of(input, "policy_text", "policy")
}

/// The same of a policy whose text and whose statements are in these fields.
pub fn without_targets_of<'a>(input: &Input<'a>, text: &str, document: &str) -> Result<Option<Shortened<'a>>, Refusal> {
    let Some(before) = input.field(text)?.as_str() else { return Ok(None) };
    let parsed = input.field(document)?.get("statements").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let places = policy_text::statements(before).map_or(0, |statements| statements.spans.len());
    if places != parsed.len() {
        return Err(Refusal::Unsuitable("the text of the policy and its statements do not agree".to_owned()));
    }
    let mut removed: Vec<usize> = Vec::new();
    for target in input.targets() {
        let same = parsed.iter().enumerate().filter(|(_, statement)| *statement == target).map(|(index, _)| index);
        removed.extend(same);
    }
    removed.sort_unstable();
    removed.dedup();
    if removed.is_empty() {
        return Ok(None);
    }
    let impact = removed.iter().map(|index| told(&parsed[*index], *index)).collect();
    let after = if removed.len() == places { None } else { policy_text::without(before, &removed) };
    if after.is_none() && removed.len() < places {
        return Err(Refusal::Unsuitable("the policy cannot be edited".to_owned()));
    }
    Ok(Some(Shortened { before, after, impact }))
}

fn told(statement: &Value, index: usize) -> String {
    let words = |key: &str| -> String {
        let values = statement.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        values.collect::<Vec<_>>().join(", ")
    };
    let name = statement
        .get("sid")
        .and_then(Value::as_str)
        .map_or_else(|| format!("statement {}", index + 1), |sid| format!("statement {sid}"));
    let actions = words("actions");
    let actions = if actions.is_empty() { format!("everything but {}", words("not_actions")) } else { actions };
    format!("{name} goes: nobody has {actions} through it any more")
}

/// The fields that follow from the text of a policy: `policy_text` and `policy`.
pub fn fields_of(text: Option<&str>, call: &ApiCall) -> Result<Map<String, Value>, Refusal> {
    let mut fields = Map::new();
    fields.insert("policy_text".to_owned(), text.map_or(Value::Null, Value::from));
    let document = text.map_or(Ok(Value::Null), |text| document_of(text, call))?;
    fields.insert("policy".to_owned(), document);
    Ok(fields)
}

/// The document that a text makes.
pub fn document_of(text: &str, call: &ApiCall) -> Result<Value, Refusal> {
    let document = PolicyDocument::parse(text, call).map_err(|failure| Refusal::Unsuitable(failure.message))?;
    serde_json::to_value(document).map_err(|error| Refusal::Unsuitable(error.to_string()))
}

/// True if a statement of a policy is open to everyone.
pub fn is_public(document: &Value) -> bool {
    let helper = crate::inventory::aws::policy_document::PolicyStatement::RECORD.helper("is_public");
    let statements = document.get("statements").and_then(Value::as_array);
    helper.is_none_or(|helper| {
        statements.into_iter().flatten().any(|statement| (helper.run)(statement, &[]) == Value::Bool(true))
    })
}
