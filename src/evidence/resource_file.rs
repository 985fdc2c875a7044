//! The documents of resources inside a pack: what a verdict rested on, and which API call each reading came from.

use super::redact::{self, Redaction};
use crate::finding::{FindingId, Verdict};
use crate::hash::sha256_hex;
use crate::inventory::schema::ApiCall;
use crate::inventory::{CallRecord, Resource, resource_type};
use crate::store::ScanId;
use serde::Serialize;
use serde_json::Value;

/// What tells a resource from every other one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceKey {
    /// The provider.
    pub provider: String,
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource type's name.
    pub kind: String,
    /// The provider's id.
    pub id: String,
}

impl From<&Resource> for ResourceKey {
    fn from(resource: &Resource) -> Self {
        Self {
            provider: resource.provider().to_owned(),
            account: resource.account().to_owned(),
            region: resource.region().to_owned(),
            kind: resource.kind().to_owned(),
            id: resource.id().to_owned(),
        }
    }
}

impl ResourceKey {
    /// The path of its document: unique, without secrets, and a name that every file system takes.
    #[must_use]
    pub fn path(&self) -> String {
        let mut id = self.id.clone();
        redact::text(&mut id, "");
        // As in the identity of findings: the length of each text keeps them from running into each other.
        let parts = [&self.provider, &self.account, &self.region, &self.kind, &self.id];
        let whole: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        let hash = sha256_hex(whole.as_bytes());
        format!(
            "resources/{}/{}/{}/{}-{}.json",
            safe(&self.account, 40),
            safe(&self.region, 40),
            safe(&self.kind, 60),
            safe(last_part(&id), 50),
            hash.get(..12).unwrap_or_default()
        )
    }
}

/// What people recognize of an ARN or a path: its end.
fn last_part(id: &str) -> &str {
    id.trim_end_matches(['/', ':']).rsplit([':', '/']).next().unwrap_or(id)
}

/// The text as a part of a path: letters, digits, `.`, `_` and `-`; never empty, hidden, or a name with a meaning.
fn safe(text: &str, longest: usize) -> String {
    let kept: String = text
        .chars()
        .take(longest)
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .collect();
    let kept = kept.trim_matches(['.', '-']);
    let reserved = ["con", "prn", "aux", "nul"].iter().any(|name| kept.eq_ignore_ascii_case(name))
        || (kept.len() == 4 && ["com", "lpt"].iter().any(|name| kept.to_ascii_lowercase().starts_with(name)));
    if kept.is_empty() || reserved { format!("_{kept}") } else { kept.to_owned() }
}

/// A verdict that rests on the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resting {
    /// The finding.
    pub finding: FindingId,
    /// The control's id.
    pub control: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// One reading and where it comes from.
#[derive(Debug, Serialize)]
struct Reading<'a> {
    field: &'a str,
    /// The operations that fill it.
    from: Vec<&'static str>,
    /// Their calls, as places in the list of calls.
    calls: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    scan: ScanId,
    /// When the scan took its readings, between these two.
    collected: Collected,
    findings: &'a [Resting],
    readings: Vec<Reading<'a>>,
    /// Empty if the scan recorded no calls.
    calls: &'a [CallRecord],
    resource: &'a Value,
    redactions: &'a [Redaction],
}

/// When a scan read the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// The scan's time; of a recording, when it was recorded.
    pub now: jiff::Timestamp,
    /// When it began.
    pub started: jiff::Timestamp,
    /// When it ended.
    pub finished: Option<jiff::Timestamp>,
}

/// The bytes of a resource's document, and what was taken out of it.
///
/// # Errors
/// If a value has no JSON, which values from the store have.
pub fn document(
    resource: Resource,
    scan: ScanId,
    collected: Collected,
    findings: &[Resting],
    calls: &[CallRecord],
) -> serde_json::Result<(Vec<u8>, Vec<Redaction>)> {
    let kind = resource_type(resource.kind());
    let mut value = resource.into_document();
    let mut redactions = redact::resource(&mut value);
    for redaction in &mut redactions {
        redaction.path.insert_str(0, "/resource");
    }
    let names: Vec<&str> = value.as_object().into_iter().flat_map(|fields| fields.keys()).map(String::as_str).collect();
    let listed_by = kind.map_or(&[][..], |kind| kind.listed_by);
    let readings = names
        .into_iter()
        .filter_map(|name| {
            let own: &[ApiCall] = kind?.record.field(name)?.calls;
            let names: Vec<&'static str> =
                (if own.is_empty() { listed_by } else { own }).iter().map(|call| call.name).collect();
            let made = calls.iter().enumerate().filter(|(_, made)| names.contains(&made.call.as_str()));
            Some(Reading { field: name, calls: made.map(|(place, _)| place).collect(), from: names })
        })
        .collect();
    let document = Document {
        format: "ciacm-resource",
        version: 1,
        scan,
        collected,
        findings,
        readings,
        calls,
        resource: &value,
        redactions: &redactions,
    };
    let mut bytes = serde_json::to_vec_pretty(&document)?;
    bytes.push(b'\n');
    Ok((bytes, redactions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(id: &str) -> ResourceKey {
        let text = |text: &str| text.to_owned();
        ResourceKey {
            provider: text("aws"),
            account: text("123456789012"),
            region: text("global"),
            kind: text("aws.s3.bucket"),
            id: text(id),
        }
    }

    #[test]
    fn paths_are_readable_and_unique() {
        let path = key("arn:aws:iam::123456789012:user/alice").path();
        assert!(path.starts_with("resources/123456789012/global/aws.s3.bucket/alice-"), "{path}");
        assert_ne!(key("a/b").path(), key("c/b").path());
        assert_ne!(key("Bucket").path().to_lowercase(), key("bucket").path().to_lowercase());
        assert!(!key("logs/password=hunter2").path().contains("hunter2"));
    }

    proptest! {
        #[test]
        fn paths_stay_where_they_belong(id in any::<String>(), account in any::<String>(), region in "(CON|\\.\\.|nul|COM1|/|.){0,3}") {
            let path = ResourceKey { account, region, ..key(&id) }.path();
            prop_assert!(path.len() < 230, "{}", path);
            prop_assert_eq!(path.split('/').count(), 5);
            for part in path.split('/') {
                prop_assert!(!part.is_empty() && !part.starts_with('.') && !part.ends_with('.'), "{}", path);
                prop_assert!(part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{}", path);
                prop_assert!(!["CON", "NUL", "AUX", "PRN", "COM1"].contains(&part.to_uppercase().as_str()), "{}", path);
            }
        }
    }
}
