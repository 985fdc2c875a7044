//! A control as it stands in YAML, before anything is checked beyond its shape.

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlDocument {
    pub id: Spanned<String>,
    pub title: String,
    pub severity: Spanned<String>,
    pub provider: Spanned<String>,
    pub resource: Spanned<String>,
    pub summary: String,
    pub rationale: String,
    #[serde(default)]
    pub frameworks: BTreeMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    pub references: Vec<Spanned<String>>,
    #[serde(default)]
    pub parameters: BTreeMap<String, Spanned<ParameterDocument>>,
    pub check: CheckDocument,
    pub remediation: RemediationDocument,
    #[serde(default)]
    pub tests: Vec<Spanned<TestDocument>>,
}

/// A number, text or switch that a user may set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterDocument {
    #[serde(rename = "type")]
    pub kind: String,
    pub default: Value,
    pub min: Option<Value>,
    pub max: Option<Value>,
    pub about: String,
    #[serde(default)]
    pub limits: BTreeMap<String, LimitDocument>,
}

/// What a framework asks of a parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitDocument {
    pub at_most: Option<Value>,
    pub at_least: Option<Value>,
}

/// What must be true.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDocument {
    pub applies_when: Option<Spanned<String>>,
    pub pass_when: Vec<ConditionDocument>,
}

/// One condition and the sentence that is shown if it does not hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionDocument {
    pub expr: Spanned<String>,
    pub otherwise: String,
}

/// How to repair.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemediationDocument {
    pub manual: String,
    pub automatic: Option<AutomaticDocument>,
}

/// What a machine may do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutomaticDocument {
    pub operation: Spanned<String>,
    #[serde(default)]
    pub with: BTreeMap<String, Spanned<Value>>,
    pub risk: Spanned<String>,
    pub impact: String,
    pub rollback: Spanned<String>,
}

/// An inline test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestDocument {
    pub name: String,
    pub resource: Option<Value>,
    pub after_remediation_of: Option<String>,
    pub now: Option<String>,
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    pub expect: String,
    pub because: Option<String>,
    #[serde(default)]
    pub evidence: Vec<String>,
}
