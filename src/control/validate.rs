//! From the YAML document to a validated control; every problem is found in one pass and told with its place.

use super::document::{AutomaticDocument, ControlDocument, TestDocument};
use super::fixture;
use super::model::{Automatic, Check, Condition, Control, InlineTest, Remediation, Severity, parameter_types};
use super::parameter::Parameter;
use crate::finding::Verdict;
use crate::framework;
use crate::inventory::{self, ResourceType};
use crate::policy::{CompileError, Environment, Expected, Facts, ParameterType, Program, compile};
use crate::suggest::{did_you_mean, nearest};
use crate::yaml::{self, Diagnostic};
use serde_saphyr::{Location, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// How much is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// What is needed to evaluate: for the shipped library, which its own tests lint.
    Load,
    /// Everything: framework ids, references, tests.
    Lint,
}

/// When inline tests that name no clock take place.
const TEST_CLOCK: &str = "2026-01-01T00:00:00Z";

/// Parses and validates one control file.
///
/// # Errors
/// Every problem found, in the order of the file.
pub fn control(file: &str, text: &str, strictness: Strictness) -> Result<Control, Vec<Diagnostic>> {
    let document: ControlDocument = yaml::parse(file, text).map_err(|problem| vec![with_hint(problem)])?;
    let mut checker = Checker { file, text, problems: Vec::new() };
    let control = checker.control(document, strictness);
    match control {
        Some(control) if checker.problems.is_empty() => Ok(control),
        _ => {
            checker.problems.sort_by_key(|problem| (problem.line, problem.column));
            Err(checker.problems)
        }
    }
}

/// Adds "did you mean" to the parser's own "unknown field" errors.
fn with_hint(mut problem: Diagnostic) -> Diagnostic {
    if let Some((_, rest)) = problem.message.split_once("unknown field `")
        && let Some((given, known)) = rest.split_once("`, expected ")
    {
        let known = known.trim_start_matches("one of ").split(", ").map(|name| name.trim_matches('`'));
        problem.hint = did_you_mean(given, known);
    }
    if problem.hint.is_none() && problem.message.contains("expected one of") {
        problem.hint = Some("see docs/controls.md for the fields of a control".to_owned());
    }
    problem
}

struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn problem(&mut self, location: Location, message: String, hint: Option<String>) {
        let (line, column) = yaml::position(location);
        self.problems.push(Diagnostic { file: self.file.to_owned(), line, column, message, hint });
    }

    fn control(&mut self, document: ControlDocument, strictness: Strictness) -> Option<Control> {
        self.id(&document.id);
        self.texts(&document);
        let severity = self.severity(&document.severity);
        let resource = self.resource(&document.resource, &document.provider)?;
        let parameters = self.parameters(&document.parameters);
        let check = self.check(&document, resource, &parameter_types(&parameters));
        self.unused_parameters(&document, &parameters, &check);
        let automatic = document.remediation.automatic.as_ref().and_then(|automatic| {
            self.automatic(automatic, &Environment { resource, parameters: &parameter_types(&parameters) })
        });
        if strictness == Strictness::Lint {
            self.frameworks(&document.frameworks);
            self.references(&document.references);
            self.test_coverage(&document);
        }
        let mut control = Control {
            id: document.id.value,
            title: document.title,
            severity: severity?,
            resource,
            summary: document.summary,
            rationale: document.rationale,
            frameworks: document
                .frameworks
                .into_iter()
                .map(|(framework, ids)| (framework, ids.into_iter().map(|id| id.value).collect()))
                .collect(),
            references: document.references.into_iter().map(|reference| reference.value).collect(),
            parameters,
            check,
            remediation: Remediation { manual: document.remediation.manual, automatic },
            tests: Vec::new(),
            file: self.file.to_owned(),
            hash: crate::hash::sha256_hex(self.text.as_bytes()),
        };
        control.tests = self.tests(&control, &document.tests);
        Some(control)
    }

    fn id(&mut self, id: &Spanned<String>) {
        let mut parts = id.value.split('-');
        let provider = parts.next().unwrap_or_default();
        let number = id.value.rsplit('-').next().unwrap_or_default();
        let well_formed = id.value.len() <= 64
            && id.value.split('-').count() >= 3
            && !provider.is_empty()
            && id.value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
            && number.len() >= 3
            && number.chars().all(|c| c.is_ascii_digit());
        if !well_formed {
            self.problem(
                id.referenced,
                format!("`{}` is no control id", id.value),
                Some("an id is PROVIDER-SERVICE-NUMBER in capitals, for instance AWS-S3-001".to_owned()),
            );
        }
    }

    fn texts(&mut self, document: &ControlDocument) {
        let place = document.id.referenced;
        for (name, text, limit) in [
            ("title", &document.title, 100),
            ("summary", &document.summary, 300),
            ("rationale", &document.rationale, 2_000),
            ("remediation.manual", &document.remediation.manual, 4_000),
        ] {
            if text.trim().is_empty() {
                self.problem(place, format!("`{name}` is empty"), None);
            } else if text.chars().count() > limit {
                self.problem(place, format!("`{name}` is longer than {limit} characters"), None);
            }
        }
    }

    fn severity(&mut self, given: &Spanned<String>) -> Option<Severity> {
        match given.value.parse() {
            Ok(severity) => Some(severity),
            Err(_) => {
                let hint = "one of critical, high, medium, low, informational".to_owned();
                self.problem(given.referenced, format!("`{}` is no severity", given.value), Some(hint));
                None
            }
        }
    }

    fn resource(&mut self, given: &Spanned<String>, provider: &Spanned<String>) -> Option<&'static ResourceType> {
        let Some(kind) = inventory::resource_type(&given.value) else {
            let hint = did_you_mean(&given.value, inventory::resource_types().iter().map(|kind| kind.name))
                .or_else(|| Some("docs/resources.md lists the resource types".to_owned()));
            self.problem(given.referenced, format!("there is no resource type `{}`", given.value), hint);
            return None;
        };
        if kind.provider() != provider.value {
            self.problem(
                provider.referenced,
                format!("`provider` is {}, but {} belongs to {}", provider.value, kind.name, kind.provider()),
                Some(format!("write `provider: {}`", kind.provider())),
            );
        }
        Some(kind)
    }

    fn parameters(
        &mut self,
        documents: &BTreeMap<String, Spanned<super::document::ParameterDocument>>,
    ) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for (name, document) in documents {
            match Parameter::from_document(name, &document.value) {
                Ok(parameter) => parameters.push(parameter),
                Err(why) => self.problem(document.referenced, format!("parameter `{name}`: {why}"), None),
            }
        }
        parameters
    }

    fn check(
        &mut self,
        document: &ControlDocument,
        resource: &'static ResourceType,
        parameters: &[(String, ParameterType)],
    ) -> Check {
        let environment = Environment { resource, parameters };
        let mut facts = Facts::default();
        let applies_when = document.check.applies_when.as_ref().and_then(|source| {
            let program = self.program(source, &environment, &facts, Expected::Bool)?;
            facts = program.facts_if_true(&facts);
            Some(program)
        });
        if document.check.pass_when.is_empty() {
            self.problem(document.id.referenced, "`check.pass_when` has no condition".to_owned(), None);
        }
        let mut pass_when = Vec::new();
        for condition in &document.check.pass_when {
            if let Some(program) = self.program(&condition.expr, &environment, &facts, Expected::Bool) {
                facts = program.facts_if_true(&facts);
                pass_when.push(Condition { program, otherwise: condition.otherwise.trim().to_owned() });
            }
        }
        Check { applies_when, pass_when }
    }

    fn program(
        &mut self,
        source: &Spanned<String>,
        environment: &Environment<'_>,
        facts: &Facts,
        expected: Expected,
    ) -> Option<Program> {
        match compile(&source.value, environment, facts, expected) {
            Ok(program) => Some(program),
            Err(CompileError { message, hint, span }) => {
                let (line, column) = yaml::position_within(self.text, source.referenced, &source.value, span.start);
                self.problems.push(Diagnostic { file: self.file.to_owned(), line, column, message, hint });
                None
            }
        }
    }

    fn unused_parameters(&mut self, document: &ControlDocument, parameters: &[Parameter], check: &Check) {
        // A condition that did not compile may be the one that uses the parameter.
        if check.pass_when.len() < document.check.pass_when.len() {
            return;
        }
        let programs = check.applies_when.iter().chain(check.pass_when.iter().map(|condition| &condition.program));
        let used: BTreeSet<&str> =
            programs.flat_map(|program| program.parameters().iter().map(String::as_str)).collect();
        for parameter in parameters.iter().filter(|parameter| !used.contains(parameter.name.as_str())) {
            if let Some(document) = document.parameters.get(&parameter.name) {
                self.problem(
                    document.referenced,
                    format!("no expression uses the parameter `{}`", parameter.name),
                    None,
                );
            }
        }
    }

    fn automatic(&mut self, document: &AutomaticDocument, environment: &Environment<'_>) -> Option<Automatic> {
        if let Some(for_each) = document.with.get("for_each") {
            let source = Spanned::new(
                for_each.value.as_str().unwrap_or_default().to_owned(),
                for_each.referenced,
                for_each.defined,
            );
            // The repair runs on what failed, so nothing is known to be present.
            self.program(&source, environment, &Facts::default(), Expected::List)?;
        }
        let mut word = |given: &Spanned<String>, what: &str, known: &[&str]| {
            let right = known.contains(&given.value.as_str());
            if !right {
                let hint = Some(format!("one of {}", known.join(", ")));
                self.problem(given.referenced, format!("`{}` is no {what}", given.value), hint);
            }
            right
        };
        let right = word(&document.risk, "risk", &["safe", "disruptive", "destructive"])
            & word(&document.rollback, "rollback", &["exact", "new-id", "partial", "none"]);
        right.then(|| Automatic {
            operation: document.operation.value.clone(),
            risk: document.risk.value.clone(),
            impact: document.impact.clone(),
            rollback: document.rollback.value.clone(),
        })
    }

    fn frameworks(&mut self, mapped: &BTreeMap<String, Vec<Spanned<String>>>) {
        let frameworks = match framework::all() {
            Ok(frameworks) => frameworks,
            Err(problem) => {
                self.problems.push(problem);
                return;
            }
        };
        for (name, requirements) in mapped {
            let Some(framework) = frameworks.iter().find(|framework| framework.id == *name) else {
                let place = requirements.first().map_or(Location::UNKNOWN, |id| id.referenced);
                let hint = did_you_mean(name, frameworks.iter().map(|framework| framework.id.as_str()))
                    .or_else(|| Some(format!("one of {}", framework::ids().join(", "))));
                self.problem(place, format!("there is no framework `{name}`"), hint);
                continue;
            };
            let mut seen = BTreeSet::new();
            for id in requirements {
                if !seen.insert(&id.value) {
                    self.problem(id.referenced, format!("{name} {} is mapped twice", id.value), None);
                }
                match framework.requirement(&id.value) {
                    None => {
                        let near = nearest(&id.value, framework.requirements.iter().map(|one| one.id.as_str()));
                        self.problem(
                            id.referenced,
                            format!("{name} has no requirement `{}`", id.value),
                            near.map(|near| format!("did you mean {near}?")),
                        );
                    }
                    Some(requirement) if requirement.withdrawn => {
                        self.problem(id.referenced, format!("{name} {} is withdrawn", id.value), None);
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn references(&mut self, references: &[Spanned<String>]) {
        for reference in references {
            if !reference.value.starts_with("https://") {
                self.problem(reference.referenced, format!("`{}` is no https address", reference.value), None);
            }
        }
    }

    fn test_coverage(&mut self, document: &ControlDocument) {
        let has = |verdict: &str| document.tests.iter().any(|test| test.value.expect == verdict);
        for verdict in ["PASS", "FAIL"] {
            if !has(verdict) {
                self.problem(
                    document.id.referenced,
                    format!("no inline test expects {verdict}"),
                    Some("every control shows at least one resource that passes and one that fails".to_owned()),
                );
            }
        }
        let mut names = BTreeSet::new();
        for test in &document.tests {
            if !names.insert(test.value.name.as_str()) {
                self.problem(test.referenced, format!("two tests are named `{}`", test.value.name), None);
            }
        }
    }

    fn tests(&mut self, control: &Control, documents: &[Spanned<TestDocument>]) -> Vec<InlineTest> {
        let mut tests = Vec::new();
        for document in documents {
            match inline_test(control, document) {
                Ok(test) => tests.push(test),
                Err(why) => self.problem(document.referenced, format!("test `{}`: {why}", document.value.name), None),
            }
        }
        tests
    }
}

fn inline_test(control: &Control, document: &Spanned<TestDocument>) -> Result<InlineTest, String> {
    let test = &document.value;
    let resource = match (&test.resource, &test.after_remediation_of) {
        (Some(given), None) => Some(fixture::complete(control.resource, given)?),
        (None, Some(_)) if control.remediation.automatic.is_some() => None,
        (None, Some(_)) => return Err("the control has no automatic remediation".to_owned()),
        _ => return Err("give either `resource` or `after_remediation_of`".to_owned()),
    };
    let expect: Verdict = test
        .expect
        .parse()
        .map_err(|_| format!("`{}` is no verdict; expect PASS, FAIL, ERROR or NOT_APPLICABLE", test.expect))?;
    let now = test.now.as_deref().unwrap_or(TEST_CLOCK);
    let now = now.parse().map_err(|_| format!("`now: {now}` is no timestamp such as {TEST_CLOCK}"))?;
    let mut overrides = BTreeMap::new();
    for (name, value) in &test.params {
        let parameter = control.parameter(name).ok_or_else(|| format!("there is no parameter `{name}`"))?;
        overrides.insert(name.clone(), parameter.value(value)?);
    }
    Ok(InlineTest {
        name: test.name.clone(),
        line: yaml::position(document.referenced).0,
        resource,
        now,
        parameters: control.parameters_with(&overrides),
        expect,
        because: test.because.clone(),
        evidence: test.evidence.clone(),
    })
}
