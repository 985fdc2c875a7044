//! Resource types of AWS Systems Manager.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::resource_type;
use std::collections::BTreeMap;

/// The documents that a region has of this account.
pub const LIST_DOCUMENTS: ApiCall = ApiCall::new("ssm:ListDocuments", &["ssm:ListDocuments"]);
/// Whom a document is shared with.
pub const DESCRIBE_DOCUMENT_PERMISSION: ApiCall =
    ApiCall::new("ssm:DescribeDocumentPermission", &["ssm:DescribeDocumentPermission"]);

/// Stands for every account in the list of those that a document is shared with.
pub const ALL: &str = "all";

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Document::TYPE];

resource_type! {
    /// A document of this account: a runbook, a command, a template. Documents of AWS and of other accounts are not
    /// listed, and contents are not read.
    pub struct Document: "aws.ssm.document", listed_by [LIST_DOCUMENTS] {
        /// `Command`, `Automation`, `Session`, `Package` and others.
        listed kind: Option<String>;
        /// Ids of the accounts that may use it, or `all` for everyone.
        reading shared_with: Vec<String>, from [DESCRIBE_DOCUMENT_PERMISSION];
        /// The version that each of these may use, for instance `$DEFAULT`, where Systems Manager says so.
        reading shared_versions: BTreeMap<String, String>, from [DESCRIBE_DOCUMENT_PERMISSION];
    }
}
