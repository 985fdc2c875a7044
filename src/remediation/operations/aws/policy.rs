//! Changing resource policies: removing statements, and adding the one that denies plain HTTP.

use crate::inventory::ResourceType;
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::ApiCall;
use crate::remediation::operation::{Argument, Call, Change, Input, Operation, Refusal, Risk, Write, WriteApi};
use crate::remediation::policy_text;
use serde_json::{Map, Value, json};

/// What every operation that removes statements of a policy is, but for what is given.
pub const fn removal(
    name: &'static str,
    about: &'static str,
    kind: &'static ResourceType,
    writes: &'static [WriteApi],
    prepare: fn(&Input<'_>) -> Result<Change, Refusal>,
) -> Operation {
    Operation {
        name,
        about,
        state: &["policy_text"],
        looks_at: &["policy"],
        arguments: const { &[Argument::for_each("The statements that go, out of `resource.policy.statements`.")] },
        risk: Risk::Disruptive,
        writes,
        prepare,
        ..Operation::of(kind)
    }
}

/// The call that gives the resource this policy text, or takes its policy away.
pub type PutPolicy<'a> = &'a dyn Fn(Option<&str>) -> Result<Call, Refusal>;

/// Removes the statements that the control chose. `read` is the call that brings the policy, `put` makes the ones that
/// change it and undo that.
pub fn remove_targets(input: &Input<'_>, read: &ApiCall, put: PutPolicy<'_>) -> Result<Change, Refusal> {
    let Some(Shortened { before, after, impact }) = without_targets(input)? else { return Ok(Change::nothing()) };
    Ok(Change { impact, ..Change::by([replace(Some(before), after.as_deref(), read, put)?]) })
}

/// Adds a statement that denies plain HTTP to everyone, for every action of `service` on these resources.
pub fn deny_plain_http(
    input: &Input<'_>,
    service: &str,
    resources: &Value,
    read: &ApiCall,
    put: PutPolicy<'_>,
) -> Result<Change, Refusal> {
    const SID: &str = "DenyInsecureTransport";
    let parsed = input.field("policy")?;
    let statements = parsed.get("statements").and_then(Value::as_array);
    let sids: Vec<_> =
        statements.into_iter().flatten().filter_map(|statement| statement.get("sid")?.as_str()).collect();
    let sid = (1..)
        .map(|number| if number == 1 { SID.to_owned() } else { format!("{SID}{number}") })
        .find(|sid| !sids.contains(&sid.as_str()))
        .unwrap_or_default();
    let statement = json!({
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": format!("{service}:*"),
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    })
    .to_string();
    let before = input.field("policy_text")?.as_str();
    let after = match before {
        None => format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#),
        Some(text) => policy_text::with(text, &statement)
            .ok_or_else(|| Refusal::Unsuitable("the policy cannot be edited".to_owned()))?,
    };
    Ok(Change::by([replace(before, Some(&after), read, put)?])
        .telling("clients that still use plain HTTP are refused, signed requests too"))
}

/// The write that leads from one policy text to another; none is no policy.
fn replace(before: Option<&str>, after: Option<&str>, read: &ApiCall, put: PutPolicy<'_>) -> Result<Write, Refusal> {
    let mut write = put(after)?.undone_by([put(before)?]).replacing("policy");
    write.after = fields_of(after, read)?;
    Ok(write)
}

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
