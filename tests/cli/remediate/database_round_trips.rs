//! Repairs of databases and tables once round: IAM authentication, standbys, logs, keys.

use super::round_trips::{CASE, Case, round_trip_tests};
use super::seeds::{CLUSTER, DATABASE};

round_trip_tests! {
    rds_iam_authentication: Case {
        control: "AWS-RDS-011",
        seed: DATABASE,
        resource: INSTANCE_ARN,
        state: INSTANCE_STATE,
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_multi_az: Case {
        control: "AWS-RDS-005",
        seed: DATABASE,
        resource: INSTANCE_ARN,
        state: INSTANCE_STATE,
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_log_exports: Case {
        control: "AWS-RDS-015",
        seed: DATABASE,
        resource: INSTANCE_ARN,
        state: INSTANCE_STATE,
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_cluster_iam_authentication: Case {
        control: "AWS-RDS-012",
        seed: CLUSTER,
        resource: CLUSTER_ARN,
        state: CLUSTER_STATE,
        writes: &["rds:ModifyDBCluster"],
        ..CASE
    };
    rds_cluster_log_exports: Case {
        control: "AWS-RDS-016",
        seed: CLUSTER,
        resource: CLUSTER_ARN,
        state: CLUSTER_STATE,
        writes: &["rds:ModifyDBCluster"],
        ..CASE
    };
    dynamodb_sse_kms: Case {
        control: "AWS-DYNAMODB-003",
        seed: TABLE,
        resource: TABLE_ARN,
        state: "ddb.describe_table(TableName='orders')['Table']",
        plan: &["--param", "AWS-DYNAMODB-003.key=alias/aws/dynamodb"],
        writes: &["dynamodb:UpdateTable"],
        ..CASE
    };
    dynamodb_sse_own_key: Case {
        control: "AWS-DYNAMODB-003",
        seed: TABLE,
        resource: TABLE_ARN,
        state: "ddb.describe_table(TableName='orders')['Table']",
        plan: &["--param", "AWS-DYNAMODB-003.key=alias/tables"],
        writes: &["dynamodb:UpdateTable"],
        ..CASE
    };
}

const INSTANCE_ARN: &str =
    "rds.describe_db_instances(DBInstanceIdentifier='orders')['DBInstances'][0]['DBInstanceArn']";
// What can be restored goes on with the time.
const INSTANCE_STATE: &str = "{k: v for k, v in rds.describe_db_instances(DBInstanceIdentifier='orders')['DBInstances'][0].items() if k != 'LatestRestorableTime'}";
const CLUSTER_ARN: &str = "rds.describe_db_clusters(DBClusterIdentifier='catalog')['DBClusters'][0]['DBClusterArn']";
const CLUSTER_STATE: &str = "{k: v for k, v in rds.describe_db_clusters(DBClusterIdentifier='catalog')['DBClusters'][0].items() if k not in ('EarliestRestorableTime', 'LatestRestorableTime')}";
const TABLE_ARN: &str = "'arn:aws:dynamodb:us-east-1:123456789012:table/orders'";

const TABLE: &str = "
boto3.client('dynamodb').create_table(TableName='orders', BillingMode='PAY_PER_REQUEST',
  KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}], AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}])
kms = boto3.client('kms')
kms.create_alias(AliasName='alias/tables', TargetKeyId=kms.create_key()['KeyMetadata']['KeyId'])
";
