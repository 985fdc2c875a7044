//! The attributes of one load balancer. Which ones it has depends on its kind.

use crate::inventory::aws::elbv2::{self, LoadBalancer};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use std::collections::HashMap;

const CALL: &crate::inventory::ApiCall = &elbv2::DESCRIBE_LOAD_BALANCER_ATTRIBUTES;
const FIELDS: [&str; 4] = ["deletion_protection", "drops_invalid_headers", "access_logs", "access_log_bucket"];

/// The answer about one load balancer, if any field needed it.
pub(super) struct Attributes<'a> {
    task: &'a Task,
    kind: Option<&'a str>,
    answer: Option<Result<HashMap<String, String>, CallFailure>>,
}

impl<'a> Attributes<'a> {
    /// Asks for them if a wanted field needs them.
    pub(super) async fn read(task: &'a Task, arn: &str, kind: Option<&'a str>) -> Self {
        let wanted = FIELDS.iter().any(|field| task.wants(LoadBalancer::TYPE, field));
        let answer = if wanted { Some(ask(task, arn).await) } else { None };
        Self { task, kind, answer }
    }

    pub(super) fn deletion_protection(&self) -> Reading<bool> {
        self.switch("deletion_protection", "deletion_protection.enabled", true)
    }

    pub(super) fn drops_invalid_headers(&self) -> Reading<bool> {
        let application = self.kind == Some("application");
        self.switch("drops_invalid_headers", "routing.http.drop_invalid_header_fields.enabled", application)
    }

    pub(super) fn access_logs(&self) -> Reading<bool> {
        self.switch("access_logs", "access_logs.s3.enabled", self.kind != Some("gateway"))
    }

    pub(super) fn access_log_bucket(&self) -> Reading<String> {
        self.reading("access_log_bucket", |attributes| {
            Ok(attributes.get("access_logs.s3.bucket").filter(|bucket| !bucket.is_empty()).cloned())
        })
    }

    /// An attribute that is `true` or `false`; load balancers of this kind always or never have it.
    fn switch(&self, field: &str, attribute: &str, always: bool) -> Reading<bool> {
        self.reading(field, |attributes| match attributes.get(attribute) {
            Some(value) => Ok(Some(value == "true")),
            None if always => Err(CallFailure::incomplete(CALL, attribute)),
            None => Ok(None),
        })
    }

    fn reading<T>(
        &self,
        field: &str,
        pick: impl FnOnce(&HashMap<String, String>) -> Result<Option<T>, CallFailure>,
    ) -> Reading<T> {
        match &self.answer {
            Some(answer) if self.task.wants(LoadBalancer::TYPE, field) => {
                answer.as_ref().map_err(Clone::clone).and_then(pick).into()
            }
            _ => Reading::NotCollected,
        }
    }
}

async fn ask(task: &Task, arn: &str) -> Result<HashMap<String, String>, CallFailure> {
    let request = task.scope.clients.elbv2().describe_load_balancer_attributes().load_balancer_arn(arn).send();
    let answer = task.scope.call_about(arn, CALL, &[], request).await?;
    let attributes = answer.and_then(|answer| answer.attributes);
    let attributes = attributes.ok_or_else(|| CallFailure::incomplete(CALL, "Attributes"))?;
    Ok(attributes.into_iter().filter_map(|attribute| Some((attribute.key?, attribute.value?))).collect())
}
