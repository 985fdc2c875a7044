//! Reads the functions of one region.

use crate::inventory::aws::lambda::{self, Function, FunctionUrl};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_lambda::types::{FunctionConfiguration, PackageType};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "lambda.functions",
    kinds: &[Function::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Function::TYPE, functions(&task).await)] }),
}];

/// Functions read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;
/// What Lambda answers for a function without a policy.
const NO_POLICY: &str = "ResourceNotFoundException";

async fn functions(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.lambda().list_functions().into_paginator().send();
    while let Some(page) = task.scope.page(&lambda::LIST_FUNCTIONS, &mut pages).await? {
        stream::iter(page.functions.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |function| read(task, function))
            .await;
    }
    Ok(())
}

async fn read(task: &Task, function: FunctionConfiguration) {
    let (Some(name), Some(arn)) = (function.function_name, function.function_arn) else { return };
    if !task.scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Function::TYPE, field);
    let policy = if ["policy", "policy_text", "policy_revision"].into_iter().any(wants) {
        Some(policy(task, &name, &arn).await)
    } else {
        None
    };
    let runtime = function.runtime.map(|runtime| runtime.as_str().to_owned());
    let readings = Function {
        runtime: match function.package_type {
            Some(PackageType::Image) => Reading::Absent,
            _ => Reading::sent(runtime, &lambda::LIST_FUNCTIONS, "Runtime"),
        },
        role: function.role,
        kms_key: function.kms_key_arn.filter(|key| !key.is_empty()),
        vpc_id: function.vpc_config.and_then(|vpc| vpc.vpc_id).filter(|vpc| !vpc.is_empty()),
        policy: of_policy(policy.as_ref(), wants("policy"), |policy| {
            PolicyDocument::parse(&policy.text, &lambda::GET_POLICY).map(Some)
        }),
        policy_text: of_policy(policy.as_ref(), wants("policy_text"), |policy| Ok(Some(policy.text.clone()))),
        policy_revision: of_policy(policy.as_ref(), wants("policy_revision"), |policy| Ok(policy.revision.clone())),
        urls: task.reading(Function::TYPE, "urls", || urls(task, &name, &arn)).await,
        tags: task.reading(Function::TYPE, "tags", || tags(task, &arn)).await,
    };
    task.scope.emit(Function::TYPE, task.scope.place(arn, Some(name), BTreeMap::new()), &readings).await;
}

/// The policy of a function as Lambda sends it.
struct Policy {
    text: String,
    revision: Option<String>,
}

/// A part of the policy, if it was asked for; absent without a policy.
fn of_policy<T>(
    policy: Option<&Result<Option<Policy>, CallFailure>>,
    wanted: bool,
    pick: impl FnOnce(&Policy) -> Result<Option<T>, CallFailure>,
) -> Reading<T> {
    match policy {
        Some(policy) if wanted => {
            policy.as_ref().map_err(Clone::clone).and_then(|policy| policy.as_ref().map_or(Ok(None), pick)).into()
        }
        _ => Reading::NotCollected,
    }
}

async fn policy(task: &Task, name: &str, arn: &str) -> Result<Option<Policy>, CallFailure> {
    let call = &lambda::GET_POLICY;
    let request = task.scope.clients.lambda().get_policy().function_name(name).send();
    let answer = task.scope.call_about(arn, call, &[NO_POLICY], request).await?;
    let Some(answer) = answer else { return Ok(None) };
    let text = answer.policy.ok_or_else(|| CallFailure::incomplete(call, "Policy"))?;
    Ok(Some(Policy { text, revision: answer.revision_id }))
}

async fn urls(task: &Task, name: &str, arn: &str) -> Result<Vec<FunctionUrl>, CallFailure> {
    let request = task.scope.clients.lambda().list_function_url_configs().function_name(name);
    let mut pages = request.into_paginator().send();
    let mut urls = Vec::new();
    while let Some(page) = task.scope.page_about(arn, &lambda::LIST_FUNCTION_URL_CONFIGS, &mut pages).await? {
        urls.extend(
            page.function_url_configs
                .into_iter()
                .map(|url| FunctionUrl { function: url.function_arn, auth_type: url.auth_type.as_str().to_owned() }),
        );
    }
    Ok(urls)
}

async fn tags(task: &Task, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let request = task.scope.clients.lambda().list_tags().resource(arn).send();
    let answer = task.scope.call_about(arn, &lambda::LIST_TAGS, &[], request).await?;
    Ok(answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
}
