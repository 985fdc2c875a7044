//! The write calls of AWS Config.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_config::types::{ConfigurationRecorder, DeliveryChannel, RecordingGroup};

write_calls! {
    "config:PutConfigurationRecorder" => put_configuration_recorder,
    "config:PutDeliveryChannel" => put_delivery_channel,
    "config:StartConfigurationRecorder" => start_configuration_recorder,
    "config:StopConfigurationRecorder" => stop_configuration_recorder,
    "config:DeleteDeliveryChannel" => delete_delivery_channel,
    "config:DeleteConfigurationRecorder" => delete_configuration_recorder,
}

async fn put_configuration_recorder(scope: &Scope, given: Parameters<'_>) -> Written {
    let recorder = given.object("ConfigurationRecorder")?;
    let group = recorder.object("recordingGroup")?;
    let group = RecordingGroup::builder()
        .all_supported(group.switch("allSupported")?)
        .include_global_resource_types(group.switch("includeGlobalResourceTypes")?)
        .build();
    let recorder = ConfigurationRecorder::builder()
        .name(recorder.text("name")?)
        .role_arn(recorder.text("roleARN")?)
        .recording_group(group)
        .build();
    let request = scope.clients.config_service().put_configuration_recorder().configuration_recorder(recorder);
    given.done(request.send().await)
}

async fn put_delivery_channel(scope: &Scope, given: Parameters<'_>) -> Written {
    let channel = given.object("DeliveryChannel")?;
    let channel =
        DeliveryChannel::builder().name(channel.text("name")?).s3_bucket_name(channel.text("s3BucketName")?).build();
    given.done(scope.clients.config_service().put_delivery_channel().delivery_channel(channel).send().await)
}

async fn start_configuration_recorder(scope: &Scope, given: Parameters<'_>) -> Written {
    let name = given.text("ConfigurationRecorderName")?;
    let request = scope.clients.config_service().start_configuration_recorder().configuration_recorder_name(name);
    given.done(request.send().await)
}

async fn stop_configuration_recorder(scope: &Scope, given: Parameters<'_>) -> Written {
    let name = given.text("ConfigurationRecorderName")?;
    let request = scope.clients.config_service().stop_configuration_recorder().configuration_recorder_name(name);
    given.done(request.send().await)
}

async fn delete_delivery_channel(scope: &Scope, given: Parameters<'_>) -> Written {
    let name = given.text("DeliveryChannelName")?;
    given.done(scope.clients.config_service().delete_delivery_channel().delivery_channel_name(name).send().await)
}

async fn delete_configuration_recorder(scope: &Scope, given: Parameters<'_>) -> Written {
    let name = given.text("ConfigurationRecorderName")?;
    let request = scope.clients.config_service().delete_configuration_recorder().configuration_recorder_name(name);
    given.done(request.send().await)
}
