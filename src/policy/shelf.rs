//! Storage for what an evaluation makes anew, so that values can borrow it like everything else.

use super::value::Datum;
use serde_json::Value;
use std::cell::OnceCell;

/// What an evaluation had to make: texts put together, filtered lists, answers of helpers.
pub(super) enum Kept<'a> {
    Text(String),
    Json(Value),
    List(Vec<Datum<'a>>),
    Arguments(Box<[Value]>),
}

/// Storage that grows while references into it are alive. Chunks double, so few are chained and dropping them does
/// not recurse deeply; an empty shelf takes no memory.
pub(super) struct Shelf<'a> {
    slots: Box<[OnceCell<Kept<'a>>]>,
    next: OnceCell<Box<Shelf<'a>>>,
}

impl Shelf<'_> {
    pub fn empty() -> Self {
        Self::with(0)
    }

    fn with(slots: usize) -> Self {
        Self { slots: (0..slots).map(|_| OnceCell::new()).collect(), next: OnceCell::new() }
    }
}

/// The place on the [`Shelf`] where the next thing goes.
pub(super) struct Keeper<'a> {
    shelf: &'a Shelf<'a>,
    used: usize,
}

impl<'a> Keeper<'a> {
    pub const fn new(shelf: &'a Shelf<'a>) -> Self {
        Self { shelf, used: 0 }
    }

    fn keep(&mut self, thing: Kept<'a>) -> &'a Kept<'a> {
        let full = self.shelf.slots.len();
        if self.used == full {
            self.shelf = self.shelf.next.get_or_init(|| Box::new(Shelf::with((full * 2).max(8))));
            self.used = 0;
        }
        let slot = &self.shelf.slots[self.used];
        self.used += 1;
        slot.get_or_init(|| thing)
    }

    pub fn text(&mut self, text: String) -> &'a str {
        match self.keep(Kept::Text(text)) {
            Kept::Text(text) => text,
            _ => "",
        }
    }

    pub fn list(&mut self, items: Vec<Datum<'a>>) -> &'a [Datum<'a>] {
        match self.keep(Kept::List(items)) {
            Kept::List(items) => items,
            _ => &[],
        }
    }

    pub fn arguments(&mut self, arguments: Box<[Value]>) -> &'a [Value] {
        match self.keep(Kept::Arguments(arguments)) {
            Kept::Arguments(arguments) => arguments,
            _ => &[],
        }
    }

    pub fn json(&mut self, value: Value) -> &'a Value {
        match self.keep(Kept::Json(value)) {
            Kept::Json(value) => value,
            _ => &Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_keeps_many_things() {
        let shelf = Shelf::empty();
        let mut keeper = Keeper::new(&shelf);
        let texts: Vec<&str> = (0..10_000).map(|number| keeper.text(number.to_string())).collect();
        assert!(texts.iter().enumerate().all(|(number, text)| *text == number.to_string()));
    }
}
