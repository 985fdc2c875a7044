//! Resource types of AWS CloudTrail.

use super::s3::{
    AccessLogging, GET_BUCKET_ACL, GET_BUCKET_LOCATION, GET_BUCKET_LOGGING, GET_BUCKET_POLICY,
    GET_BUCKET_POLICY_STATUS, LIST_BUCKETS,
};
use crate::inventory::Reading;
use crate::inventory::document::{list, text, texts};
use crate::inventory::schema::{ApiCall, ResourceType, Type};
use crate::{record, resource_type};
use serde_json::Value;

/// The trails that a region knows, shadows of trails of other regions and of the organization included.
pub const DESCRIBE_TRAILS: ApiCall = ApiCall::new("cloudtrail:DescribeTrails", &["cloudtrail:DescribeTrails"]);
/// Whether a trail logs, and how its deliveries went.
pub const GET_TRAIL_STATUS: ApiCall = ApiCall::new("cloudtrail:GetTrailStatus", &["cloudtrail:GetTrailStatus"]);
/// Which events a trail logs.
pub const GET_EVENT_SELECTORS: ApiCall =
    ApiCall::new("cloudtrail:GetEventSelectors", &["cloudtrail:GetEventSelectors"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[CloudTrailAccount::TYPE, Trail::TYPE];

record! {
    /// One kind of events that a trail logs; basic and advanced event selectors look alike here. A trail logs what
    /// at least one of its selectors covers.
    pub struct EventSelector {
        /// `Management`, `Data`, `NetworkActivity`, ...
        pub category: String,
        /// It covers events that only read.
        pub reads: bool,
        /// It covers events that change something.
        pub writes: bool,
        /// For data events: the resource types, for instance `AWS::S3::Object`.
        pub resource_types: Vec<String>,
        /// For data events: only resources whose ARN begins with one of these; empty for all resources.
        pub resource_arn_prefixes: Vec<String>,
        /// Services that are left out, for instance `kms.amazonaws.com`.
        pub excluded_sources: Vec<String>,
        /// Other fields of an advanced selector that narrow it, for instance `eventName` or `resources.ARN`.
        pub narrowed_by: Vec<String>,
    }
    helpers {
        /// Every management event of this kind (`read` or `write`) is covered: no service is left out, and nothing
        /// else narrows the selector.
        logs_all_management(Type::String) -> Type::Bool => logs_all_management,
        /// Every object-level event of this kind (`read` or `write`) in every S3 bucket is covered.
        logs_all_s3_objects(Type::String) -> Type::Bool => logs_all_s3_objects,
    }
}

record! {
    /// A trail that logs for this account: its own, or one of its organization.
    pub struct AccountTrail {
        /// The ARN.
        pub arn: String,
        /// The region in which it was made.
        pub home_region: String,
        /// It logs the events of every region.
        pub multi_region: bool,
        /// It belongs to the organization; the management account owns it.
        pub organization_trail: bool,
        /// It writes digest files that show whether log files were changed.
        pub log_file_validation: bool,
        /// The bucket that gets the log files.
        pub s3_bucket: Option<String>,
        /// The KMS key that encrypts the log files.
        pub kms_key_id: Option<String>,
        /// The CloudWatch Logs group that gets the events.
        pub log_group_arn: Option<String>,
        /// It is switched on.
        pub is_logging: Reading<bool>,
        /// Which events it logs.
        pub event_selectors: Reading<Vec<EventSelector>>,
    }
}

resource_type! {
    /// A trail of this account, in its home region. Shadows in other regions and trails of the organization's
    /// management account are no resources of their own.
    pub struct Trail: "aws.cloudtrail.trail", listed_by [DESCRIBE_TRAILS] {
        /// It logs the events of every region.
        listed multi_region: bool;
        /// It logs the events of global services such as IAM; a trail of every region always does.
        listed global_service_events: bool;
        /// It logs for all accounts of the organization.
        listed organization_trail: bool;
        /// It writes digest files that show whether log files were changed.
        listed log_file_validation: bool;
        /// The bucket that gets the log files.
        listed s3_bucket: Option<String>;
        /// The KMS key that encrypts the log files; absent if S3 encrypts them with keys of its own.
        listed kms_key_id: Option<String>;
        /// The CloudWatch Logs group that gets the events.
        listed log_group_arn: Option<String>;
        /// It is switched on.
        reading is_logging: bool, from [GET_TRAIL_STATUS];
        /// The error of the last delivery of log files to the bucket, as S3 names it; absent if there was none.
        maybe delivery_error: String, from [GET_TRAIL_STATUS];
        /// The error of the last delivery of events to CloudWatch Logs; absent if there was none.
        maybe log_group_delivery_error: String, from [GET_TRAIL_STATUS];
        /// Which events it logs.
        reading event_selectors: Vec<EventSelector>, from [GET_EVENT_SELECTORS];
        /// Where the access logs of its bucket go; absent if the bucket has none.
        maybe bucket_access_logs: AccessLogging, from [GET_BUCKET_LOCATION, GET_BUCKET_LOGGING];
        /// The policy of its bucket lets in the public, as S3 judges it; absent if the bucket has no policy.
        maybe bucket_policy_is_public: bool, from [GET_BUCKET_LOCATION, GET_BUCKET_POLICY_STATUS];
        /// The ACL of its bucket grants something to everyone or to every AWS account.
        reading bucket_acl_is_public: bool, from [GET_BUCKET_LOCATION, GET_BUCKET_ACL];
    }
}

record! {
    /// A bucket that a repair made for a trail.
    pub struct RepairBucket {
        /// Its name.
        pub bucket_name: String,
        /// The text of its policy; absent if it has none.
        pub policy_text: Option<String>,
    }
}

/// The name of the bucket that a repair makes for the trail of an account. Names are shared by all customers of AWS, so
/// it ends with what nobody else comes upon.
#[must_use]
pub fn repair_bucket(account: &str) -> String {
    let hash = crate::hash::sha256_hex(format!("ciacm trail bucket {account}").as_bytes());
    format!("cloudtrail-{account}-{}", &hash[..12])
}

resource_type! {
    /// CloudTrail in the whole account.
    pub struct CloudTrailAccount: "aws.cloudtrail.account", listed_by [] {
        /// Every trail that logs for this account. Multi-region trails count wherever they were made, also outside the
        /// scanned regions; trails of one region count if that region is scanned. A region that could not be read
        /// stands here as one unreadable trail.
        reading trails: Vec<Reading<AccountTrail>>, from [DESCRIBE_TRAILS, GET_TRAIL_STATUS, GET_EVENT_SELECTORS];
        /// The region in which a repair makes a trail of the whole account.
        listed home_region: String;
        /// The bucket that a repair made for such a trail; absent if there is none.
        maybe repair_bucket: RepairBucket, from [LIST_BUCKETS, GET_BUCKET_POLICY];
    }
}

impl EventSelector {
    /// It covers every management event that reads (`write` false) or changes something (`write` true).
    #[must_use]
    pub fn covers_all_management(&self, write: bool) -> bool {
        self.category == MANAGEMENT
            && if write { self.writes } else { self.reads }
            && self.excluded_sources.is_empty()
            && self.narrowed_by.is_empty()
    }
}

/// The category of management events.
pub const MANAGEMENT: &str = "Management";
/// The category of data events.
pub const DATA: &str = "Data";

fn logs_all_management(selector: &Value, arguments: &[Value]) -> Value {
    Value::Bool(text(selector, "category") == MANAGEMENT && covers(selector, arguments))
}

fn logs_all_s3_objects(selector: &Value, arguments: &[Value]) -> Value {
    Value::Bool(
        text(selector, "category") == DATA
            && texts(selector, "resource_types").any(|kind| kind == "AWS::S3::Object")
            && list(selector, "resource_arn_prefixes").is_empty()
            && covers(selector, arguments),
    )
}

/// The selector covers this kind of access, and nothing is left out.
fn covers(selector: &Value, arguments: &[Value]) -> bool {
    let kind = match arguments.first().and_then(Value::as_str) {
        Some("read") => "reads",
        Some("write") => "writes",
        _ => return false,
    };
    selector.get(kind).and_then(Value::as_bool).unwrap_or(false)
        && list(selector, "excluded_sources").is_empty()
        && list(selector, "narrowed_by").is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn selector(change: Value) -> Value {
        let mut selector = json!({
            "category": "Management", "reads": true, "writes": true, "resource_types": [], "resource_arn_prefixes": [],
            "excluded_sources": [], "narrowed_by": [],
        });
        for (key, value) in change.as_object().unwrap() {
            selector[key] = value.clone();
        }
        selector
    }

    #[test]
    fn all_management_events() {
        let logs = |change: Value, kind: &str| logs_all_management(&selector(change), &[kind.into()]) == json!(true);
        assert!(logs(json!({}), "read"));
        assert!(logs(json!({"reads": false}), "write"));
        assert!(!logs(json!({"reads": false}), "read"));
        assert!(!logs(json!({}), "delete"));
        assert!(!logs(json!({"category": "Data"}), "read"));
        assert!(!logs(json!({"excluded_sources": ["kms.amazonaws.com"]}), "write"));
        assert!(!logs(json!({"narrowed_by": ["eventName"]}), "write"));
        assert_eq!(logs_all_management(&json!(null), &[]), json!(false));
    }

    #[test]
    fn all_objects_in_s3() {
        let logs = |change: Value, kind: &str| {
            let mut change = change;
            change["category"] = json!("Data");
            logs_all_s3_objects(&selector(change), &[kind.into()]) == json!(true)
        };
        let objects = json!({"resource_types": ["AWS::Lambda::Function", "AWS::S3::Object"]});
        assert!(logs(objects.clone(), "write"));
        assert!(!logs(json!({"resource_types": ["AWS::Lambda::Function"]}), "write"));
        assert!(!logs(json!({"resource_types": ["AWS::S3::Object"], "writes": false}), "write"));
        let one_bucket = json!({"resource_types": ["AWS::S3::Object"], "resource_arn_prefixes": ["arn:aws:s3:::one/"]});
        assert!(!logs(one_bucket, "write"));
        assert_eq!(logs_all_s3_objects(&selector(objects), &["read".into()]), json!(false));
    }
}
