//! The write calls of DynamoDB.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_dynamodb::types::{PointInTimeRecoverySpecification, SseSpecification, SseType};

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
    let request = scope
        .clients
        .dynamodb()
        .update_table()
        .table_name(given.text("TableName")?)
        .set_deletion_protection_enabled(given.given_switch("DeletionProtectionEnabled"))
        .set_sse_specification(given.object("SSESpecification").ok().map(encryption));
    given.done(request.send().await)
}

fn encryption(given: Parameters<'_>) -> SseSpecification {
    SseSpecification::builder()
        .set_enabled(given.given_switch("Enabled"))
        .set_sse_type(given.given_text("SSEType").map(SseType::from))
        .set_kms_master_key_id(given.given_text("KMSMasterKeyId").map(ToOwned::to_owned))
        .build()
}
