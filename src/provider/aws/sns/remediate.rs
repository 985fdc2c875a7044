//! The write calls of SNS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "sns:SetTopicAttributes" => set_topic_attributes,
}

async fn set_topic_attributes(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .sns()
        .set_topic_attributes()
        .topic_arn(given.text("TopicArn")?)
        .attribute_name(given.text("AttributeName")?)
        .attribute_value(given.text("AttributeValue")?);
    given.done(request.send().await)
}
