//! A program that is killed, wherever it was: what it began is brought to its end, and nothing is done twice.

use super::faults::{MARKS, by_state, everything, mark, plan_of_everything, states};
use crate::support::emulator::Emulator;
use crate::support::proxy::{Fault, Proxy};
use crate::support::repair::Repair;
use std::collections::BTreeSet;
use std::process::Child;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How long a request waits while the program is killed.
const WAIT: Duration = Duration::from_millis(800);

/// Kills a program as soon as one of its requests waits; answers the exit code of one that came to its end before.
fn kill_while_waiting<T>(mut child: Child, waiting: &Receiver<T>) -> Option<i32> {
    let begun = Instant::now();
    loop {
        if waiting.try_recv().is_ok() {
            std::thread::sleep(WAIT / 4);
            child.kill().unwrap();
            child.wait().unwrap();
            // What waited is carried out, though nobody hears of it.
            std::thread::sleep(WAIT);
            return None;
        }
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().unwrap());
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "the run never ends");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A wait before a request is carried out or, every second time, before it is answered.
fn wait(number: usize) -> Fault {
    if number.is_multiple_of(2) { Fault::DelayBefore(WAIT) } else { Fault::DelayAfter(WAIT) }
}

#[test]
fn a_killed_run_is_resumed_wherever_it_was() {
    let emulator = Emulator::start();
    let mut repair = everything(&emulator);
    let before = states(&repair);
    let plan = plan_of_everything(&repair);
    repair.approve();
    // Each write waits once, in turn before and after it is carried out; while it waits, the program is killed.
    let (told, waiting) = std::sync::mpsc::channel();
    let mut left: BTreeSet<usize> = (0..MARKS.len()).collect();
    let proxy = Proxy::before(emulator.port(), move |request| {
        let mark = mark(request).filter(|mark| left.remove(mark))?;
        told.send(mark).unwrap();
        Some(wait(left.len()))
    });
    repair.endpoint = proxy.url();
    let mut arguments = vec!["remediate", "apply", "plan.json", "--yes", "--wait", "5"];
    let mut killed = 0;
    while let ended = kill_while_waiting(repair.command(&arguments).spawn(), &waiting)
        && ended != Some(0)
    {
        let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().json();
        assert_eq!(ended, None, "{:?}", by_state(&run));
        killed += 1;
        assert!(killed <= MARKS.len());
        arguments = vec!["remediate", "resume", "latest", "--wait", "5"];
    }
    assert_eq!(killed, MARKS.len());
    repair.endpoint = emulator.url();
    let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(by_state(&run).keys().collect::<Vec<_>>(), ["applied"]);
    assert_eq!(run["actions"].as_array().unwrap().len(), plan["actions"].as_array().unwrap().len());
    let open = run["actions"].as_array().unwrap().iter().flat_map(|action| action["writes"].as_array().unwrap());
    assert_eq!(open.filter(|write| write["settled"].is_null()).count(), 0, "no intent is left open");
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);

    let approve = ["remediate", "approve", "--rollback", "latest", "--key", "Ann"];
    repair.ciacm.args(approve).run().expect_code(0);
    repair.rollback(&[]).expect_code(0);
    let mut restored = states(&repair);
    restored["AWS-S3-008"] = before["AWS-S3-008"].clone();
    assert_eq!(restored, before);
}

/// One bucket with two findings, and a group whose rule comes back under another id.
const SEED: &str = r#"
import boto3, json
s3, ec2 = boto3.client("s3"), boto3.client("ec2")
s3.create_bucket(Bucket="acme-web")
s3.put_bucket_policy(Bucket="acme-web", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-web/*"},
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-web/*"}]}))
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
group = ec2.create_security_group(GroupName="admin", Description="d", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
  "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}]}])
"#;

const STATE: &str = "[absent(s3.get_bucket_policy, Bucket='acme-web'), absent(s3.get_public_access_block, Bucket='acme-web'), \
    rules_of(ec2.describe_security_groups(Filters=[{'Name':'group-name','Values':['admin']}])['SecurityGroups'][0]['GroupId'])]";

/// Runs a command and kills it while its request of that number, from 0, waits; answers the exit code of one that made
/// fewer.
fn kill_at(repair: &mut Repair<'_>, arguments: &[&str], number: usize) -> Option<i32> {
    let (told, waiting) = std::sync::mpsc::channel();
    let mut count = 0;
    let proxy = Proxy::before(repair.emulator.port(), move |_| {
        count += 1;
        (count == number + 1).then(|| {
            told.send(()).unwrap();
            wait(number)
        })
    });
    repair.endpoint = proxy.url();
    let ended = kill_while_waiting(repair.command(arguments).spawn(), &waiting);
    repair.endpoint = repair.emulator.url();
    ended
}

fn runs(repair: &Repair<'_>) -> usize {
    let runs = repair.ciacm.args(["remediate", "status", "--format", "json"]).run().expect_code(0).json();
    runs.as_array().unwrap().len()
}

#[test]
fn a_run_and_its_rollback_may_be_killed_at_any_request() {
    let emulator = Emulator::start();
    emulator.python(SEED);
    let mut repair = Repair::of(&emulator);
    repair.scan("AWS-S3-005,AWS-S3-001,AWS-EC2-001");
    let before = repair.state(STATE);
    let (mut applying, mut undoing) = (0, 0);
    for number in 0.. {
        repair.plan(&[]).expect_code(0);
        repair.approve();
        let started = runs(&repair);
        let apply = ["remediate", "apply", "plan.json", "--yes", "--wait", "5"];
        let ended = kill_at(&mut repair, &apply, number);
        if ended.is_none() {
            applying += 1;
            // Before the run is recorded nothing is done, and the approval still counts.
            let again =
                if runs(&repair) == started { &apply[..] } else { &["remediate", "resume", "latest", "--wait", "5"] };
            repair.command(again).run().expect_code(0);
        }
        let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().expect_code(0).json();
        assert_eq!(by_state(&run).keys().collect::<Vec<_>>(), ["applied"], "killed at {number}");

        let undone = kill_at(&mut repair, &["rollback", "latest", "--wait", "5"], number);
        if undone.is_none() {
            undoing += 1;
            repair.rollback(&[]).expect_code(0);
        }
        assert_eq!(repair.state(STATE), before, "killed at {number}");
        if let (Some(ended), Some(undone)) = (ended, undone) {
            assert_eq!((ended, undone), (0, 0));
            break;
        }
    }
    assert!(applying > 8 && undoing > 6, "{applying} {undoing}");
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}
