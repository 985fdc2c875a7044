//! Resource types of Amazon ECR.

use super::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::resource_type;
use std::collections::BTreeMap;

/// The repositories of a region.
pub const DESCRIBE_REPOSITORIES: ApiCall = ApiCall::new("ecr:DescribeRepositories", &["ecr:DescribeRepositories"]);
/// How the images of a repository are scanned, its own settings and those of the registry taken together.
pub const BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION: ApiCall =
    ApiCall::new("ecr:BatchGetRepositoryScanningConfiguration", &["ecr:BatchGetRepositoryScanningConfiguration"]);
/// A repository's policy.
pub const GET_REPOSITORY_POLICY: ApiCall = ApiCall::new("ecr:GetRepositoryPolicy", &["ecr:GetRepositoryPolicy"]);
/// Which images of a repository are deleted by themselves.
pub const GET_LIFECYCLE_POLICY: ApiCall = ApiCall::new("ecr:GetLifecyclePolicy", &["ecr:GetLifecyclePolicy"]);
/// A repository's tags.
pub const LIST_TAGS_FOR_RESOURCE: ApiCall = ApiCall::new("ecr:ListTagsForResource", &["ecr:ListTagsForResource"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Repository::TYPE];

resource_type! {
    /// A private repository of container images.
    pub struct Repository: "aws.ecr.repository", listed_by [DESCRIBE_REPOSITORIES] {
        /// `IMMUTABLE`, `MUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or `MUTABLE_WITH_EXCLUSION`: whether a tag stays with its
        /// image.
        reading tag_mutability: String, from [DESCRIBE_REPOSITORIES];
        /// Patterns of the tags for which the opposite of `tag_mutability` holds, for instance `latest*`.
        listed tag_exclusions: Vec<String>;
        /// `AES256`, `KMS` or `KMS_DSSE`.
        listed encryption: Option<String>;
        /// ARN of the KMS key; absent with `AES256`.
        listed kms_key: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// New images are scanned when they are pushed.
        reading scan_on_push: bool, from [BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION];
        /// `SCAN_ON_PUSH`, `CONTINUOUS_SCAN` (on push, and again when new vulnerabilities become known) or `MANUAL`.
        reading scan_frequency: String, from [BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION];
        /// Who may pull and push; absent if it has no policy.
        maybe policy: PolicyDocument, from [GET_REPOSITORY_POLICY];
        /// The text of the policy as ECR keeps it; absent if there is none.
        maybe policy_text: String, from [GET_REPOSITORY_POLICY];
        /// Text (JSON) of its lifecycle policy; absent if images stay until somebody deletes them.
        maybe lifecycle_policy: String, from [GET_LIFECYCLE_POLICY];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [LIST_TAGS_FOR_RESOURCE];
    }
}
