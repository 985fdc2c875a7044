//! Least-privilege policies: what scanning a selection needs, and what applying a plan does.

use super::model::Control;
use crate::inventory::ApiCall;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What entering an AWS account takes, whatever is done there.
pub const ALWAYS: &[&str] = &["ec2:DescribeRegions", "sts:GetCallerIdentity"];

/// Every API call that collecting for these controls makes, ordered by name.
pub fn calls<'a>(controls: impl IntoIterator<Item = &'a Control>) -> BTreeSet<ApiCall> {
    controls.into_iter().flat_map(|control| control.resource.calls_for(control.reads())).collect()
}

/// An IAM policy document that allows just these controls' calls, and those of `scan aws --repair-readings` if asked.
pub fn iam_policy<'a>(controls: impl IntoIterator<Item = &'a Control>, repair_readings: bool) -> Value {
    let mut actions: BTreeSet<&str> = ALWAYS.iter().copied().collect();
    for control in controls {
        let repairs = control.repair_reads().filter(|_| repair_readings);
        for call in control.resource.calls_for(control.reads().into_iter().chain(repairs)) {
            actions.extend(call.permissions);
        }
    }
    policy_of("CiacmScan", actions)
}

/// An IAM policy document that allows these actions.
pub fn policy_of<'a>(sid: &str, actions: impl IntoIterator<Item = &'a str>) -> Value {
    let actions: BTreeSet<&str> = actions.into_iter().collect();
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": sid,
            "Effect": "Allow",
            "Action": actions,
            "Resource": "*"
        }]
    })
}
