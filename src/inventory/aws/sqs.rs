//! Resource types of Amazon SQS.

use super::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, ResourceType};
use crate::resource_type;
use std::collections::BTreeMap;

/// The queues of a region.
pub const LIST_QUEUES: ApiCall = ApiCall::new("sqs:ListQueues", &["sqs:ListQueues"]);
/// A queue's policy and encryption.
pub const GET_QUEUE_ATTRIBUTES: ApiCall = ApiCall::new("sqs:GetQueueAttributes", &["sqs:GetQueueAttributes"]);
/// A queue's tags.
pub const LIST_QUEUE_TAGS: ApiCall = ApiCall::new("sqs:ListQueueTags", &["sqs:ListQueueTags"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Queue::TYPE];

resource_type! {
    /// A queue.
    pub struct Queue: "aws.sqs.queue", listed_by [LIST_QUEUES] {
        /// The address by which calls name it.
        reading url: String, from [LIST_QUEUES];
        /// Who may send and receive; absent if the queue has no policy.
        maybe policy: PolicyDocument, from [GET_QUEUE_ATTRIBUTES];
        /// The text of the policy as SQS keeps it; absent if there is none.
        maybe policy_text: String, from [GET_QUEUE_ATTRIBUTES];
        /// Messages are encrypted at rest with a key that SQS owns (SSE-SQS).
        reading sse_sqs: bool, from [GET_QUEUE_ATTRIBUTES];
        /// The KMS key that encrypts messages at rest: an id, an ARN or an alias; absent without one.
        maybe kms_key_id: String, from [GET_QUEUE_ATTRIBUTES];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [LIST_QUEUE_TAGS];
    }
}
