//! A plan for the account in memory, and a home with a run of it.

use super::account::{ACCOUNT, Account};
use crate::audit::Actor;
use crate::control::Library;
use crate::finding::{Status, Verdict, identity};
use crate::remediation::cloud::Cloud;
use crate::remediation::engine::{Engine, Patience};
use crate::remediation::plan::{FORMAT, Limits, Plan, PlanBody, Source};
use crate::remediation::planner::{self, Candidate, Terms};
use crate::remediation::rollback::{OnConflict, Undone, roll_back, to_undo};
use crate::store::remediation::{Run, RunOptions, RunState};
use crate::store::{Finding, Store};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(&[]).unwrap());

pub const CONTROLS: [&str; 6] = ["AWS-S3-001", "AWS-S3-003", "AWS-S3-005", "AWS-S3-008", "AWS-EC2-001", "AWS-EC2-006"];

pub fn plan(account: &Account) -> Plan {
    let now: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let mut actions = Vec::new();
    for document in account.documents() {
        let candidates: Vec<_> = CONTROLS
            .iter()
            .map(|id| LIBRARY.control(id).unwrap())
            .filter(|control| control.resource.name == document["type"])
            .map(|control| candidate(control, &document, now))
            .collect();
        let us = account.identity(ACCOUNT).unwrap();
        let (action, _) = planner::plan_resource(&document, candidates, &us, Terms { now, protected: &[] });
        actions.extend(action);
    }
    let body = PlanBody {
        format: FORMAT.to_owned(),
        id: "0".to_owned(),
        made_at: now,
        expires_at: now,
        tool: String::new(),
        library: String::new(),
        requester: Actor { user: "anna".to_owned(), host: "desk".to_owned() },
        source: Source::Account,
        accounts: BTreeMap::new(),
        limits: Limits::default(),
        actions: planner::in_order(actions),
        left_out: Vec::new(),
        permissions: Vec::new(),
    };
    Plan::seal(body).unwrap()
}

pub fn candidate<'a>(control: &'a crate::control::Control, document: &Value, now: Timestamp) -> Candidate<'a> {
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    let scan: crate::store::ScanId = crate::store::ScanId::for_tests();
    let finding = Finding {
        id: identity(&control.id, "aws", ACCOUNT, &text("region"), &text("id")),
        control: control.id.clone(),
        title: control.title.clone(),
        severity: control.severity,
        provider: "aws".to_owned(),
        account: ACCOUNT.to_owned(),
        region: text("region"),
        resource: text("id"),
        kind: text("type"),
        name: None,
        verdict: Verdict::Fail,
        status: Some(Status::Open),
        reason: None,
        evidence: Value::Null,
        frameworks: BTreeMap::new(),
        first_seen: now,
        last_seen: now,
        last_changed: now,
        reopened: 0,
        last_scan: scan,
        gone_since: None,
    };
    let automatic = control.remediation.automatic.as_ref().unwrap();
    Candidate { finding, control, automatic, parameters: control.parameter_values(&BTreeMap::new()) }
}

/// A home with a run of the plan.
pub struct Lab {
    pub home: tempfile::TempDir,
    pub plan: Plan,
    pub run: String,
}

pub const PATIENCE: Patience = Patience {
    change: Duration::from_millis(30),
    lost_answer: Duration::from_millis(5),
    first_pause: Duration::from_millis(1),
};

impl Lab {
    pub fn new(account: &Account) -> Self {
        let home = tempfile::tempdir().unwrap();
        let plan = plan(account);
        let mut store = Store::open(home.path()).unwrap();
        store.record_plan(&plan).unwrap();
        let options = RunOptions { max_changes: 20, max_failures: 20, canary: None, protected: Vec::new() };
        let run = store.begin_run(&plan, &options).unwrap().unwrap();
        Self { home, plan, run }
    }

    pub fn with<T>(&self, account: &Account, work: impl FnOnce(&mut Engine<'_>, &Run) -> T) -> T {
        // A new process: nothing is left of an earlier one but what it recorded.
        let mut store = Store::open(self.home.path()).unwrap();
        let run = store.run(&self.run).unwrap().unwrap();
        let stop = AtomicBool::new(false);
        let mut engine = Engine {
            store: &mut store,
            cloud: account,
            library: &LIBRARY,
            plan: &self.plan,
            run: &self.run,
            options: &run.options,
            expired: false,
            patience: PATIENCE,
            stop: &stop,
            watch: &|_, _| {},
        };
        work(&mut engine, &run)
    }

    pub fn apply(&self, account: &Account) -> RunState {
        self.with(account, |engine, run| engine.apply(run).unwrap())
    }

    pub fn roll_back(&self, account: &Account) -> Vec<Undone> {
        self.with(account, |engine, run| roll_back(engine, run, &to_undo(run), OnConflict::Stop).unwrap())
    }

    pub fn run(&self) -> Run {
        Store::open(self.home.path()).unwrap().run(&self.run).unwrap().unwrap()
    }
}
