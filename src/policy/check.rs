//! The type checker: syntax tree in, compiled form out. It refuses what could only fail later, and follows which
//! optional fields are known to be present where (`has(x) && x.y`).

use super::ast::{Expr, ExprKind, Operator};
use super::environment::{Environment, Expected, Facts};
use super::error::{CompileError, Span};
use super::program::{Access, Arithmetic, Literal, Node, Op, Ordered, Parameter, Program, Root};
use super::types::{Ty, instead};
use std::collections::BTreeSet;

/// A checked part of an expression.
pub(super) struct Checked {
    pub node: Node,
    pub ty: Ty,
    /// The same text for the same place in the document: what facts are about.
    pub key: Option<String>,
    /// What is present if this is true.
    pub if_true: Vec<String>,
    /// What is present if this is false.
    pub if_false: Vec<String>,
    /// What is present in every element of this list, after the element's own key.
    pub in_elements: Vec<String>,
    /// It may be absent and nobody has asked; only inside `has` and in comparisons with `null`.
    pub maybe_absent: bool,
}

impl Checked {
    pub fn new(op: Op, ty: Ty, span: Span) -> Self {
        Self {
            node: Node { op, span },
            ty,
            key: None,
            if_true: Vec::new(),
            if_false: Vec::new(),
            in_elements: Vec::new(),
            maybe_absent: false,
        }
    }
}

/// What to do about a field that may be absent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    Refuse,
    Note,
}

/// The variable of a loop.
pub(super) struct Variable {
    pub name: String,
    pub ty: Ty,
    pub key: String,
}

pub(super) struct Checker<'e> {
    pub environment: &'e Environment<'e>,
    pub source: &'e str,
    /// The variables of the loops around, outermost first; the place of one is its slot.
    pub scope: Vec<Variable>,
    pub variables_made: usize,
    pub reads: Vec<&'static str>,
    pub parameters: BTreeSet<String>,
    present: BTreeSet<String>,
}

/// Checks a whole expression.
pub(super) fn program(
    source: &str,
    expr: &Expr,
    environment: &Environment<'_>,
    facts: &Facts,
    expected: Expected,
) -> Result<Program, CompileError> {
    let mut checker = Checker {
        environment,
        source,
        scope: Vec::new(),
        variables_made: 0,
        reads: Vec::new(),
        parameters: BTreeSet::new(),
        present: facts.present.clone(),
    };
    let checked = checker.check(expr)?;
    let (wanted, fits) = match expected {
        Expected::Any => ("", true),
        Expected::Bool => ("a bool", matches!(checked.ty, Ty::Bool | Ty::Any)),
        Expected::List => ("a list", matches!(checked.ty, Ty::List(_) | Ty::Any)),
    };
    if !fits {
        return Err(CompileError::new(expr.span, format!("the expression is {}, it must be {wanted}", checked.ty)));
    }
    Ok(Program {
        source: source.into(),
        root: checked.node,
        reads: checker.reads.into_iter().collect(),
        parameters: checker.parameters,
        proves: checked.if_true,
    })
}

impl Checker<'_> {
    /// Adds facts; gives back the new ones, for [`Self::forget`].
    pub fn assume<'f>(&mut self, facts: impl IntoIterator<Item = &'f String>) -> Vec<String> {
        facts.into_iter().filter(|fact| self.present.insert((*fact).clone())).cloned().collect()
    }

    pub fn forget(&mut self, facts: &[String]) {
        for fact in facts {
            self.present.remove(fact);
        }
    }

    pub fn is_present(&self, key: Option<&String>) -> bool {
        key.is_some_and(|key| self.present.contains(key))
    }

    /// What follows `prefix` in the facts that begin with it.
    pub fn known_below(&self, prefix: &str) -> Vec<String> {
        let from = self.present.range(prefix.to_owned()..);
        from.map_while(|fact| fact.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    pub fn check(&mut self, expr: &Expr) -> Result<Checked, CompileError> {
        let span = expr.span;
        let literal = |literal, ty| Ok(Checked::new(Op::Literal(literal), ty, span));
        match &expr.kind {
            ExprKind::Null => literal(Literal::Null, Ty::Null),
            ExprKind::Bool(value) => literal(Literal::Bool(*value), Ty::Bool),
            ExprKind::Float(value) => literal(Literal::Float(*value), Ty::Float),
            ExprKind::Int(value) => {
                let checked = Checked::new(Op::Literal(Literal::Int(*value)), Ty::Int, span);
                Ok(Checked { key: Some(value.to_string()), ..checked })
            }
            ExprKind::Text(text) => {
                let checked = Checked::new(Op::Literal(Literal::Text(text.as_str().into())), Ty::Text, span);
                Ok(Checked { key: Some(quoted(text)), ..checked })
            }
            ExprKind::Name(name) => self.name(name, span),
            ExprKind::List(items) => self.list(items, span),
            ExprKind::Field { .. } | ExprKind::Index { .. } => self.path(expr, Absence::Refuse),
            ExprKind::Call { target, name, arguments } => self.call(target.as_deref(), name, arguments, span),
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, "`!`")?;
                let (if_true, if_false) = (inner.if_false, inner.if_true);
                Ok(Checked { if_true, if_false, ..Checked::new(Op::Not(Box::new(inner.node)), Ty::Bool, span) })
            }
            ExprKind::Negate(inner) => {
                let inner = self.check(inner)?;
                if !matches!(inner.ty, Ty::Int | Ty::Float | Ty::Any) {
                    return Err(CompileError::new(span, format!("`-` needs a number, this is {}", inner.ty)));
                }
                Ok(Checked::new(Op::Negate(Box::new(inner.node)), inner.ty, span))
            }
            ExprKind::And(operands) => self.chain(operands, true, span),
            ExprKind::Or(operands) => self.chain(operands, false, span),
            ExprKind::Choice { condition, then, otherwise } => self.choice(condition, then, otherwise, span),
            ExprKind::Binary { operator, left, right } => match operator {
                Operator::Equal | Operator::NotEqual => self.equality(*operator, left, right, span),
                Operator::In => self.membership(left, right, span),
                _ => {
                    let left = self.check(left)?;
                    let right = self.check(right)?;
                    match Ordered::from(*operator) {
                        Some(ordered) => Self::order(ordered, *operator, left, right, span),
                        None => Self::arithmetic(*operator, left, right, span),
                    }
                }
            },
        }
    }

    /// A part that must be `bool`.
    pub fn condition(&mut self, expr: &Expr, user: &str) -> Result<Checked, CompileError> {
        let checked = self.check(expr)?;
        match checked.ty {
            Ty::Bool | Ty::Any => Ok(checked),
            other => Err(CompileError::new(expr.span, format!("{user} needs a bool, this is {other}"))),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Checked, CompileError> {
        if let Some((slot, variable)) = self.scope.iter().enumerate().rev().find(|(_, variable)| variable.name == name)
        {
            let access = Access { root: Root::Slot(slot), steps: Vec::new(), load: variable.ty.load() };
            let checked = Checked::new(Op::Access(access), variable.ty.clone(), span);
            return Ok(Checked { key: Some(variable.key.clone()), ..checked });
        }
        match name {
            "now" => return Ok(Checked::new(Op::Now, Ty::Timestamp, span)),
            "resource" => {
                return Err(CompileError::new(span, "`resource` alone is no value")
                    .hint("name one of its fields, for instance `resource.id`"));
            }
            "params" => {
                return Err(
                    CompileError::new(span, "`params` alone is no value").hint("name a parameter: `params.name`")
                );
            }
            _ => {}
        }
        let error = CompileError::new(span, format!("there is no variable `{name}`"));
        if self.environment.resource.field(name).is_some() {
            return Err(error.hint(format!("did you mean `resource.{name}`?")));
        }
        if self.environment.parameters.iter().any(|(other, _)| other == name) {
            return Err(error.hint(format!("did you mean `params.{name}`?")));
        }
        let names = self.scope.iter().map(|variable| variable.name.as_str()).chain(["resource", "params", "now"]);
        Err(error.hint(instead(name, "variables", names)))
    }

    pub fn parameter(&mut self, name: &str, span: Span) -> Result<Checked, CompileError> {
        let parameters = self.environment.parameters;
        let Some(index) = parameters.iter().position(|(other, _)| other == name) else {
            return Err(CompileError::new(span, format!("the control has no parameter `{name}`")).hint(instead(
                name,
                "parameters",
                parameters.iter().map(|(name, _)| name.as_str()),
            )));
        };
        let kind = parameters[index].1;
        self.parameters.insert(name.to_owned());
        let checked = Checked::new(Op::Parameter(Parameter { index, name: name.into(), kind }), kind.into(), span);
        Ok(Checked { key: Some(format!("params.{name}")), ..checked })
    }

    fn list(&mut self, items: &[Expr], span: Span) -> Result<Checked, CompileError> {
        let mut ty: Option<Ty> = None;
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            let checked = self.check(item)?;
            ty = Some(match ty {
                None => checked.ty,
                Some(ty) => {
                    let message = format!("the list has {ty} and {}", checked.ty);
                    ty.either(&checked.ty)
                        .ok_or_else(|| CompileError::new(item.span, message).hint("a list has elements of one type"))?
                }
            });
            nodes.push(checked.node);
        }
        let ty = Ty::List(Box::new(ty.unwrap_or(Ty::Any)));
        Ok(Checked::new(Op::List(nodes.into()), ty, span))
    }

    /// `&&` and `||`: an operand is reached only if those before it did not decide.
    fn chain(&mut self, operands: &[Expr], and: bool, span: Span) -> Result<Checked, CompileError> {
        let mut nodes = Vec::with_capacity(operands.len());
        let mut assumed = Vec::new();
        // What holds if no operand decides, and what holds whichever one decides.
        let (mut all, mut common) = (Vec::new(), None);
        for operand in operands {
            let checked = self.condition(operand, if and { "`&&`" } else { "`||`" })?;
            let (passing, deciding) =
                if and { (checked.if_true, checked.if_false) } else { (checked.if_false, checked.if_true) };
            assumed.extend(self.assume(&passing));
            all.extend(passing);
            common = Some(common.map_or_else(|| deciding.clone(), |common| shared(common, &deciding)));
            nodes.push(checked.node);
        }
        self.forget(&assumed);
        let common = common.unwrap_or_default();
        let nodes = nodes.into_boxed_slice();
        let (op, if_true, if_false) = if and { (Op::And(nodes), all, common) } else { (Op::Or(nodes), common, all) };
        Ok(Checked { if_true, if_false, ..Checked::new(op, Ty::Bool, span) })
    }

    fn choice(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr, span: Span) -> Result<Checked, CompileError> {
        let condition = self.condition(condition, "`?`")?;
        let assumed = self.assume(&condition.if_true);
        let mut yes = self.check(then)?;
        self.forget(&assumed);
        let assumed = self.assume(&condition.if_false);
        let mut no = self.check(otherwise)?;
        self.forget(&assumed);
        let message = format!("the two branches are {} and {}", yes.ty, no.ty);
        let ty = yes.ty.clone().either(&no.ty).ok_or_else(|| CompileError::new(span, message))?;
        for (branch, facts) in [(&mut yes, condition.if_true), (&mut no, condition.if_false)] {
            branch.if_true.extend(facts.iter().cloned());
            branch.if_false.extend(facts);
        }
        let op = Op::Choice(Box::new([condition.node, yes.node, no.node]));
        Ok(Checked {
            if_true: shared(yes.if_true, &no.if_true),
            if_false: shared(yes.if_false, &no.if_false),
            ..Checked::new(op, ty, span)
        })
    }

    fn equality(&mut self, operator: Operator, left: &Expr, right: &Expr, span: Span) -> Result<Checked, CompileError> {
        for (null, other) in [(left, right), (right, left)] {
            if null.kind == ExprKind::Null {
                self.comparison_with_null(operator, other, span)?;
            }
        }
        let left = self.check(left)?;
        let right = self.check(right)?;
        if !left.ty.comparable(&right.ty) {
            let error = CompileError::new(span, format!("cannot compare {} with {}", left.ty, right.ty));
            return Err(conversion(error, &left.ty, &right.ty));
        }
        let negated = operator == Operator::NotEqual;
        let op = Op::Equal { negated, sides: Box::new([left.node, right.node]) };
        Ok(Checked::new(op, Ty::Bool, span))
    }

    /// Only a value of any type can be `null`; what is optional is asked for with `has`.
    fn comparison_with_null(&mut self, operator: Operator, other: &Expr, span: Span) -> Result<(), CompileError> {
        let checked = match other.kind {
            ExprKind::Field { .. } | ExprKind::Index { .. } => self.path(other, Absence::Note)?,
            _ => self.check(other)?,
        };
        let text = other.span.of(self.source);
        if checked.maybe_absent
            || (matches!(other.kind, ExprKind::Field { .. }) && self.is_present(checked.key.as_ref()))
        {
            let not = if operator == Operator::Equal { "!" } else { "" };
            return Err(CompileError::new(span, format!("`{text}` is compared with null"))
                .hint(format!("write `{not}has({text})`")));
        }
        if matches!(checked.ty, Ty::Any | Ty::Null) {
            return Ok(());
        }
        Err(CompileError::new(span, format!("`{text}` is never null, it is {}", checked.ty)))
    }

    fn order(
        ordered: Ordered,
        operator: Operator,
        left: Checked,
        right: Checked,
        span: Span,
    ) -> Result<Checked, CompileError> {
        if !left.ty.ordered(&right.ty) {
            let message = format!("`{}` cannot order {} and {}", operator.symbol(), left.ty, right.ty);
            return Err(conversion(CompileError::new(span, message), &left.ty, &right.ty));
        }
        let op = Op::Order { operator: ordered, sides: Box::new([left.node, right.node]) };
        Ok(Checked::new(op, Ty::Bool, span))
    }

    fn arithmetic(operator: Operator, left: Checked, right: Checked, span: Span) -> Result<Checked, CompileError> {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        let kind = match operator {
            Operator::Add => Add,
            Operator::Subtract => Subtract,
            Operator::Multiply => Multiply,
            Operator::Divide => Divide,
            _ => Remainder,
        };
        let ty = match (kind, &left.ty, &right.ty) {
            (_, Ty::Int, Ty::Int) => Ty::Int,
            (Add | Subtract | Multiply | Divide, Ty::Float, Ty::Float) => Ty::Float,
            (Add, Ty::Text, Ty::Text) => Ty::Text,
            (Add | Subtract, Ty::Timestamp, Ty::Duration) | (Add, Ty::Duration, Ty::Timestamp) => Ty::Timestamp,
            (Subtract, Ty::Timestamp, Ty::Timestamp) | (Add | Subtract, Ty::Duration, Ty::Duration) => Ty::Duration,
            (Add, Ty::List(first), Ty::List(second)) => {
                let item = first.as_ref().clone().either(second);
                Ty::List(Box::new(
                    item.ok_or_else(|| CompileError::new(span, format!("cannot join {} and {}", left.ty, right.ty)))?,
                ))
            }
            (_, Ty::Any, _) | (_, _, Ty::Any) => Ty::Any,
            (_, first, second) => {
                let message = format!("`{}` cannot combine {first} and {second}", operator.symbol());
                return Err(conversion(CompileError::new(span, message), first, second));
            }
        };
        let op = Op::Arithmetic { operator: kind, sides: Box::new([left.node, right.node]) };
        Ok(Checked::new(op, ty, span))
    }

    fn membership(&mut self, left: &Expr, right: &Expr, span: Span) -> Result<Checked, CompileError> {
        let needle = self.check(left)?;
        let texts = match &right.kind {
            ExprKind::List(items) if matches!(needle.ty, Ty::Text | Ty::Any) => items
                .iter()
                .map(|item| match &item.kind {
                    ExprKind::Text(text) => Some(text.as_str().into()),
                    _ => None,
                })
                .collect::<Option<Box<[Box<str>]>>>(),
            _ => None,
        };
        if let Some(texts) = texts {
            return Ok(Checked::new(Op::Among { needle: Box::new(needle.node), texts }, Ty::Bool, span));
        }
        let range = self.check(right)?;
        let (fits, item) = match &range.ty {
            Ty::Any => (true, &Ty::Any),
            Ty::List(item) => (needle.ty.comparable(item), item.as_ref()),
            Ty::Map(_) => (needle.ty.comparable(&Ty::Text), &Ty::Text),
            other => {
                let error = CompileError::new(right.span, format!("`in` needs a list or a map, this is {other}"));
                return Err(match other {
                    Ty::Text => error.hint("write `text.contains(part)`"),
                    _ => error,
                });
            }
        };
        if !fits {
            let error = CompileError::new(span, format!("cannot look for {} in {}", needle.ty, range.ty));
            return Err(conversion(error, &needle.ty, item));
        }
        let mut checked = Checked::new(Op::In(Box::new([needle.node, range.node])), Ty::Bool, span);
        if let (Ty::Map(_), Some(map), Some(key)) = (&range.ty, &range.key, &needle.key) {
            checked.if_true.push(format!("{map}[{key}]"));
        }
        Ok(checked)
    }
}

/// Facts in both lists.
fn shared(mut left: Vec<String>, right: &[String]) -> Vec<String> {
    left.retain(|fact| right.contains(fact));
    left
}

/// A text as it would be written in an expression.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Adds how to bring two types together, if there is a way.
fn conversion(error: CompileError, left: &Ty, right: &Ty) -> CompileError {
    let (either, other) = match (left, right) {
        (Ty::Text, other) | (other, Ty::Text) => (Ty::Text, other),
        (Ty::Int, other) | (other, Ty::Int) => (Ty::Int, other),
        _ => return error,
    };
    match (either, other) {
        (Ty::Text, Ty::Duration) => error.hint("write the duration as `duration(\"90d\")`"),
        (Ty::Text, Ty::Timestamp) => error.hint("write the timestamp as `timestamp(\"2026-01-01T00:00:00Z\")`"),
        (Ty::Text, Ty::Bool) => error.hint("write `true` and `false` without quotes"),
        (Ty::Text, Ty::Int | Ty::Float) => error.hint("write numbers without quotes, texts with"),
        (Ty::Int, Ty::Float) => error.hint("write the number as a float, for instance 2.0"),
        (Ty::Int, Ty::Duration) => error.hint("write the duration as `duration(\"90d\")`"),
        (_, Ty::List(_)) => error.hint("use `in`, `exists` or `all` to look into a list"),
        _ => error,
    }
}
