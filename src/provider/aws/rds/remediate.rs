//! The write calls of RDS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "rds:ModifyDBInstance" => modify_db_instance,
}

async fn modify_db_instance(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_instance()
        .db_instance_identifier(given.text("DBInstanceIdentifier")?)
        .apply_immediately(given.switch("ApplyImmediately")?)
        .set_deletion_protection(given.given_switch("DeletionProtection"))
        .set_publicly_accessible(given.given_switch("PubliclyAccessible"));
    given.done(request.send().await)
}
