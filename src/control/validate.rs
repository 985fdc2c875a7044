//! From the YAML document to a validated control; every problem is found in one pass and told with its place.

use super::document::{AutomaticDocument, ControlDocument, TestDocument};
use super::fixture;
use super::model::{Automatic, Check, Condition, Control, InlineTest, Remediation, Severity, With, parameter_types};
use super::parameter::Parameter;
use crate::finding::{UnknownWord, Verdict};
use crate::framework;
use crate::inventory::{self, ResourceType, Type};
use crate::policy::{CompileError, Environment, Expected, Facts, ParameterType, Program, compile};
use crate::remediation::operation::FOR_EACH;
use crate::remediation::{self, Exactness, Operation, Risk};
use crate::suggest::{did_you_mean, nearest};
use crate::yaml::{self, Diagnostic};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

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
        let automatic = document.remediation.automatic.as_ref().and_then(|automatic| {
            self.automatic(automatic, &Environment { resource, parameters: &parameter_types(&parameters) })
        });
        self.unused_parameters(&document, &parameters, &check, automatic.as_ref());
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

    fn unused_parameters(
        &mut self,
        document: &ControlDocument,
        parameters: &[Parameter],
        check: &Check,
        automatic: Option<&Automatic>,
    ) {
        // A condition that did not compile may be the one that uses the parameter.
        let whole = automatic.is_some() || document.remediation.automatic.is_none();
        if check.pass_when.len() < document.check.pass_when.len() || !whole {
            return;
        }
        let with = automatic.into_iter().flat_map(|automatic| automatic.with.values()).filter_map(|with| match with {
            With::Expression(program) => Some(program),
            With::Literal(_) => None,
        });
        let conditions = check.pass_when.iter().map(|condition| &condition.program);
        let programs = check.applies_when.iter().chain(conditions).chain(with);
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
        let Some(operation) = remediation::operation(&document.operation.value) else {
            let name = &document.operation.value;
            let hint = did_you_mean(name, remediation::operations().map(|operation| operation.name))
                .or_else(|| Some("docs/operations.md lists the operations".to_owned()));
            self.problem(document.operation.referenced, format!("there is no operation `{name}`"), hint);
            return None;
        };
        if operation.kind != environment.resource {
            let message =
                format!("{} repairs {}, not {}", operation.name, operation.kind.name, environment.resource.name);
            self.problem(document.operation.referenced, message, None);
            return None;
        }
        let mut with = BTreeMap::new();
        for (name, value) in &document.with {
            if let Some(value) = self.with(operation, name, value, environment) {
                with.insert(name.clone(), value);
            }
        }
        for argument in operation.arguments.iter().filter(|argument| argument.required) {
            if !document.with.contains_key(argument.name) {
                let message = format!("{} needs `with.{}`", operation.name, argument.name);
                self.problem(document.operation.referenced, message, Some(argument.about.to_owned()));
            }
        }
        let risk = self.word::<Risk>(&document.risk);
        let rollback = self.word::<Exactness>(&document.rollback);
        if let Some(risk) = risk
            && risk < operation.risk
        {
            let message = format!("{} is {}; a control cannot make it less", operation.name, operation.risk);
            self.problem(document.risk.referenced, message, None);
        }
        if let Some(rollback) = rollback
            && rollback != operation.rollback
        {
            let message = format!("the rollback of {} is {}", operation.name, operation.rollback);
            self.problem(document.rollback.referenced, message, None);
        }
        Some(Automatic { operation, with, risk: risk?, impact: document.impact.trim().to_owned(), rollback: rollback? })
    }

    /// A word of a closed vocabulary.
    fn word<T: FromStr<Err = UnknownWord>>(&mut self, given: &Spanned<String>) -> Option<T> {
        match given.value.parse() {
            Ok(word) => Some(word),
            Err(UnknownWord { what, found, allowed }) => {
                let hint = Some(format!("one of {}", allowed.join(", ")));
                self.problem(given.referenced, format!("`{found}` is no {what}"), hint);
                None
            }
        }
    }

    /// A value for an operation: `for_each` and `{expr: ...}` are expressions, everything else stands for itself.
    fn with(
        &mut self,
        operation: &Operation,
        name: &str,
        given: &Spanned<Value>,
        environment: &Environment<'_>,
    ) -> Option<With> {
        let Some(argument) = operation.arguments.iter().find(|argument| argument.name == name) else {
            let known: Vec<_> = operation.arguments.iter().map(|argument| argument.name).collect();
            let hint = did_you_mean(name, known.iter().copied());
            self.problem(given.referenced, format!("{} takes no `{name}`", operation.name), hint);
            return None;
        };
        let source =
            if name == FOR_EACH { given.value.as_str() } else { given.value.get("expr").and_then(Value::as_str) };
        if let Some(source) = source {
            let expected = match argument.ty {
                Type::Bool => Expected::Bool,
                Type::List(_) => Expected::List,
                _ => Expected::Any,
            };
            let source = Spanned::new(source.to_owned(), given.referenced, given.defined);
            // The repair runs on what failed, so nothing is known to be present.
            return self.program(&source, environment, &Facts::default(), expected).map(With::Expression);
        }
        match fixture::conforms(argument.ty, &given.value, name) {
            Ok(()) => Some(With::Literal(given.value.clone())),
            Err(why) => {
                self.problem(given.referenced, why, Some(argument.about.to_owned()));
                None
            }
        }
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
            match inline_test(control, document, documents) {
                Ok(test) => tests.push(test),
                Err(why) => self.problem(document.referenced, format!("test `{}`: {why}", document.value.name), None),
            }
        }
        tests
    }
}

fn inline_test(
    control: &Control,
    document: &Spanned<TestDocument>,
    all: &[Spanned<TestDocument>],
) -> Result<InlineTest, String> {
    let test = &document.value;
    let (given, original) = match (&test.resource, &test.after_remediation_of) {
        (Some(given), None) => (given, test),
        (None, Some(_)) if control.remediation.automatic.is_none() => {
            return Err("the control has no automatic remediation".to_owned());
        }
        (None, Some(name)) => {
            let original = all.iter().map(|other| &other.value).find(|other| other.name == *name);
            original
                .and_then(|original| Some((original.resource.as_ref()?, original)))
                .ok_or_else(|| format!("there is no test `{name}` with a resource"))?
        }
        _ => return Err("give either `resource` or `after_remediation_of`".to_owned()),
    };
    let resource = fixture::complete(control.resource, given)?;
    let expect: Verdict = test
        .expect
        .parse()
        .map_err(|_| format!("`{}` is no verdict; expect PASS, FAIL, ERROR or NOT_APPLICABLE", test.expect))?;
    let now = test.now.as_deref().or(original.now.as_deref()).unwrap_or(TEST_CLOCK);
    let now = now.parse().map_err(|_| format!("`now: {now}` is no timestamp such as {TEST_CLOCK}"))?;
    let mut overrides = BTreeMap::new();
    for (name, value) in original.params.iter().chain(&test.params) {
        let parameter = control.parameter(name).ok_or_else(|| format!("there is no parameter `{name}`"))?;
        overrides.insert(name.clone(), parameter.value(value)?);
    }
    Ok(InlineTest {
        name: test.name.clone(),
        line: yaml::position(document.referenced).0,
        resource,
        repaired: test.after_remediation_of.is_some(),
        now,
        parameters: control.parameters_with(&overrides),
        expect,
        because: test.because.clone(),
        evidence: test.evidence.clone(),
    })
}
