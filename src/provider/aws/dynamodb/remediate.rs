//! The write calls of DynamoDB.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_dynamodb::types::PointInTimeRecoverySpecification;

write_calls! {
    "dynamodb:UpdateContinuousBackups" => update_continuous_backups,
    "dynamodb:UpdateTable" => update_table,
}

async fn update_continuous_backups(scope: &Scope, given: Parameters<'_>) -> Written {
    let recovery = given.object("PointInTimeRecoverySpecification")?;
    let recovery = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(recovery.switch("PointInTimeRecoveryEnabled")?)
        .build()
        .map_err(|error| given.unusable(error))?;
    let request = scope.clients.dynamodb().update_continuous_backups().table_name(given.text("TableName")?);
    given.done(request.point_in_time_recovery_specification(recovery).send().await)
}

async fn update_table(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.dynamodb().update_table().table_name(given.text("TableName")?);
    given.done(request.deletion_protection_enabled(given.switch("DeletionProtectionEnabled")?).send().await)
}
