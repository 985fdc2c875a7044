//! Resource types of Amazon SNS.

use super::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, ResourceType};
use crate::resource_type;

/// The topics of a region.
pub const LIST_TOPICS: ApiCall = ApiCall::new("sns:ListTopics", &["sns:ListTopics"]);
/// A topic's policy, key and counts.
pub const GET_TOPIC_ATTRIBUTES: ApiCall = ApiCall::new("sns:GetTopicAttributes", &["sns:GetTopicAttributes"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Topic::TYPE];

resource_type! {
    /// A topic.
    pub struct Topic: "aws.sns.topic", listed_by [LIST_TOPICS] {
        /// Who may publish and subscribe; absent if the topic has no policy.
        maybe policy: PolicyDocument, from [GET_TOPIC_ATTRIBUTES];
        /// The text of the policy as SNS keeps it; absent if there is none.
        maybe policy_text: String, from [GET_TOPIC_ATTRIBUTES];
        /// The KMS key that encrypts messages at rest: an id, an ARN or an alias; absent without encryption.
        maybe kms_key_id: String, from [GET_TOPIC_ATTRIBUTES];
    }
}
