//! Operations on AWS IAM.

mod administration;
mod credentials;
mod permissions;
mod trust;

use crate::remediation::operation::Operation;

/// The operations of this service. Policies go before trust: a role that grants nothing locks nobody out.
pub const OPERATIONS: &[&Operation] = &[
    &credentials::TIGHTEN_PASSWORD_POLICY,
    &credentials::DEACTIVATE_ACCESS_KEY,
    &permissions::REMOVE_USER_POLICIES,
    &permissions::REMOVE_GROUP_POLICIES,
    &permissions::REMOVE_ROLE_POLICIES,
    &trust::REMOVE_TRUST_STATEMENTS,
];
