//! Reads the analyzers of one region.

use crate::inventory::CallFailure;
use crate::inventory::aws::accessanalyzer::{self, AccessAnalyzerRegion, Analyzer};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "accessanalyzer.region",
    kinds: &[AccessAnalyzerRegion::TYPE],
    reach: Reach::Region,
    run: |task| {
        Box::pin(async move {
            region(task).await;
            vec![(AccessAnalyzerRegion::TYPE, Ok(()))] as Outcome
        })
    },
}];

async fn region(task: Task) {
    let analyzers = task.reading(AccessAnalyzerRegion::TYPE, "analyzers", || analyzers(&task.scope)).await;
    let place = task.scope.place(task.scope.region(), None, BTreeMap::new());
    task.scope.emit(AccessAnalyzerRegion::TYPE, place, &AccessAnalyzerRegion { analyzers }).await;
}

async fn analyzers(scope: &Scope) -> Result<Vec<Analyzer>, CallFailure> {
    let mut analyzers = Vec::new();
    let mut pages = scope.clients.accessanalyzer().list_analyzers().into_paginator().send();
    while let Some(page) = scope.page(&accessanalyzer::LIST_ANALYZERS, &mut pages).await? {
        analyzers.extend(page.analyzers.into_iter().map(|analyzer| Analyzer {
            arn: analyzer.arn,
            kind: analyzer.r#type.as_str().to_owned(),
            status: analyzer.status.as_str().to_owned(),
        }));
    }
    Ok(analyzers)
}
