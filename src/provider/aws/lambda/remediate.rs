//! The write calls of Lambda.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_lambda::types::FunctionUrlAuthType;

write_calls! {
    "lambda:RemovePermission" => remove_permission,
    "lambda:AddPermission" => add_permission,
    "lambda:UpdateFunctionUrlConfig" => update_function_url_config,
}

async fn remove_permission(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .lambda()
        .remove_permission()
        .function_name(given.text("FunctionName")?)
        .statement_id(given.text("StatementId")?)
        .set_revision_id(given.given_text("RevisionId").map(ToOwned::to_owned));
    given.done(request.send().await)
}

async fn add_permission(scope: &Scope, given: Parameters<'_>) -> Written {
    let text = |name: &str| given.given_text(name).map(ToOwned::to_owned);
    let request = scope
        .clients
        .lambda()
        .add_permission()
        .function_name(given.text("FunctionName")?)
        .statement_id(given.text("StatementId")?)
        .action(given.text("Action")?)
        .principal(given.text("Principal")?)
        .set_source_arn(text("SourceArn"))
        .set_source_account(text("SourceAccount"))
        .set_event_source_token(text("EventSourceToken"))
        .set_principal_org_id(text("PrincipalOrgID"))
        .set_function_url_auth_type(given.given_text("FunctionUrlAuthType").map(FunctionUrlAuthType::from))
        .set_invoked_via_function_url(given.given_switch("InvokedViaFunctionUrl"));
    given.done(request.send().await)
}

async fn update_function_url_config(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .lambda()
        .update_function_url_config()
        .function_name(given.text("FunctionName")?)
        .set_qualifier(given.given_text("Qualifier").map(ToOwned::to_owned))
        .auth_type(FunctionUrlAuthType::from(given.text("AuthType")?));
    given.done(request.send().await)
}
