//! The write calls of CloudWatch Logs.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "logs:PutRetentionPolicy" => put_retention_policy,
}

async fn put_retention_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.logs().put_retention_policy().log_group_name(given.text("logGroupName")?);
    given.done(request.retention_in_days(given.number("retentionInDays")?).send().await)
}
