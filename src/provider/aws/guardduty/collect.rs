//! Reads the detector of one region.

use crate::inventory::CallFailure;
use crate::inventory::aws::guardduty::{self, Detector, GuardDutyRegion};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use aws_sdk_guardduty::operation::get_detector::GetDetectorOutput;
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "guardduty.region",
    kinds: &[GuardDutyRegion::TYPE],
    reach: Reach::Region,
    run: |task| {
        Box::pin(async move {
            region(task).await;
            vec![(GuardDutyRegion::TYPE, Ok(()))] as Outcome
        })
    },
}];

async fn region(task: Task) {
    let detector = task.reading(GuardDutyRegion::TYPE, "detector", || detector(&task.scope)).await;
    let place = task.scope.place(task.scope.region(), None, BTreeMap::new());
    task.scope.emit(GuardDutyRegion::TYPE, place, &GuardDutyRegion { detector }).await;
}

/// A region has at most one detector.
async fn detector(scope: &Scope) -> Result<Option<Detector>, CallFailure> {
    let mut pages = scope.clients.guardduty().list_detectors().into_paginator().send();
    let mut id = None;
    while let Some(page) = scope.page(&guardduty::LIST_DETECTORS, &mut pages).await? {
        id = id.or_else(|| page.detector_ids.unwrap_or_default().into_iter().next());
    }
    let Some(detector_id) = id else { return Ok(None) };
    let request = scope.clients.guardduty().get_detector().detector_id(&detector_id).send();
    let call = &guardduty::GET_DETECTOR;
    let Some(answer) = scope.call_about(&detector_id, call, &[], request).await? else { return Ok(None) };
    let status = answer.status.as_ref().ok_or_else(|| CallFailure::incomplete(call, "Status"))?;
    Ok(Some(Detector {
        detector_id,
        status: status.as_str().to_owned(),
        publishing_frequency: answer.finding_publishing_frequency.as_ref().map(|often| often.as_str().to_owned()),
        features: features(&answer),
    }))
}

fn features(answer: &GetDetectorOutput) -> BTreeMap<String, String> {
    answer
        .features()
        .iter()
        .filter_map(|feature| Some((feature.name()?.as_str().to_owned(), feature.status()?.as_str().to_owned())))
        .collect()
}
