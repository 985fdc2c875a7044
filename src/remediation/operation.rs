//! What a repair is: the fields it changes, the calls it makes, and a pure function from what is there to what to do.

use crate::finding::word::words;
use crate::inventory::reading::UNREADABLE_KEY;
use crate::inventory::schema::Type;
use crate::inventory::{ApiCall, ResourceType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

words! {
    /// What a repair may break; ordered, `Safe` least.
    Risk, "risk" {
        /// Nothing that works stops working.
        Safe = "safe",
        /// Somebody may lose access, or a program may stop.
        Disruptive = "disruptive",
        /// Data or configuration may be lost.
        Destructive = "destructive",
    }
}

words! {
    /// How much of the state before a rollback brings back.
    Exactness, "rollback" {
        /// All of it.
        Exact = "exact",
        /// All of it, under ids that the provider gives anew.
        NewId = "new-id",
        /// A part of it; the reason says which.
        Partial = "partial",
        /// Nothing.
        Nothing = "none",
    }
}

/// A write call that an operation may make, to change or to undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteApi {
    /// The call and the permissions it needs.
    pub call: ApiCall,
    /// Made twice it does no more than made once, so it may be made again when nobody knows what became of it.
    pub idempotent: bool,
    /// Error codes that say: it is so already.
    pub already: &'static [&'static str],
}

impl WriteApi {
    /// A call that does no more when it is made twice.
    #[must_use]
    pub const fn idempotent(name: &'static str, permissions: &'static [&'static str]) -> Self {
        Self { call: ApiCall::new(name, permissions), idempotent: true, already: &[] }
    }

    /// A call that must be made once only; these error codes say that it is so already.
    #[must_use]
    pub const fn once(
        name: &'static str,
        permissions: &'static [&'static str],
        already: &'static [&'static str],
    ) -> Self {
        Self { call: ApiCall::new(name, permissions), idempotent: false, already }
    }
}

/// A value that a control's `with` gives to an operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// It must be given.
    pub required: bool,
    /// What it is.
    pub about: &'static str,
}

impl Argument {
    /// The offending parts that a control chooses; `about` says out of what.
    #[must_use]
    pub const fn for_each(about: &'static str) -> Self {
        Self { name: FOR_EACH, ty: Type::List(&Type::Any), required: true, about }
    }
}

/// What a call must have answered, from the state before it and the one after it.
pub type Answer = fn(&Map<String, Value>, &Map<String, Value>) -> Option<Value>;

/// A repair of one type of resource.
#[derive(Debug)]
pub struct Operation {
    /// For instance `aws.s3.put_public_access_block`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// The type of resource that it changes.
    pub kind: &'static ResourceType,
    /// The fields that are its state: read before, predicted, compared after.
    pub state: &'static [&'static str],
    /// Fields that it looks at besides, to judge impact and danger. They may change without harm.
    pub looks_at: &'static [&'static str],
    /// What a control gives it.
    pub arguments: &'static [Argument],
    /// What it may break.
    pub risk: Risk,
    /// How much a rollback brings back.
    pub rollback: Exactness,
    /// What a rollback does not bring back, or what it does besides; empty if there is nothing to say.
    pub rollback_note: &'static str,
    /// A rollback opens a gap of its own, so it needs an approval of its own.
    pub rollback_needs_approval: bool,
    /// Every call that it may make, the undoing ones too.
    pub writes: &'static [WriteApi],
    /// Keys of its state whose values the provider makes, anew when something is made again.
    pub made_by_provider: &'static [&'static str],
    /// Operations on other resources of the account that come first, if both are in a plan.
    pub comes_after: &'static [&'static str],
    /// How many seconds the provider may take until the change shows.
    pub settles_within: u32,
    /// Where undoing needs a part of an answer: what the answer must have been, from the state before and after. For
    /// answers that nobody saw.
    pub answer: Option<Answer>,
    /// The emulator that it is tested against lacks a call of it, and a fake of ours stands in.
    pub tested_on_fake: bool,
    /// From what is there to what to do.
    pub prepare: fn(&Input<'_>) -> Result<Change, Refusal>,
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for Operation {}

impl Operation {
    /// What most operations of a type have in common; each gives its name, sentence, state, risk, calls and function.
    #[must_use]
    pub const fn of(kind: &'static ResourceType) -> Self {
        Self {
            name: "",
            about: "",
            kind,
            state: &[],
            looks_at: &[],
            arguments: &[],
            risk: Risk::Destructive,
            rollback: Exactness::Exact,
            rollback_note: "",
            rollback_needs_approval: false,
            writes: &[],
            made_by_provider: &[],
            comes_after: &[],
            settles_within: 60,
            answer: None,
            tested_on_fake: false,
            prepare: |_| Err(Refusal::Unsuitable(String::new())),
        }
    }

    /// The write call of that name.
    #[must_use]
    pub fn write_api(&self, call: &str) -> Option<&'static WriteApi> {
        self.writes.iter().find(|write| write.call.name == call)
    }

    /// What a rollback brings back, in words.
    #[must_use]
    pub fn rollback_told(&self, exactness: Exactness) -> String {
        if self.rollback_note.is_empty() {
            exactness.to_string()
        } else {
            format!("{exactness}; {}", self.rollback_note)
        }
    }

    /// What it was tested against.
    #[must_use]
    pub const fn tested_against(&self) -> &'static str {
        if self.tested_on_fake {
            "against a fake of ours, because the emulator lacks a call of it"
        } else {
            "against an emulator of AWS"
        }
    }

    /// The permissions of its write calls, ordered.
    #[must_use]
    pub fn permissions(&self) -> Vec<&'static str> {
        let all: std::collections::BTreeSet<_> = self.writes.iter().flat_map(|write| write.call.permissions).collect();
        all.into_iter().copied().collect()
    }

    /// Every field that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.state.iter().chain(self.looks_at).copied()
    }
}

/// What an operation decides on.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The resource as it was read, or as the changes before this one leave it.
    pub document: &'a Value,
    /// The values of the control's `with`, already of the right types.
    pub with: &'a Map<String, Value>,
    /// The time.
    pub now: Timestamp,
}

/// Why a repair is not planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field that it needs was not read.
    #[error("{0} was not collected; plan against the account, or record it again with --repair-readings")]
    NotCollected(String),
    /// A field that it needs could not be read.
    #[error("{field} could not be read: {why}")]
    Unreadable {
        /// The field.
        field: String,
        /// The failed call.
        why: String,
    },
    /// It would make a setting less strict.
    #[error("it would lower a stricter setting: {0}")]
    Stricter(String),
    /// The resource is not in a state in which this can be done, or a machine should not do it.
    #[error("{0}")]
    Unsuitable(String),
    /// It would lock somebody out.
    #[error("{0}")]
    LocksOut(String),
    /// A value that it needs is not given.
    #[error("{0}")]
    Undecided(String),
}

/// An API call with its parameters, in the shape that the API itself gives them (what `--cli-input-json` takes).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// `service:Operation`.
    pub call: String,
    /// Where; `global` is the partition's home region.
    pub region: String,
    /// The parameters. `{"$output": "FlowLogIds[0]"}` stands for a part of the answer of the call that is undone.
    pub parameters: Value,
}

impl Call {
    /// The write that makes this call and is undone by these.
    #[must_use]
    pub fn undone_by(self, undo: impl IntoIterator<Item = Self>) -> Write {
        Write {
            call: self.call,
            region: self.region,
            parameters: self.parameters,
            slot: None,
            after: Map::new(),
            undone: Map::new(),
            undo: undo.into_iter().collect(),
        }
    }
}

/// The key that marks a part of an earlier answer inside parameters.
pub const OUTPUT_KEY: &str = "$output";

/// A write call, what it changes, and how that is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// `service:Operation`.
    pub call: String,
    /// Where; `global` is the partition's home region.
    pub region: String,
    /// The parameters.
    pub parameters: Value,
    /// The whole document that it replaces; two writes to one slot become one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The fields of the resource that it changes, as they are then.
    pub after: Map<String, Value>,
    /// The fields that undoing it leaves otherwise than they were, as they are then.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub undone: Map<String, Value>,
    /// The calls that undo it, in order.
    pub undo: Vec<Call>,
}

impl Write {
    /// The call alone.
    #[must_use]
    pub fn to_call(&self) -> Call {
        Call { call: self.call.clone(), region: self.region.clone(), parameters: self.parameters.clone() }
    }

    /// Sets the whole document that it replaces.
    #[must_use]
    pub fn replacing(self, slot: &str) -> Self {
        Self { slot: Some(slot.to_owned()), ..self }
    }

    /// Sets a field that undoing it leaves otherwise than it was.
    #[must_use]
    pub fn leaving(mut self, field: &str, value: Value) -> Self {
        self.undone.insert(field.to_owned(), value);
        self
    }

    /// Adds a field as it is after the write.
    #[must_use]
    pub fn then(mut self, field: &str, value: Value) -> Self {
        self.after.insert(field.to_owned(), value);
        self
    }
}

/// What to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The writes, in order; none if what is there is as wanted already.
    pub writes: Vec<Write>,
    /// What a person should know before saying yes.
    pub impact: Vec<String>,
    /// This very change can be undone exactly, though the operation in general cannot.
    pub exactly: bool,
}

impl Change {
    /// Nothing is to do.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// One write, or several in order.
    #[must_use]
    pub fn by(writes: impl IntoIterator<Item = Write>) -> Self {
        Self { writes: writes.into_iter().collect(), ..Self::default() }
    }

    /// Adds what a person should know; of a change that does nothing there is nothing to know.
    #[must_use]
    pub fn telling(mut self, impact: impl Into<String>) -> Self {
        if !self.writes.is_empty() {
            self.impact.push(impact.into());
        }
        self
    }
}

impl<'a> Input<'a> {
    /// A field of the resource; `null` if the provider says that it is not configured.
    ///
    /// # Errors
    /// If it was not collected or could not be read.
    pub fn field(&self, name: &str) -> Result<&'a Value, Refusal> {
        let value = self.document.get(name).ok_or_else(|| Refusal::NotCollected(name.to_owned()))?;
        match value.get(UNREADABLE_KEY) {
            None => Ok(value),
            Some(failure) => {
                let text = |key: &str| failure.get(key).and_then(Value::as_str).unwrap_or_default();
                Err(Refusal::Unreadable {
                    field: name.to_owned(),
                    why: format!("{} answered {} (needs {})", text("call"), text("code"), text("permission")),
                })
            }
        }
    }

    /// A list of the resource; empty if it is absent.
    ///
    /// # Errors
    /// As [`Input::field`].
    pub fn list(&self, name: &str) -> Result<&'a [Value], Refusal> {
        Ok(self.field(name)?.as_array().map_or(&[], Vec::as_slice))
    }

    /// A common field: `id`, `name`, `account`, `region`.
    #[must_use]
    pub fn common(&self, name: &str) -> &'a str {
        self.document.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The name that the API of the resource wants: its name or, if it has none, its id.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let name = self.common("name");
        if name.is_empty() { self.common("id") } else { name }
    }

    /// What the control's `for_each` chose.
    #[must_use]
    pub fn targets(&self) -> &'a [Value] {
        self.with.get(FOR_EACH).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A value of the control's `with`.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&'a Value> {
        self.with.get(name).filter(|value| !value.is_null())
    }

    /// A text of the control's `with`; none if it is empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.argument(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A call in the resource's region.
    #[must_use]
    pub fn call(&self, api: &WriteApi, parameters: Value) -> Call {
        Call { call: api.call.name.to_owned(), region: self.common("region").to_owned(), parameters }
    }

    /// A write in the resource's region, undone by these calls.
    #[must_use]
    pub fn write(&self, api: &WriteApi, parameters: Value, undo: impl IntoIterator<Item = Call>) -> Write {
        self.call(api, parameters).undone_by(undo)
    }
}

/// The name of the argument that chooses the offending parts.
pub const FOR_EACH: &str = "for_each";

/// Stands for a part of the answer of the call that is undone, for instance `FlowLogIds[0]`.
#[must_use]
pub fn output(path: &str) -> Value {
    json!({ OUTPUT_KEY: path })
}
