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
    &cluster::PROTECT_FROM_DELETION,
    &cluster::COPY_TAGS_TO_SNAPSHOTS,
    &cluster::KEEP_BACKUPS,
    &snapshot::UNSHARE_INSTANCE_SNAPSHOT,
    &snapshot::UNSHARE_CLUSTER_SNAPSHOT,
];
