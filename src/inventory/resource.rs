//! Resources and listings: what a provider hands over.

use super::reading::{CallFailure, NOT_COLLECTED_KEY};
use super::schema::ResourceType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The region of what belongs to a whole account.
pub const GLOBAL: &str = "global";

/// One thing in an account, or a setting of a whole account or region, as one JSON document.
///
/// The document holds the common fields (`provider`, `account`, `region`, `type`, `id`, `name`, `tags`) beside the
/// readings; what the keys and their values mean is told at [`super::Reading`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Resource {
    document: Value,
}

/// Where a resource stands and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The account id.
    pub account: String,
    /// The region, or [`GLOBAL`].
    pub region: String,
    /// The provider's id, unique in account, region and type.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A document that is no resource: a common field is missing or of a wrong type.
#[derive(Debug, thiserror::Error)]
#[error("a resource without a text in `{0}`")]
pub struct NotAResource(pub &'static str);

impl Resource {
    /// Makes the resource from its place and the struct of its type (declared with `resource_type!`).
    #[must_use]
    pub fn new<T: Serialize>(kind: &'static ResourceType, place: Place, readings: &T) -> Self {
        let mut document = match serde_json::to_value(readings) {
            Ok(Value::Object(map)) => map,
            // The structs of resource_type! hold only text-keyed maps, numbers, texts and lists: they always serialize to objects.
            _ => Map::new(),
        };
        document.retain(|_, value| value.get(NOT_COLLECTED_KEY).is_none());
        let mut set = |key: &str, value: Value| document.insert(key.to_owned(), value);
        set("provider", kind.provider().into());
        set("account", place.account.into());
        set("region", place.region.into());
        set("type", kind.name.into());
        set("id", place.id.into());
        set("name", place.name.map_or(Value::Null, Value::from));
        // Where tags take a call of their own, they are a field of the type and may be unreadable or not collected.
        if kind.record.field("tags").is_none() {
            set(
                "tags",
                place.tags.into_iter().map(|(key, value)| (key, Value::from(value))).collect::<Map<_, _>>().into(),
            );
        }
        Self { document: Value::Object(document) }
    }

    /// Takes a document from a snapshot, the store or an inline test.
    ///
    /// # Errors
    /// [`NotAResource`] if a common field is missing.
    pub fn from_document(document: Value) -> Result<Self, NotAResource> {
        for key in ["provider", "account", "region", "type", "id"] {
            if !document.get(key).is_some_and(Value::is_string) {
                return Err(NotAResource(key));
            }
        }
        Ok(Self { document })
    }

    /// The whole document.
    #[must_use]
    pub const fn document(&self) -> &Value {
        &self.document
    }

    /// The whole document, to go on with.
    #[must_use]
    pub fn into_document(self) -> Value {
        self.document
    }

    fn text(&self, key: &str) -> &str {
        self.document.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// `aws`, `azure` or `m365`.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.text("provider")
    }
    /// The account id.
    #[must_use]
    pub fn account(&self) -> &str {
        self.text("account")
    }
    /// The region, or [`GLOBAL`].
    #[must_use]
    pub fn region(&self) -> &str {
        self.text("region")
    }
    /// The resource type's name.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.text("type")
    }
    /// The provider's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.document.get("name").and_then(Value::as_str)
    }
}

/// The end of one attempt to list all resources of a type in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The provider.
    pub provider: String,
    /// The account id.
    pub account: String,
    /// The region, or [`GLOBAL`].
    pub region: String,
    /// The resource type's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it ended.
    pub outcome: ListingOutcome,
}

/// How a listing ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingOutcome {
    /// All pages were read; every resource of the type was handed over.
    Complete,
    /// The call failed; resources may exist that nobody saw.
    Failed(CallFailure),
}

/// A failed call, told once however many readings it spoiled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCall {
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource that the call was about, if it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What came back.
    #[serde(flatten)]
    pub failure: CallFailure,
}

/// An account that a scan entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account id.
    pub id: String,
    /// Who asks, for instance an ARN of a role session.
    pub identity: String,
    /// The regions that are scanned.
    pub regions: Vec<String>,
    /// The regions that the account has not enabled.
    #[serde(default)]
    pub disabled_regions: Vec<String>,
}
