//! Applying a plan: lock, read again, compare, write the intent down, call once, read until it shows, check.
//!
//! Whatever ends the program between two steps, [`Engine::apply`] goes on from what is recorded: an intent whose outcome
//! nobody saw is settled by reading.

mod calling;
mod reading;

use super::cloud::{Cloud, Identity};
use super::guard::{self, Guarded};
use super::operation::{Risk, Write};
use super::plan::{Action, Plan};
use super::state;
use crate::audit::{Event, NewEntry, Outcome};
use crate::control::Library;
use crate::store::remediation::{ActionState, Direction, Run, RunOptions, RunState, WriteState};
use crate::store::{Store, StoreError};
use calling::{Made, answer_of, api_of};
use reading::{Seen, judge, passes};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the engine waits for what takes time.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// At most so long until a change shows; what an operation asks for, if it is shorter.
    pub change: Duration,
    /// So long until a call whose answer was lost counts as not done.
    pub lost_answer: Duration,
    /// The first pause between two readings; each is twice as long as the one before.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            change: Duration::from_secs(900),
            lost_answer: Duration::from_secs(10),
            first_pause: Duration::from_millis(200),
        }
    }
}

/// The longest pause between two readings.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a call is made that the provider has no time for.
const THROTTLED_ATTEMPTS: u32 = 5;
/// How often an idempotent call is made whose answer was lost and which was not done.
const LOST_ATTEMPTS: u32 = 3;

/// Applies and undoes the actions of one run.
pub struct Engine<'a> {
    /// Where it is recorded.
    pub store: &'a mut Store,
    /// What makes the calls.
    pub cloud: &'a dyn Cloud,
    /// The controls that must pass then.
    pub library: &'a Library,
    /// The plan.
    pub plan: &'a Plan,
    /// The run's id.
    pub run: &'a str,
    /// How it is done.
    pub options: &'a RunOptions,
    /// The plan has expired: what was begun is brought to its end, and nothing more is begun.
    pub expired: bool,
    /// How long to wait.
    pub patience: Patience,
    /// Set when the user wants to stop; the action in flight is finished.
    pub stop: &'a AtomicBool,
    /// Told what is being done.
    pub watch: &'a dyn Fn(&Action, &str),
}

impl std::fmt::Debug for Engine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("run", &self.run).finish_non_exhaustive()
    }
}

/// How an action ended that is not applied.
struct Ended {
    state: ActionState,
    reason: String,
    found: Option<Map<String, Value>>,
}

impl Ended {
    fn new(state: ActionState, reason: impl Into<String>) -> Self {
        Self { state, reason: reason.into(), found: None }
    }

    fn seeing(self, seen: &Seen) -> Self {
        Self { found: Some(seen.state.clone()), ..self }
    }
}

impl Engine<'_> {
    /// Applies what is not settled yet.
    ///
    /// # Errors
    /// If something cannot be recorded; nothing more is done then, and the run can be resumed.
    pub fn apply(&mut self, run: &Run) -> Result<RunState, StoreError> {
        let plan = self.plan;
        let mut canaries = run.actions.iter().filter(|one| one.state == ActionState::Applied);
        let mut disruptive = canaries.by_ref().filter(|one| self.is_disruptive(one.number)).count();
        let mut states: Vec<(u32, ActionState)> = run.actions.iter().map(|one| (one.number, one.state)).collect();
        let mut failures = 0;
        let mut waiting = false;
        for action in &plan.body.actions {
            let state_of = |number: u32| states.iter().find(|(other, _)| *other == number).map(|(_, state)| *state);
            let Some(recorded) = run.action(action.number) else { continue };
            if recorded.state.is_settled() {
                continue;
            }
            if self.stop.load(Ordering::Relaxed) || failures >= self.options.max_failures.max(1) {
                continue;
            }
            if self.expired && recorded.state == ActionState::Pending {
                continue;
            }
            let careful = action.risk >= Risk::Disruptive && recorded.state == ActionState::Pending;
            if careful && self.options.canary.is_some_and(|canary| disruptive >= canary as usize) {
                waiting = true;
                continue;
            }
            let missing = action.depends_on.iter().find(|number| state_of(**number) != Some(ActionState::Applied));
            let state = match missing {
                Some(number) if state_of(*number).is_some_and(ActionState::is_settled) => self.end(
                    action,
                    Ended::new(ActionState::Skipped, format!("action {number} comes first and was not done")),
                )?,
                Some(_) => continue,
                None => self.apply_action(action, run)?,
            };
            if state == ActionState::Applied {
                disruptive += usize::from(action.risk >= Risk::Disruptive);
            } else {
                failures += u32::from(state != ActionState::Skipped);
            }
            if let Some(known) = states.iter_mut().find(|(number, _)| *number == action.number) {
                known.1 = state;
            }
        }
        let state = if states.iter().all(|(_, state)| *state == ActionState::Applied) {
            RunState::Complete
        } else if waiting && failures == 0 && !self.stop.load(Ordering::Relaxed) {
            RunState::Paused
        } else {
            RunState::Incomplete
        };
        let applied = states.iter().filter(|(_, state)| *state == ActionState::Applied).count();
        let detail =
            json!({"run": self.run, "plan": plan.hash, "state": state, "applied": applied, "actions": states.len()});
        let outcome = if state == RunState::Incomplete { Outcome::Failure } else { Outcome::Success };
        self.store.set_run(self.run, state, &NewEntry::new(Event::RunFinished, detail).outcome(outcome))?;
        Ok(state)
    }

    fn is_disruptive(&self, number: u32) -> bool {
        self.plan.action(number).is_some_and(|action| action.risk >= Risk::Disruptive)
    }

    fn apply_action(&mut self, action: &Action, run: &Run) -> Result<ActionState, StoreError> {
        let Some(_locked) = self.store.lock_resource(&action.account, guard::together_with(action))? else {
            return self.end(action, Ended::new(ActionState::Failed, "another process is changing this resource"));
        };
        if let Some(objection) = self.objection(action) {
            return self.end(action, Ended::new(ActionState::Skipped, objection));
        }
        self.store.set_action(self.run, action.number, ActionState::Running, None, None, None)?;
        match self.carry_out(action, run)? {
            Ok(()) => Ok(ActionState::Applied),
            Err(ended) => self.end(action, ended),
        }
    }

    fn objection(&self, action: &Action) -> Option<String> {
        let identity = self
            .cloud
            .identity(&action.account)
            .unwrap_or_else(|| Identity { account: action.account.clone(), arn: String::new() });
        let resource = Guarded { kind: &action.kind, id: &action.resource, name: action.name.as_deref() };
        guard::objection(resource, &identity, &self.options.protected)
    }

    fn carry_out(&mut self, action: &Action, run: &Run) -> Result<Result<(), Ended>, StoreError> {
        (self.watch)(action, "reading");
        let seen = match self.read_closely(action) {
            Ok(Some(seen)) => seen,
            Ok(None) => return Ok(Err(Ended::new(ActionState::Drifted, "the resource is gone"))),
            Err(why) => return Ok(Err(Ended::new(ActionState::Failed, why))),
        };
        let done = self.settle_intents(action, run, &seen)?;
        if !state::same(&action.state_after(done), &seen.state, &[]) {
            let fields = state::differing(&action.state_after(done), &seen.state, &[]).join(", ");
            let reason = format!("the resource is not what the plan saw: {fields} changed");
            return Ok(Err(Ended::new(ActionState::Drifted, reason).seeing(&seen)));
        }
        if done == 0
            && let Some(refusal) = self.refusal(action, &seen.document)
        {
            return Ok(Err(Ended::new(ActionState::Skipped, refusal)));
        }
        for (index, write) in action.writes.iter().enumerate().skip(done) {
            (self.watch)(action, &write.call);
            if let Err(ended) = self.write(action, index, write)? {
                return Ok(Err(ended));
            }
        }
        (self.watch)(action, "verifying");
        self.verify(action)
    }

    /// Settles what an earlier process left behind; answers how many writes are done.
    fn settle_intents(&mut self, action: &Action, run: &Run, seen: &Seen) -> Result<usize, StoreError> {
        let mut done = 0;
        for index in 0..action.writes.len() {
            let recorded: Vec<_> =
                run.writes_of(action.number, Direction::Apply).filter(|one| one.write as usize == index).collect();
            if recorded.iter().any(|one| one.state == WriteState::Applied) {
                done = index + 1;
                continue;
            }
            let Some(open) =
                recorded.iter().find(|one| matches!(one.state, WriteState::Intended | WriteState::Unknown))
            else {
                continue;
            };
            let (before, after) = (action.state_after(index), action.state_after(index + 1));
            if state::same(&after, &seen.state, &[]) {
                let output = answer_of(action, &before, &seen.state);
                self.store.settle(self.run, action, open.key, WriteState::Applied, output.as_ref(), None)?;
                done = index + 1;
            } else if state::same(&before, &seen.state, &[]) {
                let why = Some("it was not done, as reading shows");
                self.store.settle(self.run, action, open.key, WriteState::Failed, None, why)?;
            }
        }
        Ok(done)
    }

    /// Makes one write and settles it; what was done before is undone if it cannot be.
    fn write(&mut self, action: &Action, index: usize, write: &Write) -> Result<Result<(), Ended>, StoreError> {
        let idempotent = api_of(action, &write.call).is_some_and(|(_, idempotent)| idempotent);
        for attempt in 1..=LOST_ATTEMPTS {
            let (key, why) = match self.make(action, index, Direction::Apply, &write.to_call())? {
                Made::Done => return Ok(Ok(())),
                Made::Refused(why) => return self.give_up(action, index, why).map(Err),
                Made::Lost(key, why) => (key, why),
            };
            let (before, after) = (action.state_after(index), action.state_after(index + 1));
            let seen = self.read_until(action, self.patience.lost_answer, |seen| state::same(&after, &seen.state, &[]));
            match seen {
                Ok(seen) if state::same(&after, &seen.state, &[]) => {
                    let output = answer_of(action, &before, &seen.state);
                    self.store.settle(self.run, action, key, WriteState::Applied, output.as_ref(), None)?;
                    return Ok(Ok(()));
                }
                Ok(seen) if state::same(&before, &seen.state, &[]) => {
                    self.store.settle(self.run, action, key, WriteState::Failed, None, Some(&why))?;
                    if !idempotent || attempt == LOST_ATTEMPTS {
                        return self.give_up(action, index, why).map(Err);
                    }
                }
                Ok(seen) => {
                    let reason = format!("{why}; the resource is neither as it was nor as it should be");
                    return Ok(Err(Ended::new(ActionState::Drifted, reason).seeing(&seen)));
                }
                Err(unread) => {
                    let reason = format!("{why}; and then {unread}");
                    return Ok(Err(Ended::new(ActionState::Unverified, reason)));
                }
            }
        }
        self.give_up(action, index, "its answer was lost".to_owned()).map(Err)
    }

    /// Undoes the writes before this one.
    fn give_up(&mut self, action: &Action, index: usize, why: String) -> Result<Ended, StoreError> {
        if index == 0 {
            return Ok(Ended::new(ActionState::Failed, why));
        }
        for earlier in (0..index).rev() {
            if let Err(problem) = self.undo(action, earlier)? {
                let reason = format!("{why}; what was done before could not be undone: {problem}");
                return Ok(Ended::new(ActionState::Unverified, reason));
            }
        }
        let (restored, ignored) = (action.state_restored(), action.made_by_provider());
        let within = self.within(action);
        let seen = self.read_until(action, within, |seen| state::same(&restored, &seen.state, &ignored));
        Ok(match seen {
            Ok(seen) if state::same(&restored, &seen.state, &ignored) => {
                Ended::new(ActionState::Failed, format!("{why}; what was done before was undone")).seeing(&seen)
            }
            Ok(seen) => {
                Ended::new(ActionState::Unverified, format!("{why}; what was done before does not show as undone"))
                    .seeing(&seen)
            }
            Err(unread) => Ended::new(ActionState::Unverified, format!("{why}; and then {unread}")),
        })
    }

    /// Reads until the state is as predicted and every control passes.
    fn verify(&mut self, action: &Action) -> Result<Result<(), Ended>, StoreError> {
        let within = self.within(action);
        let library = self.library;
        let shows = |seen: &Seen| {
            state::same(&action.after, &seen.state, &[])
                && action.findings.iter().all(|finding| passes(&judge(library, finding, &seen.document)))
        };
        let seen = match self.read_until(action, within, shows) {
            Ok(seen) => seen,
            Err(unread) => {
                return Ok(Err(Ended::new(ActionState::Unverified, format!("it was done, but {unread}"))));
            }
        };
        if !state::same(&action.after, &seen.state, &[]) {
            let fields = state::differing(&action.after, &seen.state, &[]).join(", ");
            let reason = format!("it was done, but {fields} does not show as predicted");
            return Ok(Err(Ended::new(ActionState::Unverified, reason).seeing(&seen)));
        }
        let judged = self.judged(action, &seen.document);
        if let Some((finding, failing)) = action.findings.iter().zip(&judged).find(|(_, judged)| !passes(judged)) {
            let why = failing.reason.clone().unwrap_or_default();
            let reason = format!("it was done, but {} still says {}: {why}", finding.control, failing.verdict);
            return Ok(Err(Ended::new(ActionState::Unverified, reason).seeing(&seen)));
        }
        self.store.finish_action(self.run, action, ActionState::Applied, &seen.state, &judged)?;
        Ok(Ok(()))
    }

    fn end(&mut self, action: &Action, ended: Ended) -> Result<ActionState, StoreError> {
        let Ended { state, reason, found } = ended;
        let event = if matches!(state, ActionState::Drifted | ActionState::Skipped) {
            Event::Refused
        } else {
            Event::ActionResult
        };
        let outcome = match state {
            ActionState::Drifted | ActionState::Skipped => Outcome::Refused,
            ActionState::Unverified => Outcome::Unknown,
            _ => Outcome::Failure,
        };
        let detail = json!({"run": self.run, "action": action.number, "state": state, "reason": reason});
        let entry = crate::store::remediation::about(action, NewEntry::new(event, detail).outcome(outcome));
        self.store.set_action(self.run, action.number, state, Some(&reason), found.as_ref(), Some(&entry))?;
        (self.watch)(action, state.as_str());
        Ok(state)
    }
}
