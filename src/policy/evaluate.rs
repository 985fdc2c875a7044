//! The evaluator: walks the compiled form over a document, borrowing everything it can.

use super::environment::{Context, ParameterValue};
use super::error::{Cause, EvaluationError, Failure, Span};
use super::program::{
    Access, Arguments, Arithmetic, Help, Literal, Loop, LoopKind, MAX_LOOPS, Matcher, Node, Op, Parameter, Pattern,
    Prepared, Program, Root, Search, Step,
};
use super::value::{Budget, Datum, Elements, Keeper, Load, Shelf, equal, is_marker, order, timestamp};
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
    context: Context<'a>,
    pub document: &'a Map<String, Value>,
    pub slots: [Datum<'a>; MAX_LOOPS],
    pub budget: Budget,
    keeper: Keeper<'a>,
}

impl<'a> Evaluation<'a> {
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
            slots: [Datum::Null; MAX_LOOPS],
            budget: Budget(steps),
            keeper: Keeper::new(shelf),
        })
    }

    fn spend(&mut self, steps: usize, span: Span) -> Outcome<'a, ()> {
        self.budget.spend(steps).map_err(|cause| cause.at(span))
    }

    /// The value of a part that must be `bool`.
    pub fn truth(&mut self, node: &'a Node) -> Outcome<'a, bool> {
        self.spend(1, node.span)?;
        match &node.op {
            Op::Access(access) => match self.access(access, node.span)? {
                Datum::Bool(value) => Ok(value),
                other => Err(other.wrong("a bool").at(node.span)),
            },
            Op::Literal(Literal::Bool(value)) => Ok(*value),
            Op::Has(access) => Ok(self.find(access, node.span)?.is_some()),
            Op::Not(inner) => self.truth(inner).map(|value| !value),
            Op::And(operands) => self.chain(operands, false),
            Op::Or(operands) => self.chain(operands, true),
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                if self.truth(condition)? { self.truth(then) } else { self.truth(otherwise) }
            }
            Op::Equal { negated, sides } => {
                let (left, right) = self.both(sides)?;
                equal(left, right, &mut self.budget).map(|same| same != *negated).map_err(|cause| cause.at(node.span))
            }
            Op::Order { operator, sides } => {
                let (left, right) = self.both(sides)?;
                let order = order(left, right).map_err(|cause| cause.at(node.span))?;
                Ok(order.is_some_and(|order| operator.holds(order)))
            }
            Op::In(sides) => {
                let (needle, range) = self.both(sides)?;
                self.contains(needle, range, node.span)
            }
            Op::Among { needle, texts } => {
                let needle = self.value(needle)?;
                self.spend(texts.len(), node.span)?;
                Ok(matches!(needle, Datum::Text(needle) if texts.iter().any(|text| **text == *needle)))
            }
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
                self.spend(1, node.span)?;
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
                self.spend(1, node.span)?;
                self.evaluate(node)
            }
        }
    }

    /// Every kind of part that is not always `bool`.
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

    fn both(&mut self, sides: &'a [Node; 2]) -> Outcome<'a, (Datum<'a>, Datum<'a>)> {
        Ok((self.value(&sides[0])?, self.value(&sides[1])?))
    }

    /// `&&` (decided by false) and `||` (decided by true): an operand without a value matters only if no other decides.
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
                self.spend(1, inner.span)?;
                match self.place(access, inner.span)? {
                    Ok(value @ (Value::Array(_) | Value::Null)) => {
                        Datum::load(value, Load::Any).map_err(|cause| cause.at(inner.span))?
                    }
                    // The schema's type is checked when the element is taken out.
                    Ok(value) => return Ok(Datum::One(value)),
                    Err(computed) => computed,
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
    fn decide(&mut self, each: &'a Loop) -> Outcome<'a, bool> {
        let decisive = each.kind == LoopKind::Exists;
        let mut failure = None;
        for element in self.elements(each)? {
            let outcome = element.map_err(|cause| cause.at(each.range.span)).and_then(|element| {
                self.slots[each.slot] = element;
                self.truth(&each.body)
            });
            match outcome {
                Ok(value) if value == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(limit) if limit.is_limit() => return Err(limit),
                Err(other) => {
                    self.spend(1, each.range.span)?;
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
            let element = element.map_err(|cause| cause.at(each.range.span))?;
            self.slots[each.slot] = element;
            if each.kind == LoopKind::Map {
                items.push(self.value(&each.body)?);
            } else if self.truth(&each.body)? {
                items.push(element);
            }
        }
        Ok(Datum::List(self.keeper.list(items)))
    }

    fn parameter(&self, parameter: &'a Parameter, span: Span) -> Outcome<'a, &'a ParameterValue> {
        match self.context.parameters.at(parameter.index, &parameter.name) {
            Some(value) if value.kind() == parameter.kind => Ok(value),
            Some(_) => Err(Cause::Plain("has a value of another type than the control declares").at(span)),
            None => Err(Cause::Plain("has no value").at(span)),
        }
    }

    /// A field of the resource; none if it is absent.
    fn reading(&self, field: &'static str, span: Span) -> Outcome<'a, Option<&'a Value>> {
        match self.document.get(field) {
            None => Err(Cause::NotCollected(field).at(span)),
            Some(Value::Null) => Ok(None),
            Some(value) if is_marker(value) => Err(Cause::Unreadable { field: Some(field), marker: value }.at(span)),
            known => Ok(known),
        }
    }

    #[inline]
    pub fn access(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Datum<'a>> {
        match self.place(access, span)? {
            Ok(value) => Datum::load(value, access.load).map_err(|cause| cause.at(span)),
            Err(computed) => Ok(computed),
        }
    }

    /// Where a path leads to in a document; or a computed value that it did not lead out of.
    #[inline]
    fn place(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Result<&'a Value, Datum<'a>>> {
        let mut steps = access.steps.iter();
        let mut value = match &access.root {
            Root::Resource(field) => match self.reading(field, span)? {
                Some(value) => value,
                None => return Err(Cause::Absent.at(span)),
            },
            Root::Slot(slot) => match self.slots[*slot] {
                Datum::Json(value) => value,
                computed if access.steps.is_empty() => return Ok(Err(computed)),
                computed => match self.lead_out(computed, &mut steps, span)? {
                    Ok(value) => value,
                    Err(computed) => return Ok(Err(computed)),
                },
            },
            Root::Node(node) => {
                let computed = self.value(node)?;
                match self.lead_out(computed, &mut steps, span)? {
                    Ok(value) => value,
                    Err(computed) => return Ok(Err(computed)),
                }
            }
        };
        for step in steps {
            value = match (step, value) {
                (Step::Field(name), Value::Object(map)) if let Some(next) = map.get(&**name) => next,
                _ => match self.descend(value, step, span)? {
                    Some(next) => next,
                    None if matches!(step, Step::Field(_)) => return Err(Cause::Absent.at(span)),
                    None => return Err(Cause::MissingKey.at(span)),
                },
            };
        }
        Ok(Ok(value))
    }

    /// The value at the end of a path; none if any part of the path is absent.
    pub fn find(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Option<&'a Value>> {
        let mut steps = access.steps.iter();
        let computed = match &access.root {
            Root::Resource(field) => match self.reading(field, span)? {
                Some(value) => Datum::Json(value),
                None => return Ok(None),
            },
            Root::Slot(slot) => self.slots[*slot],
            Root::Node(node) => self.value(node)?,
        };
        let Ok(mut value) = self.lead_out(computed, &mut steps, span)? else { return Ok(None) };
        for step in steps {
            match (step, value) {
                (Step::Member(_) | Step::Key(_), Value::Object(_))
                | (Step::Field(_) | Step::Item(_) | Step::Computed(_), _) => {}
                // A text has no members, and a document of any shape may hold one here.
                _ => return Ok(None),
            }
            match self.descend(value, step, span)? {
                None | Some(Value::Null) => return Ok(None),
                Some(next) => value = next,
            }
        }
        Ok(Some(value))
    }

    /// Takes steps until a computed value leads into a document.
    fn lead_out(
        &mut self,
        mut datum: Datum<'a>,
        steps: &mut std::slice::Iter<'a, Step>,
        span: Span,
    ) -> Outcome<'a, Result<&'a Value, Datum<'a>>> {
        loop {
            if let Datum::Json(value) = datum {
                return Ok(Ok(value));
            }
            let Some(step) = steps.next() else { return Ok(Err(datum)) };
            let index = match step {
                Step::Item(index) => *index,
                Step::Computed(node) => match self.value(node)? {
                    Datum::Int(index) => index,
                    other => return Err(other.wrong("an int").at(node.span)),
                },
                Step::Field(_) | Step::Member(_) | Step::Key(_) => return Err(datum.wrong("an object").at(span)),
            };
            let item = usize::try_from(index).ok().and_then(|index| match datum {
                Datum::List(items) => items.get(index).copied(),
                Datum::Texts(texts) => texts.get(index).map(|text| Datum::Text(text)),
                Datum::One(value) if index == 0 => Datum::json(value).ok(),
                _ => None,
            });
            datum = item.ok_or_else(|| NO_ELEMENT.at(span))?;
        }
    }

    /// One step into a document; none if nothing is there.
    fn descend(&mut self, value: &'a Value, step: &'a Step, span: Span) -> Outcome<'a, Option<&'a Value>> {
        match step {
            Step::Field(name) | Step::Member(name) | Step::Key(name) => Self::member(value, name, span),
            Step::Item(index) => Self::item(value, *index, span).map(Some),
            Step::Computed(node) => match self.value(node)? {
                Datum::Int(index) => Self::item(value, index, span).map(Some),
                Datum::Text(key) => Self::member(value, key, span),
                other => Err(other.wrong("an int or a string").at(node.span)),
            },
        }
    }

    fn member(value: &'a Value, name: &str, span: Span) -> Outcome<'a, Option<&'a Value>> {
        let Value::Object(map) = value else { return Err(kind_of(value).wrong("an object").at(span)) };
        match map.get(name) {
            None if is_marker(value) => Err(Cause::Unreadable { field: None, marker: value }.at(span)),
            found => Ok(found),
        }
    }

    fn item(value: &'a Value, index: i64, span: Span) -> Outcome<'a, &'a Value> {
        let Value::Array(items) = value else { return Err(kind_of(value).wrong("a list").at(span)) };
        usize::try_from(index).ok().and_then(|index| items.get(index)).ok_or_else(|| NO_ELEMENT.at(span))
    }

    fn contains(&mut self, needle: Datum<'a>, range: Datum<'a>, span: Span) -> Outcome<'a, bool> {
        if let Datum::Json(Value::Object(map)) = range {
            return Ok(matches!(needle, Datum::Text(key) if map.contains_key(key)));
        }
        let elements = range.elements(Load::Any).map_err(|cause| cause.at(span))?;
        for element in elements {
            self.spend(1, span)?;
            let same = element.and_then(|element| equal(needle, element, &mut self.budget));
            if same.map_err(|cause| cause.at(span))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn texts(&mut self, left: &'a Node, right: &'a Node) -> Outcome<'a, (&'a str, &'a str)> {
        let mut text = |node: &'a Node| match self.value(node)? {
            Datum::Text(text) => Ok(text),
            other => Err(other.wrong("a string").at(node.span)),
        };
        Ok((text(left)?, text(right)?))
    }

    fn search(&mut self, kind: Search, sides: &'a [Node; 2], span: Span) -> Outcome<'a, bool> {
        let (text, part) = self.texts(&sides[0], &sides[1])?;
        Ok(match kind {
            Search::StartsWith => text.starts_with(part),
            Search::EndsWith => text.ends_with(part),
            Search::Contains => {
                self.spend(text.len() / 64, span)?;
                text.contains(part)
            }
        })
    }

    fn matches(&mut self, text: &'a Node, pattern: &'a Pattern, span: Span) -> Outcome<'a, bool> {
        /// What compiling a pattern costs, in steps: a scan cannot be slowed down by a pattern for each element.
        const COMPILE: usize = 10_000;
        match pattern {
            Pattern::Fixed(matcher) => match self.value(text)? {
                Datum::Text(text) => self.run(matcher, text, span),
                other => Err(other.wrong("a string").at(text.span)),
            },
            Pattern::Computed { node, first } => {
                let (text, pattern) = self.texts(text, node)?;
                if let Some((known, matcher)) = first.get()
                    && **known == *pattern
                {
                    return self.run(matcher, text, span);
                }
                self.spend(COMPILE, span)?;
                let matcher =
                    Matcher::new(pattern).map_err(|reason| Cause::Text(self.keeper.text(reason)).at(node.span))?;
                let result = self.run(&matcher, text, span);
                // Somebody else may have been first; then this one is compiled again each time.
                let _ = first.set((pattern.into(), matcher));
                result
            }
        }
    }

    fn run(&mut self, matcher: &Matcher, text: &str, span: Span) -> Outcome<'a, bool> {
        self.spend(1 + text.len().saturating_mul(matcher.weight) / 64, span)?;
        Ok(matcher.regex.is_match(text))
    }

    fn help(&mut self, help: &'a Help, span: Span) -> Outcome<'a, Datum<'a>> {
        let on = match self.value(&help.on)? {
            Datum::Json(record) => record,
            other => return Err(other.wrong("an object").at(help.on.span)),
        };
        if is_marker(on) {
            return Err(Cause::Unreadable { field: None, marker: on }.at(help.on.span));
        }
        let arguments = match &help.arguments {
            Arguments::Fixed(arguments) => arguments,
            Arguments::Steady { nodes, first } => {
                let prepared = match first.get() {
                    Some(prepared) => prepared,
                    None => {
                        let arguments = self.arguments(nodes)?;
                        let mut parameters = Vec::new();
                        for node in nodes {
                            if let Op::Parameter(parameter) = &node.op {
                                parameters.push(self.parameter(parameter, node.span)?.clone());
                            }
                        }
                        first.get_or_init(|| Prepared { parameters: parameters.into(), arguments })
                    }
                };
                if self.still_holds(nodes, prepared)? {
                    &prepared.arguments
                } else {
                    let arguments = self.arguments(nodes)?;
                    self.keeper.arguments(arguments)
                }
            }
            Arguments::Computed(nodes) => {
                let arguments = self.arguments(nodes)?;
                self.keeper.arguments(arguments)
            }
        };
        match (help.helper.run)(on, arguments) {
            Value::Bool(answer) if matches!(help.load, Load::Bool | Load::Any) => Ok(Datum::Bool(answer)),
            answer => {
                let answer = self.keeper.json(answer);
                Datum::load(answer, help.load).map_err(|cause| cause.at(span))
            }
        }
    }

    fn arguments(&mut self, nodes: &'a [Node]) -> Outcome<'a, Box<[Value]>> {
        nodes
            .iter()
            .map(|node| self.value(node).and_then(|value| value.to_json().map_err(|cause| cause.at(node.span))))
            .collect()
    }

    /// The parameters are those that the arguments were prepared for.
    fn still_holds(&self, nodes: &'a [Node], prepared: &Prepared) -> Outcome<'a, bool> {
        let mut known = prepared.parameters.iter();
        for node in nodes {
            if let Op::Parameter(parameter) = &node.op
                && known.next() != Some(self.parameter(parameter, node.span)?)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn arithmetic(&mut self, operator: Arithmetic, left: Datum<'a>, right: Datum<'a>) -> Result<Datum<'a>, Cause<'a>> {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        let checked = match (operator, left, right) {
            (_, Datum::Int(left), Datum::Int(right)) => {
                if right == 0 && matches!(operator, Divide | Remainder) {
                    return Err(Cause::Plain("divides by zero"));
                }
                match operator {
                    Add => left.checked_add(right),
                    Subtract => left.checked_sub(right),
                    Multiply => left.checked_mul(right),
                    Divide => left.checked_div(right),
                    Remainder => left.checked_rem(right),
                }
                .map(Datum::Int)
            }
            (Add, Datum::Float(left), Datum::Float(right)) => Some(Datum::Float(left + right)),
            (Subtract, Datum::Float(left), Datum::Float(right)) => Some(Datum::Float(left - right)),
            (Multiply, Datum::Float(left), Datum::Float(right)) => Some(Datum::Float(left * right)),
            (Divide, Datum::Float(left), Datum::Float(right)) => Some(Datum::Float(left / right)),
            (Subtract, Datum::Timestamp(left), Datum::Timestamp(right)) => {
                Some(Datum::Duration(left.duration_since(right)))
            }
            (Add, Datum::Timestamp(moment), Datum::Duration(length))
            | (Add, Datum::Duration(length), Datum::Timestamp(moment)) => {
                moment.checked_add(length).ok().map(Datum::Timestamp)
            }
            (Subtract, Datum::Timestamp(moment), Datum::Duration(length)) => {
                moment.checked_sub(length).ok().map(Datum::Timestamp)
            }
            (Add, Datum::Duration(left), Datum::Duration(right)) => left.checked_add(right).map(Datum::Duration),
            (Subtract, Datum::Duration(left), Datum::Duration(right)) => left.checked_sub(right).map(Datum::Duration),
            (Add, Datum::Text(left), Datum::Text(right)) => {
                self.budget.spend((left.len() + right.len()) / 64)?;
                Some(Datum::Text(self.keeper.text([left, right].concat())))
            }
            (Add, _, _) if left.is_list() => {
                if matches!(right, Datum::Json(Value::Object(_))) {
                    return Err(right.wrong("a list"));
                }
                self.budget.spend(left.size()?)?;
                let second = right.elements(Load::Any)?;
                self.budget.spend(right.size()?)?;
                let items = left.elements(Load::Any)?.chain(second).collect::<Result<Vec<_>, _>>()?;
                Some(Datum::List(self.keeper.list(items)))
            }
            (_, Datum::Null, _) | (_, _, Datum::Null) => return Err(Cause::Plain("combines null with something")),
            _ => return Err(Cause::Plain("combines values whose types do not go together")),
        };
        checked.ok_or(OVERFLOW)
    }
}

const OVERFLOW: Cause<'static> = Cause::Plain("is too large a number");
const NO_ELEMENT: Cause<'static> = Cause::Plain("names an element that is not there");

impl Literal {
    fn datum(&self) -> Datum<'_> {
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
    fn datum(&self) -> Datum<'_> {
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

/// Only for its name in a message.
fn kind_of(value: &Value) -> Datum<'_> {
    Datum::json(value).unwrap_or(Datum::Null)
}
