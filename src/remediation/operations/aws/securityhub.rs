//! Operations on AWS Security Hub.

use super::partition;
use crate::inventory::aws::securityhub::SecurityHubRegion;
use crate::remediation::operation::{Change, Operation, Risk, WriteApi};
use crate::remediation::state::any;
use serde_json::json;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_HUB];

const ENABLE: WriteApi = WriteApi::once(
    "securityhub:EnableSecurityHub",
    &["securityhub:EnableSecurityHub", "iam:CreateServiceLinkedRole"],
    &["ResourceConflictException"],
);
const DISABLE: WriteApi = WriteApi::once(
    "securityhub:DisableSecurityHub",
    &["securityhub:DisableSecurityHub"],
    &["InvalidAccessException", "ResourceNotFoundException"],
);

const ENABLE_HUB: Operation = Operation {
    name: "aws.securityhub.enable_hub",
    about: "Subscribes the account to Security Hub in the region, without any security standard.",
    state: &["hub"],
    risk: Risk::Safe,
    rollback_note: "findings and settings that came meanwhile go with the subscription",
    rollback_needs_approval: true,
    writes: &[ENABLE, DISABLE],
    prepare: |input| {
        if !input.field("hub")?.is_null() {
            return Ok(Change::nothing());
        }
        let (account, region) = (input.common("account"), input.common("region"));
        let arn = format!("arn:{}:securityhub:{region}:{account}:hub/default", partition(region));
        let write = input
            .write(&ENABLE, json!({"EnableDefaultStandards": false}), [input.call(&DISABLE, json!({}))])
            .then("hub", json!({"arn": arn, "subscribed_at": any(), "auto_enable_controls": any()}));
        Ok(Change::by([write])
            .telling("no standard is switched on: their checks need AWS Config and cost by the check")
            .telling("findings of other services cost by their number beyond the free ones"))
    },
    ..Operation::of(SecurityHubRegion::TYPE)
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn the_account_subscribes_without_standards() {
        let change = prepare(&ENABLE_HUB, json!({"hub": null}), json!({})).unwrap();
        let call = json!({"EnableDefaultStandards": false});
        assert_eq!(parameters(&change), [("securityhub:EnableSecurityHub", call)]);
        assert_eq!(undo(&change), [("securityhub:DisableSecurityHub", json!({}))]);
        assert_eq!(change.writes[0].after["hub"]["arn"], "arn:aws:securityhub:eu-west-1:123456789012:hub/default");
    }

    #[test]
    fn a_subscription_stays_as_it_is() {
        let hub = json!({"hub": {"arn": "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}});
        assert_eq!(prepare(&ENABLE_HUB, hub, json!({})), Ok(Change::nothing()));
    }
}
