//! Records of API calls: where each reading comes from.

use super::Resource;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// An API call that was made, whether it was answered or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The account id.
    pub account: String,
    /// The region that was called; global services are called in one home region.
    pub region: String,
    /// The resource that the call was about; none for a listing.
    #[serde(default)]
    pub resource: Option<String>,
    /// The API call, `service:Operation`, for instance `s3:GetBucketPolicy`.
    pub call: String,
    /// The provider's id of the request, with which its own logs name it; none if no answer came.
    #[serde(default)]
    pub request_id: Option<String>,
    /// When it began, to the millisecond.
    pub started: Timestamp,
    /// How long it took with all its attempts, in milliseconds.
    pub duration_ms: u64,
    /// The error code, if it failed. Some codes say that something is not configured, and so are an answer.
    #[serde(default)]
    pub error: Option<String>,
}

/// Chooses, from the calls of a scan, those that readings of one resource come from.
///
/// A call is one of them if the resource's type says that these readings are filled by it, and if it was about this
/// resource, about something that the resource names (about anything, if the resource is a setting of a whole account or
/// region), or a listing of the resource's region (of whatever region was
/// called, where the listing is made once an account).
#[derive(Debug)]
pub struct CallsBehind<'a> {
    names: BTreeSet<&'static str>,
    account: &'a str,
    region: &'a str,
    id: &'a str,
    document: Option<&'a Value>,
}

impl<'a> CallsBehind<'a> {
    /// The calls behind `fields` of the resource with this document.
    #[must_use]
    pub fn resource<'f>(resource: &'a Resource, fields: impl IntoIterator<Item = &'f str>) -> Self {
        Self {
            names: names(resource.kind(), fields),
            account: resource.account(),
            region: resource.region(),
            id: resource.id(),
            document: Some(resource.document()),
        }
    }

    /// The calls that list the resources of a type in a region: all there is, if nobody could see them.
    #[must_use]
    pub fn listing(kind: &str, account: &'a str, region: &'a str) -> Self {
        Self { names: names(kind, []), account, region, id: "", document: None }
    }

    /// These calls, in the order of `calls`.
    #[must_use]
    pub fn choose(&self, calls: impl IntoIterator<Item = CallRecord>) -> Vec<CallRecord> {
        let mut chosen: Vec<_> = calls.into_iter().filter(|call| self.may_be_behind(call)).collect();
        let here: BTreeSet<String> = chosen
            .iter()
            .filter(|call| call.resource.is_none() && call.region == self.region)
            .map(|call| call.call.clone())
            .collect();
        chosen.retain(|call| call.resource.is_some() || call.region == self.region || !here.contains(&call.call));
        chosen
    }

    fn may_be_behind(&self, call: &CallRecord) -> bool {
        call.account == self.account
            && self.names.contains(call.call.as_str())
            && call.resource.as_deref().is_none_or(|about| {
                self.is_called(about) || self.names_something(about) || self.is_setting_of(&call.region)
            })
    }

    /// There is one such resource an account or region, whatever its calls were about: a detector, a policy.
    fn is_setting_of(&self, region: &str) -> bool {
        self.id == self.account || self.id == self.region && self.region == region
    }

    /// Some calls take a part of the id: `fs-1` of `arn:aws:elasticfilesystem:...:file-system/fs-1`.
    fn is_called(&self, about: &str) -> bool {
        let before = self.id.strip_suffix(about);
        before.is_some_and(|before| before.is_empty() || before.ends_with(['/', ':']))
    }

    fn names_something(&self, about: &str) -> bool {
        fn has(value: &Value, text: &str) -> bool {
            match value {
                Value::String(found) => found == text,
                Value::Array(values) => values.iter().any(|value| has(value, text)),
                Value::Object(fields) => fields.values().any(|value| has(value, text)),
                Value::Null | Value::Bool(_) | Value::Number(_) => false,
            }
        }
        self.document.is_some_and(|document| has(document, about))
    }
}

fn names<'f>(kind: &str, fields: impl IntoIterator<Item = &'f str>) -> BTreeSet<&'static str> {
    let calls = super::resource_type(kind).map(|kind| kind.calls_for(fields)).unwrap_or_default();
    calls.into_iter().map(|call| call.name).collect()
}

/// The fields of a resource that the paths of evidence begin with: `ingress` of `resource.ingress[0].cidr`.
pub fn fields_of(evidence: &Value) -> impl Iterator<Item = &str> {
    let paths = evidence.as_array().into_iter().flatten().filter_map(|one| one.get("path")?.as_str());
    paths.filter_map(|path| path.strip_prefix("resource.")?.split(['.', '[']).next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(name: &str, region: &str, about: Option<&str>) -> CallRecord {
        CallRecord {
            account: "1".to_owned(),
            region: region.to_owned(),
            resource: about.map(ToOwned::to_owned),
            call: name.to_owned(),
            request_id: Some(format!("{name} {region} {about:?}")),
            started: Timestamp::UNIX_EPOCH,
            duration_ms: 1,
            error: None,
        }
    }

    fn resource(kind: &str, region: &str, id: &str) -> Resource {
        Resource::from_document(json!({
            "provider": "aws", "account": "1", "region": region, "type": kind, "id": id, "name": null,
            "log_bucket": {"name": "logs"},
        }))
        .unwrap()
    }

    fn chosen(behind: &CallsBehind<'_>, calls: &[CallRecord]) -> Vec<String> {
        behind.choose(calls.iter().cloned()).into_iter().filter_map(|call| call.request_id).collect()
    }

    #[test]
    fn calls_about_other_resources_other_accounts_and_for_other_readings_are_left_out() {
        let bucket = resource("aws.s3.bucket", "eu-west-1", "assets");
        let behind = CallsBehind::resource(&bucket, ["public_access_block"]);
        let mine = call("s3:GetPublicAccessBlock", "eu-west-1", Some("assets"));
        let others = [
            call("s3:GetPublicAccessBlock", "eu-west-1", Some("more-assets")),
            call("s3:GetBucketPolicy", "eu-west-1", Some("assets")),
            call("ec2:DescribeVolumes", "eu-west-1", None),
            CallRecord { account: "2".to_owned(), ..mine.clone() },
        ];
        assert_eq!(chosen(&behind, &others), [""; 0]);
        assert_eq!(chosen(&behind, std::slice::from_ref(&mine)), [mine.request_id.unwrap()]);
        // The bucket that its logs go to is named in the document.
        assert_eq!(chosen(&behind, &[call("s3:GetPublicAccessBlock", "eu-west-1", Some("logs"))]).len(), 1);
    }

    #[test]
    fn a_listing_is_that_of_the_region_or_else_the_only_one() {
        let volume = resource("aws.ec2.volume", "eu-west-1", "vol-1");
        let listings = ["eu-central-1", "eu-west-1"].map(|region| call("ec2:DescribeVolumes", region, None));
        assert_eq!(chosen(&CallsBehind::resource(&volume, []), &listings), ["ec2:DescribeVolumes eu-west-1 None"]);
        let bucket = resource("aws.s3.bucket", "eu-west-1", "assets");
        let listing = [call("s3:ListBuckets", "us-east-1", None)];
        assert_eq!(chosen(&CallsBehind::resource(&bucket, []), &listing), ["s3:ListBuckets us-east-1 None"]);
        let unlisted = CallsBehind::listing("aws.ec2.volume", "1", "eu-central-1");
        assert_eq!(chosen(&unlisted, &listings), ["ec2:DescribeVolumes eu-central-1 None"]);
    }

    #[test]
    fn part_of_an_arn_is_a_name_of_it_and_half_a_word_is_not() {
        let arn = "arn:aws:elasticfilesystem:eu-west-1:1:file-system/fs-12";
        let file_system = resource("aws.efs.file_system", "eu-west-1", arn);
        let behind = CallsBehind::resource(&file_system, ["policy"]);
        let about = |id| call("efs:DescribeFileSystemPolicy", "eu-west-1", Some(id));
        assert_eq!(chosen(&behind, &[about("fs-12")]).len(), 1);
        assert_eq!(chosen(&behind, &[about("12"), about("fs-1")]), [""; 0]);
    }

    #[test]
    fn a_setting_of_a_region_has_the_calls_of_that_region() {
        let region = resource("aws.guardduty.region", "eu-west-1", "eu-west-1");
        let detectors = ["eu-west-1", "us-east-1"].map(|region| call("guardduty:GetDetector", region, Some("d-1")));
        let behind = CallsBehind::resource(&region, ["detector"]);
        assert_eq!(chosen(&behind, &detectors), ["guardduty:GetDetector eu-west-1 Some(\"d-1\")"]);
    }

    #[test]
    fn evidence_names_fields() {
        let evidence = json!([
            {"path": "resource.ingress[0].cidr", "value": 1}, {"path": "resource.tags", "value": {}}, {"path": "params.x"},
        ]);
        assert_eq!(fields_of(&evidence).collect::<Vec<_>>(), ["ingress", "tags"]);
        assert_eq!(fields_of(&Value::Null).count(), 0);
    }
}
