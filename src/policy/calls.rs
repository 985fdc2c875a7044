//! Checks of calls: loops, functions, methods and typed helpers.

use super::ast::{Expr, ExprKind, Name};
use super::check::{Checked, Checker, Variable};
use super::duration::parse_duration;
use super::error::{CompileError, Span};
use super::program::{Arguments, Help, Literal, Loop, LoopKind, MAX_LOOPS, Matcher, Node, Op, Pattern, Search};
use super::types::{Ty, instead};
use super::value::timestamp;
use crate::inventory::schema::{Helper, Record};
use serde_json::Value;
use std::sync::OnceLock;

const FUNCTIONS: &[&str] = &["has", "size", "as_list", "timestamp", "duration"];
const METHODS: &[&str] = &["exists", "all", "filter", "map", "size", "startsWith", "endsWith", "contains", "matches"];

impl Checker<'_> {
    pub fn call(
        &mut self,
        target: Option<&Expr>,
        name: &Name,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Checked, CompileError> {
        match target {
            None => self.function(name, arguments, span),
            Some(target) => self.method(target, name, arguments, span),
        }
    }

    fn function(&mut self, name: &Name, arguments: &[Expr], span: Span) -> Result<Checked, CompileError> {
        let known = name.text.as_str();
        if !FUNCTIONS.contains(&known) {
            let error = CompileError::new(name.span, format!("there is no function `{known}`"));
            return Err(if METHODS.contains(&known) {
                error.hint(format!("it is called on a value: `value.{known}(...)`"))
            } else {
                error.hint(instead(known, "functions", FUNCTIONS.iter().copied()))
            });
        }
        let [argument] = arguments else { return Err(wrong_count(name, arguments, 1, span)) };
        match known {
            "has" => self.has(argument, span),
            "size" => self.size(argument, span),
            "as_list" => self.as_list(argument, span),
            "timestamp" => self.timestamp(argument, span),
            _ => self.duration(argument, span),
        }
    }

    fn size(&mut self, argument: &Expr, span: Span) -> Result<Checked, CompileError> {
        let checked = self.check(argument)?;
        match checked.ty {
            Ty::Text | Ty::List(_) | Ty::Map(_) | Ty::Any => {
                Ok(Checked::new(Op::Size(Box::new(checked.node)), Ty::Int, span))
            }
            other => Err(CompileError::new(
                argument.span,
                format!("`size` needs a string, a list or a map, this is {other}"),
            )),
        }
    }

    fn as_list(&mut self, argument: &Expr, span: Span) -> Result<Checked, CompileError> {
        let checked = self.check(argument)?;
        let ty = match checked.ty {
            list @ Ty::List(_) => list,
            Ty::Null => Ty::List(Box::new(Ty::Any)),
            other => Ty::List(Box::new(other)),
        };
        Ok(Checked::new(Op::AsList(Box::new(checked.node)), ty, span))
    }

    fn timestamp(&mut self, argument: &Expr, span: Span) -> Result<Checked, CompileError> {
        if let ExprKind::Text(text) = &argument.kind {
            let moment = timestamp(text).map_err(|_| {
                CompileError::new(argument.span, "this is not a timestamp")
                    .hint("write it as RFC 3339: timestamp(\"2026-01-01T00:00:00Z\")")
            })?;
            return Ok(Checked::new(Op::Literal(Literal::Timestamp(moment)), Ty::Timestamp, span));
        }
        let checked = self.check(argument)?;
        match checked.ty {
            Ty::Timestamp => Ok(checked),
            Ty::Text | Ty::Any => Ok(Checked::new(Op::Timestamp(Box::new(checked.node)), Ty::Timestamp, span)),
            other => Err(CompileError::new(argument.span, format!("`timestamp` needs a string, this is {other}"))),
        }
    }

    fn duration(&mut self, argument: &Expr, span: Span) -> Result<Checked, CompileError> {
        if let ExprKind::Text(text) = &argument.kind {
            let length = parse_duration(text).map_err(|_| {
                CompileError::new(argument.span, "this is not a duration")
                    .hint("write numbers with units, for instance 90d, 1h30m, 45s, 2w or 500ms")
            })?;
            return Ok(Checked::new(Op::Literal(Literal::Duration(length)), Ty::Duration, span));
        }
        let checked = self.check(argument)?;
        match checked.ty {
            Ty::Duration => Ok(checked),
            Ty::Text | Ty::Any => Ok(Checked::new(Op::Duration(Box::new(checked.node)), Ty::Duration, span)),
            other => Err(CompileError::new(argument.span, format!("`duration` needs a string, this is {other}"))),
        }
    }

    fn method(&mut self, target: &Expr, name: &Name, arguments: &[Expr], span: Span) -> Result<Checked, CompileError> {
        if matches!(&target.kind, ExprKind::Name(base) if base == "resource" && self.scope.iter().all(|variable| variable.name != *base))
        {
            return Err(CompileError::new(name.span, format!("`resource` has no helper `{}`", name.text)));
        }
        let on = self.check(target)?;
        if let Ty::Record(record) = on.ty {
            return self.help(on, record, name, arguments, span);
        }
        match name.text.as_str() {
            "exists" => self.repeat(LoopKind::Exists, on, name, arguments, span),
            "all" => self.repeat(LoopKind::All, on, name, arguments, span),
            "filter" => self.repeat(LoopKind::Filter, on, name, arguments, span),
            "map" => self.repeat(LoopKind::Map, on, name, arguments, span),
            "size" => match arguments {
                [] => self.size(target, span),
                _ => Err(wrong_count(name, arguments, 0, span)),
            },
            "startsWith" => self.search(Search::StartsWith, on, name, arguments, span),
            "endsWith" => self.search(Search::EndsWith, on, name, arguments, span),
            "contains" => self.search(Search::Contains, on, name, arguments, span),
            "matches" => self.matches(on, name, arguments, span),
            unknown => {
                let error = CompileError::new(name.span, format!("{} has no method `{unknown}`", on.ty));
                Err(match unknown {
                    "exists_one" => error.hint("write `list.filter(x, ...).size() == 1`"),
                    _ if FUNCTIONS.contains(&unknown) => {
                        error.hint(format!("it is a function: `{unknown}({})`", target.span.of(self.source)))
                    }
                    _ => error.hint(instead(unknown, "methods", METHODS.iter().copied())),
                })
            }
        }
    }

    fn text_argument(&mut self, name: &Name, arguments: &[Expr], span: Span) -> Result<Checked, CompileError> {
        let [argument] = arguments else { return Err(wrong_count(name, arguments, 1, span)) };
        let checked = self.check(argument)?;
        match checked.ty {
            Ty::Text | Ty::Any => Ok(checked),
            other => Err(CompileError::new(argument.span, format!("`{}` needs a string, this is {other}", name.text))),
        }
    }

    fn needs_text(on: &Checked, name: &Name) -> Result<(), CompileError> {
        if matches!(on.ty, Ty::Text | Ty::Any) {
            return Ok(());
        }
        let error = CompileError::new(name.span, format!("`{}` is a method of strings, not of {}", name.text, on.ty));
        Err(match on.ty {
            Ty::List(_) | Ty::Map(_) if name.text == "contains" => error.hint("write `element in list`"),
            Ty::List(_) => error.hint("use `exists` or `all` to look into a list"),
            _ => error,
        })
    }

    fn search(
        &mut self,
        kind: Search,
        on: Checked,
        name: &Name,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Checked, CompileError> {
        Self::needs_text(&on, name)?;
        let part = self.text_argument(name, arguments, span)?;
        Ok(Checked::new(Op::Search { kind, sides: Box::new([on.node, part.node]) }, Ty::Bool, span))
    }

    fn matches(&mut self, on: Checked, name: &Name, arguments: &[Expr], span: Span) -> Result<Checked, CompileError> {
        Self::needs_text(&on, name)?;
        let pattern = self.text_argument(name, arguments, span)?;
        let pattern = match pattern.node {
            Node { op: Op::Literal(Literal::Text(text)), span } => {
                let matcher =
                    Matcher::new(&text).map_err(|reason| CompileError::new(span, format!("the pattern {reason}")))?;
                Pattern::Fixed(matcher)
            }
            node => Pattern::Computed { node: Box::new(node), first: OnceLock::new() },
        };
        Ok(Checked::new(Op::Matches { text: Box::new(on.node), pattern }, Ty::Bool, span))
    }

    fn help(
        &mut self,
        on: Checked,
        record: &'static Record,
        name: &Name,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Checked, CompileError> {
        let Some(helper) = record.helper(&name.text) else {
            let error = CompileError::new(name.span, format!("{} has no helper `{}`", record.name, name.text));
            return Err(error.hint(instead(&name.text, "helpers", record.helpers.iter().map(|helper| helper.name))));
        };
        if arguments.len() != helper.parameters.len() {
            return Err(wrong_count(name, arguments, helper.parameters.len(), span).hint(signature(helper)));
        }
        let mut nodes = Vec::with_capacity(arguments.len());
        for (argument, wanted) in arguments.iter().zip(helper.parameters) {
            let checked = self.check(argument)?;
            if !checked.ty.fits(&wanted.into()) || matches!(checked.ty, Ty::Duration) {
                let message = format!("`{}` needs {} here, this is {}", helper.name, Ty::from(wanted), checked.ty);
                return Err(CompileError::new(argument.span, message).hint(signature(helper)));
            }
            nodes.push(checked.node);
        }
        let ty = Ty::from(&helper.returns);
        let arguments = prepared(nodes);
        let op = Op::Help(Box::new(Help { helper, on: on.node, arguments, load: ty.load() }));
        Ok(Checked::new(op, ty, span))
    }

    /// `list.exists(x, condition)` and its likes.
    fn repeat(
        &mut self,
        kind: LoopKind,
        range: Checked,
        name: &Name,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Checked, CompileError> {
        let [variable, body] = arguments else {
            return Err(wrong_count(name, arguments, 2, span)
                .hint(format!("write `list.{}(element, expression with element)`", name.text)));
        };
        let ExprKind::Name(variable_name) = &variable.kind else {
            return Err(CompileError::new(variable.span, "the first argument must be a new name for the element"));
        };
        if matches!(variable_name.as_str(), "resource" | "params" | "now") {
            return Err(CompileError::new(variable.span, format!("`{variable_name}` has a meaning already"))
                .hint("take another name for the element"));
        }
        if self.scope.len() == MAX_LOOPS {
            return Err(CompileError::new(span, format!("more than {MAX_LOOPS} loops inside each other")));
        }
        let item = match &range.ty {
            Ty::List(item) => item.as_ref().clone(),
            Ty::Map(_) => Ty::Text,
            Ty::Any => Ty::Any,
            other => {
                return Err(CompileError::new(
                    range.node.span,
                    format!("`{}` needs a list or a map, this is {other}", name.text),
                ));
            }
        };

        let slot = self.scope.len();
        let own = format!("#{}#", self.variables_made);
        self.variables_made += 1;
        let mut known: Vec<String> = range.in_elements.iter().map(|suffix| format!("{own}{suffix}")).collect();
        let every = range.key.as_ref().map(|key| format!("{key}[*]"));
        if let Some(every) = &every {
            known.extend(self.known_below(every).iter().map(|suffix| format!("{own}{suffix}")));
        }
        if let (Ty::Map(_), Some(map)) = (&range.ty, &range.key) {
            known.push(format!("{map}[{own}]"));
        }
        let assumed = self.assume(&known);
        self.scope.push(Variable { name: variable_name.clone(), ty: item.clone(), key: own.clone() });
        let checked = match kind {
            LoopKind::Map => self.check(body),
            _ => self.condition(body, &format!("`{}`", name.text)),
        };
        self.scope.pop();
        self.forget(&assumed);
        let body = checked?;

        let outside = |facts: &[String]| facts.iter().filter(|fact| !fact.contains(&own)).cloned().collect::<Vec<_>>();
        let of_each = |facts: &[String]| -> Vec<String> {
            facts.iter().filter_map(|fact| fact.strip_prefix(&own)).map(str::to_owned).collect()
        };
        let of_all = |facts: &[String]| -> Vec<String> {
            let Some(every) = &every else { return Vec::new() };
            of_each(facts).into_iter().map(|suffix| format!("{every}{suffix}")).collect()
        };
        let (ty, if_true, if_false, in_elements) = match kind {
            LoopKind::Exists => (Ty::Bool, outside(&body.if_true), of_all(&body.if_false), Vec::new()),
            LoopKind::All => (Ty::Bool, of_all(&body.if_true), outside(&body.if_false), Vec::new()),
            LoopKind::Filter => {
                let proven = range.in_elements.iter().cloned().chain(of_each(&body.if_true));
                (Ty::List(Box::new(item.clone())), Vec::new(), Vec::new(), proven.collect())
            }
            LoopKind::Map => (Ty::List(Box::new(body.ty)), Vec::new(), Vec::new(), Vec::new()),
        };
        let element = item.load();
        let op = Op::Loop(Box::new(Loop { kind, range: range.node, element, slot, body: body.node }));
        Ok(Checked { if_true, if_false, in_elements, ..Checked::new(op, ty, span) })
    }
}

/// Arguments as ready as they can be made before the evaluation.
fn prepared(nodes: Vec<Node>) -> Arguments {
    let literals: Option<Box<[Value]>> = nodes.iter().map(as_json).collect();
    if let Some(literals) = literals {
        return Arguments::Fixed(literals);
    }
    let nodes = nodes.into_boxed_slice();
    if nodes.iter().all(|node| matches!(node.op, Op::Parameter(_)) || as_json(node).is_some()) {
        return Arguments::Steady { nodes, first: OnceLock::new() };
    }
    Arguments::Computed(nodes)
}

fn as_json(node: &Node) -> Option<Value> {
    let Op::Literal(literal) = &node.op else { return None };
    Some(match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => (*value).into(),
        Literal::Int(value) => (*value).into(),
        Literal::Float(value) => serde_json::Number::from_f64(*value)?.into(),
        Literal::Text(text) => Value::String(text.as_ref().to_owned()),
        Literal::Timestamp(_) | Literal::Duration(_) => return None,
    })
}

fn signature(helper: &Helper) -> String {
    let parameters: Vec<String> = helper.parameters.iter().map(|ty| Ty::from(ty).to_string()).collect();
    format!("{}({}) -> {}", helper.name, parameters.join(", "), Ty::from(&helper.returns))
}

fn wrong_count(name: &Name, arguments: &[Expr], wanted: usize, span: Span) -> CompileError {
    let plural = if wanted == 1 { "" } else { "s" };
    let message = format!("`{}` takes {wanted} argument{plural}, not {}", name.text, arguments.len());
    CompileError::new(span, message)
}
