//! The write calls of Access Analyzer.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_accessanalyzer::types::Type;

write_calls! {
    "accessanalyzer:CreateAnalyzer" => create_analyzer,
    "accessanalyzer:DeleteAnalyzer" => delete_analyzer,
}

async fn create_analyzer(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .accessanalyzer()
        .create_analyzer()
        .analyzer_name(given.text("analyzerName")?)
        .r#type(Type::from(given.text("type")?))
        .client_token(given.text("clientToken")?);
    given.done(request.send().await)
}

async fn delete_analyzer(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.accessanalyzer().delete_analyzer().analyzer_name(given.text("analyzerName")?);
    given.done(request.send().await)
}
