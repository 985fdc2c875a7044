//! Values while an expression runs: borrowed from the document, the program or the parameters wherever possible.

use super::error::Cause;
use crate::inventory::reading::UNREADABLE_KEY;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::cmp::Ordering;

/// A value. Copying one is cheap; what had to be made anew lies on a [`super::shelf::Shelf`].
// The tag takes a whole word: with a tag of a byte, copies go by odd parts and cost a third of the evaluation.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(super) enum Datum<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    Timestamp(Timestamp),
    Duration(SignedDuration),
    /// A list or an object, never a scalar.
    Json(&'a Value),
    List(&'a [Datum<'a>]),
    Texts(&'a [String]),
    /// The list that `as_list` makes of a value that is none.
    One(&'a Value),
}

/// Why [`Datum::load`] gave nothing.
#[cold]
pub(super) fn mismatch<'a>(value: &'a Value, load: Load) -> Cause<'a> {
    match (load, value) {
        (_, Value::Null) => Cause::Absent,
        // A part of a reading, or the answer of a helper that needed such a part.
        _ if is_marker(value) => Cause::Unreadable { field: None, marker: value },
        (Load::Timestamp, Value::String(_)) => NO_TIMESTAMP,
        (Load::Int | Load::Any, Value::Number(_)) => Cause::Plain("is a number that is no 64-bit integer"),
        _ => Cause::Wrong { expected: load.name(), found: json_name(value) },
    }
}

/// Results carry a failure in a box without growing.
const _: () = assert!(size_of::<Datum<'static>>() == 24 && size_of::<Result<Datum<'static>, Box<u8>>>() == 24);

/// What a value of a document must be, from its type in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    Any,
    Bool,
    Int,
    Float,
    Text,
    Timestamp,
    List,
    Object,
}

/// The mark of a reading, or of a part of one, whose call failed.
#[inline]
pub(super) fn is_marker(value: &Value) -> bool {
    matches!(value, Value::Object(map) if map.len() == 1 && map.contains_key(UNREADABLE_KEY))
}

impl<'a> Datum<'a> {
    /// The value in a document that the schema says is a `load`; none if it is something else ([`mismatch`]).
    #[inline]
    pub fn load(value: &'a Value, load: Load) -> Option<Self> {
        match (load, value) {
            (Load::Bool | Load::Any, Value::Bool(value)) => Some(Self::Bool(*value)),
            (Load::Text | Load::Any, Value::String(text)) => Some(Self::Text(text)),
            (Load::List | Load::Any, Value::Array(_)) => Some(Self::Json(value)),
            (Load::Object | Load::Any, Value::Object(_)) if !is_marker(value) => Some(Self::Json(value)),
            (Load::Int | Load::Any, Value::Number(number)) if let Some(int) = number.as_i64() => Some(Self::Int(int)),
            (Load::Float | Load::Any, Value::Number(number)) if load == Load::Float || number.is_f64() => {
                number.as_f64().map(Self::Float)
            }
            (Load::Timestamp, Value::String(text)) => timestamp(text).ok().map(Self::Timestamp),
            (Load::Any, Value::Null) => Some(Self::Null),
            _ => None,
        }
    }

    pub const fn is_list(self) -> bool {
        matches!(self, Self::Json(Value::Array(_)) | Self::List(_) | Self::Texts(_) | Self::One(_))
    }

    /// For messages, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::Text(_) => "a string",
            Self::Timestamp(_) => "a timestamp",
            Self::Duration(_) => "a duration",
            Self::Json(value) => json_name(value),
            Self::List(_) | Self::Texts(_) | Self::One(_) => "a list",
        }
    }

    pub fn wrong(self, expected: &'static str) -> Cause<'a> {
        match self {
            Self::Null => Cause::Absent,
            _ => Cause::Wrong { expected, found: self.name() },
        }
    }

    /// The elements of a list, the keys of an object.
    #[inline]
    pub fn elements(self, load: Load) -> Result<Elements<'a>, Cause<'a>> {
        match self {
            Self::Json(Value::Array(items)) => Ok(Elements::Json(items.iter(), load)),
            Self::Json(Value::Object(map)) => Ok(Elements::Keys(map.keys())),
            Self::List(items) => Ok(Elements::List(items.iter())),
            Self::Texts(texts) => Ok(Elements::Texts(texts.iter())),
            Self::One(value) => Ok(Elements::Json(std::slice::from_ref(value).iter(), load)),
            _ => Err(self.wrong("a list or a map")),
        }
    }

    /// The number of elements, keys or characters.
    pub fn size(self) -> Result<usize, Cause<'a>> {
        match self {
            Self::Text(text) => Ok(text.chars().count()),
            Self::Json(Value::Array(items)) => Ok(items.len()),
            Self::Json(Value::Object(map)) => Ok(map.len()),
            Self::List(items) => Ok(items.len()),
            Self::Texts(texts) => Ok(texts.len()),
            Self::One(_) => Ok(1),
            _ => Err(self.wrong("a string, a list or a map")),
        }
    }

    /// The value as JSON: timestamps as RFC 3339, durations as seconds (`7776000s`).
    pub fn to_json(self) -> Result<Value, Cause<'a>> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => {
                serde_json::Number::from_f64(value).ok_or(Cause::Plain("is a float that JSON cannot write"))?.into()
            }
            Self::Text(text) => text.into(),
            Self::Timestamp(moment) => moment.to_string().into(),
            Self::Duration(length) => seconds(length).into(),
            Self::Json(value) => value.clone(),
            Self::List(items) => Value::Array(items.iter().map(|item| item.to_json()).collect::<Result<_, _>>()?),
            Self::Texts(texts) => texts.into(),
            Self::One(value) => Value::Array(vec![value.clone()]),
        })
    }
}

impl Load {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool => "a bool",
            Self::Int => "an int",
            Self::Float => "a float",
            Self::Text => "a string",
            Self::Timestamp => "a timestamp",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

const fn json_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The elements that a loop visits.
#[derive(Clone)]
pub(super) enum Elements<'a> {
    Json(std::slice::Iter<'a, Value>, Load),
    Keys(serde_json::map::Keys<'a>),
    List(std::slice::Iter<'a, Datum<'a>>),
    Texts(std::slice::Iter<'a, String>),
}

impl<'a> Iterator for Elements<'a> {
    /// The element, or what stands there but is no such element.
    type Item = Result<Datum<'a>, &'a Value>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Json(items, load) => items.next().map(|item| Datum::load(item, *load).ok_or(item)),
            Self::Keys(keys) => keys.next().map(|key| Ok(Datum::Text(key))),
            Self::List(items) => items.next().copied().map(Ok),
            Self::Texts(texts) => texts.next().map(|text| Ok(Datum::Text(text))),
        }
    }
}

/// Steps that remain of the limit.
#[derive(Debug)]
pub(super) struct Budget(pub u32);

impl Budget {
    #[inline]
    pub fn spend<'a>(&mut self, steps: usize) -> Result<(), Cause<'a>> {
        match u32::try_from(steps).ok().and_then(|steps| self.0.checked_sub(steps)) {
            Some(rest) => {
                self.0 = rest;
                Ok(())
            }
            None => {
                // Once over the limit, nothing goes on, not even what costs less.
                self.0 = 0;
                Err(Cause::Limit)
            }
        }
    }
}

/// Nothing that a provider answers is nested deeper.
const DEEPEST_DOCUMENT: usize = 200;

/// Equality as in CEL: numbers by value whatever their type, values of different types are unequal.
#[inline]
pub(super) fn equal<'a>(left: Datum<'a>, right: Datum<'a>, budget: &mut Budget) -> Result<bool, Cause<'a>> {
    match (left, right) {
        (Datum::Text(left), Datum::Text(right)) => Ok(left == right),
        (Datum::Int(left), Datum::Int(right)) => Ok(left == right),
        (Datum::Bool(left), Datum::Bool(right)) => Ok(left == right),
        _ => equal_deep(left, right, budget, 0),
    }
}

fn equal_deep<'a>(left: Datum<'a>, right: Datum<'a>, budget: &mut Budget, depth: usize) -> Result<bool, Cause<'a>> {
    if depth > DEEPEST_DOCUMENT {
        return Err(Cause::Plain("is nested too deeply to be compared"));
    }
    budget.spend(1)?;
    Ok(match (left, right) {
        (Datum::Null, Datum::Null) => true,
        (Datum::Bool(left), Datum::Bool(right)) => left == right,
        (Datum::Text(left), Datum::Text(right)) => left == right,
        (Datum::Timestamp(left), Datum::Timestamp(right)) => left == right,
        // A list of timestamps in a document holds texts.
        (Datum::Timestamp(moment), Datum::Text(text)) | (Datum::Text(text), Datum::Timestamp(moment)) => {
            timestamp(text).is_ok_and(|other| other == moment)
        }
        (Datum::Duration(left), Datum::Duration(right)) => left == right,
        (Datum::Int(_) | Datum::Float(_), Datum::Int(_) | Datum::Float(_)) => {
            order(left, right)? == Some(Ordering::Equal)
        }
        (Datum::Json(Value::Object(left)), Datum::Json(Value::Object(right))) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (key, value) in left {
                let Some(other) = right.get(key) else { return Ok(false) };
                if !equal_deep(any(value)?, any(other)?, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Datum::Json(Value::Object(_)), _) | (_, Datum::Json(Value::Object(_))) => false,
        _ if left.is_list() && right.is_list() => {
            if left.size()? != right.size()? {
                return Ok(false);
            }
            for (left, right) in left.elements(Load::Any)?.zip(right.elements(Load::Any)?) {
                let [left, right] = [left, right].map(|item| item.map_err(|other| mismatch(other, Load::Any)));
                if !equal_deep(left?, right?, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => false,
    })
}

fn any<'a>(value: &'a Value) -> Result<Datum<'a>, Cause<'a>> {
    Datum::load(value, Load::Any).ok_or_else(|| mismatch(value, Load::Any))
}

/// The order of two numbers, texts (by code point), timestamps or durations; none if one is not a number (NaN).
#[inline]
pub(super) fn order<'a>(left: Datum<'a>, right: Datum<'a>) -> Result<Option<Ordering>, Cause<'a>> {
    match (left, right) {
        (Datum::Int(left), Datum::Int(right)) => Ok(Some(left.cmp(&right))),
        (Datum::Text(left), Datum::Text(right)) => Ok(Some(left.cmp(right))),
        (Datum::Timestamp(left), Datum::Timestamp(right)) => Ok(Some(left.cmp(&right))),
        (Datum::Duration(left), Datum::Duration(right)) => Ok(Some(left.cmp(&right))),
        (Datum::Float(left), Datum::Float(right)) => Ok(left.partial_cmp(&right)),
        (Datum::Int(left), Datum::Float(right)) => Ok(order_mixed(left, right)),
        (Datum::Float(left), Datum::Int(right)) => Ok(order_mixed(right, left).map(Ordering::reverse)),
        (Datum::Int(_) | Datum::Float(_), other) | (other, Datum::Int(_) | Datum::Float(_)) => {
            Err(other.wrong("a number"))
        }
        (Datum::Text(_), other) | (other, Datum::Text(_)) => Err(other.wrong("a string")),
        (Datum::Timestamp(_), other) | (other, Datum::Timestamp(_)) => Err(other.wrong("a timestamp")),
        (Datum::Duration(_), other) | (other, Datum::Duration(_)) => Err(other.wrong("a duration")),
        (other, _) => Err(other.wrong("a number, a string, a timestamp or a duration")),
    }
}

/// Compares without the rounding that a conversion of `int` would bring.
fn order_mixed(int: i64, float: f64) -> Option<Ordering> {
    /// 2^63, the first float above every integer.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        return None;
    }
    if float >= ABOVE {
        return Some(Ordering::Less);
    }
    if float < -ABOVE {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the integers, as just checked")]
    let whole = float.trunc() as i64;
    Some(int.cmp(&whole).then_with(|| 0.0_f64.total_cmp(&(float.fract() + 0.0))))
}

/// A moment from RFC 3339 text, fast for the form that the inventory writes: `2026-11-01T00:00:00Z`.
#[inline]
pub(super) fn timestamp(text: &str) -> Result<Timestamp, Cause<'static>> {
    common_form(text.as_bytes())
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .or_else(|| text.parse().ok())
        .ok_or(NO_TIMESTAMP)
}

const NO_TIMESTAMP: Cause<'static> = Cause::Plain("is not a timestamp, for instance 2026-11-01T00:00:00Z");

fn common_form(text: &[u8]) -> Option<i64> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] = text else {
        return None;
    };
    let digits = [y0, y1, y2, y3, m0, m1, d0, d1, h0, h1, n0, n1, s0, s1];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let pair = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    let (year, month, day) = (pair(y0, y1) * 100 + pair(y2, y3), pair(m0, m1), pair(d0, d1));
    let (hour, minute, second) = (pair(h0, h1), pair(n0, n1), pair(s0, s1));
    // Days that not every month has go the slow way, which knows the calendar.
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970-01-01 in years that begin in March, so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day
            - 1
            - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn seconds(length: SignedDuration) -> String {
    let (whole, nanos) = (length.as_secs(), length.subsec_nanos());
    if nanos == 0 {
        return format!("{whole}s");
    }
    let sign = if whole < 0 || nanos < 0 { "-" } else { "" };
    let fraction = format!("{:09}", nanos.unsigned_abs());
    format!("{sign}{}.{}s", whole.unsigned_abs(), fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn same(left: &Value, right: &Value) -> bool {
        equal(any(left).unwrap(), any(right).unwrap(), &mut Budget(10_000)).unwrap()
    }

    #[test]
    fn documents_are_equal_by_value() {
        assert!(same(&json!([1, {"a": 2.0}]), &json!([1.0, {"a": 2}])));
        assert!(!same(&json!([1, 2]), &json!([1])));
        assert!(!same(&json!({"a": 1}), &json!({"b": 1})));
        assert!(!same(&json!("1"), &json!(1)));
        assert!(!same(&json!([]), &json!({})));
    }

    #[test]
    fn deep_documents_are_refused_not_followed() {
        let deep = (0..1_000).fold(json!(1), |inner, _| json!([inner]));
        let compared = equal(Datum::Json(&deep), Datum::Json(&deep), &mut Budget(1_000_000));
        assert!(matches!(compared, Err(Cause::Plain(_))));
    }

    #[test]
    fn ints_and_floats_compare_exactly() {
        assert_eq!(order_mixed(i64::MAX, 9_223_372_036_854_775_807.0), Some(Ordering::Less));
        assert_eq!(order_mixed(i64::MIN, -9_223_372_036_854_775_808.0), Some(Ordering::Equal));
        assert_eq!(order_mixed(9_007_199_254_740_993, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(order_mixed(1, 1.5), Some(Ordering::Less));
        assert_eq!(order_mixed(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(order_mixed(0, -0.0), Some(Ordering::Equal));
        assert_eq!(order_mixed(0, f64::NAN), None);
        assert_eq!(order_mixed(0, f64::NEG_INFINITY), Some(Ordering::Greater));
    }

    #[test]
    fn the_fast_way_to_a_timestamp_agrees_with_the_calendar() {
        for year in (0..=9999).step_by(7).chain([1600, 1900, 2000, 2024, 2100]) {
            for month in 1..=12 {
                for day in [1, 27, 28] {
                    let text = format!("{year:04}-{month:02}-{day:02}T23:59:07Z");
                    let slow: Timestamp = text.parse().unwrap();
                    assert_eq!(common_form(text.as_bytes()), Some(slow.as_second()), "{text}");
                }
            }
        }
        assert_eq!(timestamp("2024-02-29T00:00:00Z").unwrap().as_second(), 1_709_164_800);
        assert!(timestamp("2023-02-29T00:00:00Z").is_err());
        assert!(timestamp("2023-13-01T00:00:00Z").is_err());
        assert_eq!(timestamp("2026-11-01T02:00:00+02:00").unwrap(), timestamp("2026-11-01T00:00:00Z").unwrap());
    }

    #[test]
    fn durations_are_written_in_seconds() {
        assert_eq!(seconds(SignedDuration::from_secs(90)), "90s");
        assert_eq!(seconds(SignedDuration::from_millis(-1_500)), "-1.5s");
        assert_eq!(seconds(SignedDuration::from_millis(-500)), "-0.5s");
    }

    #[test]
    fn numbers_beyond_64_bits_are_no_values() {
        assert!(Datum::load(&json!(u64::MAX), Load::Any).is_none());
        assert!(Datum::load(&json!(1.5), Load::Int).is_none());
        assert!(matches!(Datum::load(&json!(3), Load::Float), Some(Datum::Float(3.0))));
    }
}
