//! The evaluator's operations on values: arithmetic, searches, patterns, typed helpers.

use super::environment::ParameterValue;
use super::error::{Cause, Span};
use super::evaluate::{Evaluation, OVERFLOW, Outcome};
use super::program::{Arguments, Arithmetic, Help, Matcher, Node, Op, Parameter, Pattern, Prepared, Search};
use super::value::{Datum, Load, equal, is_marker, mismatch};
use serde_json::Value;

impl<'a> Evaluation<'a> {
    pub fn parameter(&self, parameter: &'a Parameter, span: Span) -> Outcome<'a, &'a ParameterValue> {
        match self.context.parameters.at(parameter.index, &parameter.name) {
            Some(value) if value.kind() == parameter.kind => Ok(value),
            Some(_) => Err(Cause::Plain("has a value of another type than the control declares").at(span)),
            None => Err(Cause::Plain("has no value").at(span)),
        }
    }

    #[inline(never)]
    pub fn contains(&mut self, sides: &'a [Node; 2], span: Span) -> Outcome<'a, bool> {
        let (needle, range) = self.both(sides)?;
        if let Datum::Json(Value::Object(map)) = range {
            return Ok(matches!(needle, Datum::Text(key) if map.contains_key(key)));
        }
        let elements = range.elements(Load::Any).map_err(|cause| cause.at(span))?;
        let mut failure = None;
        for element in elements {
            self.step(span)?;
            let element = element.map_err(|other| mismatch(other, Load::Any));
            match element.and_then(|element| equal(needle, element, &mut self.budget)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Cause::Limit) => return Err(Cause::Limit.at(span)),
                Err(other) => failure = failure.or(Some(other)),
            }
        }
        failure.map_or(Ok(false), |cause| Err(cause.at(span)))
    }

    fn texts(&mut self, left: &'a Node, right: &'a Node) -> Outcome<'a, (&'a str, &'a str)> {
        let mut text = |node: &'a Node| match self.value(node)? {
            Datum::Text(text) => Ok(text),
            other => Err(other.wrong("a string").at(node.span)),
        };
        Ok((text(left)?, text(right)?))
    }

    #[inline(never)]
    pub fn search(&mut self, kind: Search, sides: &'a [Node; 2], span: Span) -> Outcome<'a, bool> {
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

    #[inline(never)]
    pub fn matches(&mut self, text: &'a Node, pattern: &'a Pattern, span: Span) -> Outcome<'a, bool> {
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

    #[inline(never)]
    pub fn help(&mut self, help: &'a Help, span: Span) -> Outcome<'a, Datum<'a>> {
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
                Datum::load(answer, help.load).ok_or_else(|| mismatch(answer, help.load).at(span))
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

    pub fn arithmetic(
        &mut self,
        operator: Arithmetic,
        left: Datum<'a>,
        right: Datum<'a>,
    ) -> Result<Datum<'a>, Cause<'a>> {
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
                let items = left.elements(Load::Any)?.chain(second).collect::<Result<Vec<_>, _>>();
                let items = items.map_err(|other| mismatch(other, Load::Any))?;
                Some(Datum::List(self.keeper.list(items)))
            }
            (_, Datum::Null, _) | (_, _, Datum::Null) => return Err(Cause::Plain("combines null with something")),
            _ => return Err(Cause::Plain("combines values whose types do not go together")),
        };
        checked.ok_or(OVERFLOW)
    }
}
