//! Repairs of buckets, file systems, snapshots, network ACLs, instances and the settings of a region once round.

use super::round_trips::{CASE, Case, round_trip_tests};
use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::json;

round_trip_tests! {
    accessanalyzer_create: Case {
        control: "AWS-ACCESSANALYZER-001",
        seed: "boto3.client('accessanalyzer').create_analyzer(analyzerName='external-access', type='ACCOUNT_UNUSED_ACCESS')",
        resource: "'us-east-1'",
        state: "boto3.client('accessanalyzer').list_analyzers()['analyzers']",
        writes: &["accessanalyzer:CreateAnalyzer"],
        approved_rollback: true,
        ..CASE
    };
    securityhub_enable: Case {
        control: "AWS-SECURITYHUB-001",
        resource: "'us-east-1'",
        state: "absent(boto3.client('securityhub').describe_hub)",
        writes: &["securityhub:EnableSecurityHub"],
        approved_rollback: true,
        ..CASE
    };
    efs_backups_switched_off: Case {
        control: "AWS-EFS-002",
        seed: "
efs = boto3.client('efs')
system = efs.create_file_system(CreationToken='home')['FileSystemId']
efs.put_backup_policy(FileSystemId=system, BackupPolicy={'Status': 'DISABLED'})
",
        resource: "boto3.client('efs').describe_file_systems()['FileSystems'][0]['FileSystemArn']",
        state: BACKUP_POLICY,
        writes: &["efs:PutBackupPolicy"],
        approved_rollback: true,
        ..CASE
    };
    efs_backups_never_switched_on: Case {
        control: "AWS-EFS-002",
        seed: "boto3.client('efs').create_file_system(CreationToken='home')",
        resource: "boto3.client('efs').describe_file_systems()['FileSystems'][0]['FileSystemArn']",
        state: BACKUP_POLICY,
        writes: &["efs:PutBackupPolicy"],
        restored: Some(|_| json!({"BackupPolicy": {"Status": "DISABLED"}})),
        approved_rollback: true,
        ..CASE
    };
    ec2_snapshot_block_public_access: Case {
        control: "AWS-EC2-015",
        resource: "'us-east-1'",
        state: "ec2.get_snapshot_block_public_access_state()['State']",
        writes: &["ec2:EnableSnapshotBlockPublicAccess"],
        ..CASE
    };
    ec2_image_block_public_access: Case {
        control: "AWS-EC2-016",
        resource: "'us-east-1'",
        state: "ec2.get_image_block_public_access_state()['ImageBlockPublicAccessState']",
        writes: &["ec2:EnableImageBlockPublicAccess"],
        ..CASE
    };
    ec2_imdsv2_by_default: Case {
        control: "AWS-EC2-017",
        resource: "'us-east-1'",
        state: "ec2.get_instance_metadata_defaults()['AccountLevel']",
        writes: &["ec2:ModifyInstanceMetadataDefaults"],
        ..CASE
    };
    ec2_imdsv2_by_default_beside_other_preferences: Case {
        control: "AWS-EC2-017",
        seed: "
boto3.client('ec2').modify_instance_metadata_defaults(HttpTokens='optional', HttpPutResponseHopLimit=2,
  HttpEndpoint='enabled', InstanceMetadataTags='enabled', HttpTokensEnforced='disabled')
",
        resource: "'us-east-1'",
        state: "ec2.get_instance_metadata_defaults()['AccountLevel']",
        writes: &["ec2:ModifyInstanceMetadataDefaults"],
        ..CASE
    };
    ec2_metadata_hops: Case {
        control: "AWS-EC2-025",
        seed: "
boto3.client('ec2').run_instances(ImageId='ami-0acme0acme0acme01', MinCount=1, MaxCount=1,
  MetadataOptions={'HttpTokens': 'required', 'HttpPutResponseHopLimit': 3},
  TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': 'far'}]}])
",
        resource: "machine('far')['InstanceId']",
        state: "machine('far')['MetadataOptions']",
        writes: &["ec2:ModifyInstanceMetadataOptions"],
        ..CASE
    };
    ec2_nacl_remove_open_admin_entries: Case {
        control: "AWS-EC2-010",
        seed: "
ec2 = boto3.client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.5.0.0/16')['Vpc']['VpcId']
acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=[{'ResourceType': 'network-acl', 'Tags': [{'Key': 'Name', 'Value': 'edge'}]}])['NetworkAcl']['NetworkAclId']
def allow(number, ports, **source):
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Protocol='6', RuleAction='allow', Egress=False,
      PortRange={'From': ports[0], 'To': ports[1]}, **source)
allow(90, (22, 22), CidrBlock='203.0.113.0/24')
allow(100, (22, 22), CidrBlock='0.0.0.0/0')
allow(110, (443, 443), CidrBlock='0.0.0.0/0')
allow(120, (3389, 3389), Ipv6CidrBlock='::/0')
ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol='-1', RuleAction='allow', Egress=True, CidrBlock='0.0.0.0/0')
",
        resource: "ec2.describe_network_acls(Filters=[{'Name': 'tag:Name', 'Values': ['edge']}])['NetworkAcls'][0]['NetworkAclId']",
        state: "permissions(ec2.describe_network_acls(Filters=[{'Name': 'tag:Name', 'Values': ['edge']}])['NetworkAcls'][0]['Entries'])",
        writes: &["ec2:DeleteNetworkAclEntry", "ec2:DeleteNetworkAclEntry"],
        ..CASE
    };
    ec2_snapshot_unshare_unknown: Case {
        control: "AWS-EC2-021",
        seed: "
ec2 = boto3.client('ec2')
volume = ec2.create_volume(AvailabilityZone='us-east-1a', Size=1)['VolumeId']
snapshot = ec2.create_snapshot(VolumeId=volume, Description='for partners')['SnapshotId']
share = {'SnapshotId': snapshot, 'Attribute': 'createVolumePermission', 'OperationType': 'add'}
ec2.modify_snapshot_attribute(**share, UserIds=['210987654321', '999988887777'])
ec2.modify_snapshot_attribute(**share, GroupNames=['all'])
",
        resource: "ec2.describe_snapshots(Filters=[{'Name': 'description', 'Values': ['for partners']}])['Snapshots'][0]['SnapshotId']",
        state: "permissions(ec2.describe_snapshot_attribute(Attribute='createVolumePermission', SnapshotId=ec2.describe_snapshots(Filters=[{'Name': 'description', 'Values': ['for partners']}])['Snapshots'][0]['SnapshotId'])['CreateVolumePermissions'])",
        plan: &["--param", "AWS-EC2-021.trusted_accounts=210987654321"],
        writes: &["ec2:ModifySnapshotAttribute", "ec2:ModifySnapshotAttribute"],
        ..CASE
    };
    s3_bucket_acl_without_public_grants: Case {
        control: "AWS-S3-006",
        seed: r#"
s3 = boto3.client('s3')
s3.create_bucket(Bucket='acme-acl')
owner = s3.get_bucket_acl(Bucket='acme-acl')['Owner']['ID']
groups = 'http://acs.amazonaws.com/groups/'
s3.put_bucket_acl(Bucket='acme-acl', AccessControlPolicy={'Owner': {'ID': owner}, 'Grants': [
  {'Grantee': {'Type': 'CanonicalUser', 'ID': owner}, 'Permission': 'FULL_CONTROL'},
  {'Grantee': {'Type': 'Group', 'URI': groups + 'global/AllUsers'}, 'Permission': 'READ'},
  {'Grantee': {'Type': 'CanonicalUser', 'ID': 'b0b0c8ca09f057aa' * 4}, 'Permission': 'READ'},
  {'Grantee': {'Type': 'Group', 'URI': groups + 'global/AuthenticatedUsers'}, 'Permission': 'WRITE'},
  {'Grantee': {'Type': 'Group', 'URI': groups + 's3/LogDelivery'}, 'Permission': 'WRITE'}]})
"#,
        resource: "'acme-acl'",
        state: "answer(s3.get_bucket_acl(Bucket='acme-acl'))",
        writes: &["s3:PutBucketAcl"],
        ..CASE
    };
    s3_bucket_owner_enforced: Case {
        control: "AWS-S3-007",
        seed: "
boto3.client('s3').create_bucket(Bucket='acme-acl')
boto3.client('s3').put_bucket_ownership_controls(Bucket='acme-acl', OwnershipControls={'Rules': [{'ObjectOwnership': 'BucketOwnerPreferred'}]})
",
        resource: "'acme-acl'",
        state: OWNERSHIP,
        writes: &["s3:PutBucketOwnershipControls"],
        ..CASE
    };
    s3_bucket_owner_enforced_where_never_set: Case {
        control: "AWS-S3-007",
        seed: "boto3.client('s3').create_bucket(Bucket='acme-acl')",
        resource: "'acme-acl'",
        state: OWNERSHIP,
        writes: &["s3:PutBucketOwnershipControls"],
        ..CASE
    };
    s3_bucket_default_encryption_kms: Case {
        control: "AWS-S3-010",
        seed: "
boto3.client('s3').create_bucket(Bucket='acme-data')
boto3.client('s3').put_bucket_encryption(Bucket='acme-data', ServerSideEncryptionConfiguration={'Rules': [{
  'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}, 'BucketKeyEnabled': False,
  'BlockedEncryptionTypes': {'EncryptionType': ['SSE-C']}}]})
",
        resource: "'acme-data'",
        state: ENCRYPTION,
        plan: &["--param", "AWS-S3-010.key=alias/data"],
        writes: &["s3:PutBucketEncryption"],
        ..CASE
    };
    s3_bucket_default_encryption_kms_where_there_is_none: Case {
        control: "AWS-S3-010",
        seed: "boto3.client('s3').create_bucket(Bucket='acme-data')",
        resource: "'acme-data'",
        state: ENCRYPTION,
        plan: &["--param", "AWS-S3-010.key=alias/data"],
        writes: &["s3:PutBucketEncryption"],
        ..CASE
    };
}

const BACKUP_POLICY: &str = "absent(boto3.client('efs').describe_backup_policy, FileSystemId=boto3.client('efs').describe_file_systems()['FileSystems'][0]['FileSystemId'])";

const OWNERSHIP: &str =
    "[absent(s3.get_bucket_ownership_controls, Bucket='acme-acl'), answer(s3.get_bucket_acl(Bucket='acme-acl'))]";

const ENCRYPTION: &str = "absent(s3.get_bucket_encryption, Bucket='acme-data')";

/// Plans, applies and rolls back the repairs of these controls, all on one resource; the calls of both ways.
fn together(seed: &str, controls: &str, state: &str) -> (Vec<String>, Vec<String>) {
    let emulator = Emulator::start();
    emulator.python(&format!("import boto3\n{seed}"));
    let repair = Repair::of(&emulator);
    let before = repair.state(state);
    repair.scan(controls);
    let plan = repair.plan(&["--control", controls]).expect_code(0).json();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["left_out"], json!([]));
    repair.approve();
    emulator.clear_calls();
    repair.apply(&[]).expect_code(0);
    let applied = repair.writes();
    assert_ne!(repair.state(state), before);
    emulator.clear_calls();
    repair.rollback(&[]).expect_code(0);
    let undone = repair.writes();
    assert_eq!(repair.state(state), before);
    (applied, undone)
}

#[test]
fn grants_go_before_acls_and_come_back_after_what_keeps_them_out() {
    let seed = "
boto3.client('s3').create_bucket(Bucket='acme-acl')
boto3.client('s3').put_bucket_acl(Bucket='acme-acl', ACL='public-read')
";
    let state = "[absent(call, Bucket='acme-acl') for call in (s3.get_bucket_acl, s3.get_bucket_ownership_controls, s3.get_public_access_block)]";
    let (applied, undone) = together(seed, "AWS-S3-001,AWS-S3-006,AWS-S3-007", state);
    assert_eq!(applied, ["s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutPublicAccessBlock"]);
    assert_eq!(undone, ["s3:DeletePublicAccessBlock", "s3:DeleteBucketOwnershipControls", "s3:PutBucketAcl"]);
}

#[test]
fn tokens_and_their_hops_are_changed_in_one_call() {
    let seed = "
boto3.client('ec2').run_instances(ImageId='ami-0acme0acme0acme01', MinCount=1, MaxCount=1,
  MetadataOptions={'HttpTokens': 'optional', 'HttpPutResponseHopLimit': 3},
  TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': 'far'}]}])
";
    let (applied, undone) = together(seed, "AWS-EC2-024,AWS-EC2-025", "machine('far')['MetadataOptions']");
    assert_eq!(applied, ["ec2:ModifyInstanceMetadataOptions"]);
    assert_eq!(undone, ["ec2:ModifyInstanceMetadataOptions"]);
}

#[test]
fn what_takes_a_person_is_left_out_and_says_why() {
    let emulator = Emulator::start();
    emulator.python(
        "import boto3\ns3 = boto3.client('s3')\ns3.create_bucket(Bucket='acme-acl')\n\
         s3.put_bucket_acl(Bucket='acme-acl', ACL='log-delivery-write')\n\
         boto3.client('ec2').create_vpc(CidrBlock='10.5.0.0/16')",
    );
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-007,AWS-S3-010,AWS-EC2-010");
    let plan = repair.plan(&["--param", "AWS-S3-010.key=alias/data"]).expect_code(3).json();
    assert_eq!(plan["actions"], json!([]));
    for told in
        ["to the log delivery of S3: let the bucket policy", "S3 writes access logs to it", "rule 100 opens the ports"]
    {
        let reasons = plan["left_out"].as_array().unwrap().iter().map(|left| left["reason"].as_str().unwrap());
        assert!(reasons.clone().any(|reason| reason.contains(told)), "{told}: {plan}");
    }
}
