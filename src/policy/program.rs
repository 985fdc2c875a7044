//! The compiled form of an expression.

use super::ast::Operator;
use super::check;
use super::environment::{Context, Environment, Expected, Facts, ParameterType, ParameterValue};
use super::error::{CompileError, EvaluationError, Span};
use super::evaluate;
use super::explain::{self, Evidence};
use super::parser::parse;
use super::value::Load;
use crate::inventory::schema::Helper;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// How many loops may stand inside each other.
pub(super) const MAX_LOOPS: usize = 8;

/// A compiled expression.
#[derive(Debug)]
pub struct Program {
    pub(super) source: Box<str>,
    pub(super) root: Node,
    pub(super) reads: BTreeSet<&'static str>,
    pub(super) parameters: BTreeSet<String>,
    /// Paths that are present if the expression is true.
    pub(super) proves: Vec<String>,
}

/// Parses and checks an expression.
///
/// # Errors
/// [`CompileError`] with a place in the source if the expression is malformed, names what does not exist, mixes
/// types, has another type than `expected`, or uses what may be absent without asking first.
pub fn compile(
    source: &str,
    environment: &Environment<'_>,
    facts: &Facts,
    expected: Expected,
) -> Result<Program, CompileError> {
    check::program(source, &parse(source)?, environment, facts, expected)
}

impl Program {
    /// What was compiled.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The fields of the resource that it names.
    #[must_use]
    pub const fn reads(&self) -> &BTreeSet<&'static str> {
        &self.reads
    }

    /// The parameters that it names.
    #[must_use]
    pub const fn parameters(&self) -> &BTreeSet<String> {
        &self.parameters
    }

    /// What is known after it was true, on top of what was known before.
    #[must_use]
    pub fn facts_if_true(&self, facts: &Facts) -> Facts {
        let mut facts = facts.clone();
        facts.present.extend(self.proves.iter().cloned());
        facts
    }

    /// Its verdict on a resource.
    ///
    /// # Errors
    /// [`EvaluationError`] if the verdict depends on something that has no value.
    pub fn evaluate(&self, context: &Context<'_>) -> Result<bool, EvaluationError> {
        evaluate::verdict(self, context)
    }

    /// Its value for a resource; timestamps become RFC 3339 text, durations seconds (`7776000s`).
    ///
    /// # Errors
    /// [`EvaluationError`] if the value depends on something that has no value.
    pub fn evaluate_value(&self, context: &Context<'_>) -> Result<Value, EvaluationError> {
        evaluate::value(self, context)
    }

    /// The paths and values that decided a verdict, in order of appearance, at most 20.
    #[must_use]
    pub fn explain(&self, context: &Context<'_>, outcome: bool) -> Vec<Evidence> {
        explain::evidence(self, context, outcome)
    }
}

/// A part of a compiled expression.
#[derive(Debug)]
pub(super) struct Node {
    pub op: Op,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum Op {
    Literal(Literal),
    Now,
    Parameter(Parameter),
    Access(Access),
    Has(Access),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<[Node]>),
    Or(Box<[Node]>),
    Choice(Box<[Node; 3]>),
    Equal {
        negated: bool,
        sides: Box<[Node; 2]>,
    },
    Order {
        operator: Ordered,
        sides: Box<[Node; 2]>,
    },
    Arithmetic {
        operator: Arithmetic,
        sides: Box<[Node; 2]>,
    },
    In(Box<[Node; 2]>),
    /// `x in ["a", "b"]`
    Among {
        needle: Box<Node>,
        texts: Box<[Box<str>]>,
    },
    List(Box<[Node]>),
    Loop(Box<Loop>),
    Size(Box<Node>),
    AsList(Box<Node>),
    Timestamp(Box<Node>),
    Duration(Box<Node>),
    Search {
        kind: Search,
        sides: Box<[Node; 2]>,
    },
    Matches {
        text: Box<Node>,
        pattern: Pattern,
    },
    Help(Box<Help>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Box<str>),
    Timestamp(Timestamp),
    Duration(SignedDuration),
}

#[derive(Debug)]
pub(super) struct Parameter {
    pub index: usize,
    pub name: Box<str>,
    pub kind: ParameterType,
}

/// A chain of fields and indexes as one node.
#[derive(Debug)]
pub(super) struct Access {
    pub root: Root,
    pub steps: Vec<Step>,
    pub load: Load,
}

#[derive(Debug)]
pub(super) enum Root {
    /// A field of the resource.
    Resource(Reading),
    /// The variable of a loop.
    Slot(usize),
    /// Anything else.
    Node(Box<Node>),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub field: &'static str,
    /// The readings of an expression are numbered as they appear.
    pub number: usize,
}

#[derive(Debug)]
pub(super) enum Step {
    /// `.name` of a record.
    Field(Box<str>),
    /// `.name` of a value of any type.
    Member(Box<str>),
    /// `["key"]`, and `.name` of a map.
    Key(Box<str>),
    /// `[1]`
    Item(i64),
    /// `[expression]`
    Computed(Box<Node>),
}

#[derive(Debug)]
pub(super) struct Loop {
    pub kind: LoopKind,
    pub range: Node,
    /// The type of the elements, if they stand in the document.
    pub element: Load,
    pub slot: usize,
    pub body: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopKind {
    Exists,
    All,
    Filter,
    Map,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordered {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Debug)]
pub(super) enum Pattern {
    /// Written in the expression, compiled with it.
    Fixed(Matcher),
    /// Computed; the first one is remembered, because it is mostly a parameter and does not change.
    Computed { node: Box<Node>, first: OnceLock<(Box<str>, Matcher)> },
}

/// A regular expression and what a search with it may cost.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    pub regex: Regex,
    /// Steps for each 64 bytes of text.
    pub weight: usize,
}

/// A call of a typed helper.
#[derive(Debug)]
pub(super) struct Help {
    pub helper: &'static Helper,
    pub on: Node,
    pub arguments: Arguments,
    /// The type of the answer.
    pub load: Load,
}

#[derive(Debug)]
pub(super) enum Arguments {
    /// Literals only, ready for the helper.
    Fixed(Box<[Value]>),
    /// Literals and parameters; the first values are remembered, because a scan does not change its parameters.
    Steady { nodes: Box<[Node]>, first: OnceLock<Prepared> },
    /// Anything.
    Computed(Box<[Node]>),
}

#[derive(Debug)]
pub(super) struct Prepared {
    /// The values that stood in the place of parameters.
    pub parameters: Box<[ParameterValue]>,
    pub arguments: Box<[Value]>,
}

impl Ordered {
    pub const fn from(operator: Operator) -> Option<Self> {
        Some(match operator {
            Operator::Less => Self::Less,
            Operator::LessOrEqual => Self::LessOrEqual,
            Operator::Greater => Self::Greater,
            Operator::GreaterOrEqual => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Matcher {
    /// Compiles a pattern into at most a megabyte.
    pub fn new(pattern: &str) -> Result<Self, String> {
        const LONGEST: usize = 4 * 1024;
        if pattern.len() > LONGEST {
            return Err(format!("is a pattern of more than {LONGEST} bytes"));
        }
        let mut error = String::new();
        for (size, weight) in [(16 * 1024, 1), (128 * 1024, 16), (1024 * 1024, 256)] {
            match regex::RegexBuilder::new(pattern).size_limit(size).dfa_size_limit(4 * size).nest_limit(100).build() {
                Ok(regex) => return Ok(Self { regex, weight }),
                Err(regex::Error::CompiledTooBig(_)) => error = "is a pattern that would take too much memory".into(),
                Err(other) => {
                    // The last line says what is wrong, those before it draw where.
                    let text = other.to_string();
                    let reason = text.lines().last().unwrap_or_default();
                    return Err(format!("is no regular expression: {}", reason.trim_start_matches("error: ")));
                }
            }
        }
        Err(error)
    }
}
