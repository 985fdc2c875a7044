//! A control after validation: everything in it is known to be right.

use super::parameter::Parameter;
pub use crate::finding::Severity;
use crate::inventory::ResourceType;
use crate::policy::{ParameterType, ParameterValue, Parameters, Program};
use crate::remediation::{Exactness, Operation, Risk};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A rule: what must be true of one type of resource.
#[derive(Debug)]
pub struct Control {
    /// For instance `AWS-S3-001`.
    pub id: String,
    /// What is true when it passes.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// The resource type it looks at.
    pub resource: &'static ResourceType,
    /// One sentence.
    pub summary: String,
    /// Why it matters.
    pub rationale: String,
    /// Framework id to requirement ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Where to read on.
    pub references: Vec<String>,
    /// In the order of `params` in compiled programs.
    pub parameters: Vec<Parameter>,
    /// What must be true.
    pub check: Check,
    /// How to repair.
    pub remediation: Remediation,
    /// The inline tests.
    pub tests: Vec<InlineTest>,
    /// The file it came from.
    pub file: String,
    /// SHA-256 of the file, hex.
    pub hash: String,
}

/// The compiled check.
#[derive(Debug)]
pub struct Check {
    /// If it is false the verdict is NOT_APPLICABLE.
    pub applies_when: Option<Program>,
    /// All must hold.
    pub pass_when: Vec<Condition>,
}

/// One condition of a check.
#[derive(Debug)]
pub struct Condition {
    /// The compiled expression.
    pub program: Program,
    /// What is said if it does not hold.
    pub otherwise: String,
}

/// How to repair a failure.
#[derive(Debug)]
pub struct Remediation {
    /// For a human.
    pub manual: String,
    /// For a machine.
    pub automatic: Option<Automatic>,
}

/// What a machine may do to repair.
#[derive(Debug)]
pub struct Automatic {
    /// What is done.
    pub operation: &'static Operation,
    /// What the operation is given.
    pub with: BTreeMap<String, With>,
    /// What it may break.
    pub risk: Risk,
    /// What stops working.
    pub impact: String,
    /// How much a rollback brings back.
    pub rollback: Exactness,
}

/// A value that is given to an operation.
#[derive(Debug)]
pub enum With {
    /// It stands in the control.
    Literal(Value),
    /// It depends on the resource, the parameters or the time.
    Expression(Program),
}

impl Automatic {
    /// What the operation is given for this resource.
    ///
    /// # Errors
    /// A sentence, if an expression has no value or one of another type than the operation takes.
    pub fn arguments(
        &self,
        resource: &Value,
        parameters: &Parameters,
        now: jiff::Timestamp,
    ) -> Result<Map<String, Value>, String> {
        let context = crate::evaluate::context(resource, parameters, now);
        let mut arguments = Map::new();
        for (name, with) in &self.with {
            let value = match with {
                With::Literal(value) => value.clone(),
                With::Expression(program) => program.evaluate_value(&context).map_err(|error| error.to_string())?,
            };
            if let Some(argument) = self.operation.arguments.iter().find(|argument| argument.name == name) {
                super::fixture::conforms(argument.ty, &value, name)?;
            }
            arguments.insert(name.clone(), value);
        }
        Ok(arguments)
    }
}

/// A test inside a control file.
#[derive(Debug)]
pub struct InlineTest {
    /// What is special about the case.
    pub name: String,
    /// The line of the test in the file.
    pub line: usize,
    /// The resource document, completed with common fields.
    pub resource: Value,
    /// The test is of the state after the automatic repair of that resource.
    pub repaired: bool,
    /// The clock.
    pub now: jiff::Timestamp,
    /// The parameters.
    pub parameters: Parameters,
    /// The verdict that must come out.
    pub expect: crate::finding::Verdict,
    /// The reason that must come out.
    pub because: Option<String>,
    /// Paths that must be among the evidence.
    pub evidence: Vec<String>,
}

impl Control {
    /// The readings that the check names, parameters and common fields apart.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<&'static str> {
        let conditions = self.check.pass_when.iter().map(|condition| &condition.program);
        self.check.applies_when.iter().chain(conditions).flat_map(|program| program.reads().iter().copied()).collect()
    }

    /// The readings that its automatic repair looks at.
    pub fn repair_reads(&self) -> impl Iterator<Item = &'static str> {
        let operation = self.remediation.automatic.as_ref().map(|automatic| automatic.operation);
        operation.into_iter().flat_map(|operation| operation.reads())
    }

    /// The parameters with `overrides` over the defaults.
    #[must_use]
    pub fn parameters_with(&self, overrides: &BTreeMap<String, ParameterValue>) -> Parameters {
        Parameters::new(self.parameter_values(overrides))
    }

    /// Name and value of every parameter, with `overrides` over the defaults.
    #[must_use]
    pub fn parameter_values(&self, overrides: &BTreeMap<String, ParameterValue>) -> Vec<(String, ParameterValue)> {
        self.parameters
            .iter()
            .map(|parameter| {
                let value = overrides.get(&parameter.name).unwrap_or(&parameter.default);
                (parameter.name.clone(), value.clone())
            })
            .collect()
    }

    /// The frameworks that ask for stricter parameters than those it ran with, and why: `parameters` maps names to
    /// values as texts, as scans record them.
    #[must_use]
    pub fn loosened(&self, parameters: &Value) -> BTreeMap<String, String> {
        let mut loosened = BTreeMap::new();
        for parameter in &self.parameters {
            let Some(text) = parameters.get(&parameter.name).and_then(Value::as_str) else { continue };
            let Ok(value) = parameter.parse(text) else { continue };
            for framework in parameter.limits.keys() {
                if let Some(why) = parameter.looser_than(framework, &value) {
                    loosened.insert(framework.clone(), why);
                }
            }
        }
        loosened
    }

    /// The parameter of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Names and types of parameters, as the compiler wants them.
#[must_use]
pub fn parameter_types(parameters: &[Parameter]) -> Vec<(String, ParameterType)> {
    parameters.iter().map(|parameter| (parameter.name.clone(), parameter.kind)).collect()
}
