//! Undoing a run: every resource that is still as the run left it goes back to what it was.

use super::engine::Engine;
use super::guard;
use super::plan::Action;
use super::state;
use crate::audit::{Event, NewEntry, Outcome};
use crate::store::StoreError;
use crate::store::remediation::{ActionState, Direction, Run, RunState};
use serde_json::{Map, Value, json};

/// What to do with a resource that somebody changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// Leave it, and say so.
    Stop,
    /// Leave it, and never ask again.
    Keep,
    /// Undo the parts that are still as the run left them.
    OnlyOurs,
    /// Undo all of it.
    Force,
}

/// How the rollback of one action ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The action's number.
    pub number: u32,
    /// Where it stands now.
    pub state: ActionState,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The state that was found, where it is in the way.
    pub found: Option<Map<String, Value>>,
}

impl Undone {
    fn new(action: &Action, state: ActionState) -> Self {
        Self { number: action.number, state, reason: None, found: None }
    }

    fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

/// The state in which a run left the resource of an action.
///
/// What was found then says more than what was predicted, but only if it agrees: the rest may be the work of others.
#[must_use]
pub fn as_left<'a>(run: &'a Run, action: &'a Action) -> &'a Map<String, Value> {
    let found = run.action(action.number).and_then(|recorded| recorded.found.as_ref());
    found.filter(|found| state::same(&action.after, found, &[])).unwrap_or(&action.after)
}

/// The actions of a run that a rollback undoes, the last first.
#[must_use]
pub fn to_undo(run: &Run) -> Vec<u32> {
    run.actions.iter().rev().filter(|action| action.state.is_in_place()).map(|action| action.number).collect()
}

/// Undoes these actions of a run.
///
/// # Errors
/// If something cannot be recorded; the rollback can be begun again.
pub fn roll_back(
    engine: &mut Engine<'_>,
    run: &Run,
    numbers: &[u32],
    on_conflict: OnConflict,
) -> Result<Vec<Undone>, StoreError> {
    let plan = engine.plan;
    engine.store.log(&NewEntry::new(Event::RollbackStarted, json!({"run": run.id, "actions": numbers})))?;
    let mut outcomes = Vec::new();
    for action in numbers.iter().filter_map(|number| plan.action(*number)) {
        let undone = undo_action(engine, run, action, on_conflict)?;
        if undone.state != ActionState::RolledBack {
            let reason = undone.reason.as_deref();
            engine.store.set_action(engine.run, action.number, undone.state, reason, None, None)?;
        }
        (engine.watch)(action, undone.state.as_str());
        outcomes.push(undone);
    }
    let whole = engine.store.run(&run.id)?.is_some_and(|run| !run.actions.iter().any(|one| one.state.is_in_place()));
    let state = if whole { RunState::RolledBack } else { RunState::Incomplete };
    let failed = outcomes.iter().any(|one| one.state != ActionState::RolledBack && one.state != ActionState::Kept);
    let states: Vec<_> = outcomes.iter().map(|one| json!({"action": one.number, "state": one.state})).collect();
    let entry = NewEntry::new(Event::RollbackFinished, json!({"run": run.id, "state": state, "actions": states}));
    let entry = entry.outcome(if failed { Outcome::Failure } else { Outcome::Success });
    engine.store.set_run(&run.id, state, &entry)?;
    Ok(outcomes)
}

fn undo_action(
    engine: &mut Engine<'_>,
    run: &Run,
    action: &Action,
    on_conflict: OnConflict,
) -> Result<Undone, StoreError> {
    let had = run.action(action.number).map_or(ActionState::Applied, |recorded| recorded.state);
    let unchanged = |reason: String| Undone::new(action, had).because(reason);
    let Some(_locked) = engine.store.lock_resource(&action.account, guard::together_with(action))? else {
        return Ok(unchanged("another process is changing this resource".to_owned()));
    };
    (engine.watch)(action, "reading");
    let seen = match engine.read(action) {
        Ok(Some(seen)) => seen,
        Ok(None) => return Ok(unchanged("the resource is gone, there is nothing to undo".to_owned())),
        Err(why) => return Ok(unchanged(why)),
    };
    let (restored, ignored) = (action.state_restored(), action.made_by_provider());
    // Without writes nothing can look different; with them, a state that is as before needs no more calls.
    if state::same(&restored, &seen.state, &ignored) {
        return finish(engine, action, &seen.state, &seen.document);
    }
    let left = as_left(run, action);
    let begun = run.writes_of(action.number, Direction::Undo).next().is_some();
    let mut ours: Vec<usize> = (0..action.writes.len()).rev().collect();
    if !begun && !state::same(left, &seen.state, &[]) {
        let fields = state::differing(left, &seen.state, &[]);
        let changed = format!("{} changed since the run", fields.join(", "));
        match on_conflict {
            OnConflict::Stop => {
                let conflict = Undone::new(action, ActionState::Conflict).because(changed);
                return Ok(Undone { found: Some(seen.state), ..conflict });
            }
            OnConflict::Keep => return Ok(Undone::new(action, ActionState::Kept).because(changed)),
            // A whole document is undone only if nobody else touched it; single parts are undone by themselves.
            OnConflict::OnlyOurs => ours.retain(|index| {
                let write = &action.writes[*index];
                write.slot.is_none() || !write.after.keys().any(|field| fields.contains(field))
            }),
            OnConflict::Force => {}
        }
    }
    let partly = ours.len() < action.writes.len() || (on_conflict == OnConflict::OnlyOurs && !begun);
    for index in ours {
        if let Err(why) = engine.undo(action, index)? {
            return Ok(unchanged(why));
        }
    }
    (engine.watch)(action, "verifying");
    let within = engine.within(action);
    let seen = if partly {
        engine.read(action).and_then(|seen| seen.ok_or_else(|| "the resource is gone".to_owned()))
    } else {
        engine.read_until(action, within, |seen| state::same(&restored, &seen.state, &ignored))
    };
    match seen {
        Err(why) => Ok(unchanged(format!("it was undone, but {why}"))),
        Ok(seen) if state::same(&restored, &seen.state, &ignored) => {
            finish(engine, action, &seen.state, &seen.document)
        }
        Ok(seen) if partly => {
            let judged = engine.judged(action, &seen.document);
            engine.store.finish_action(engine.run, action, ActionState::Kept, &seen.state, &judged)?;
            Ok(Undone::new(action, ActionState::Kept).because("only what nobody else changed was undone"))
        }
        Ok(seen) => {
            let fields = state::differing(&restored, &seen.state, &ignored).join(", ");
            let conflict = Undone::new(action, ActionState::Conflict);
            Ok(Undone {
                found: Some(seen.state),
                ..conflict.because(format!("it was undone, but {fields} does not show it"))
            })
        }
    }
}

fn finish(
    engine: &mut Engine<'_>,
    action: &Action,
    found: &Map<String, Value>,
    document: &Value,
) -> Result<Undone, StoreError> {
    let judged = engine.judged(action, document);
    let aliases = new_ids(&action.before, found, &action.made_by_provider());
    engine.store.record_aliases(engine.run, action.number, &aliases)?;
    engine.store.finish_action(engine.run, action, ActionState::RolledBack, found, &judged)?;
    Ok(Undone::new(action, ActionState::RolledBack))
}

/// Ids of before and those that stand in their place now.
fn new_ids(before: &Map<String, Value>, now: &Map<String, Value>, keys: &[&str]) -> Vec<(String, String)> {
    let mut aliases = Vec::new();
    for (field, value) in before {
        let (Some(old), Some(new)) = (value.as_array(), now.get(field).and_then(Value::as_array)) else { continue };
        let known =
            |item: &Value, items: &[Value]| items.iter().any(|other| keys.iter().all(|key| other[*key] == item[*key]));
        let mut fresh: Vec<&Value> = new.iter().filter(|item| !known(item, old)).collect();
        for item in old.iter().filter(|item| !known(item, new)) {
            let one = |item: &Value| Map::from_iter([("item".to_owned(), item.clone())]);
            let Some(place) = fresh.iter().position(|other| state::same(&one(item), &one(other), keys)) else {
                continue;
            };
            let replaced = fresh.swap_remove(place);
            for key in keys {
                if let (Some(old), Some(new)) = (item[*key].as_str(), replaced[*key].as_str()) {
                    aliases.push((old.to_owned(), new.to_owned()));
                }
            }
        }
    }
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_are_found_by_what_stays() {
        let state = |rules: Value| json!({"rules": rules}).as_object().unwrap().clone();
        let before = state(json!([{"rule_id": "sgr-1", "port": 22}, {"rule_id": "sgr-2", "port": 80}]));
        let now = state(json!([{"rule_id": "sgr-2", "port": 80}, {"rule_id": "sgr-9", "port": 22}]));
        assert_eq!(new_ids(&before, &now, &["rule_id"]), [("sgr-1".to_owned(), "sgr-9".to_owned())]);
        assert_eq!(new_ids(&before, &before, &["rule_id"]), []);
    }
}
