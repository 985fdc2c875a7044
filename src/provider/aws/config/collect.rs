//! Reads the recorders and delivery channels of AWS Config.

use crate::inventory::aws::config::{
    self, ConfigAccount, ConfigRegion, DeliveryChannel, DeliveryStatus, Recorder, RecorderStatus, RegionalRecorder,
};
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use aws_sdk_config::types as sdk;
use futures_util::future;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    Collector {
        name: "config.region",
        kinds: &[ConfigRegion::TYPE],
        reach: Reach::Region,
        run: |task| {
            Box::pin(async move {
                region(task).await;
                vec![(ConfigRegion::TYPE, Ok(()))] as Outcome
            })
        },
    },
    Collector {
        name: "config.account",
        kinds: &[ConfigAccount::TYPE],
        reach: Reach::Account,
        run: |task| {
            Box::pin(async move {
                account(task).await;
                vec![(ConfigAccount::TYPE, Ok(()))] as Outcome
            })
        },
    },
];

type Answer<T> = Arc<Result<Option<T>, CallFailure>>;

async fn region(task: Task) {
    let scope = &task.scope;
    let (recorder, recorder_status, recording, delivery_channel, delivery_status) = future::join5(
        task.reading(ConfigRegion::TYPE, "recorder", || async { (*recorder(scope).await).clone() }),
        task.reading(ConfigRegion::TYPE, "recorder_status", || async { (*recorder_status(scope).await).clone() }),
        task.reading(ConfigRegion::TYPE, "recording", || async {
            let status = (*recorder_status(scope).await).clone()?;
            Ok::<_, CallFailure>(status.map(|status| status.recording))
        }),
        task.reading(ConfigRegion::TYPE, "delivery_channel", || delivery_channel(scope)),
        task.reading(ConfigRegion::TYPE, "delivery_status", || delivery_status(scope)),
    )
    .await;
    let readings = ConfigRegion { recorder, recorder_status, recording, delivery_channel, delivery_status };
    let place = scope.place(scope.region(), None, BTreeMap::new());
    scope.emit(ConfigRegion::TYPE, place, &readings).await;
}

async fn account(task: Task) {
    let recorders = task
        .reading(ConfigAccount::TYPE, "recorders", || async {
            let regions = task.session.regions().iter().map(|region| task.session.scope(region));
            let recorders = regions.map(|scope| async move { Reading::from(regional_recorder(&scope).await) });
            let mut recorders = future::join_all(recorders).await;
            recorders.extend(task.session.unscanned_regions().iter().map(|region| not_scanned(region)));
            Reading::Known(recorders)
        })
        .await;
    let place = task.scope.global_place(task.scope.account(), None, BTreeMap::new());
    task.scope.emit(ConfigAccount::TYPE, place, &ConfigAccount { recorders }).await;
}

/// Our code for a region that the user left out; what it holds may change the verdict on the account.
const REGION_NOT_SCANNED: &str = "RegionNotScanned";

fn not_scanned(region: &str) -> Reading<RegionalRecorder> {
    let call = &config::DESCRIBE_CONFIGURATION_RECORDERS;
    Reading::Unreadable(CallFailure {
        call: call.name.to_owned(),
        code: REGION_NOT_SCANNED.to_owned(),
        message: format!("{region} is not scanned, and may have what is looked for"),
        permission: call.permissions.join(", "),
    })
}

async fn regional_recorder(scope: &Scope) -> Result<RegionalRecorder, CallFailure> {
    let (recorder, status) = future::join(recorder(scope), recorder_status(scope)).await;
    let (recorder, status) = ((*recorder).clone()?, (*status).clone()?);
    Ok(RegionalRecorder {
        region_name: scope.region().to_owned(),
        recording: recorder.is_some() && status.is_some_and(|status| status.recording),
        recorder,
    })
}

/// A region has at most one recorder of the customer's own, which is the one that these calls tell of.
async fn recorder(scope: &Scope) -> Answer<Recorder> {
    let ask = || async {
        let request = scope.clients.config_service().describe_configuration_recorders().send();
        let answer = scope.call(&config::DESCRIBE_CONFIGURATION_RECORDERS, request).await?;
        Ok(answer.configuration_recorders.unwrap_or_default().into_iter().next().map(recorder_record))
    };
    scope.once("config.recorder", ask).await
}

async fn recorder_status(scope: &Scope) -> Answer<RecorderStatus> {
    let ask = || async {
        let request = scope.clients.config_service().describe_configuration_recorder_status().send();
        let answer = scope.call(&config::DESCRIBE_CONFIGURATION_RECORDER_STATUS, request).await?;
        let status = answer.configuration_recorders_status.unwrap_or_default().into_iter().next();
        Ok(status.map(|status| RecorderStatus {
            recording: status.recording,
            last_status: status.last_status.map(|status| status.as_str().to_uppercase()),
            last_error_code: status.last_error_code.filter(|code| !code.is_empty()),
            last_status_changed_at: status
                .last_status_change_time
                .and_then(|moment| Moment::from_unix_seconds(moment.secs())),
        }))
    };
    scope.once("config.recorder_status", ask).await
}

fn recorder_record(recorder: sdk::ConfigurationRecorder) -> Recorder {
    let names = |types: Option<Vec<sdk::ResourceType>>| {
        types.unwrap_or_default().iter().map(|kind| kind.as_str().to_owned()).collect()
    };
    let group = recorder.recording_group;
    let strategy = group.as_ref().and_then(|group| group.recording_strategy.as_ref()?.use_only.as_ref());
    Recorder {
        recorder_name: recorder.name.unwrap_or_default(),
        all_supported: group.as_ref().is_some_and(|group| group.all_supported),
        include_global_types: group.as_ref().is_some_and(|group| group.include_global_resource_types),
        strategy: strategy.map(|strategy| strategy.as_str().to_owned()),
        excluded_types: names(
            group.as_ref().and_then(|group| group.exclusion_by_resource_types.clone()?.resource_types),
        ),
        included_types: names(group.and_then(|group| group.resource_types)),
    }
}

async fn delivery_channel(scope: &Scope) -> Result<Option<DeliveryChannel>, CallFailure> {
    let request = scope.clients.config_service().describe_delivery_channels().send();
    let answer = scope.call(&config::DESCRIBE_DELIVERY_CHANNELS, request).await?;
    let channel = answer.delivery_channels.unwrap_or_default().into_iter().next();
    Ok(channel.map(|channel| DeliveryChannel {
        channel_name: channel.name.unwrap_or_default(),
        s3_bucket: channel.s3_bucket_name,
        s3_kms_key_arn: channel.s3_kms_key_arn,
        sns_topic_arn: channel.sns_topic_arn,
    }))
}

async fn delivery_status(scope: &Scope) -> Result<Option<DeliveryStatus>, CallFailure> {
    let request = scope.clients.config_service().describe_delivery_channel_status().send();
    let answer = scope.call(&config::DESCRIBE_DELIVERY_CHANNEL_STATUS, request).await?;
    let status = answer.delivery_channels_status.unwrap_or_default().into_iter().next();
    let text = |status: sdk::DeliveryStatus| status.as_str().to_uppercase();
    Ok(status.map(|status| DeliveryStatus {
        history: status.config_history_delivery_info.and_then(|info| info.last_status).map(text),
        snapshot: status.config_snapshot_delivery_info.and_then(|info| info.last_status).map(text),
        notification: status.config_stream_delivery_info.and_then(|info| info.last_status).map(text),
    }))
}
