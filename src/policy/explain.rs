//! Evidence: a second, slower pass over an expression whose verdict is known, which follows the parts that decided it.

use super::environment::Context;
use super::evaluate::{Evaluation, MAX_STEPS};
use super::program::{
    Access, Arguments, Arithmetic, Loop, LoopKind, MAX_LOOPS, Node, Op, Pattern, Program, Root, Step,
};
use super::shelf::Shelf;
use super::value::{Datum, Load};
use serde_json::Value;

/// How many paths a verdict shows at most.
const MOST: usize = 20;

/// A path into the resource and the value that stood there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// For instance `resource.ingress[1].from_port`.
    pub path: String,
    /// The value; `null` if it is absent.
    pub value: Value,
}

/// The paths that decided that `program` is `outcome`, in order of appearance.
pub(super) fn evidence(program: &Program, context: &Context<'_>, outcome: bool) -> Vec<Evidence> {
    let shelf = Shelf::empty();
    // Parts are evaluated again at each level of the expression.
    let Ok(run) = Evaluation::new(context, &shelf, 2 * MAX_STEPS) else { return Vec::new() };
    let mut explanation = Explanation { run, places: [const { None }; MAX_LOOPS], found: Vec::new() };
    explanation.because(&program.root, outcome);
    explanation.found
}

/// Where a value stands in the document.
#[derive(Clone)]
struct Place<'a> {
    path: String,
    value: Option<&'a Value>,
}

/// An element of a list; one that was computed has no place.
struct Item<'a> {
    datum: Datum<'a>,
    place: Option<Place<'a>>,
}

struct Explanation<'a> {
    run: Evaluation<'a>,
    /// Where the variables of the loops around stand.
    places: [Option<Place<'a>>; MAX_LOOPS],
    found: Vec<Evidence>,
}

impl<'a> Explanation<'a> {
    /// Enough was found, or enough was tried.
    fn is_done(&self) -> bool {
        self.found.len() >= MOST || self.run.budget.0 == 0
    }

    fn add(&mut self, path: String, value: Value) {
        if self.found.len() < MOST && self.found.iter().all(|evidence| evidence.path != path) {
            self.found.push(Evidence { path, value });
        }
    }

    fn add_item(&mut self, item: &Item<'a>) {
        if let Some(place) = &item.place {
            let value = match place.value {
                Some(value) => value.clone(),
                None => item.datum.to_json().unwrap_or_default(),
            };
            self.add(place.path.clone(), value);
        }
    }

    /// Why a condition has this outcome.
    fn because(&mut self, node: &'a Node, outcome: bool) {
        if self.is_done() || self.run.budget.spend(1).is_err() {
            return;
        }
        match &node.op {
            Op::Not(inner) => self.because(inner, !outcome),
            Op::And(operands) => self.chain(operands, false, outcome),
            Op::Or(operands) => self.chain(operands, true, outcome),
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let Ok(holds) = self.run.truth(condition) else { return };
                self.because(condition, holds);
                self.because(if holds { then } else { otherwise }, outcome);
            }
            Op::Loop(each) if matches!(each.kind, LoopKind::Exists | LoopKind::All) => self.decided(each, outcome),
            Op::Has(access) => self.accessed(access),
            _ => self.leaves(node),
        }
    }

    /// The first operand that decides, or all of them if none does.
    fn chain(&mut self, operands: &'a [Node], decisive: bool, outcome: bool) {
        if outcome == decisive {
            let first = operands.iter().find(|operand| self.run.truth(operand).is_ok_and(|value| value == decisive));
            if let Some(operand) = first {
                self.because(operand, decisive);
            }
        } else {
            for operand in operands {
                self.because(operand, outcome);
            }
        }
    }

    /// Every element that decides, or the list if none does.
    fn decided(&mut self, each: &'a Loop, outcome: bool) {
        let decisive = each.kind == LoopKind::Exists;
        let before = self.found.len();
        if outcome != decisive {
            self.leaves(&each.range);
            if self.found.len() > before || self.is_done() {
                return;
            }
            // The list is no part of the resource, so what its elements are compared with must be.
        }
        for item in self.items(&each.range, each.element) {
            if self.is_done() {
                return;
            }
            self.enter(each.slot, &item);
            if outcome == decisive && !self.run.truth(&each.body).is_ok_and(|value| value == decisive) {
                continue;
            }
            let around = std::mem::take(&mut self.found);
            self.because(&each.body, outcome);
            let mut inside = std::mem::replace(&mut self.found, around);
            if outcome == decisive {
                if inside.is_empty() {
                    self.add_item(&item);
                }
                if let Some(place) = &item.place
                    && inside.iter().any(|evidence| evidence.path == place.path)
                {
                    inside.retain(|evidence| !is_below(&evidence.path, &place.path));
                }
            }
            for evidence in inside {
                self.add(evidence.path, evidence.value);
            }
        }
        if outcome == decisive && self.found.len() == before {
            self.leaves(&each.range);
        }
    }

    fn enter(&mut self, slot: usize, item: &Item<'a>) {
        self.run.slots[slot] = item.datum;
        self.places[slot].clone_from(&item.place);
    }

    /// Every longest path inside a part.
    fn leaves(&mut self, node: &'a Node) {
        if self.is_done() || self.run.budget.spend(1).is_err() {
            return;
        }
        match &node.op {
            Op::Literal(_) | Op::Now | Op::Parameter(_) => {}
            Op::Access(access) | Op::Has(access) => self.accessed(access),
            Op::Negate(inner) | Op::Size(inner) | Op::AsList(inner) | Op::Timestamp(inner) | Op::Duration(inner) => {
                self.leaves(inner);
            }
            Op::Equal { sides, .. }
            | Op::Order { sides, .. }
            | Op::Arithmetic { sides, .. }
            | Op::Search { sides, .. }
            | Op::In(sides) => {
                self.leaves(&sides[0]);
                self.leaves(&sides[1]);
            }
            Op::Among { needle, .. } => self.leaves(needle),
            Op::List(items) => items.iter().for_each(|item| self.leaves(item)),
            Op::Matches { text, pattern } => {
                self.leaves(text);
                if let Pattern::Computed { node, .. } = pattern {
                    self.leaves(node);
                }
            }
            Op::Help(help) => {
                self.leaves(&help.on);
                if let Arguments::Steady { nodes, .. } | Arguments::Computed(nodes) = &help.arguments {
                    nodes.iter().for_each(|node| self.leaves(node));
                }
            }
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let Ok(holds) = self.run.truth(condition) else { return };
                self.because(condition, holds);
                self.leaves(if holds { then } else { otherwise });
            }
            Op::Loop(each) => match each.kind {
                LoopKind::Map => self.leaves(&each.range),
                LoopKind::Filter => {
                    let before = self.found.len();
                    for item in self.items(node, each.element) {
                        self.add_item(&item);
                    }
                    if self.found.len() == before {
                        self.leaves(&each.range);
                    }
                }
                LoopKind::Exists | LoopKind::All => self.condition(node),
            },
            Op::Not(_) | Op::And(_) | Op::Or(_) => self.condition(node),
        }
    }

    /// A condition whose outcome is not known yet.
    fn condition(&mut self, node: &'a Node) {
        if let Ok(outcome) = self.run.truth(node) {
            self.because(node, outcome);
        }
    }

    fn accessed(&mut self, access: &'a Access) {
        if let Some(item) = self.locate(access, true) {
            self.add_item(&item);
        }
    }

    /// The place that a path leads to. With `all`, paths inside its indexes are added too, and if it has no place,
    /// those of what it was computed from.
    fn locate(&mut self, access: &'a Access, all: bool) -> Option<Item<'a>> {
        let mut steps = access.steps.iter();
        let mut item = match &access.root {
            Root::Resource(reading) => self.reading(reading.field)?,
            Root::Slot(slot) => Item { datum: self.run.slots[*slot], place: self.places[*slot].clone() },
            Root::Node(node) => match steps.next() {
                Some(step @ (Step::Item(_) | Step::Computed(_))) if self.run.value(node).ok()?.is_list() => {
                    let index = self.index(step)?;
                    self.items(node, Load::Any).into_iter().nth(index)?
                }
                _ => {
                    if all {
                        self.leaves(node);
                    }
                    return None;
                }
            },
        };
        for step in steps {
            if all && let Step::Computed(node) = step {
                self.leaves(node);
            }
            item = self.step(&item, step)?;
        }
        Some(item)
    }

    fn reading(&self, field: &str) -> Option<Item<'a>> {
        let value = self.run.document.get(field)?;
        Some(Item { datum: datum(value), place: Some(Place { path: format!("resource.{field}"), value: Some(value) }) })
    }

    fn index(&mut self, step: &'a Step) -> Option<usize> {
        match step {
            Step::Item(index) => usize::try_from(*index).ok(),
            Step::Computed(node) => match self.run.value(node) {
                Ok(Datum::Int(index)) => usize::try_from(index).ok(),
                _ => None,
            },
            Step::Field(_) | Step::Member(_) | Step::Key(_) => None,
        }
    }

    /// One step further; what is not there is a `null` with a path.
    fn step(&mut self, from: &Item<'a>, step: &'a Step) -> Option<Item<'a>> {
        let below = |suffix: String, value: Option<&'a Value>| {
            let value = value.unwrap_or(&Value::Null);
            let place =
                from.place.as_ref().map(|place| Place { path: place.path.clone() + &suffix, value: Some(value) });
            Item { datum: datum(value), place }
        };
        let member = |name: &str| match from.datum {
            Datum::Json(value) => value.get(name),
            _ => None,
        };
        match step {
            Step::Field(name) | Step::Member(name) => Some(below(as_member(name), member(name))),
            Step::Key(key) => Some(below(as_key(key), member(key))),
            Step::Item(_) | Step::Computed(_) => {
                if let Step::Computed(node) = step
                    && let Ok(Datum::Text(key)) = self.run.value(node)
                {
                    return Some(below(as_key(key), member(key)));
                }
                let index = self.index(step)?;
                match from.datum {
                    Datum::Json(value) => Some(below(format!("[{index}]"), value.get(index))),
                    Datum::List(items) => items.get(index).map(|datum| Item { datum: *datum, place: None }),
                    _ => None,
                }
            }
        }
    }

    /// The elements of a list, each with its place in the document if it has one.
    fn items(&mut self, node: &'a Node, load: Load) -> Vec<Item<'a>> {
        match &node.op {
            Op::Access(access) => match self.locate(access, false) {
                Some(item) => self.elements_of(item, load),
                None => self.computed(node, load),
            },
            Op::Loop(each) if each.kind == LoopKind::Filter => {
                let mut items = self.items(&each.range, each.element);
                items.retain(|item| {
                    self.enter(each.slot, item);
                    self.run.truth(&each.body).unwrap_or(false)
                });
                items
            }
            Op::Loop(each) if each.kind == LoopKind::Map => {
                let mut items = self.items(&each.range, each.element);
                for item in &mut items {
                    self.enter(each.slot, item);
                    if let Op::Access(access) = &each.body.op {
                        item.place = self.locate(access, false).and_then(|item| item.place);
                    }
                    item.datum = self.run.value(&each.body).unwrap_or(Datum::Null);
                }
                items
            }
            Op::AsList(inner) => match self.run.value(inner) {
                Ok(value) if value.is_list() => self.items(inner, load),
                Ok(Datum::Null) | Err(_) => Vec::new(),
                Ok(value) => vec![self.single(inner, value)],
            },
            Op::Arithmetic { operator: Arithmetic::Add, sides } => {
                let mut items = self.items(&sides[0], load);
                items.extend(self.items(&sides[1], load));
                items
            }
            Op::Choice(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                match self.run.truth(condition) {
                    Ok(holds) => self.items(if holds { then } else { otherwise }, load),
                    Err(_) => Vec::new(),
                }
            }
            Op::List(nodes) => nodes
                .iter()
                .filter_map(|node| {
                    let value = self.run.value(node).ok()?;
                    Some(self.single(node, value))
                })
                .collect(),
            _ => self.computed(node, load),
        }
    }

    fn single(&mut self, node: &'a Node, datum: Datum<'a>) -> Item<'a> {
        let place = match &node.op {
            Op::Access(access) => self.locate(access, false).and_then(|item| item.place),
            _ => None,
        };
        Item { datum, place }
    }

    fn elements_of(&mut self, list: Item<'a>, load: Load) -> Vec<Item<'a>> {
        let Some(place) = list.place else { return self.placeless(list.datum, load) };
        let mut items = Vec::new();
        match list.datum {
            Datum::Json(Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    if self.run.budget.spend(1).is_err() {
                        break;
                    }
                    let place = Place { path: format!("{}[{index}]", place.path), value: Some(value) };
                    items.push(Item { datum: Datum::load(value, load).unwrap_or(Datum::Null), place: Some(place) });
                }
            }
            Datum::Json(Value::Object(map)) => {
                for (key, value) in map {
                    if self.run.budget.spend(1).is_err() {
                        break;
                    }
                    let place = Place { path: place.path.clone() + &as_key(key), value: Some(value) };
                    items.push(Item { datum: Datum::Text(key), place: Some(place) });
                }
            }
            _ => {}
        }
        items
    }

    fn computed(&mut self, node: &'a Node, load: Load) -> Vec<Item<'a>> {
        match self.run.value(node) {
            Ok(value) => self.placeless(value, load),
            Err(_) => Vec::new(),
        }
    }

    fn placeless(&mut self, list: Datum<'a>, load: Load) -> Vec<Item<'a>> {
        let Ok(elements) = list.elements(load) else { return Vec::new() };
        elements
            .map_while(|element| self.run.budget.spend(1).ok().and(element.ok()))
            .map(|datum| Item { datum, place: None })
            .collect()
    }
}

fn datum(value: &Value) -> Datum<'_> {
    Datum::load(value, Load::Any).unwrap_or(Datum::Null)
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// `.name`, or `["odd name"]`.
fn as_member(name: &str) -> String {
    let plain = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && name.starts_with(|first: char| !first.is_ascii_digit());
    if plain { format!(".{name}") } else { as_key(name) }
}

fn as_key(name: &str) -> String {
    format!("[{}]", Value::from(name))
}
