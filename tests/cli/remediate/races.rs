//! Somebody else changes a resource between our reading and our write.

use super::faults::by_state;
use crate::support::emulator::Emulator;
use crate::support::proxy::Proxy;
use crate::support::repair::Repair;
use std::sync::Arc;

const ESTATE: &str = r#"
import boto3, io, json, zipfile
s3, ec2, fn = boto3.client("s3"), boto3.client("ec2"), boto3.client("lambda")
for name in ("acme-gone", "acme-twice"):
    s3.create_bucket(Bucket=name)
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
group = ec2.create_security_group(GroupName="admin", Description="d", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
  {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = boto3.client("iam").create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", "def handler(event, context): pass")
fn.create_function(FunctionName="orders", Runtime="python3.13", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()})
fn.add_permission(FunctionName="orders", StatementId="everyone", Action="lambda:InvokeFunction", Principal="*")
"#;

const GROUP: &str =
    "ec2.describe_security_groups(Filters=[{'Name':'group-name','Values':['admin']}])['SecurityGroups'][0]['GroupId']";

/// What somebody else does at that moment, and the write that comes too late, by texts of its request.
const OTHERS: &[([&str; 2], &str)] = &[
    (
        ["POST /", "Action=RevokeSecurityGroupIngress"],
        "ec2 = boto3.client('ec2')\nec2.authorize_security_group_ingress(GroupId=GROUP, IpPermissions=[{'IpProtocol': \
         'tcp', 'FromPort': 443, 'ToPort': 443, 'IpRanges': [{'CidrIp': '10.0.0.0/8'}]}])",
    ),
    (["acme-gone", "?publicAccessBlock"], "boto3.client('s3').delete_bucket(Bucket='acme-gone')"),
    (
        ["acme-twice", "?publicAccessBlock"],
        "boto3.client('s3').put_public_access_block(Bucket='acme-twice', PublicAccessBlockConfiguration={'BlockPublicAcls': \
         True, 'IgnorePublicAcls': True, 'BlockPublicPolicy': True, 'RestrictPublicBuckets': True})",
    ),
    (
        ["DELETE /", "/functions/orders/policy/"],
        "boto3.client('lambda').add_permission(FunctionName='orders', StatementId='bucket', Action='lambda:InvokeFunction', \
         Principal='s3.amazonaws.com', SourceAccount='123456789012')",
    ),
];

#[test]
fn a_change_of_somebody_else_in_the_last_moment_is_kept_and_told() {
    let emulator = Arc::new(Emulator::start());
    emulator.python(ESTATE);
    let mut repair = Repair::of(&emulator);
    repair.scan("AWS-S3-001,AWS-EC2-001,AWS-LAMBDA-001");
    repair.plan(&["--max-failures", "200"]).expect_code(0);
    repair.approve();

    let others = Arc::clone(&emulator);
    let mut left: Vec<_> = OTHERS.iter().collect();
    let proxy = Proxy::before(emulator.port(), move |request| {
        let writes = ["PUT /", "POST /", "DELETE /"].iter().any(|method| request.starts_with(method));
        let place = left.iter().position(|(texts, _)| writes && texts.iter().all(|text| request.contains(text)))?;
        others.python(&format!("import boto3\n{}", left.swap_remove(place).1.replace("GROUP", GROUP)));
        None
    });
    repair.endpoint = proxy.url();
    let run = repair.apply(&[]).expect_code(3).json();
    repair.endpoint = emulator.url();

    let states = by_state(&run);
    let told = |state: &str, what: &str, why: &str| {
        let found = states.get(state).is_some_and(|all| all.iter().any(|one| one.contains(what) && one.contains(why)));
        assert!(found, "{what} is not {state}: {states:#?}");
    };
    // Our rule is gone, theirs is there: it does not show as predicted.
    told("unverified", "aws.ec2.security_group", "rules does not show as predicted");
    told("failed", "acme-gone", "NoSuchBucket");
    told("applied", "acme-twice", "");
    // The call names the revision that was read.
    told("failed", "aws.lambda.function", "PreconditionFailed");
    let ports = repair.state(&format!("sorted(r['FromPort'] for r in rules_of({GROUP}) if not r['IsEgress'])"));
    assert_eq!(ports, serde_json::json!([443]));
    let names = "sorted(s['Sid'] for s in json.loads(fn.get_policy(FunctionName='orders')['Policy'])['Statement'])";
    assert_eq!(repair.state(names), serde_json::json!(["bucket", "everyone"]));

    // A rollback asks what to do with the group; what is ours comes back beside what is theirs.
    for _ in 0..2 {
        let asked = repair.command(&["rollback", "latest", "--wait", "5"]).run().expect_code(3);
        let theirs = asked.stdout.split("since then, by others:").nth(1).unwrap_or_default();
        assert!(theirs.contains("443") && !theirs.contains(": 22"), "{}", asked.stdout);
    }
    repair.rollback(&["--only-ours"]).expect_code(0);
    let ports = repair.state(&format!("sorted(r['FromPort'] for r in rules_of({GROUP}) if not r['IsEgress'])"));
    assert_eq!(ports, serde_json::json!([22, 443]));
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}
