//! Each operation once round: FAIL, plan, approve, apply, PASS, rollback, the same state as before, FAIL.

use super::seeds::{CLUSTER, CLUSTER_SNAPSHOT, DATABASE, DATABASE_SNAPSHOT};
use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::Value;
use std::collections::BTreeSet;

/// One operation.
pub struct Case {
    /// The control that fails.
    pub control: &'static str,
    /// Python that makes what fails.
    pub seed: &'static str,
    /// A Python expression: the resource's id.
    pub resource: &'static str,
    /// A Python expression: the state that a rollback must bring back.
    pub state: &'static str,
    /// Further arguments of the scans and of the plan: parameters.
    pub plan: &'static [&'static str],
    /// The write calls of the apply.
    pub writes: &'static [&'static str],
    /// What the rollback leaves, if that is not the state before.
    pub restored: Option<fn(&Value) -> Value>,
    /// The rollback takes an approval of its own.
    pub approved_rollback: bool,
    /// It stands in the way of another case in one account.
    pub alone: bool,
}

/// What most cases do without.
pub const CASE: Case = Case {
    control: "",
    seed: "",
    resource: "",
    state: "",
    plan: &[],
    writes: &[],
    restored: None,
    approved_rollback: false,
    alone: false,
};

/// One operation once round.
pub fn round_trip(case: &Case) {
    let emulator = Emulator::start();
    emulator.python(&format!("import boto3, json\n{}", case.seed));
    let repair = Repair::of(&emulator);
    let resource = repair.state(case.resource).as_str().unwrap().to_owned();
    let before = repair.state(case.state);
    let verdict = |verdicts: std::collections::BTreeMap<String, String>| {
        let found = verdicts.iter().find(|(place, _)| place.ends_with(&format!(" {resource}")));
        found.map_or_else(|| format!("nothing of {resource} in {verdicts:?}"), |(_, verdict)| verdict.clone())
    };
    assert_eq!(verdict(repair.scan_with(case.control, case.plan)), "FAIL");

    emulator.clear_calls();
    let id = finding(&repair, case.control, &resource);
    let mut args = vec![id.as_str()];
    args.extend(case.plan);
    let plan = repair.plan(&args).expect_code(0).json();
    assert_eq!(repair.writes(), Vec::<String>::new(), "planning writes nothing");
    assert_eq!(plan["actions"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["actions"][0]["resource"], resource.as_str());

    repair.approve();
    emulator.clear_calls();
    let run = repair.apply(&[]).expect_code(0).json();
    assert_eq!(run["state"], "complete", "{run}");
    assert_eq!(repair.writes(), case.writes, "each call once");
    assert_permitted(&emulator, &plan);
    assert_ne!(repair.state(case.state), before, "something changed");
    assert_eq!(repair.status(case.control, &resource), "FIXED");
    assert_eq!(verdict(repair.scan_with(case.control, case.plan)), "PASS");
    assert_eq!(repair.status(case.control, &resource), "FIXED", "the next scan confirms it");

    if case.approved_rollback {
        repair.rollback(&[]).expect_code(4);
        let approve = ["remediate", "approve", "--rollback", "latest", "--key", "Ann"];
        repair.ciacm.args(approve).run().expect_code(0);
    }
    emulator.clear_calls();
    let undone = repair.rollback(&[]).expect_code(0).json();
    assert_eq!(undone["state"], "rolled-back", "{undone}");
    assert_permitted(&emulator, &plan);
    let restored = case.restored.map_or_else(|| before.clone(), |restored| restored(&before));
    assert_eq!(repair.state(case.state), restored);
    assert_eq!(repair.status(case.control, &resource), "OPEN");
    assert_eq!(verdict(repair.scan_with(case.control, case.plan)), "FAIL");
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}

/// Asserts that the plan names the permission of every call that was made.
#[track_caller]
fn assert_permitted(emulator: &Emulator, plan: &Value) {
    let named: BTreeSet<&str> = plan["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let made: BTreeSet<String> = emulator.call_names().iter().map(|call| permission(call)).collect();
    let unnamed: Vec<_> = made.iter().filter(|one| !named.contains(one.as_str())).collect();
    assert!(unnamed.is_empty(), "{unnamed:?} are not among {named:?}");
}

/// The permission that IAM asks for a call, from the Service Authorization Reference.
fn permission(call: &str) -> String {
    let (service, operation) = call.split_once(':').unwrap();
    let service = match service {
        "accessanalyzer" => "access-analyzer",
        "efs" => "elasticfilesystem",
        "elbv2" => "elasticloadbalancing",
        "s3control" => "s3",
        same => same,
    };
    let operation = match (call, operation) {
        ("s3:ListBuckets", _) => "ListAllMyBuckets",
        ("s3:GetPublicAccessBlock", _) => "GetBucketPublicAccessBlock",
        ("s3:PutPublicAccessBlock" | "s3:DeletePublicAccessBlock", _) => "PutBucketPublicAccessBlock",
        ("s3control:GetPublicAccessBlock", _) => "GetAccountPublicAccessBlock",
        ("s3control:PutPublicAccessBlock" | "s3control:DeletePublicAccessBlock", _) => "PutAccountPublicAccessBlock",
        ("s3:GetBucketEncryption", _) => "GetEncryptionConfiguration",
        ("s3:PutBucketEncryption" | "s3:DeleteBucketEncryption", _) => "PutEncryptionConfiguration",
        ("s3:GetBucketLifecycleConfiguration", _) => "GetLifecycleConfiguration",
        ("s3:PutBucketLifecycleConfiguration" | "s3:DeleteBucketLifecycle", _) => "PutLifecycleConfiguration",
        ("s3:DeleteBucketOwnershipControls", _) => "PutBucketOwnershipControls",
        (_, same) => same,
    };
    format!("{service}:{operation}")
}

/// The id of a finding.
fn finding(repair: &Repair<'_>, control: &str, resource: &str) -> String {
    let all = repair.ciacm.args(["findings", "list", "--format", "json", "--control", control]).run().json();
    let found = all.as_array().unwrap().iter().find(|one| one["resource"] == resource).cloned();
    found.unwrap_or_else(|| panic!("no finding of {control} on {resource}: {all}"))["id"].as_str().unwrap().to_owned()
}

/// A test for each case; `pub CASES;` before them makes them known to tests that take several at once.
macro_rules! round_trip_tests {
    (pub CASES; $($name:ident: $case:expr;)+) => {
        /// The cases of this module.
        pub const CASES: &[crate::remediate::round_trips::Case] = &[$($case),+];

        crate::remediate::round_trips::round_trip_tests! { $($name: $case;)+ }
    };
    ($($name:ident: $case:expr;)+) => {
        $(#[test]
        fn $name() {
            crate::remediate::round_trips::round_trip(&$case);
        })+
    };
}
pub(super) use round_trip_tests;

const POLICY: &str = r#"
s3 = boto3.client("s3")
s3.create_bucket(Bucket="acme-web")
s3.put_bucket_policy(Bucket="acme-web", Policy='''{ "Version": "2012-10-17",
  "Statement": [ {"Sid":"tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-web","arn:aws:s3:::acme-web/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
    {"Sid":"public",  "Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-web/*"},
    {"Sid":"partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-web/*"} ] }''')
"#;

round_trip_tests! {
    pub CASES;
    s3_bucket_public_access_block: Case {
        control: "AWS-S3-001",
        seed: "boto3.client('s3').create_bucket(Bucket='acme-open')",
        resource: "'acme-open'",
        state: "absent(s3.get_public_access_block, Bucket='acme-open')",
        writes: &["s3:PutPublicAccessBlock"],
        ..CASE
    };
    s3_account_public_access_block: Case {
        control: "AWS-S3-002",
        seed: "",
        resource: "'123456789012'",
        state: "account_block()",
        writes: &["s3control:PutPublicAccessBlock"],
        ..CASE
    };
    s3_bucket_versioning: Case {
        control: "AWS-S3-008",
        seed: "boto3.client('s3').create_bucket(Bucket='acme-data')",
        resource: "'acme-data'",
        state: "s3.get_bucket_versioning(Bucket='acme-data').get('Status')",
        writes: &["s3:PutBucketVersioning"],
        restored: Some(|_| Value::from("Suspended")),
        ..CASE
    };
    s3_bucket_policy_remove_public_statement: Case {
        control: "AWS-S3-005",
        seed: POLICY,
        resource: "'acme-web'",
        state: "s3.get_bucket_policy(Bucket='acme-web')['Policy']",
        writes: &["s3:PutBucketPolicy"],
        ..CASE
    };
    s3_bucket_deny_insecure_transport: Case {
        control: "AWS-S3-003",
        seed: "boto3.client('s3').create_bucket(Bucket='acme-plain')",
        resource: "'acme-plain'",
        state: "absent(s3.get_bucket_policy, Bucket='acme-plain')",
        writes: &["s3:PutBucketPolicy"],
        ..CASE
    };
    ec2_sg_revoke_open_admin_ingress: Case {
        control: "AWS-EC2-001",
        seed: "
ec2 = boto3.client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.9.0.0/16')['Vpc']['VpcId']
group = ec2.create_security_group(GroupName='admin', Description='d', VpcId=vpc)['GroupId']
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22,
  'IpRanges': [{'CidrIp': '10.0.0.0/8', 'Description': 'office'}, {'CidrIp': '0.0.0.0/0', 'Description': 'oops'}],
  'Ipv6Ranges': [{'CidrIpv6': '::/0'}]}])
",
        resource: "ec2.describe_security_groups(Filters=[{'Name':'group-name','Values':['admin']}])['SecurityGroups'][0]['GroupId']",
        state: "rules_of(ec2.describe_security_groups(Filters=[{'Name':'group-name','Values':['admin']}])['SecurityGroups'][0]['GroupId'])",
        writes: &["ec2:RevokeSecurityGroupIngress"],
        ..CASE
    };
    ec2_ebs_encryption_by_default: Case {
        control: "AWS-EC2-014",
        seed: "",
        resource: "'us-east-1'",
        state: "ec2.get_ebs_encryption_by_default()['EbsEncryptionByDefault']",
        writes: &["ec2:EnableEbsEncryptionByDefault"],
        ..CASE
    };
    ec2_default_sg_strip_rules: Case {
        control: "AWS-EC2-007",
        seed: "
ec2 = boto3.client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.8.0.0/16', TagSpecifications=[{'ResourceType': 'vpc', 'Tags': [{'Key': 'Name', 'Value': 'bare'}]}])['Vpc']['VpcId']
group = ec2.describe_security_groups(Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['SecurityGroups'][0]['GroupId']
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{'IpProtocol': '-1', 'UserIdGroupPairs': [{'GroupId': group}]}])
",
        resource: "(lambda VPC: ec2.describe_security_groups(Filters=[{'Name':'vpc-id','Values':[VPC]}])['SecurityGroups'][0]['GroupId'])(ec2.describe_vpcs(Filters=[{'Name':'tag:Name','Values':['bare']}])['Vpcs'][0]['VpcId'])",
        state: "(lambda VPC: rules_of(ec2.describe_security_groups(Filters=[{'Name':'vpc-id','Values':[VPC]}])['SecurityGroups'][0]['GroupId']))(ec2.describe_vpcs(Filters=[{'Name':'tag:Name','Values':['bare']}])['Vpcs'][0]['VpcId'])",
        writes: &["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
        ..CASE
    };
    iam_account_password_policy: Case {
        control: "AWS-IAM-007",
        seed: "boto3.client('iam').update_account_password_policy(MinimumPasswordLength=9, RequireSymbols=True, MaxPasswordAge=90)",
        resource: "'123456789012'",
        state: "iam.get_account_password_policy()['PasswordPolicy']",
        writes: &["iam:UpdateAccountPasswordPolicy"],
        ..CASE
    };
    iam_access_key_deactivate: Case {
        control: "AWS-IAM-004",
        seed: "
import urllib.request, os
iam = boto3.client('iam')
iam.create_user(UserName='bot')
old = iam.create_access_key(UserName='bot')['AccessKey']['AccessKeyId']
iam.create_access_key(UserName='bot')
patch = json.dumps({'op': 'access_key', 'id': old, 'created_days': 400, 'last_used_days': 60}).encode()
urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/_lab/patch', data=patch, method='POST'))
",
        resource: "iam.get_user(UserName='bot')['User']['Arn']",
        state: "sorted((k['AccessKeyId'], k['Status']) for k in iam.list_access_keys(UserName='bot')['AccessKeyMetadata'])",
        writes: &["iam:UpdateAccessKey"],
        ..CASE
    };
    kms_key_rotation: Case {
        control: "AWS-KMS-001",
        seed: "boto3.client('kms').create_key(Description='orders')",
        resource: "kms.list_keys()['Keys'][0]['KeyArn']",
        state: "kms.get_key_rotation_status(KeyId=kms.list_keys()['Keys'][0]['KeyId'])['KeyRotationEnabled']",
        writes: &["kms:EnableKeyRotation"],
        ..CASE
    };
    cloudtrail_log_file_validation: Case {
        control: "AWS-CLOUDTRAIL-002",
        seed: TRAIL,
        resource: "ct.get_trail(Name='main')['Trail']['TrailARN']",
        state: "[ct.get_trail(Name='main')['Trail'], ct.get_trail_status(Name='main')['IsLogging']]",
        writes: &["cloudtrail:UpdateTrail"],
        ..CASE
    };
    cloudtrail_start_logging: Case {
        control: "AWS-CLOUDTRAIL-007",
        seed: TRAIL,
        resource: "ct.get_trail(Name='main')['Trail']['TrailARN']",
        state: "ct.get_trail_status(Name='main')['IsLogging']",
        writes: &["cloudtrail:StartLogging"],
        approved_rollback: true,
        ..CASE
    };
    rds_deletion_protection: Case {
        control: "AWS-RDS-009",
        seed: DATABASE,
        resource: "rds.describe_db_instances()['DBInstances'][0]['DBInstanceArn']",
        state: "{k: v for k, v in rds.describe_db_instances()['DBInstances'][0].items() if k != 'LatestRestorableTime'}",
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_instance_not_public: Case {
        control: "AWS-RDS-004",
        seed: DATABASE,
        resource: "rds.describe_db_instances()['DBInstances'][0]['DBInstanceArn']",
        state: "{k: v for k, v in rds.describe_db_instances()['DBInstances'][0].items() if k != 'LatestRestorableTime'}",
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    vpc_flow_logs_create: Case {
        control: "AWS-EC2-011",
        seed: "
boto3.client('s3').create_bucket(Bucket='flow-logs')
boto3.client('ec2').create_vpc(CidrBlock='10.7.0.0/16', TagSpecifications=[{'ResourceType': 'vpc', 'Tags': [{'Key': 'Name', 'Value': 'dark'}]}])
",
        resource: "ec2.describe_vpcs(Filters=[{'Name':'tag:Name','Values':['dark']}])['Vpcs'][0]['VpcId']",
        state: "ec2.describe_flow_logs()['FlowLogs']",
        plan: &["--param", "AWS-EC2-011.destination=arn:aws:s3:::flow-logs"],
        writes: &["ec2:CreateFlowLogs"],
        approved_rollback: true,
        ..CASE
    };
    sns_policy_remove_public: Case {
        control: "AWS-SNS-001",
        seed: r#"
sns = boto3.client('sns')
arn = sns.create_topic(Name='news')['TopicArn']
sns.set_topic_attributes(TopicArn=arn, AttributeName='Policy', AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [
  {"Sid": "owner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "SNS:Publish", "Resource": arn},
  {"Sid": "all", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": arn},
  {"Sid": "partner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "SNS:Subscribe", "Resource": arn}]}))
"#,
        resource: "sns.list_topics()['Topics'][0]['TopicArn']",
        state: "sns.get_topic_attributes(TopicArn=sns.list_topics()['Topics'][0]['TopicArn'])['Attributes']['Policy']",
        writes: &["sns:SetTopicAttributes"],
        ..CASE
    };
    s3_bucket_access_logging: Case {
        control: "AWS-S3-009",
        seed: r#"
s3 = boto3.client("s3")
s3.create_bucket(Bucket="acme-read-by-whom")
s3.create_bucket(Bucket="acme-logs-us-east-1")
s3.put_bucket_policy(Bucket="acme-logs-us-east-1", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-logs-us-east-1/*"}]}))
"#,
        resource: "'acme-read-by-whom'",
        state: "absent(s3.get_bucket_logging, Bucket='acme-read-by-whom')",
        plan: &["--param", "AWS-S3-009.log_bucket=acme-logs-{region}"],
        writes: &["s3:PutBucketLogging"],
        approved_rollback: true,
        ..CASE
    };
    ec2_instance_imdsv2: Case {
        control: "AWS-EC2-024",
        seed: "
import datetime
instance = boto3.client('ec2').run_instances(ImageId='ami-0acme0acme0acme01', MinCount=1, MaxCount=1,
  TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': 'old'}]}])['Instances'][0]['InstanceId']
boto3.client('cloudwatch').put_metric_data(Namespace='AWS/EC2', MetricData=[{'MetricName': 'MetadataNoToken', 'Value': 0,
  'Dimensions': [{'Name': 'InstanceId', 'Value': instance}], 'Timestamp': datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)}])
",
        resource: "machine('old')['InstanceId']",
        state: "machine('old')['MetadataOptions']",
        writes: &["ec2:ModifyInstanceMetadataOptions"],
        ..CASE
    };
    ec2_snapshot_unshare_public: Case {
        control: "AWS-EC2-020",
        seed: "
ec2 = boto3.client('ec2')
volume = ec2.create_volume(AvailabilityZone='us-east-1a', Size=1)['VolumeId']
snapshot = ec2.create_snapshot(VolumeId=volume, Description='shared with all')['SnapshotId']
ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute='createVolumePermission', OperationType='add', GroupNames=['all'])
ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute='createVolumePermission', OperationType='add', UserIds=['210987654321'])
",
        resource: "ec2.describe_snapshots(Filters=[{'Name': 'description', 'Values': ['shared with all']}])['Snapshots'][0]['SnapshotId']",
        state: "permissions(ec2.describe_snapshot_attribute(Attribute='createVolumePermission', SnapshotId=ec2.describe_snapshots(Filters=[{'Name': 'description', 'Values': ['shared with all']}])['Snapshots'][0]['SnapshotId'])['CreateVolumePermissions'])",
        writes: &["ec2:ModifySnapshotAttribute"],
        ..CASE
    };
    ec2_ami_unshare_public: Case {
        control: "AWS-EC2-022",
        seed: "
ec2 = boto3.client('ec2')
base = ec2.run_instances(ImageId='ami-0acme0acme0acme01', MinCount=1, MaxCount=1)['Instances'][0]['InstanceId']
image = ec2.create_image(InstanceId=base, Name='golden')['ImageId']
ec2.modify_image_attribute(ImageId=image, LaunchPermission={'Add': [{'Group': 'all'}, {'UserId': '210987654321'}]})
",
        resource: "ec2.describe_images(Owners=['self'], Filters=[{'Name': 'name', 'Values': ['golden']}])['Images'][0]['ImageId']",
        state: "permissions(ec2.describe_image_attribute(Attribute='launchPermission', ImageId=ec2.describe_images(Owners=['self'], Filters=[{'Name': 'name', 'Values': ['golden']}])['Images'][0]['ImageId'])['LaunchPermissions'])",
        writes: &["ec2:ModifyImageAttribute"],
        ..CASE
    };
    ec2_subnet_no_auto_public_ip: Case {
        control: "AWS-EC2-027",
        seed: "
ec2 = boto3.client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.6.0.0/16')['Vpc']['VpcId']
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.6.1.0/24')['Subnet']['SubnetId']
ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={'Value': True})
",
        resource: "ec2.describe_subnets(Filters=[{'Name': 'cidr-block', 'Values': ['10.6.1.0/24']}])['Subnets'][0]['SubnetId']",
        state: "ec2.describe_subnets(Filters=[{'Name': 'cidr-block', 'Values': ['10.6.1.0/24']}])['Subnets'][0]",
        writes: &["ec2:ModifySubnetAttribute"],
        ..CASE
    };
    account_security_contact: Case {
        control: "AWS-ACCOUNT-002",
        seed: "",
        resource: "'123456789012'",
        state: "absent(account.get_alternate_contact, AlternateContactType='SECURITY')",
        plan: &[
            "--param", "AWS-ACCOUNT-002.contact_name=Security team",
            "--param", "AWS-ACCOUNT-002.contact_title=Security",
            "--param", "AWS-ACCOUNT-002.contact_email=security@example.com",
            "--param", "AWS-ACCOUNT-002.contact_phone=+49 30 1234567",
        ],
        writes: &["account:PutAlternateContact"],
        ..CASE
    };
    kms_cancel_key_deletion: Case {
        control: "AWS-KMS-003",
        // Sorts after the seed of the key that rotates, so that this key is the second one where all seeds are used.
        seed: "kms = boto3.client('kms')
key = kms.create_key(Description='archive')['KeyMetadata']['KeyId']
kms.create_alias(AliasName='alias/archive', TargetKeyId=key)
kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=12)
",
        resource: "kms.describe_key(KeyId='alias/archive')['KeyMetadata']['Arn']",
        state: "[kms.describe_key(KeyId='alias/archive')['KeyMetadata'].get(k) for k in ('KeyState', 'Enabled')]",
        writes: &["kms:CancelKeyDeletion"],
        approved_rollback: true,
        ..CASE
    };
    rds_auto_minor_upgrade: Case {
        control: "AWS-RDS-003",
        seed: DATABASE,
        resource: "rds.describe_db_instances()['DBInstances'][0]['DBInstanceArn']",
        state: "{k: v for k, v in rds.describe_db_instances()['DBInstances'][0].items() if k != 'LatestRestorableTime'}",
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_copy_tags_to_snapshot: Case {
        control: "AWS-RDS-013",
        seed: DATABASE,
        resource: "rds.describe_db_instances()['DBInstances'][0]['DBInstanceArn']",
        state: "{k: v for k, v in rds.describe_db_instances()['DBInstances'][0].items() if k != 'LatestRestorableTime'}",
        writes: &["rds:ModifyDBInstance"],
        ..CASE
    };
    rds_backup_retention: Case {
        control: "AWS-RDS-007",
        seed: DATABASE,
        resource: "rds.describe_db_instances()['DBInstances'][0]['DBInstanceArn']",
        state: "{k: v for k, v in rds.describe_db_instances()['DBInstances'][0].items() if k != 'LatestRestorableTime'}",
        writes: &["rds:ModifyDBInstance"],
        approved_rollback: true,
        ..CASE
    };
    rds_cluster_deletion_protection: Case {
        control: "AWS-RDS-010",
        seed: CLUSTER,
        resource: "rds.describe_db_clusters()['DBClusters'][0]['DBClusterArn']",
        state: "{k: v for k, v in rds.describe_db_clusters()['DBClusters'][0].items() if not k.endswith('RestorableTime')}",
        writes: &["rds:ModifyDBCluster"],
        ..CASE
    };
    rds_cluster_copy_tags_to_snapshot: Case {
        control: "AWS-RDS-014",
        seed: CLUSTER,
        resource: "rds.describe_db_clusters()['DBClusters'][0]['DBClusterArn']",
        state: "{k: v for k, v in rds.describe_db_clusters()['DBClusters'][0].items() if not k.endswith('RestorableTime')}",
        writes: &["rds:ModifyDBCluster"],
        ..CASE
    };
    rds_cluster_backup_retention: Case {
        control: "AWS-RDS-008",
        seed: CLUSTER,
        resource: "rds.describe_db_clusters()['DBClusters'][0]['DBClusterArn']",
        state: "{k: v for k, v in rds.describe_db_clusters()['DBClusters'][0].items() if not k.endswith('RestorableTime')}",
        writes: &["rds:ModifyDBCluster"],
        approved_rollback: true,
        ..CASE
    };
    rds_snapshot_unshare_public: Case {
        control: "AWS-RDS-019",
        seed: DATABASE_SNAPSHOT,
        resource: "rds.describe_db_snapshots(DBSnapshotIdentifier='orders-copy')['DBSnapshots'][0]['DBSnapshotArn']",
        state: "permissions(rds.describe_db_snapshot_attributes(DBSnapshotIdentifier='orders-copy')['DBSnapshotAttributesResult']['DBSnapshotAttributes'][0]['AttributeValues'])",
        writes: &["rds:ModifyDBSnapshotAttribute"],
        ..CASE
    };
    rds_cluster_snapshot_unshare_public: Case {
        control: "AWS-RDS-022",
        seed: CLUSTER_SNAPSHOT,
        resource: "rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier='catalog-copy')['DBClusterSnapshots'][0]['DBClusterSnapshotArn']",
        state: "permissions(rds.describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier='catalog-copy')['DBClusterSnapshotAttributesResult']['DBClusterSnapshotAttributes'][0]['AttributeValues'])",
        writes: &["rds:ModifyDBClusterSnapshotAttribute"],
        ..CASE
    };
    logs_retention: Case {
        control: "AWS-LOGS-001",
        seed: "
logs = boto3.client('logs')
logs.create_log_group(logGroupName='/acme/orders')
logs.put_retention_policy(logGroupName='/acme/orders', retentionInDays=30)
logs.create_log_group(logGroupName='/acme/for-ever')
",
        resource: "logs.describe_log_groups(logGroupNamePrefix='/acme/orders')['logGroups'][0]['logGroupArn']",
        state: "[(g['logGroupName'], g.get('retentionInDays')) for g in logs.describe_log_groups(logGroupNamePrefix='/acme/')['logGroups']]",
        writes: &["logs:PutRetentionPolicy"],
        approved_rollback: true,
        ..CASE
    };
}

const TRAIL: &str = "
boto3.client('s3').create_bucket(Bucket='trail-logs')
if 'main' not in [t['Name'] for t in boto3.client('cloudtrail').describe_trails()['trailList']]:
    boto3.client('cloudtrail').create_trail(Name='main', S3BucketName='trail-logs')
";
