//! The write calls of Security Hub.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "securityhub:EnableSecurityHub" => enable_security_hub,
    "securityhub:DisableSecurityHub" => disable_security_hub,
}

async fn enable_security_hub(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.securityhub().enable_security_hub();
    given.done(request.enable_default_standards(given.switch("EnableDefaultStandards")?).send().await)
}

async fn disable_security_hub(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.securityhub().disable_security_hub().send().await)
}
