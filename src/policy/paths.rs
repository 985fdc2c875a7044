//! Checks of fields and indexes: does the schema have them, may they be absent, has somebody asked.

use super::ast::{Expr, ExprKind, Name};
use super::check::{Absence, Checked, Checker, quoted};
use super::error::{CompileError, Span};
use super::program::{Access, Literal, Op, Reading, Root, Step};
use super::types::{Ty, instead};
use crate::inventory::schema::{COMMON_FIELDS, Field};

impl Checker<'_> {
    /// `base.name` or `base[index]`.
    pub fn path(&mut self, expr: &Expr, absence: Absence) -> Result<Checked, CompileError> {
        match &expr.kind {
            ExprKind::Field { base, name } => self.field(base, name, expr.span, absence),
            ExprKind::Index { base, index } => self.index(base, index, expr.span, absence),
            _ => self.check(expr),
        }
    }

    /// `has(path)`: false if any optional part of the path is absent.
    pub fn has(&mut self, path: &Expr, span: Span) -> Result<Checked, CompileError> {
        let ExprKind::Field { base, .. } = &path.kind else {
            let error = CompileError::new(path.span, "`has` needs a field: `has(resource.name)`");
            return Err(match &path.kind {
                ExprKind::Index { base, index } => {
                    let (base, index) = (base.span.of(self.source), index.span.of(self.source));
                    error.hint(format!("write `{index} in {base}`"))
                }
                _ => error,
            });
        };
        if matches!(&base.kind, ExprKind::Name(name) if name == "params" && !self.is_variable(name)) {
            return Err(CompileError::new(path.span, "a parameter is always there"));
        }
        let checked = self.path(path, Absence::Note)?;
        let if_true = Self::facts_of(path, checked.key);
        let Op::Access(access) = checked.node.op else {
            return Err(CompileError::new(path.span, "`has` needs a field: `has(resource.name)`"));
        };
        Ok(Checked { if_true, ..Checked::new(Op::Has(access), Ty::Bool, span) })
    }

    /// The path itself and every part of it that leads there.
    fn facts_of(path: &Expr, key: Option<String>) -> Vec<String> {
        let Some(mut key) = key else { return Vec::new() };
        let mut facts = vec![key.clone()];
        let mut part = path;
        while let ExprKind::Field { base, name } = &part.kind
            && matches!(base.kind, ExprKind::Field { .. } | ExprKind::Index { .. })
        {
            let as_field = format!(".{}", name.text);
            let as_key = format!("[{}]", quoted(&name.text));
            let Some(shorter) = key.strip_suffix(&as_field).or_else(|| key.strip_suffix(&as_key)) else { break };
            key = shorter.to_owned();
            facts.push(key.clone());
            part = base;
        }
        facts
    }

    fn is_variable(&self, name: &str) -> bool {
        self.scope.iter().any(|variable| variable.name == name)
    }

    fn field(&mut self, base: &Expr, name: &Name, span: Span, absence: Absence) -> Result<Checked, CompileError> {
        if let ExprKind::Name(variable) = &base.kind
            && !self.is_variable(variable)
        {
            match variable.as_str() {
                "resource" => return self.reading(name, span, absence),
                "params" => {
                    return self.parameter(&name.text, name.span).map(|mut checked| {
                        checked.node.span = span;
                        checked
                    });
                }
                _ => {}
            }
        }
        let base = self.path_or_value(base, absence)?;
        let key = |suffix: &str| base.key.as_ref().map(|key| format!("{key}{suffix}"));
        match &base.ty {
            Ty::Record(record) => {
                let Some(field) = record.field(&name.text) else {
                    let error = CompileError::new(name.span, format!("{} has no field `{}`", record.name, name.text));
                    if let Some(helper) = record.helper(&name.text) {
                        return Err(error.hint(format!("it is a helper: `{}(...)`", helper.name)));
                    }
                    return Err(error.hint(instead(
                        &name.text,
                        "fields",
                        record.fields.iter().map(|field| field.name),
                    )));
                };
                let key = key(&format!(".{}", name.text));
                let ty = Ty::from(&field.ty);
                let checked = step(base, Step::Field(name.text.as_str().into()), ty, span);
                self.guarded(Checked { key, ..checked }, field.optional, absence)
            }
            Ty::Map(item) => {
                let key = key(&format!("[{}]", quoted(&name.text)));
                let ty = item.as_ref().clone();
                let checked = step(base, Step::Key(name.text.as_str().into()), ty, span);
                self.guarded(Checked { key, ..checked }, true, absence)
            }
            Ty::Any => {
                let key = key(&format!(".{}", name.text));
                let checked = step(base, Step::Member(name.text.as_str().into()), Ty::Any, span);
                Ok(Checked { key, ..checked })
            }
            other => {
                let error = CompileError::new(name.span, format!("{other} has no field `{}`", name.text));
                Err(match other {
                    Ty::List(_) => error.hint("use `exists`, `all`, `filter` or `map` to look into a list"),
                    _ => error,
                })
            }
        }
    }

    /// A field of the resource.
    fn reading(&mut self, name: &Name, span: Span, absence: Absence) -> Result<Checked, CompileError> {
        let kind = self.environment.resource;
        let Some(field) = kind.field(&name.text) else {
            let names = || kind.record.fields.iter().chain(COMMON_FIELDS).map(|field: &Field| field.name);
            return Err(CompileError::new(name.span, format!("{} has no field `{}`", kind.name, name.text))
                .hint(instead(&name.text, "fields", names())));
        };
        let number = self.reads.iter().position(|other| *other == field.name).unwrap_or_else(|| {
            self.reads.push(field.name);
            self.reads.len() - 1
        });
        let ty = Ty::from(&field.ty);
        let access =
            Access { root: Root::Resource(Reading { field: field.name, number }), steps: Vec::new(), load: ty.load() };
        let checked = Checked::new(Op::Access(access), ty, span);
        let key = Some(format!("resource.{}", field.name));
        self.guarded(Checked { key, ..checked }, field.optional, absence)
    }

    fn index(&mut self, base: &Expr, index: &Expr, span: Span, absence: Absence) -> Result<Checked, CompileError> {
        if let ExprKind::Name(name) = &base.kind
            && !self.is_variable(name)
            && matches!(name.as_str(), "resource" | "params")
        {
            return Err(
                CompileError::new(span, format!("`{name}` has fields, not keys")).hint(format!("write `{name}.field`"))
            );
        }
        let base = self.path_or_value(base, absence)?;
        let at = self.check(index)?;
        let (wanted, ty) = match &base.ty {
            Ty::List(item) => (Ty::Int, item.as_ref().clone()),
            Ty::Map(item) => (Ty::Text, item.as_ref().clone()),
            Ty::Any => (Ty::Any, Ty::Any),
            other => {
                let error = CompileError::new(span, format!("{other} cannot be indexed"));
                return Err(match (other, &index.kind) {
                    (Ty::Record(_), ExprKind::Text(name)) => error.hint(format!("write `.{name}`")),
                    _ => error,
                });
            }
        };
        if !at.ty.fits(&wanted) || (matches!(wanted, Ty::Any) && !matches!(at.ty, Ty::Int | Ty::Text | Ty::Any)) {
            let wanted = if matches!(wanted, Ty::Any) { "an int or a string".to_owned() } else { wanted.to_string() };
            return Err(CompileError::new(index.span, format!("the index is {}, it must be {wanted}", at.ty)));
        }
        let may_miss = matches!(base.ty, Ty::Map(_));
        let key = base.key.as_ref().zip(at.key.as_ref()).map(|(base, at)| format!("{base}[{at}]"));
        let taken = match at.node.op {
            Op::Literal(Literal::Int(at)) => Step::Item(at),
            Op::Literal(Literal::Text(key)) => Step::Key(key),
            _ => Step::Computed(Box::new(at.node)),
        };
        let checked = step(base, taken, ty, span);
        self.guarded(Checked { key, ..checked }, may_miss, absence)
    }

    fn path_or_value(&mut self, expr: &Expr, absence: Absence) -> Result<Checked, CompileError> {
        match expr.kind {
            ExprKind::Field { .. } | ExprKind::Index { .. } => self.path(expr, absence),
            _ => self.check(expr),
        }
    }

    /// Refuses, or notes, what may be absent unless it is known to be there.
    fn guarded(&self, mut checked: Checked, optional: bool, absence: Absence) -> Result<Checked, CompileError> {
        if !optional || self.is_present(checked.key.as_ref()) {
            return Ok(checked);
        }
        if absence == Absence::Note {
            checked.maybe_absent = true;
            return Ok(checked);
        }
        let text = checked.node.span.of(self.source);
        let error = CompileError::new(checked.node.span, format!("`{text}` may be absent"));
        let Op::Access(access) = &checked.node.op else { return Err(error) };
        Err(match access.steps.last() {
            Some(Step::Computed(_) | Step::Key(_)) if text.ends_with(']') => {
                let (map, key) = split_index(text);
                error.hint(format!("write `{key} in {map} && ...`"))
            }
            _ => error.hint(format!("write `has({text}) && ...`")),
        })
    }
}

/// `m` and `"k"` of `m["k"]`.
fn split_index(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices().rev() {
        match character {
            ']' => depth += 1,
            '[' if depth == 1 => return (text[..at].trim_end(), text[at + 1..text.len() - 1].trim()),
            '[' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (text, "key")
}

/// One step further: into the same chain, if there is one.
fn step(base: Checked, step: Step, ty: Ty, span: Span) -> Checked {
    let load = ty.load();
    let access = match base.node.op {
        Op::Access(mut access) => {
            access.steps.push(step);
            access.load = load;
            access
        }
        _ => Access { root: Root::Node(Box::new(base.node)), steps: vec![step], load },
    };
    Checked { maybe_absent: base.maybe_absent, ..Checked::new(Op::Access(access), ty, span) }
}
