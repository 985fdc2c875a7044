//! Operations on Amazon RDS.

mod cluster;
mod instance;
mod setting;
mod snapshot;

use crate::remediation::operation::Operation;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[
    &instance::PROTECT_FROM_DELETION,
    &instance::MAKE_PRIVATE,
    &instance::UPGRADE_MINOR_VERSIONS,
    &instance::COPY_TAGS_TO_SNAPSHOTS,
    &instance::KEEP_BACKUPS,
    &instance::ACCEPT_IAM_AUTHENTICATION,
    &instance::KEEP_STANDBY,
    &instance::EXPORT_LOGS,
    &cluster::PROTECT_FROM_DELETION,
    &cluster::COPY_TAGS_TO_SNAPSHOTS,
    &cluster::KEEP_BACKUPS,
    &cluster::ACCEPT_IAM_AUTHENTICATION,
    &cluster::EXPORT_LOGS,
    &snapshot::UNSHARE_INSTANCE_SNAPSHOT,
    &snapshot::UNSHARE_CLUSTER_SNAPSHOT,
];
