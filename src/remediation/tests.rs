//! The engine against an account in memory that keeps buckets and security groups as AWS does, and fails on demand.

use super::cloud::{Certainty, Cloud, Identity, Target, WriteFailure};
use super::engine::{Engine, Patience};
use super::operation::Call;
use super::plan::{FORMAT, Limits, Plan, PlanBody, Source};
use super::planner::{self, Candidate, Terms};
use super::rollback::{OnConflict, roll_back, to_undo};
use crate::audit::Actor;
use crate::control::Library;
use crate::finding::{Status, Verdict, identity};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::s3::GET_BUCKET_POLICY;
use crate::inventory::{CallFailure, Resource};
use crate::store::remediation::{ActionState, Run, RunOptions, RunState};
use crate::store::{Finding, Store};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(&[]).unwrap());

const ACCOUNT: &str = "123456789012";
const CONTROLS: [&str; 6] = ["AWS-S3-001", "AWS-S3-003", "AWS-S3-005", "AWS-S3-008", "AWS-EC2-001", "AWS-EC2-006"];

/// What goes wrong at one of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The program dies before the call.
    DieBefore,
    /// The program dies after the call.
    DieAfter,
    /// The call is not made, and nobody knows.
    LostBefore,
    /// The call is made, and nobody knows.
    LostAfter,
    /// The provider has no time.
    Throttled,
    /// The provider refuses.
    Refused,
}

/// An account in memory.
struct Account {
    resources: RefCell<BTreeMap<String, Value>>,
    calls: Cell<usize>,
    fault: Cell<Option<(usize, Fault)>>,
    next_rule: Cell<u32>,
    written: RefCell<Vec<String>>,
}

impl Account {
    fn new(resources: &[Value]) -> Self {
        let by_id = resources.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone()));
        Self {
            resources: RefCell::new(by_id.collect()),
            calls: Cell::new(0),
            fault: Cell::new(None),
            next_rule: Cell::new(1000),
            written: RefCell::default(),
        }
    }

    fn failing_at(self, call: usize, fault: Fault) -> Self {
        self.fault.set(Some((call, fault)));
        self
    }

    /// The fault of this call, if it is its turn.
    fn turn(&self) -> Option<Fault> {
        let call = self.calls.get();
        self.calls.set(call + 1);
        let fault = self.fault.get().filter(|(at, _)| *at == call).map(|(_, fault)| fault);
        if fault.is_some() {
            self.fault.set(None);
        }
        fault
    }

    fn documents(&self) -> Vec<Value> {
        self.resources.borrow().values().map(read_back).collect()
    }

    /// As EC2 does, a rule that is there already is refused.
    fn is_duplicate(&self, call: &Call) -> bool {
        let parameters = &call.parameters;
        let Some(rules) = parameters["GroupId"].as_str().map(|id| self.resources.borrow()[id]["rules"].clone()) else {
            return false;
        };
        parameters["IpPermissions"].as_array().into_iter().flatten().any(|wanted| {
            rules.as_array().unwrap().iter().any(|rule| {
                rule["protocol"] == wanted["IpProtocol"]
                    && rule["from_port"] == wanted["FromPort"]
                    && rule["to_port"] == wanted["ToPort"]
                    && rule["ipv4"] == wanted["IpRanges"][0]["CidrIp"]
            })
        })
    }

    fn carry_out(&self, call: &Call) -> Value {
        let parameters = &call.parameters;
        let id = ["Bucket", "GroupId"].iter().find_map(|key| parameters[*key].as_str()).unwrap().to_owned();
        let mut resources = self.resources.borrow_mut();
        let resource = resources.get_mut(&id).unwrap();
        let field = |name: &str| parameters[name].clone();
        match call.call.as_str() {
            "s3:PutPublicAccessBlock" => {
                let block = field("PublicAccessBlockConfiguration");
                resource["public_access_block"] = json!({
                    "block_public_acls": block["BlockPublicAcls"], "block_public_policy": block["BlockPublicPolicy"],
                    "ignore_public_acls": block["IgnorePublicAcls"],
                    "restrict_public_buckets": block["RestrictPublicBuckets"],
                });
            }
            "s3:DeletePublicAccessBlock" => resource["public_access_block"] = Value::Null,
            "s3:PutBucketPolicy" => resource["policy_text"] = field("Policy"),
            "s3:DeleteBucketPolicy" => resource["policy_text"] = Value::Null,
            "s3:PutBucketVersioning" => {
                resource["versioning"]["status"] = field("VersioningConfiguration")["Status"].clone();
            }
            "ec2:RevokeSecurityGroupIngress" => {
                let gone = field("SecurityGroupRuleIds");
                resource["rules"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|rule| !gone.as_array().unwrap().contains(&rule["rule_id"]));
            }
            "ec2:AuthorizeSecurityGroupIngress" => {
                for permission in parameters["IpPermissions"].as_array().unwrap() {
                    let number = self.next_rule.get();
                    self.next_rule.set(number + 1);
                    let port = |key: &str| permission[key].as_i64().unwrap_or(-1);
                    let range = &permission["IpRanges"][0];
                    resource["rules"].as_array_mut().unwrap().push(json!({
                        "rule_id": format!("sgr-{number}"), "direction": "ingress", "protocol": permission["IpProtocol"],
                        "from_port": port("FromPort"), "to_port": port("ToPort"), "ipv4": range["CidrIp"],
                        "description": range["Description"],
                    }));
                }
            }
            other => panic!("the account does not know {other}"),
        }
        self.written.borrow_mut().push(call.call.clone());
        json!({"RequestId": "1"})
    }
}

/// A resource with what follows from its state.
fn read_back(resource: &Value) -> Value {
    let mut document = resource.clone();
    if document["type"] == "aws.s3.bucket" {
        let text = document["policy_text"].as_str().map(ToOwned::to_owned);
        document["policy"] = text.map_or(Value::Null, |text| {
            serde_json::to_value(PolicyDocument::parse(&text, &GET_BUCKET_POLICY).unwrap()).unwrap()
        });
        document["policy_is_public"] = Value::Null;
    } else {
        let rules = document["rules"].as_array().unwrap().clone();
        document["ingress"] = rules
            .iter()
            .map(|rule| {
                json!({
                    "protocol": rule["protocol"], "from_port": rule["from_port"], "to_port": rule["to_port"],
                    "ipv4": [rule["ipv4"]], "ipv6": [], "groups": [], "prefix_lists": [],
                })
            })
            .collect();
    }
    document
}

impl Cloud for Account {
    fn identity(&self, account: &str) -> Option<Identity> {
        (account == ACCOUNT).then(|| Identity { account: account.to_owned(), arn: "arn:aws:iam::1:user/x".to_owned() })
    }

    fn read(&self, target: &Target, _fields: &BTreeSet<&'static str>) -> Result<Option<Resource>, CallFailure> {
        match self.turn() {
            Some(Fault::DieBefore | Fault::DieAfter) => panic!("killed while reading"),
            Some(_) => {
                return Err(CallFailure {
                    call: "read".to_owned(),
                    code: "Timeout".to_owned(),
                    message: String::new(),
                    permission: String::new(),
                });
            }
            None => {}
        }
        let resources = self.resources.borrow();
        Ok(resources.get(&target.id).map(|one| Resource::from_document(read_back(one)).unwrap()))
    }

    fn write(&self, _account: &str, call: &Call) -> Result<Value, WriteFailure> {
        let failed = |certainty| {
            let code = if self.is_duplicate(call) { "InvalidPermission.Duplicate" } else { "Fault" };
            let failure = CallFailure {
                call: call.call.clone(),
                code: code.to_owned(),
                message: String::new(),
                permission: String::new(),
            };
            Err(WriteFailure { failure, certainty })
        };
        match self.turn() {
            Some(Fault::DieBefore) => panic!("killed before the call"),
            Some(Fault::DieAfter) if self.is_duplicate(call) => panic!("killed after the call"),
            Some(Fault::DieAfter) => {
                self.carry_out(call);
                panic!("killed after the call");
            }
            Some(Fault::LostBefore) => failed(Certainty::Unknown),
            Some(Fault::LostAfter) => {
                self.carry_out(call);
                failed(Certainty::Unknown)
            }
            Some(Fault::Throttled) => failed(Certainty::Throttled),
            Some(Fault::Refused) => failed(Certainty::Refused),
            None if self.is_duplicate(call) => failed(Certainty::Refused),
            None => Ok(self.carry_out(call)),
        }
    }
}

const PUBLIC: &str = r#"{"Sid":"public", "Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}"#;
const PARTNER: &str = r#"{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:GetObject","Resource":"*"}"#;

fn bucket(name: &str, block: Option<bool>, versioning: &str, statements: &[&str]) -> Value {
    let block = block.map(|on| {
        json!({"block_public_acls": on, "block_public_policy": true, "ignore_public_acls": false, "restrict_public_buckets": on})
    });
    let policy = (!statements.is_empty()).then(|| format!("{{ \"Statement\": [{}]}}", statements.join(" ,\n ")));
    json!({
        "provider": "aws", "account": ACCOUNT, "region": "us-east-1", "type": "aws.s3.bucket", "id": name, "name": name,
        "tags": {}, "public_access_block": block, "versioning": {"status": versioning, "mfa_delete": false},
        "policy_text": policy,
    })
}

fn group(name: &str, sources: &[(&str, i64, i64)]) -> Value {
    let rules: Vec<_> = sources
        .iter()
        .enumerate()
        .map(|(index, (source, from, to))| {
            json!({
                "rule_id": format!("sgr-{name}-{index}"), "direction": "ingress", "protocol": "tcp", "from_port": from,
                "to_port": to, "ipv4": source, "description": format!("rule {index}"),
            })
        })
        .collect();
    json!({
        "provider": "aws", "account": ACCOUNT, "region": "us-east-1", "type": "aws.ec2.security_group", "id": name,
        "name": name, "tags": {}, "network_interfaces": 1, "egress": [], "is_default": false, "rules": rules,
    })
}

/// A bucket whose policy, switches and versioning all fail, and a group that is open twice.
fn estate() -> Vec<Value> {
    vec![
        bucket("acme-web", Some(false), "Suspended", &[PARTNER, PUBLIC]),
        group("sg-1", &[("10.0.0.0/8", 22, 22), ("0.0.0.0/0", 22, 22), ("0.0.0.0/0", 0, 65_535)]),
    ]
}

fn plan(account: &Account) -> Plan {
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

fn candidate<'a>(control: &'a crate::control::Control, document: &Value, now: Timestamp) -> Candidate<'a> {
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
struct Lab {
    home: tempfile::TempDir,
    plan: Plan,
    run: String,
}

const PATIENCE: Patience = Patience {
    change: Duration::from_millis(30),
    lost_answer: Duration::from_millis(5),
    first_pause: Duration::from_millis(1),
};

impl Lab {
    fn new(account: &Account) -> Self {
        let home = tempfile::tempdir().unwrap();
        let plan = plan(account);
        let mut store = Store::open(home.path()).unwrap();
        store.record_plan(&plan).unwrap();
        let options = RunOptions { max_changes: 20, max_failures: 20, canary: None, protected: Vec::new() };
        let run = store.begin_run(&plan, &options).unwrap().unwrap();
        Self { home, plan, run }
    }

    fn with<T>(&self, account: &Account, work: impl FnOnce(&mut Engine<'_>, &Run) -> T) -> T {
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

    fn apply(&self, account: &Account) -> RunState {
        self.with(account, |engine, run| engine.apply(run).unwrap())
    }

    fn roll_back(&self, account: &Account) -> Vec<super::rollback::Undone> {
        self.with(account, |engine, run| roll_back(engine, run, &to_undo(run), OnConflict::Stop).unwrap())
    }

    fn run(&self) -> Run {
        Store::open(self.home.path()).unwrap().run(&self.run).unwrap().unwrap()
    }
}

/// The state of an account without ids that are made anew.
fn comparable(account: &Account) -> Vec<Value> {
    let mut documents = account.documents();
    for rules in documents.iter_mut().filter_map(|document| document["rules"].as_array_mut()) {
        rules.iter_mut().for_each(|rule| rule["rule_id"] = Value::Null);
        rules.sort_by_key(ToString::to_string);
    }
    for document in &mut documents {
        // Rules are told twice; the second time in the order of their ids.
        document["ingress"] = Value::Null;
    }
    documents
}

#[test]
fn several_findings_on_a_resource_are_one_action() {
    let account = Account::new(&estate());
    let plan = plan(&account);
    let told: Vec<_> = plan
        .body
        .actions
        .iter()
        .map(|action| {
            let calls: Vec<_> = action.writes.iter().map(|write| write.call.as_str()).collect();
            (action.resource.as_str(), action.findings.len(), calls)
        })
        .collect();
    let bucket = vec!["s3:PutBucketPolicy", "s3:PutPublicAccessBlock", "s3:PutBucketVersioning"];
    let group = vec!["ec2:RevokeSecurityGroupIngress"];
    // The rule for every port opens SSH too: one call removes both, and the second control has nothing left to do.
    assert_eq!(told, [("sg-1", 2, group), ("acme-web", 4, bucket)]);
    let policy = plan.body.actions[1].writes[0].parameters["Policy"].as_str().unwrap();
    assert!(
        !policy.contains("public") && policy.contains("DenyInsecureTransport") && policy.contains(PARTNER),
        "{policy}"
    );
    assert_eq!(plan.body.actions[1].writes[0].undo[0].parameters["Policy"], estate()[0]["policy_text"]);
}

#[test]
fn applied_and_undone_is_as_before() {
    let account = Account::new(&estate());
    let before = comparable(&account);
    let lab = Lab::new(&account);
    assert_eq!(lab.apply(&account), RunState::Complete);
    assert_ne!(comparable(&account), before);
    let undone = lab.roll_back(&account);
    assert!(undone.iter().all(|one| one.state == ActionState::RolledBack), "{undone:?}");
    assert_eq!(comparable(&account), before);
    assert_eq!(lab.run().state, RunState::RolledBack);
}

/// How many calls an undisturbed run makes.
fn calls_of_a_run() -> usize {
    let account = Account::new(&estate());
    Lab::new(&account).apply(&account);
    account.calls.get()
}

/// Without panics' messages on the test's output.
fn quietly<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    catch_unwind(AssertUnwindSafe(work))
}

#[test]
fn a_run_that_is_killed_anywhere_goes_on_to_its_end() {
    let undisturbed = Account::new(&estate());
    Lab::new(&undisturbed).apply(&undisturbed);
    for fault in [Fault::DieBefore, Fault::DieAfter] {
        for at in 0..calls_of_a_run() {
            let account = Account::new(&estate()).failing_at(at, fault);
            let before = comparable(&account);
            let lab = Lab::new(&account);
            assert!(quietly(|| lab.apply(&account)).is_err(), "{fault:?} at {at}");
            assert_eq!(lab.apply(&account), RunState::Complete, "{fault:?} at {at}: {:?}", lab.run().actions);
            assert_eq!(comparable(&account), comparable(&undisturbed), "{fault:?} at {at}");
            assert_eq!(*account.written.borrow(), *undisturbed.written.borrow(), "{fault:?} at {at}: every call once");
            let open = lab.run().writes.iter().filter(|write| write.settled.is_none()).count();
            assert_eq!(open, 0, "{fault:?} at {at}: no intent is left open");
            lab.roll_back(&account);
            assert_eq!(comparable(&account), before, "{fault:?} at {at}");
        }
    }
}

#[test]
fn a_rollback_that_is_killed_anywhere_goes_on_to_its_end() {
    let account = Account::new(&estate());
    let lab = Lab::new(&account);
    lab.apply(&account);
    account.calls.set(0);
    lab.roll_back(&account);
    for fault in [Fault::DieBefore, Fault::DieAfter] {
        for at in 0..account.calls.get() {
            let account = Account::new(&estate());
            let before = comparable(&account);
            let lab = Lab::new(&account);
            lab.apply(&account);
            account.calls.set(0);
            account.fault.set(Some((at, fault)));
            assert!(quietly(|| lab.roll_back(&account)).is_err(), "{fault:?} at {at}");
            let undone = lab.roll_back(&account);
            assert!(undone.iter().all(|one| one.state == ActionState::RolledBack), "{fault:?} at {at}: {undone:?}");
            assert_eq!(comparable(&account), before, "{fault:?} at {at}");
        }
    }
}

#[test]
fn whatever_fails_a_resource_is_as_before_or_as_planned() {
    let planned = Account::new(&estate());
    Lab::new(&planned).apply(&planned);
    let (before, after) = (comparable(&Account::new(&estate())), comparable(&planned));
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Throttled, Fault::Refused] {
        for at in 0..calls_of_a_run() {
            let account = Account::new(&estate()).failing_at(at, fault);
            let lab = Lab::new(&account);
            lab.apply(&account);
            for (index, found) in comparable(&account).iter().enumerate() {
                let told = format!("{fault:?} at {at}: {:?}", lab.run().actions);
                assert!(*found == before[index] || *found == after[index], "{told}\n{found}");
                let action = lab.plan.body.actions.iter().find(|action| action.resource == found["id"]).unwrap();
                let state = lab.run().action(action.number).unwrap().state;
                let right = match state {
                    ActionState::Applied | ActionState::Unverified => *found == after[index],
                    _ => *found == before[index],
                };
                assert!(right, "{told}");
            }
        }
    }
}

#[test]
fn a_resource_that_somebody_else_changed_is_left_alone() {
    let account = Account::new(&estate());
    let lab = Lab::new(&account);
    account.resources.borrow_mut().get_mut("acme-web").unwrap()["policy_text"] =
        json!(format!("{{\"Statement\":[{PARTNER}]}}"));
    let changed = comparable(&account)[0].clone();
    assert_eq!(lab.apply(&account), RunState::Incomplete);
    let run = lab.run();
    assert_eq!((run.actions[0].state, run.actions[1].state), (ActionState::Applied, ActionState::Drifted));
    assert!(run.actions[1].reason.as_ref().unwrap().contains("policy_text changed"));
    assert_eq!(comparable(&account)[0], changed);
}

#[test]
fn a_rollback_leaves_what_others_did_since() {
    let lab_of = || {
        let account = Account::new(&estate());
        let lab = Lab::new(&account);
        lab.apply(&account);
        account.resources.borrow_mut().get_mut("acme-web").unwrap()["policy_text"] = Value::Null;
        (account, lab)
    };
    let undo = |account: &Account, lab: &Lab, on_conflict| {
        lab.with(account, |engine, run| roll_back(engine, run, &to_undo(run), on_conflict).unwrap())
    };
    let bucket = |account: &Account| account.resources.borrow()["acme-web"].clone();

    let (account, lab) = lab_of();
    let left = bucket(&account);
    let undone = undo(&account, &lab, OnConflict::Stop);
    assert_eq!((undone[0].state, undone[1].state), (ActionState::Conflict, ActionState::RolledBack));
    assert_eq!(undone[0].found.as_ref().unwrap()["policy_text"], Value::Null);
    assert_eq!(bucket(&account), left);
    assert_eq!(undo(&account, &lab, OnConflict::Keep)[0].state, ActionState::Kept);
    assert_eq!(bucket(&account), left);

    let (account, lab) = lab_of();
    assert_eq!(undo(&account, &lab, OnConflict::OnlyOurs)[0].state, ActionState::Kept);
    assert_eq!(bucket(&account)["policy_text"], Value::Null, "theirs stays");
    assert_eq!(bucket(&account)["public_access_block"], estate()[0]["public_access_block"], "ours is undone");

    let (account, lab) = lab_of();
    assert_eq!(undo(&account, &lab, OnConflict::Force)[0].state, ActionState::RolledBack);
    assert_eq!(bucket(&account), estate()[0]);
}

#[test]
fn canaries_go_first_and_the_others_wait() {
    let mut resources = estate();
    resources.push(group("sg-2", &[("0.0.0.0/0", 22, 22)]));
    let account = Account::new(&resources);
    let lab = Lab::new(&account);
    let mut store = Store::open(lab.home.path()).unwrap();
    let mut options = lab.run().options;
    options.canary = Some(1);
    store.set_run_options(&lab.run, &options).unwrap();
    assert_eq!(lab.apply(&account), RunState::Paused);
    let states = |lab: &Lab| lab.run().actions.iter().map(|action| action.state).collect::<Vec<_>>();
    assert_eq!(states(&lab), [ActionState::Applied, ActionState::Pending, ActionState::Pending]);
    options.canary = None;
    store.set_run_options(&lab.run, &options).unwrap();
    assert_eq!(lab.apply(&account), RunState::Complete);
}

#[test]
fn after_its_time_nothing_more_is_begun() {
    // The last call of the first action's write: the program dies, and the plan expires before it is resumed.
    let account = Account::new(&estate()).failing_at(1, Fault::DieAfter);
    let lab = Lab::new(&account);
    assert!(quietly(|| lab.apply(&account)).is_err());
    let state = lab.with(&account, |engine, run| {
        engine.expired = true;
        engine.apply(run).unwrap()
    });
    assert_eq!(state, RunState::Incomplete);
    let states: Vec<_> = lab.run().actions.iter().map(|action| action.state).collect();
    assert_eq!(states, [ActionState::Applied, ActionState::Pending]);
}

#[test]
fn a_plan_is_applied_once() {
    let account = Account::new(&estate());
    let lab = Lab::new(&account);
    let mut store = Store::open(lab.home.path()).unwrap();
    assert_eq!(store.begin_run(&lab.plan, &lab.run().options).unwrap(), None);
    assert_eq!(store.run_of_plan(&lab.plan.hash).unwrap(), Some(lab.run.clone()));
}

fn buckets() -> impl Strategy<Value = Value> {
    let statements = prop::collection::vec(prop::sample::select(vec![PUBLIC, PARTNER]), 0..5);
    let block = prop::option::of(any::<bool>());
    (block, prop::sample::select(vec!["Suspended", "Enabled"]), statements)
        .prop_map(|(block, versioning, statements)| bucket("b", block, versioning, &statements))
}

fn groups() -> impl Strategy<Value = Value> {
    let source = prop::sample::select(vec!["10.0.0.0/8", "0.0.0.0/0", "192.0.2.0/24"]);
    let ports = prop::sample::select(vec![(22, 22), (0, 65_535), (443, 443), (20, 25)]);
    prop::collection::btree_set((source, ports), 0..6).prop_map(|rules| {
        let rules: Vec<_> = rules.into_iter().map(|(source, (from, to))| (source, from, to)).collect();
        group("g", &rules)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn apply_and_rollback_are_the_identity(
        buckets in prop::collection::vec(buckets(), 0..3),
        groups in prop::collection::vec(groups(), 0..3),
        fault in prop::option::of((0_usize..20, prop::sample::select(vec![Fault::LostBefore, Fault::LostAfter, Fault::Refused, Fault::Throttled]))),
    ) {
        let mut resources = Vec::new();
        for (index, mut one) in buckets.into_iter().chain(groups).enumerate() {
            one["id"] = format!("r{index}").into();
            one["name"] = one["id"].clone();
            resources.push(one);
        }
        let account = Account::new(&resources);
        let before = comparable(&account);
        let lab = Lab::new(&account);
        account.fault.set(fault);
        lab.apply(&account);
        account.fault.set(None);
        lab.roll_back(&account);
        prop_assert_eq!(comparable(&account), before);
    }
}
