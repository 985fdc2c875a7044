//! The write calls of EFS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_efs::types::{BackupPolicy, Status};

write_calls! {
    "efs:PutBackupPolicy" => put_backup_policy,
}

async fn put_backup_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let status = Status::from(given.object("BackupPolicy")?.text("Status")?);
    let policy = BackupPolicy::builder().status(status).build().map_err(|error| given.unusable(error))?;
    let request = scope.clients.efs().put_backup_policy().file_system_id(given.text("FileSystemId")?);
    given.done(request.backup_policy(policy).send().await)
}
