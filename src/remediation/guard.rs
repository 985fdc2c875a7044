//! What is never done, whoever approved it.

use super::cloud::Identity;
use super::plan::Action;
use crate::wildcard::matches;

/// A resource as the guards see it.
#[derive(Debug, Clone, Copy)]
pub struct Guarded<'a> {
    /// Its type.
    pub kind: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
}

/// Why this resource is left alone; none if it need not be.
#[must_use]
pub fn objection(resource: Guarded<'_>, identity: &Identity, protected: &[String]) -> Option<String> {
    if let Some(pattern) = protected
        .iter()
        .find(|pattern| matches(pattern, resource.id) || resource.name.is_some_and(|name| matches(pattern, name)))
    {
        return Some(format!("it is protected by --protect {pattern}"));
    }
    is_us(resource, &identity.arn)
        .then(|| format!("it is the identity that would do it ({}), which could lock itself out", identity.arn))
}

/// What is locked while an action is done: its resource, or what it must not change together with.
///
/// Two processes must not take the last two administrators of an account at the same time, so its identities are changed
/// one after the other.
#[must_use]
pub fn together_with(action: &Action) -> &str {
    if action.kind.starts_with("aws.iam.") { "aws.iam" } else { &action.resource }
}

/// True if the resource is the user or role that makes the calls.
fn is_us(resource: Guarded<'_>, arn: &str) -> bool {
    match resource.kind {
        "aws.iam.user" => resource.id == arn,
        // arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION, of the role arn:aws:iam::ACCOUNT:role/PATH/NAME
        "aws.iam.role" => {
            let session = arn.split_once(":assumed-role/").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
            session.is_some_and(|name| resource.id.rsplit('/').next() == Some(name))
                && resource.id.split(':').nth(4) == arn.split(':').nth(4)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(arn: &str) -> Identity {
        Identity { account: "123456789012".to_owned(), arn: arn.to_owned() }
    }

    #[test]
    fn we_never_lock_ourselves_out() {
        let user = Guarded { kind: "aws.iam.user", id: "arn:aws:iam::123456789012:user/ops/anna", name: Some("anna") };
        assert!(objection(user, &identity("arn:aws:iam::123456789012:user/ops/anna"), &[]).is_some());
        assert!(objection(user, &identity("arn:aws:iam::123456789012:user/bert"), &[]).is_none());
        let role = Guarded { kind: "aws.iam.role", id: "arn:aws:iam::123456789012:role/path/fix", name: Some("fix") };
        assert!(objection(role, &identity("arn:aws:sts::123456789012:assumed-role/fix/ciacm"), &[]).is_some());
        assert!(objection(role, &identity("arn:aws:sts::210987654321:assumed-role/fix/ciacm"), &[]).is_none());
        assert!(objection(role, &identity("arn:aws:sts::123456789012:assumed-role/fixer/ciacm"), &[]).is_none());
    }

    #[test]
    fn patterns_match_id_and_name() {
        let bucket = Guarded { kind: "aws.s3.bucket", id: "acme-web-site", name: Some("acme-web-site") };
        let nobody = identity("");
        let objects = |pattern: &str| objection(bucket, &nobody, &[pattern.to_owned()]).is_some();
        assert!(objects("acme-*") && !objects("acme"));
        let named = Guarded { id: "i-1", ..bucket };
        assert!(objection(named, &nobody, &["acme-*".to_owned()]).is_some());
    }
}
