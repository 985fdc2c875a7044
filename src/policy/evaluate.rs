//! The evaluator: walks the compiled form over a document, borrowing everything it can.

use super::environment::{Context, ParameterValue};
use super::error::{Cause, EvaluationError, Failure, Span};
use super::program::{Literal, Loop, LoopKind, MAX_LOOPS, Node, Op, Ordered, Program};
use super::shelf::{Keeper, Shelf};
use super::value::{Budget, Datum, Elements, equal, is_marker, mismatch, order, timestamp};
use serde_json::{Map, Value};

/// How many steps an evaluation may take.
pub(super) const MAX_STEPS: u32 = 1_000_000;

pub(super) type Outcome<'a, T> = Result<T, Failure<'a>>;

pub(super) fn verdict(program: &Program, context: &Context<'_>) -> Result<bool, EvaluationError> {
    let shelf = Shelf::empty();
    let mut evaluation = Evaluation::new(context, &shelf, MAX_STEPS)?;
    evaluation.truth(&program.root).map_err(|failure| failure.explain(&program.source))
}

pub(super) fn value(program: &Program, context: &Context<'_>) -> Result<Value, EvaluationError> {
    let shelf = Shelf::empty();
    let mut evaluation = Evaluation::new(context, &shelf, MAX_STEPS)?;
    evaluation
        .value(&program.root)
        .and_then(|value| value.to_json().map_err(|cause| cause.at(program.root.span)))
        .map_err(|failure| failure.explain(&program.source))
}

/// One run of one program over one resource.
pub(super) struct Evaluation<'a> {
    pub context: Context<'a>,
    pub document: &'a Map<String, Value>,
    /// The first readings, once they were looked up.
    pub readings: [Option<&'a Value>; 8],
    pub slots: [Datum<'a>; MAX_LOOPS],
    pub budget: Budget,
    pub keeper: Keeper<'a>,
}

impl<'a> Evaluation<'a> {
    #[inline]
    pub fn new(context: &Context<'a>, shelf: &'a Shelf<'a>, steps: u32) -> Result<Self, EvaluationError> {
        let Value::Object(document) = context.resource else {
            return Err(EvaluationError::Invalid {
                at: "resource".to_owned(),
                message: "is not a resource document".to_owned(),
            });
        };
        Ok(Self {
            context: *context,
            document,
            readings: [None; 8],
            slots: [Datum::Null; MAX_LOOPS],
            budget: Budget(steps),
            keeper: Keeper::new(shelf),
        })
    }

    #[inline]
    pub fn step(&mut self, span: Span) -> Outcome<'a, ()> {
        match self.budget.0.checked_sub(1) {
            Some(rest) => {
                self.budget.0 = rest;
                Ok(())
            }
            None => Err(Cause::Limit.at(span)),
        }
    }

    pub fn spend(&mut self, steps: usize, span: Span) -> Outcome<'a, ()> {
        self.budget.spend(steps).map_err(|cause| cause.at(span))
    }

    /// The value of a part that must be `bool`.
    pub fn truth(&mut self, node: &'a Node) -> Outcome<'a, bool> {
        self.step(node.span)?;
        match &node.op {
            Op::Access(access) => self.access_bool(access, node.span),
            Op::Literal(Literal::Bool(value)) => Ok(*value),
            Op::Has(access) => Ok(self.find(access, node.span)?.is_some()),
            Op::Not(inner) => self.truth(inner).map(|value| !value),
            Op::And(operands) => self.chain(operands, false),
            Op::Or(operands) => self.chain(operands, true),
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let taken = if self.truth(condition)? { then } else { otherwise };
                self.truth(taken)
            }
            Op::Equal { negated, sides } => self.same(sides, node.span).map(|same| same != *negated),
            Op::Order { operator, sides } => self.ordered(*operator, sides, node.span),
            Op::In(sides) => self.contains(sides, node.span),
            Op::Among { needle, texts } => self.among(needle, texts),
            Op::Loop(each) if matches!(each.kind, LoopKind::Exists | LoopKind::All) => self.decide(each),
            Op::Search { kind, sides } => self.search(*kind, sides, node.span),
            Op::Matches { text, pattern } => self.matches(text, pattern, node.span),
            Op::Help(help) => match self.help(help, node.span)? {
                Datum::Bool(value) => Ok(value),
                other => Err(other.wrong("a bool").at(node.span)),
            },
            _ => match self.evaluate(node)? {
                Datum::Bool(value) => Ok(value),
                other => Err(other.wrong("a bool").at(node.span)),
            },
        }
    }

    /// The value of any part.
    pub fn value(&mut self, node: &'a Node) -> Outcome<'a, Datum<'a>> {
        match &node.op {
            Op::Literal(literal) => Ok(literal.datum()),
            Op::Access(access) => {
                self.step(node.span)?;
                self.access(access, node.span)
            }
            Op::Has(_)
            | Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Equal { .. }
            | Op::Order { .. }
            | Op::In(_)
            | Op::Among { .. }
            | Op::Search { .. }
            | Op::Matches { .. } => self.truth(node).map(Datum::Bool),
            _ => {
                self.step(node.span)?;
                self.evaluate(node)
            }
        }
    }

    /// Every kind of part that is not always `bool`.
    #[inline(never)]
    fn evaluate(&mut self, node: &'a Node) -> Outcome<'a, Datum<'a>> {
        let span = node.span;
        match &node.op {
            Op::Literal(literal) => Ok(literal.datum()),
            Op::Access(access) => self.access(access, span),
            Op::Now => Ok(Datum::Timestamp(self.context.now)),
            Op::Parameter(parameter) => self.parameter(parameter, span).map(ParameterValue::datum),
            Op::Arithmetic { operator, sides } => {
                let (left, right) = self.both(sides)?;
                self.arithmetic(*operator, left, right).map_err(|cause| cause.at(span))
            }
            Op::Negate(inner) => match self.value(inner)? {
                Datum::Int(value) => value.checked_neg().map(Datum::Int).ok_or_else(|| OVERFLOW.at(span)),
                Datum::Float(value) => Ok(Datum::Float(-value)),
                other => Err(other.wrong("a number").at(inner.span)),
            },
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                if self.truth(condition)? { self.value(then) } else { self.value(otherwise) }
            }
            Op::List(items) => {
                self.spend(items.len(), span)?;
                let items = items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>, _>>()?;
                Ok(Datum::List(self.keeper.list(items)))
            }
            Op::Loop(each) => match each.kind {
                LoopKind::Exists | LoopKind::All => self.decide(each).map(Datum::Bool),
                LoopKind::Filter | LoopKind::Map => self.collect(each),
            },
            Op::Size(inner) => {
                let value = self.value(inner)?;
                if let Datum::Text(text) = value {
                    self.spend(text.len() / 64, span)?;
                }
                let size = value.size().map_err(|cause| cause.at(inner.span))?;
                i64::try_from(size).map(Datum::Int).map_err(|_| OVERFLOW.at(span))
            }
            Op::AsList(inner) => self.as_list(inner),
            Op::Timestamp(inner) => match self.value(inner)? {
                Datum::Text(text) => timestamp(text).map(Datum::Timestamp).map_err(|cause| cause.at(inner.span)),
                same @ Datum::Timestamp(_) => Ok(same),
                other => Err(other.wrong("a string").at(inner.span)),
            },
            Op::Duration(inner) => match self.value(inner)? {
                Datum::Text(text) => super::parse_duration(text)
                    .map(Datum::Duration)
                    .map_err(|_| Cause::Plain("is not a duration, for instance 90d or 1h30m").at(inner.span)),
                same @ Datum::Duration(_) => Ok(same),
                other => Err(other.wrong("a string").at(inner.span)),
            },
            Op::Help(help) => self.help(help, span),
            _ => self.truth(node).map(Datum::Bool),
        }
    }

    #[inline(never)]
    fn same(&mut self, sides: &'a [Node; 2], span: Span) -> Outcome<'a, bool> {
        let [left, right] = sides;
        // The most frequent comparison by far, without a detour: `key.status == "Active"`.
        if let (Op::Access(access), Op::Literal(Literal::Text(wanted))) = (&left.op, &right.op)
            && let Some(Value::String(found)) = self.raw(access, left.span)?
        {
            return Ok(**found == **wanted);
        }
        let (left, right) = self.both(sides)?;
        equal(left, right, &mut self.budget).map_err(|cause| cause.at(span))
    }

    #[inline(never)]
    fn ordered(&mut self, operator: Ordered, sides: &'a [Node; 2], span: Span) -> Outcome<'a, bool> {
        let (left, right) = self.both(sides)?;
        let order = order(left, right).map_err(|cause| cause.at(span))?;
        Ok(order.is_some_and(|order| operator.holds(order)))
    }

    #[inline(never)]
    fn among(&mut self, needle: &'a Node, texts: &[Box<str>]) -> Outcome<'a, bool> {
        let span = needle.span;
        let needle = self.value(needle)?;
        self.spend(texts.len(), span)?;
        Ok(matches!(needle, Datum::Text(needle) if texts.iter().any(|text| **text == *needle)))
    }

    #[inline]
    pub fn both(&mut self, sides: &'a [Node; 2]) -> Outcome<'a, (Datum<'a>, Datum<'a>)> {
        Ok((self.value(&sides[0])?, self.value(&sides[1])?))
    }

    /// `&&` (decided by false) and `||` (decided by true): an operand without a value matters only if no other decides.
    #[inline(never)]
    fn chain(&mut self, operands: &'a [Node], decisive: bool) -> Outcome<'a, bool> {
        let mut failure = None;
        for operand in operands {
            match self.truth(operand) {
                Ok(value) if value == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(limit) if limit.is_limit() => return Err(limit),
                Err(other) => failure = failure.or(Some(other)),
            }
        }
        failure.map_or(Ok(!decisive), Err)
    }

    fn as_list(&mut self, inner: &'a Node) -> Outcome<'a, Datum<'a>> {
        let one = match &inner.op {
            Op::Access(access) => {
                self.step(inner.span)?;
                match self.raw(access, inner.span)? {
                    Some(list @ Value::Array(_)) => Datum::Json(list),
                    Some(Value::Null) => Datum::Null,
                    Some(marker) if is_marker(marker) => {
                        return Err(Cause::Unreadable { field: None, marker }.at(inner.span));
                    }
                    // The schema's type is checked when the element is taken out.
                    Some(value) => return Ok(Datum::One(value)),
                    None => self.access(access, inner.span)?,
                }
            }
            _ => self.value(inner)?,
        };
        Ok(match one {
            list if list.is_list() => list,
            Datum::Null => Datum::List(&[]),
            one => Datum::List(self.keeper.list(vec![one])),
        })
    }

    fn elements(&mut self, each: &'a Loop) -> Outcome<'a, Elements<'a>> {
        let range = self.value(&each.range)?;
        range.elements(each.element).map_err(|cause| cause.at(each.range.span))
    }

    /// `exists` (decided by true) and `all` (decided by false).
    #[inline(never)]
    fn decide(&mut self, each: &'a Loop) -> Outcome<'a, bool> {
        let decisive = each.kind == LoopKind::Exists;
        let mut failure = None;
        for element in self.elements(each)? {
            let outcome = match element {
                Ok(element) => {
                    self.slots[each.slot] = element;
                    self.truth(&each.body)
                }
                Err(other) => Err(mismatch(other, each.element).at(each.range.span)),
            };
            match outcome {
                Ok(value) if value == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(limit) if limit.is_limit() => return Err(limit),
                Err(other) => {
                    self.step(each.range.span)?;
                    failure = failure.or(Some(other));
                }
            }
        }
        failure.map_or(Ok(!decisive), Err)
    }

    /// `filter` and `map`.
    fn collect(&mut self, each: &'a Loop) -> Outcome<'a, Datum<'a>> {
        let mut items = Vec::new();
        for element in self.elements(each)? {
            let element = element.map_err(|other| mismatch(other, each.element).at(each.range.span))?;
            self.slots[each.slot] = element;
            if each.kind == LoopKind::Map {
                items.push(self.value(&each.body)?);
            } else if self.truth(&each.body)? {
                items.push(element);
            }
        }
        Ok(Datum::List(self.keeper.list(items)))
    }
}

pub(super) const OVERFLOW: Cause<'static> = Cause::Plain("is too large a number");

impl Literal {
    pub(super) fn datum(&self) -> Datum<'_> {
        match self {
            Self::Null => Datum::Null,
            Self::Bool(value) => Datum::Bool(*value),
            Self::Int(value) => Datum::Int(*value),
            Self::Float(value) => Datum::Float(*value),
            Self::Text(text) => Datum::Text(text),
            Self::Timestamp(moment) => Datum::Timestamp(*moment),
            Self::Duration(length) => Datum::Duration(*length),
        }
    }
}

impl ParameterValue {
    pub(super) fn datum(&self) -> Datum<'_> {
        match self {
            Self::Bool(value) => Datum::Bool(*value),
            Self::Int(value) => Datum::Int(*value),
            Self::Float(value) => Datum::Float(*value),
            Self::String(text) => Datum::Text(text),
            Self::Duration(length) => Datum::Duration(*length),
            Self::StringList(texts) => Datum::Texts(texts),
        }
    }
}
