//! The write calls of SQS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_sqs::types::QueueAttributeName;

write_calls! {
    "sqs:SetQueueAttributes" => set_queue_attributes,
}

async fn set_queue_attributes(scope: &Scope, given: Parameters<'_>) -> Written {
    let attributes = given.object("Attributes")?;
    let mut request = scope.clients.sqs().set_queue_attributes().queue_url(given.text("QueueUrl")?);
    for name in [QueueAttributeName::Policy, QueueAttributeName::SqsManagedSseEnabled] {
        if let Some(value) = attributes.given_text(name.as_str()) {
            request = request.attributes(name, value);
        }
    }
    given.done(request.send().await)
}
