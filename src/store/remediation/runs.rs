//! Runs: what is about to be done, and what became of it.

use super::plans::use_up;
use super::{ActionState, Direction, Run, RunAction, RunOptions, RunState, RunWrite, WriteState};
use crate::audit::{Event, NewEntry, Outcome};
use crate::remediation::operation::Call;
use crate::remediation::plan::{Action, Plan, PlanBody};
use crate::store::Store;
use crate::store::error::{Inner, StoreError};
use crate::store::lock::{self, Held};
use crate::store::rows::{json, stamp, time, to_json, word};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// A run that is worked on, or a resource that is changed: nobody else does until this is dropped.
#[derive(Debug)]
pub struct Locked {
    _held: Held,
}

/// How long to wait for another process that changes the same resource.
const PATIENCE: Duration = Duration::from_secs(30);

impl Store {
    /// Begins a run of a plan and uses its approvals up; none if the plan was applied before.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn begin_run(&mut self, plan: &Plan, options: &RunOptions) -> Result<Option<String>, StoreError> {
        let id = uuid::Uuid::now_v7().to_string();
        let begun = self.write("recording that a run begins", |tx| {
            let key: i64 = tx.query_row(
                "SELECT key FROM plans WHERE hash = :hash",
                named_params! { ":hash": plan.hash },
                |row| row.get(0),
            )?;
            let now = stamp(Timestamp::now());
            let inserted = tx.execute(
                "INSERT INTO runs (id, plan, state, options, started) VALUES (:id, :plan, 'running', :options, :now)
                 ON CONFLICT (plan) DO NOTHING",
                named_params! { ":id": id, ":plan": key, ":options": to_json(options)?, ":now": now },
            )?;
            if inserted == 0 {
                return Ok(false);
            }
            let run = tx.last_insert_rowid();
            for action in &plan.body.actions {
                tx.execute(
                    "INSERT INTO run_actions (run, number, state, at) VALUES (:run, :number, 'pending', :now)",
                    named_params! { ":run": run, ":number": action.number, ":now": now },
                )?;
            }
            use_up(tx, &plan.hash, &id)?;
            let detail = json!({"run": id, "plan": plan.hash, "actions": plan.body.actions.len(), "options": options});
            tx.log(&NewEntry::new(Event::RunStarted, detail))?;
            Ok(true)
        })?;
        Ok(begun.then_some(id))
    }

    /// The run whose id begins so; `latest` is the newest.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn run(&self, prefix: &str) -> Result<Option<Run>, StoreError> {
        let runs = self.runs()?;
        if prefix == "latest" {
            return Ok(runs.into_iter().next());
        }
        let mut found = runs.into_iter().filter(|run| !prefix.is_empty() && run.id.starts_with(&prefix.to_lowercase()));
        Ok(match (found.next(), found.next()) {
            (Some(run), None) => Some(run),
            _ => None,
        })
    }

    /// All runs, the newest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let mut runs = self.read("reading runs", |db| {
            let mut select = db.prepare(
                "SELECT r.key, r.id, p.hash, p.body, r.state, r.options, r.started, r.finished
                 FROM runs AS r JOIN plans AS p ON p.key = r.plan ORDER BY r.started DESC, r.key DESC",
            )?;
            let mut rows = select.query([])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                runs.push(run(db, row)?);
            }
            Ok(runs)
        })?;
        for run in &mut runs {
            run.alive = lock::is_taken(self.home(), &format!("run-{}", run.id));
        }
        Ok(runs)
    }

    /// Makes this process the one that works on a run; none if another one does.
    ///
    /// # Errors
    /// If the lock cannot be made.
    pub fn lock_run(&self, run: &str) -> Result<Option<Locked>, StoreError> {
        self.named_lock(&format!("run-{run}"), Duration::from_millis(200))
    }

    /// Makes this process the one that changes a resource; none if another one still does after half a minute.
    ///
    /// # Errors
    /// If the lock cannot be made.
    pub fn lock_resource(&self, account: &str, resource: &str) -> Result<Option<Locked>, StoreError> {
        let name = crate::hash::sha256_hex(format!("{account}\n{resource}").as_bytes());
        self.named_lock(&format!("resource-{}", &name[..32]), PATIENCE)
    }

    fn named_lock(&self, name: &str, patience: Duration) -> Result<Option<Locked>, StoreError> {
        let held = lock::named(self.home(), name, patience)
            .map_err(|error| self.at().io("locking what is worked on", self.home(), &error))?;
        Ok(held.map(|held| Locked { _held: held }))
    }

    /// Records where an action stands; `entry` tells the audit log, where there is something to tell.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn set_action(
        &mut self,
        run: &str,
        number: u32,
        state: ActionState,
        reason: Option<&str>,
        found: Option<&Map<String, Value>>,
        entry: Option<&NewEntry>,
    ) -> Result<(), StoreError> {
        self.write("recording where an action stands", |tx| {
            set_action(tx, run, number, state, reason, found)?;
            if let Some(entry) = entry {
                tx.log(entry)?;
            }
            Ok(())
        })
    }

    /// Records a write call before it is made: when this returns, it is on the disk.
    ///
    /// # Errors
    /// If it cannot be recorded; then the call must not be made.
    pub fn intend(
        &mut self,
        run: &str,
        action: &Action,
        write: usize,
        direction: Direction,
        call: &Call,
    ) -> Result<i64, StoreError> {
        self.write("recording an intent", |tx| {
            let key = tx.query_row(
                "INSERT INTO run_writes (run, action, write, direction, call, state, intended)
                 VALUES ((SELECT key FROM runs WHERE id = :run), :action, :write, :direction, :call, 'intended', :now)
                 RETURNING key",
                named_params! {
                    ":run": run, ":action": action.number, ":write": i64::try_from(write).unwrap_or(i64::MAX),
                    ":direction": direction.as_str(), ":call": to_json(call)?, ":now": stamp(Timestamp::now()),
                },
                |row| row.get(0),
            )?;
            let detail = json!({
                "run": run, "action": action.number, "direction": direction, "call": call.call, "region": call.region,
                "parameters": call.parameters,
            });
            tx.log(&about(action, NewEntry::new(Event::ActionIntended, detail)))?;
            Ok(key)
        })
    }

    /// Records what became of a write call.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn settle(
        &mut self,
        run: &str,
        action: &Action,
        write: i64,
        state: WriteState,
        output: Option<&Value>,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write("recording the outcome of a call", |tx| {
            let call: String = tx.query_row(
                "UPDATE run_writes SET state = :state, output = coalesce(:output, output), error = :error, settled = :now
                 WHERE key = :key RETURNING call",
                named_params! {
                    ":key": write, ":state": state.as_str(), ":output": output.map(to_json).transpose()?,
                    ":error": error, ":now": stamp(Timestamp::now()),
                },
                |row| row.get(0),
            )?;
            let call = json::<Call>(&call)?;
            let outcome = match state {
                WriteState::Applied => Outcome::Success,
                WriteState::Failed => Outcome::Failure,
                WriteState::Intended | WriteState::Unknown => Outcome::Unknown,
            };
            let detail = json!({"run": run, "action": action.number, "call": call.call, "error": error});
            tx.log(&about(action, NewEntry::new(Event::ActionResult, detail).outcome(outcome)))?;
            Ok(())
        })
    }

    /// Records where a run stands; it has ended, for now or for good.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn set_run(&mut self, run: &str, state: RunState, entry: &NewEntry) -> Result<(), StoreError> {
        self.write("recording where a run stands", |tx| {
            tx.execute(
                "UPDATE runs SET state = :state, finished = :now WHERE id = :run",
                named_params! { ":run": run, ":state": state.as_str(), ":now": stamp(Timestamp::now()) },
            )?;
            tx.log(entry)?;
            Ok(())
        })
    }

    /// Changes how the rest of a run is done.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn set_run_options(&mut self, run: &str, options: &RunOptions) -> Result<(), StoreError> {
        self.write("recording how a run goes on", |tx| {
            tx.execute(
                "UPDATE runs SET options = :options, state = 'running', finished = NULL WHERE id = :run",
                named_params! { ":run": run, ":options": to_json(options)? },
            )?;
            Ok(())
        })
    }

    /// Remembers which new ids stand in the place of old ones.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn record_aliases(&mut self, run: &str, action: u32, aliases: &[(String, String)]) -> Result<(), StoreError> {
        if aliases.is_empty() {
            return Ok(());
        }
        self.write("recording new ids", |tx| {
            for (old, new) in aliases {
                tx.execute(
                    "INSERT INTO aliases (run, action, old, new, at)
                     VALUES ((SELECT key FROM runs WHERE id = :run), :action, :old, :new, :now)",
                    named_params! { ":run": run, ":action": action, ":old": old, ":new": new, ":now": stamp(Timestamp::now()) },
                )?;
            }
            Ok(())
        })
    }

    /// Old ids and those that stand in their place, in the order in which they came to.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn aliases(&self, run: &str) -> Result<Vec<(String, String)>, StoreError> {
        self.read("reading new ids", |db| {
            let mut select = db.prepare(
                "SELECT old, new FROM aliases WHERE run = (SELECT key FROM runs WHERE id = :run) ORDER BY key",
            )?;
            let rows = select.query_map(named_params! { ":run": run }, |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// An entry about the resource of an action.
pub(crate) fn about(action: &Action, entry: NewEntry) -> NewEntry {
    let control = action.findings.first().map_or("", |finding| finding.control.as_str());
    entry.about(&action.account, control, &action.resource)
}

pub(super) fn set_action(
    db: &Connection,
    run: &str,
    number: u32,
    state: ActionState,
    reason: Option<&str>,
    found: Option<&Map<String, Value>>,
) -> Inner<()> {
    db.execute(
        "UPDATE run_actions SET state = :state, reason = :reason, found = coalesce(:found, found), at = :now
         WHERE run = (SELECT key FROM runs WHERE id = :run) AND number = :number",
        named_params! {
            ":run": run, ":number": number, ":state": state.as_str(), ":reason": reason,
            ":found": found.map(to_json).transpose()?, ":now": stamp(Timestamp::now()),
        },
    )?;
    Ok(())
}

fn run(db: &Connection, row: &Row<'_>) -> Inner<Run> {
    let key: i64 = row.get(0)?;
    let text = |index: usize| row.get::<_, String>(index);
    let finished: Option<String> = row.get(7)?;
    Ok(Run {
        id: text(1)?,
        plan: Plan { hash: text(2)?, body: json::<PlanBody>(&text(3)?)? },
        state: word(&text(4)?)?,
        options: json(&text(5)?)?,
        started: time(&text(6)?)?,
        finished: finished.as_deref().map(time).transpose()?,
        actions: actions(db, key)?,
        writes: writes(db, key)?,
        alive: false,
    })
}

fn actions(db: &Connection, run: i64) -> Inner<Vec<RunAction>> {
    let mut select =
        db.prepare_cached("SELECT number, state, reason, found, at FROM run_actions WHERE run = :run ORDER BY number")?;
    let mut rows = select.query(named_params! { ":run": run })?;
    let mut actions = Vec::new();
    while let Some(row) = rows.next()? {
        let found: Option<String> = row.get(3)?;
        actions.push(RunAction {
            number: row.get(0)?,
            state: word(&row.get::<_, String>(1)?)?,
            reason: row.get(2)?,
            found: found.as_deref().map(json).transpose()?,
            at: time(&row.get::<_, String>(4)?)?,
        });
    }
    Ok(actions)
}

fn writes(db: &Connection, run: i64) -> Inner<Vec<RunWrite>> {
    let mut select = db.prepare_cached(
        "SELECT action, write, direction, call, state, output, error, intended, settled, key FROM run_writes
         WHERE run = :run ORDER BY key",
    )?;
    let mut rows = select.query(named_params! { ":run": run })?;
    let mut writes = Vec::new();
    while let Some(row) = rows.next()? {
        let (output, settled): (Option<String>, Option<String>) = (row.get(5)?, row.get(8)?);
        writes.push(RunWrite {
            action: row.get(0)?,
            write: row.get(1)?,
            direction: word(&row.get::<_, String>(2)?)?,
            call: json(&row.get::<_, String>(3)?)?,
            state: word(&row.get::<_, String>(4)?)?,
            output: output.as_deref().map(json).transpose()?,
            error: row.get(6)?,
            intended: time(&row.get::<_, String>(7)?)?,
            settled: settled.as_deref().map(time).transpose()?,
            key: row.get(9)?,
        });
    }
    Ok(writes)
}

/// True if a plan was applied already; the run that did.
pub(super) fn run_of_plan(db: &Connection, hash: &str) -> Inner<Option<String>> {
    Ok(db
        .query_row(
            "SELECT r.id FROM runs AS r JOIN plans AS p ON p.key = r.plan WHERE p.hash = :hash",
            named_params! { ":hash": hash },
            |row| row.get(0),
        )
        .optional()?)
}

impl Store {
    /// The run that applied a plan, if one did.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn run_of_plan(&self, hash: &str) -> Result<Option<String>, StoreError> {
        self.read("reading runs", |db| run_of_plan(db, hash))
    }
}
