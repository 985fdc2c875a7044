//! The write calls of KMS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "kms:EnableKeyRotation" => enable_key_rotation,
    "kms:DisableKeyRotation" => disable_key_rotation,
}

async fn enable_key_rotation(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.kms().enable_key_rotation().key_id(given.text("KeyId")?).send().await)
}

async fn disable_key_rotation(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.kms().disable_key_rotation().key_id(given.text("KeyId")?).send().await)
}
