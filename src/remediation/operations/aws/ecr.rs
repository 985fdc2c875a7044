//! Operations on Amazon ECR.

use super::policy;
use crate::inventory::aws::ecr::{GET_REPOSITORY_POLICY, Repository};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REMOVE_POLICY_STATEMENTS, &SCAN_ON_PUSH, &MAKE_TAGS_IMMUTABLE];

const SET_POLICY: WriteApi = WriteApi::idempotent("ecr:SetRepositoryPolicy", &["ecr:SetRepositoryPolicy"]);
const DELETE_POLICY: WriteApi = WriteApi {
    already: &["RepositoryPolicyNotFoundException"],
    ..WriteApi::idempotent("ecr:DeleteRepositoryPolicy", &["ecr:DeleteRepositoryPolicy"])
};
const PUT_SCANNING: WriteApi =
    WriteApi::idempotent("ecr:PutImageScanningConfiguration", &["ecr:PutImageScanningConfiguration"]);
const PUT_MUTABILITY: WriteApi = WriteApi::idempotent("ecr:PutImageTagMutability", &["ecr:PutImageTagMutability"]);

const REMOVE_POLICY_STATEMENTS: Operation = policy::removal(
    "aws.ecr.remove_policy_statements",
    "Removes the chosen statements from a repository's policy; the text of all others stays byte for byte.",
    Repository::TYPE,
    &[SET_POLICY, DELETE_POLICY],
    |input| {
        let repository = input.name();
        policy::remove_targets(input, &GET_REPOSITORY_POLICY, &|text| {
            Ok(match text {
                Some(text) => input.call(&SET_POLICY, json!({"repositoryName": repository, "policyText": text})),
                None => input.call(&DELETE_POLICY, json!({"repositoryName": repository})),
            })
        })
    },
);

const SCAN_ON_PUSH: Operation = Operation {
    name: "aws.ecr.scan_on_push",
    about: "Scans new images of the repository when they are pushed.",
    state: &["scan_on_push"],
    risk: Risk::Safe,
    writes: &[PUT_SCANNING],
    prepare: |input| {
        if input.field("scan_on_push")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let parameters =
            |on: bool| json!({"repositoryName": input.name(), "imageScanningConfiguration": {"scanOnPush": on}});
        let write = input.write(&PUT_SCANNING, parameters(true), [input.call(&PUT_SCANNING, parameters(false))]);
        Ok(Change::by([write.then("scan_on_push", true.into()).then("scan_frequency", "SCAN_ON_PUSH".into())])
            .telling("images that are there already are not scanned; a registry with enhanced scanning ignores this"))
    },
    ..Operation::of(Repository::TYPE)
};

const MAKE_TAGS_IMMUTABLE: Operation = Operation {
    name: "aws.ecr.make_tags_immutable",
    about: "Lets no tag be moved to another image, but for patterns that may be mutable; none are added to a \
            repository whose tags are immutable already.",
    state: &["tag_mutability", "tag_exclusions"],
    arguments: &[Argument {
        name: "mutable_tags",
        ty: Type::List(&Type::String),
        required: false,
        about: "Patterns of tags that may stay mutable.",
    }],
    risk: Risk::Disruptive,
    writes: &[PUT_MUTABILITY],
    prepare: make_tags_immutable,
    ..Operation::of(Repository::TYPE)
};

/// The most patterns that ECR takes.
const MOST_EXCLUSIONS: usize = 5;

fn make_tags_immutable(input: &Input<'_>) -> Result<Change, Refusal> {
    let before = input.field("tag_mutability")?.as_str().unwrap_or_default();
    let exclusions = input.list("tag_exclusions")?;
    let allowed = input.argument("mutable_tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let kept: Vec<Value> = if before.starts_with("IMMUTABLE") {
        exclusions.iter().filter(|pattern| allowed.contains(pattern)).cloned().collect()
    } else {
        allowed.to_vec()
    };
    let after = if kept.is_empty() { "IMMUTABLE" } else { "IMMUTABLE_WITH_EXCLUSION" };
    if before == after && kept.len() == exclusions.len() {
        return Ok(Change::nothing());
    }
    if kept.len() > MOST_EXCLUSIONS {
        return Err(Refusal::Undecided(format!("ECR takes {MOST_EXCLUSIONS} patterns of mutable tags at most")));
    }
    let parameters = |mutability: &str, exclusions: &[Value]| {
        let mut parameters = json!({"repositoryName": input.name(), "imageTagMutability": mutability});
        if !exclusions.is_empty() {
            let filters = exclusions.iter().map(|pattern| json!({"filterType": "WILDCARD", "filter": pattern}));
            parameters["imageTagMutabilityExclusionFilters"] = filters.collect();
        }
        parameters
    };
    let undo = input.call(&PUT_MUTABILITY, parameters(before, exclusions));
    let write = input.write(&PUT_MUTABILITY, parameters(after, &kept), [undo]).replacing("tag_mutability");
    Ok(Change::by([write.then("tag_mutability", after.into()).then("tag_exclusions", kept.into())])
        .telling("pushing a tag that exists fails from now on, for instance `latest`"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const PUBLIC: &str = r#"{"Sid":"all","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}"#;
    const PARTNER: &str = r#"{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"ecr:BatchGetImage"}"#;

    #[test]
    fn the_public_statement_goes_and_the_others_stay() {
        let text = format!("{{\"Statement\":[\n  {PUBLIC},\n  {PARTNER} ]}}");
        let fields = Value::Object(policy::fields_of(Some(&text), &GET_REPOSITORY_POLICY).unwrap());
        let one = json!({"for_each": [fields["policy"]["statements"][0]]});
        let all = json!({"for_each": fields["policy"]["statements"]});
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields.clone(), one).unwrap();
        let call = |text: &str| json!({"repositoryName": "example", "policyText": text});
        let rest = format!("{{\"Statement\":[\n  {PARTNER} ]}}");
        assert_eq!(parameters(&change), [("ecr:SetRepositoryPolicy", call(&rest))]);
        assert_eq!(undo(&change), [("ecr:SetRepositoryPolicy", call(&text))]);
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, all).unwrap();
        assert_eq!(parameters(&change), [("ecr:DeleteRepositoryPolicy", json!({"repositoryName": "example"}))]);
        assert_eq!(undo(&change), [("ecr:SetRepositoryPolicy", call(&text))]);
    }

    #[test]
    fn scanning_is_switched_on_once() {
        let change = prepare(&SCAN_ON_PUSH, json!({"scan_on_push": false}), json!({})).unwrap();
        let call = |on: bool| json!({"repositoryName": "example", "imageScanningConfiguration": {"scanOnPush": on}});
        assert_eq!(parameters(&change), [("ecr:PutImageScanningConfiguration", call(true))]);
        assert_eq!(undo(&change), [("ecr:PutImageScanningConfiguration", call(false))]);
        assert_eq!(prepare(&SCAN_ON_PUSH, json!({"scan_on_push": true}), json!({})), Ok(Change::nothing()));
    }

    #[test]
    fn exclusions_are_kept_only_if_they_are_allowed_and_never_added_to_immutable_tags() {
        let made = |mutability: &str, exclusions: Value, allowed: Value| {
            let fields = json!({"tag_mutability": mutability, "tag_exclusions": exclusions});
            prepare(&MAKE_TAGS_IMMUTABLE, fields, json!({"mutable_tags": allowed})).unwrap()
        };
        let call = |mutability: &str, patterns: &[&str]| {
            let mut call = json!({"repositoryName": "example", "imageTagMutability": mutability});
            if !patterns.is_empty() {
                let filters = patterns.iter().map(|pattern| json!({"filterType": "WILDCARD", "filter": pattern}));
                call["imageTagMutabilityExclusionFilters"] = filters.collect();
            }
            call
        };
        for (before, exclusions, allowed, after, kept) in [
            ("MUTABLE", &[][..], &[][..], "IMMUTABLE", &[][..]),
            ("MUTABLE", &[], &["dev*"], "IMMUTABLE_WITH_EXCLUSION", &["dev*"]),
            ("MUTABLE_WITH_EXCLUSION", &["v*"], &[], "IMMUTABLE", &[]),
            ("IMMUTABLE_WITH_EXCLUSION", &["latest"], &["dev*"], "IMMUTABLE", &[]),
            ("IMMUTABLE_WITH_EXCLUSION", &["latest", "dev*"], &["dev*"], "IMMUTABLE_WITH_EXCLUSION", &["dev*"]),
        ] {
            let change = made(before, json!(exclusions), json!(allowed));
            assert_eq!(parameters(&change), [("ecr:PutImageTagMutability", call(after, kept))]);
            assert_eq!(undo(&change), [("ecr:PutImageTagMutability", call(before, exclusions))]);
        }
        assert_eq!(made("IMMUTABLE", json!([]), json!(["dev*"])), Change::nothing());
        let many = json!(["1", "2", "3", "4", "5", "6"]);
        let fields = json!({"tag_mutability": "MUTABLE", "tag_exclusions": []});
        let refused = prepare(&MAKE_TAGS_IMMUTABLE, fields, json!({"mutable_tags": many}));
        assert!(matches!(refused, Err(Refusal::Undecided(_))));
    }
}
