//! The write calls of GuardDuty.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_guardduty::types::{DetectorFeature, DetectorFeatureConfiguration, FeatureStatus};
use serde_json::Map;

write_calls! {
    "guardduty:CreateDetector" => create_detector,
    "guardduty:UpdateDetector" => update_detector,
    "guardduty:DeleteDetector" => delete_detector,
}

async fn create_detector(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.guardduty().create_detector().enable(given.switch("Enable")?);
    given.answered(request.client_token(given.text("ClientToken")?).send().await, |answer| {
        let id = answer.detector_id().map(|id| ("DetectorId".to_owned(), id.into()));
        Map::from_iter(id)
    })
}

async fn update_detector(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut request = scope
        .clients
        .guardduty()
        .update_detector()
        .detector_id(given.text("DetectorId")?)
        .set_enable(given.given_switch("Enable"));
    for feature in given.objects("Features") {
        let feature = DetectorFeatureConfiguration::builder()
            .name(DetectorFeature::from(feature.text("Name")?))
            .status(FeatureStatus::from(feature.text("Status")?))
            .build();
        request = request.features(feature);
    }
    given.done(request.send().await)
}

async fn delete_detector(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.guardduty().delete_detector().detector_id(given.text("DetectorId")?).send().await)
}
