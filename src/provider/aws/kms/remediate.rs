//! The write calls of KMS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "kms:EnableKeyRotation" => enable_key_rotation,
    "kms:DisableKeyRotation" => disable_key_rotation,
    "kms:CancelKeyDeletion" => cancel_key_deletion,
    "kms:ScheduleKeyDeletion" => schedule_key_deletion,
    "kms:PutKeyPolicy" => put_key_policy,
}

async fn enable_key_rotation(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.kms().enable_key_rotation().key_id(given.text("KeyId")?).send().await)
}

async fn disable_key_rotation(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.kms().disable_key_rotation().key_id(given.text("KeyId")?).send().await)
}

async fn cancel_key_deletion(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.kms().cancel_key_deletion().key_id(given.text("KeyId")?).send().await)
}

async fn schedule_key_deletion(scope: &Scope, given: Parameters<'_>) -> Written {
    // Without the number KMS takes one of its own.
    let days = given.number("PendingWindowInDays")?;
    let request = scope.clients.kms().schedule_key_deletion().key_id(given.text("KeyId")?);
    given.done(request.pending_window_in_days(days).send().await)
}

async fn put_key_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    // KMS refuses a policy with which the caller could not change the policy any more, unless it is told not to look.
    let request = scope
        .clients
        .kms()
        .put_key_policy()
        .key_id(given.text("KeyId")?)
        .policy_name(given.text("PolicyName")?)
        .policy(given.text("Policy")?);
    given.done(request.send().await)
}
