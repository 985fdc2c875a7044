//! The engine against an account in memory.

mod account;
mod lab;

use super::rollback::{OnConflict, roll_back, to_undo};
use crate::store::Store;
use crate::store::remediation::{ActionState, RunState};
use account::{Account, Fault, PARTNER, PUBLIC, bucket, comparable, group};
use lab::{Lab, plan};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A bucket whose policy, switches and versioning all fail, and a group that is open twice.
fn estate() -> Vec<Value> {
    vec![
        bucket("acme-web", Some(false), "Suspended", &[PARTNER, PUBLIC]),
        group("sg-1", &[("10.0.0.0/8", 22, 22), ("0.0.0.0/0", 22, 22), ("0.0.0.0/0", 0, 65_535)]),
    ]
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
