//! The evaluator's way into documents: readings, fields, keys and indexes.

use super::error::{Cause, Span};
use super::evaluate::{Evaluation, Outcome};
use super::program::{Access, Reading, Root, Step};
use super::value::{Datum, Load, is_marker, mismatch};
use serde_json::Value;

const NO_ELEMENT: Cause<'static> = Cause::Plain("names an element that is not there");

impl<'a> Evaluation<'a> {
    /// A field of the resource; none if it is absent.
    #[inline]
    fn reading(&mut self, reading: &Reading, span: Span) -> Outcome<'a, Option<&'a Value>> {
        if let Some(&Some(known)) = self.readings.get(reading.number) {
            return Ok(Some(known));
        }
        match self.document.get(reading.field) {
            None => Err(Cause::NotCollected(reading.field).at(span)),
            Some(Value::Null) => Ok(None),
            Some(value) if is_marker(value) => {
                Err(Cause::Unreadable { field: Some(reading.field), marker: value }.at(span))
            }
            Some(known) => {
                if let Some(place) = self.readings.get_mut(reading.number) {
                    *place = Some(known);
                }
                Ok(Some(known))
            }
        }
    }

    #[inline]
    pub fn access(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Datum<'a>> {
        if let (Root::Slot(slot), []) = (&access.root, access.steps.as_slice()) {
            return Ok(self.slots[*slot]);
        }
        match self.begin(&access.root, span)? {
            Some(value) => {
                let value = self.walk(value, &access.steps, span)?;
                Datum::load(value, access.load).ok_or_else(|| mismatch(value, access.load).at(span))
            }
            None => self.computed(access, span),
        }
    }

    /// [`Self::access`] of what must be `bool`.
    #[inline]
    pub fn access_bool(&mut self, access: &'a Access, span: Span) -> Outcome<'a, bool> {
        if let Some(value) = self.begin(&access.root, span)? {
            return match self.walk(value, &access.steps, span)? {
                Value::Bool(value) => Ok(*value),
                other => Err(mismatch(other, Load::Bool).at(span)),
            };
        }
        match self.computed(access, span)? {
            Datum::Bool(value) => Ok(value),
            other => Err(other.wrong("a bool").at(span)),
        }
    }

    /// The value of a path that begins in a document, as it stands there.
    #[inline]
    pub fn raw(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Option<&'a Value>> {
        match self.begin(&access.root, span)? {
            Some(value) => self.walk(value, &access.steps, span).map(Some),
            None => Ok(None),
        }
    }

    /// Where a path begins, if that is in a document.
    #[inline]
    fn begin(&mut self, root: &'a Root, span: Span) -> Outcome<'a, Option<&'a Value>> {
        match root {
            Root::Resource(reading) => match self.reading(reading, span)? {
                Some(value) => Ok(Some(value)),
                None => Err(Cause::Absent.at(span)),
            },
            Root::Slot(slot) => match self.slots[*slot] {
                Datum::Json(value) => Ok(Some(value)),
                _ => Ok(None),
            },
            Root::Node(_) => Ok(None),
        }
    }

    #[inline]
    fn walk(&mut self, mut value: &'a Value, steps: &'a [Step], span: Span) -> Outcome<'a, &'a Value> {
        for step in steps {
            value = match (step, value) {
                (Step::Field(name) | Step::Member(name) | Step::Key(name), Value::Object(map))
                    if let Some(next) = map.get(&**name) =>
                {
                    next
                }
                _ => self.step_to(value, step, span)?,
            };
        }
        Ok(value)
    }

    #[inline(never)]
    fn step_to(&mut self, value: &'a Value, step: &'a Step, span: Span) -> Outcome<'a, &'a Value> {
        match self.descend(value, step, span)? {
            Some(next) => Ok(next),
            None if matches!(step, Step::Field(_)) => Err(Cause::Absent.at(span)),
            None => Err(Cause::MissingKey.at(span)),
        }
    }

    /// The value of a path that begins at something computed.
    #[inline(never)]
    fn computed(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Datum<'a>> {
        let start = match &access.root {
            Root::Slot(slot) => self.slots[*slot],
            Root::Node(node) => self.value(node)?,
            Root::Resource(_) => Datum::Null,
        };
        let mut steps = access.steps.iter();
        match self.lead_out(start, &mut steps, span)? {
            Ok(value) => {
                let value = self.walk(value, steps.as_slice(), span)?;
                Datum::load(value, access.load).ok_or_else(|| mismatch(value, access.load).at(span))
            }
            Err(computed) => Ok(computed),
        }
    }

    /// The value at the end of a path; none if any part of the path is absent.
    #[inline(never)]
    pub fn find(&mut self, access: &'a Access, span: Span) -> Outcome<'a, Option<&'a Value>> {
        let mut steps = access.steps.iter();
        let mut value = match &access.root {
            Root::Resource(reading) => match self.reading(reading, span)? {
                Some(value) => value,
                None => return Ok(None),
            },
            Root::Slot(slot) if let Datum::Json(value) = self.slots[*slot] => value,
            other => {
                let computed = match other {
                    Root::Node(node) => self.value(node)?,
                    Root::Slot(slot) => self.slots[*slot],
                    Root::Resource(_) => Datum::Null,
                };
                let Ok(value) = self.lead_out(computed, &mut steps, span)? else { return Ok(None) };
                value
            }
        };
        for step in steps {
            let found = match (step, value) {
                (Step::Field(name) | Step::Member(name) | Step::Key(name), Value::Object(map))
                    if let Some(next) = map.get(&**name) =>
                {
                    Some(next)
                }
                // A text has no members, and a document of any shape may hold one here.
                (Step::Member(_) | Step::Key(_), other) if !other.is_object() => None,
                _ => self.descend(value, step, span)?,
            };
            match found {
                None | Some(Value::Null) => return Ok(None),
                Some(next) => value = next,
            }
        }
        if is_marker(value) {
            return Err(Cause::Unreadable { field: None, marker: value }.at(span));
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
                Datum::One(value) if index == 0 => Datum::load(value, Load::Any),
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
        let Value::Object(map) = value else { return Err(mismatch(value, Load::Object).at(span)) };
        match map.get(name) {
            None if is_marker(value) => Err(Cause::Unreadable { field: None, marker: value }.at(span)),
            found => Ok(found),
        }
    }

    fn item(value: &'a Value, index: i64, span: Span) -> Outcome<'a, &'a Value> {
        let Value::Array(items) = value else { return Err(mismatch(value, Load::List).at(span)) };
        usize::try_from(index).ok().and_then(|index| items.get(index)).ok_or_else(|| NO_ELEMENT.at(span))
    }
}
