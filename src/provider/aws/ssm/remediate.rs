//! The write calls of Systems Manager.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_ssm::types::DocumentPermissionType;

write_calls! {
    "ssm:ModifyDocumentPermission" => modify_document_permission,
}

async fn modify_document_permission(scope: &Scope, given: Parameters<'_>) -> Written {
    let list = |name: &str| Some(given.texts(name)).filter(|accounts| !accounts.is_empty());
    let request = scope
        .clients
        .ssm()
        .modify_document_permission()
        .name(given.text("Name")?)
        .permission_type(DocumentPermissionType::from(given.text("PermissionType")?))
        .set_account_ids_to_add(list("AccountIdsToAdd"))
        .set_account_ids_to_remove(list("AccountIdsToRemove"))
        .set_shared_document_version(given.given_text("SharedDocumentVersion").map(ToOwned::to_owned));
    given.done(request.send().await)
}
