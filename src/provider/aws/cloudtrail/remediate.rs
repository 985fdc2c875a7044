//! The write calls of CloudTrail.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "cloudtrail:UpdateTrail" => update_trail,
    "cloudtrail:StartLogging" => start_logging,
    "cloudtrail:StopLogging" => stop_logging,
}

async fn update_trail(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .cloudtrail()
        .update_trail()
        .name(given.text("Name")?)
        .set_enable_log_file_validation(given.given_switch("EnableLogFileValidation"));
    given.done(request.send().await)
}

async fn start_logging(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.cloudtrail().start_logging().name(given.text("Name")?).send().await)
}

async fn stop_logging(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.cloudtrail().stop_logging().name(given.text("Name")?).send().await)
}
