//! Reads the documents that this account has in one region.

use crate::inventory::aws::ssm::{self, ALL, Document};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_ssm::types::{DocumentIdentifier, DocumentKeyValuesFilter, DocumentPermissionType};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "ssm.documents",
    kinds: &[Document::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Document::TYPE, documents(&task).await)] }),
}];

/// Documents read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;
/// The documents of one page, the most that Systems Manager gives.
const PAGE: i32 = 50;

async fn documents(task: &Task) -> Result<(), CallFailure> {
    let own = DocumentKeyValuesFilter::builder().key("Owner").values("Self").build();
    let mut pages = task.scope.clients.ssm().list_documents().filters(own).into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&ssm::LIST_DOCUMENTS, &mut pages).await? {
        stream::iter(page.document_identifiers.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |document| read(task, document))
            .await;
    }
    Ok(())
}

async fn read(task: &Task, document: DocumentIdentifier) {
    let Some(name) = document.name else { return };
    let scope = &task.scope;
    let arn = format!("arn:{}:ssm:{}:{}:document/{name}", scope.partition(), scope.region(), scope.account());
    if !scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Document::TYPE, field);
    let sharing =
        if wants("shared_with") || wants("shared_versions") { Some(sharing(task, &name, &arn).await) } else { None };
    let readings = Document {
        kind: document.document_type.map(|kind| kind.as_str().to_owned()),
        shared_with: match &sharing {
            Some(sharing) if wants("shared_with") => {
                sharing.as_ref().map(|sharing| sharing.accounts.clone()).map_err(Clone::clone).into()
            }
            _ => Reading::NotCollected,
        },
        shared_versions: match sharing {
            Some(sharing) if wants("shared_versions") => sharing.map(|sharing| sharing.versions).into(),
            _ => Reading::NotCollected,
        },
    };
    let tags = document.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
    scope.emit(Document::TYPE, scope.place(arn, Some(name), tags), &readings).await;
}

/// Whom a document is shared with.
#[derive(Default)]
struct Sharing {
    accounts: Vec<String>,
    versions: BTreeMap<String, String>,
}

async fn sharing(task: &Task, name: &str, arn: &str) -> Result<Sharing, CallFailure> {
    let mut sharing = Sharing::default();
    let mut next = None;
    loop {
        let request = task.scope.clients.ssm().describe_document_permission().name(name);
        let request = request.permission_type(DocumentPermissionType::Share).set_next_token(next);
        let answer = task.scope.call_about(arn, &ssm::DESCRIBE_DOCUMENT_PERMISSION, &[], request.send()).await?;
        let Some(answer) = answer else { return Ok(sharing) };
        // It is written `all` and `All`, in answers as in requests.
        let spelled = |id: String| if id.eq_ignore_ascii_case(ALL) { ALL.to_owned() } else { id };
        let versions = answer.account_sharing_info_list.unwrap_or_default().into_iter();
        sharing
            .versions
            .extend(versions.filter_map(|one| Some((spelled(one.account_id?), one.shared_document_version?))));
        sharing.accounts.extend(answer.account_ids.unwrap_or_default().into_iter().map(spelled));
        next = answer.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(sharing);
        }
    }
}
