//! The write calls of CloudTrail.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "cloudtrail:UpdateTrail" => update_trail,
    "cloudtrail:CreateTrail" => create_trail,
    "cloudtrail:DeleteTrail" => delete_trail,
    "cloudtrail:StartLogging" => start_logging,
    "cloudtrail:StopLogging" => stop_logging,
}

async fn update_trail(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .cloudtrail()
        .update_trail()
        .name(given.text("Name")?)
        .set_enable_log_file_validation(given.given_switch("EnableLogFileValidation"))
        .set_kms_key_id(given.given_text("KmsKeyId").map(ToOwned::to_owned))
        .set_is_multi_region_trail(given.given_switch("IsMultiRegionTrail"))
        .set_include_global_service_events(given.given_switch("IncludeGlobalServiceEvents"));
    given.done(request.send().await)
}

async fn create_trail(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .cloudtrail()
        .create_trail()
        .name(given.text("Name")?)
        .s3_bucket_name(given.text("S3BucketName")?)
        .is_multi_region_trail(given.switch("IsMultiRegionTrail")?)
        .include_global_service_events(given.switch("IncludeGlobalServiceEvents")?)
        .enable_log_file_validation(given.switch("EnableLogFileValidation")?);
    given.done(request.send().await)
}

async fn delete_trail(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.cloudtrail().delete_trail().name(given.text("Name")?).send().await)
}

async fn start_logging(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.cloudtrail().start_logging().name(given.text("Name")?).send().await)
}

async fn stop_logging(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.cloudtrail().stop_logging().name(given.text("Name")?).send().await)
}
