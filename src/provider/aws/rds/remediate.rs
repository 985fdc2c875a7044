//! The write calls of RDS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_rds::types::CloudwatchLogsExportConfiguration;

write_calls! {
    "rds:ModifyDBInstance" => modify_db_instance,
    "rds:ModifyDBCluster" => modify_db_cluster,
    "rds:ModifyDBSnapshotAttribute" => modify_db_snapshot_attribute,
    "rds:ModifyDBClusterSnapshotAttribute" => modify_db_cluster_snapshot_attribute,
}

async fn modify_db_instance(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_instance()
        .db_instance_identifier(given.text("DBInstanceIdentifier")?)
        .apply_immediately(given.switch("ApplyImmediately")?)
        .set_deletion_protection(given.given_switch("DeletionProtection"))
        .set_multi_az(given.given_switch("MultiAZ"))
        .set_publicly_accessible(given.given_switch("PubliclyAccessible"))
        .set_auto_minor_version_upgrade(given.given_switch("AutoMinorVersionUpgrade"))
        .set_copy_tags_to_snapshot(given.given_switch("CopyTagsToSnapshot"))
        .set_enable_iam_database_authentication(given.given_switch("EnableIAMDatabaseAuthentication"))
        .set_cloudwatch_logs_export_configuration(log_exports(given))
        .set_backup_retention_period(given.given_number("BackupRetentionPeriod"));
    given.done(request.send().await)
}

async fn modify_db_cluster(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_cluster()
        .db_cluster_identifier(given.text("DBClusterIdentifier")?)
        .apply_immediately(given.switch("ApplyImmediately")?)
        .set_deletion_protection(given.given_switch("DeletionProtection"))
        .set_copy_tags_to_snapshot(given.given_switch("CopyTagsToSnapshot"))
        .set_enable_iam_database_authentication(given.given_switch("EnableIAMDatabaseAuthentication"))
        .set_cloudwatch_logs_export_configuration(log_exports(given))
        .set_backup_retention_period(given.given_number("BackupRetentionPeriod"));
    given.done(request.send().await)
}

fn log_exports(given: Parameters<'_>) -> Option<CloudwatchLogsExportConfiguration> {
    let logs = given.object("CloudwatchLogsExportConfiguration").ok()?;
    let configuration = CloudwatchLogsExportConfiguration::builder()
        .set_enable_log_types(logs.given_texts("EnableLogTypes"))
        .set_disable_log_types(logs.given_texts("DisableLogTypes"));
    Some(configuration.build())
}

async fn modify_db_snapshot_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_snapshot_attribute()
        .db_snapshot_identifier(given.text("DBSnapshotIdentifier")?)
        .attribute_name(given.text("AttributeName")?)
        .set_values_to_add(given.given_texts("ValuesToAdd"))
        .set_values_to_remove(given.given_texts("ValuesToRemove"));
    given.done(request.send().await)
}

async fn modify_db_cluster_snapshot_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_cluster_snapshot_attribute()
        .db_cluster_snapshot_identifier(given.text("DBClusterSnapshotIdentifier")?)
        .attribute_name(given.text("AttributeName")?)
        .set_values_to_add(given.given_texts("ValuesToAdd"))
        .set_values_to_remove(given.given_texts("ValuesToRemove"));
    given.done(request.send().await)
}
