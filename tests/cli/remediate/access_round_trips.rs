//! Repairs of who may come in, and how, once round: key policies, function URLs, shares, plain HTTP.

use super::round_trips::{CASE, Case, round_trip_tests};
use super::seeds::{CLUSTER_SNAPSHOT, DATABASE_SNAPSHOT};

round_trip_tests! {
    kms_key_policy_remove_public: Case {
        control: "AWS-KMS-002",
        seed: r#"
kms = boto3.client('kms')
key = kms.create_key()['KeyMetadata']['KeyId']
kms.create_alias(AliasName='alias/orders', TargetKeyId=key)
kms.put_key_policy(KeyId=key, PolicyName='default', Policy='''{ "Version": "2012-10-17",
  "Statement": [ {"Sid":"account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"},
    {"Sid":"everyone",  "Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:Decrypt"],"Resource":"*"},
    {"Sid":"partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"kms:Decrypt","Resource":"*"} ] }''')
"#,
        resource: "kms.describe_key(KeyId='alias/orders')['KeyMetadata']['Arn']",
        state: "kms.get_key_policy(KeyId=kms.describe_key(KeyId='alias/orders')['KeyMetadata']['KeyId'], PolicyName='default')['Policy']",
        writes: &["kms:PutKeyPolicy"],
        ..CASE
    };
    lambda_function_url_auth: Case {
        control: "AWS-LAMBDA-002",
        seed: r#"
import io, zipfile
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = boto3.client('iam').create_role(RoleName='orders', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
code = io.BytesIO()
with zipfile.ZipFile(code, 'w') as archive:
    archive.writestr('main.py', 'def handler(event, context): pass')
fn = boto3.client('lambda')
fn.create_function(FunctionName='orders', Runtime='python3.13', Role=role, Handler='main.handler', Code={'ZipFile': code.getvalue()})
fn.create_function_url_config(FunctionName='orders', AuthType='NONE', InvokeMode='RESPONSE_STREAM', Cors={'AllowOrigins': ['https://acme.example']})
"#,
        resource: "'arn:aws:lambda:us-east-1:123456789012:function:orders'",
        state: "{k: v for k, v in answer(fn.get_function_url_config(FunctionName='orders')).items() if k != 'LastModifiedTime'}",
        writes: &["lambda:UpdateFunctionUrlConfig"],
        ..CASE
    };
    rds_snapshot_unshare_unknown_accounts: Case {
        control: "AWS-RDS-020",
        seed: DATABASE_SNAPSHOT,
        resource: "rds.describe_db_snapshots(DBSnapshotIdentifier='orders-copy')['DBSnapshots'][0]['DBSnapshotArn']",
        state: "permissions(rds.describe_db_snapshot_attributes(DBSnapshotIdentifier='orders-copy')['DBSnapshotAttributesResult']['DBSnapshotAttributes'][0]['AttributeValues'])",
        plan: &["--param", "AWS-RDS-020.trusted_accounts=210987654321"],
        writes: &["rds:ModifyDBSnapshotAttribute"],
        ..CASE
    };
    rds_cluster_snapshot_unshare_unknown_accounts: Case {
        control: "AWS-RDS-023",
        seed: CLUSTER_SNAPSHOT,
        resource: "rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier='catalog-copy')['DBClusterSnapshots'][0]['DBClusterSnapshotArn']",
        state: "permissions(rds.describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier='catalog-copy')['DBClusterSnapshotAttributesResult']['DBClusterSnapshotAttributes'][0]['AttributeValues'])",
        plan: &["--param", "AWS-RDS-023.trusted_accounts=210987654321"],
        writes: &["rds:ModifyDBClusterSnapshotAttribute"],
        ..CASE
    };
    ssm_document_unshare_unknown_accounts: Case {
        control: "AWS-SSM-002",
        seed: r#"
ssm = boto3.client('ssm')
content = {"schemaVersion": "2.2", "description": "d", "parameters": {}, "mainSteps": [
  {"action": "aws:runShellScript", "name": "list", "inputs": {"runCommand": ["ls"]}}]}
ssm.create_document(Name='inspect', Content=json.dumps(content), DocumentType='Command')
ssm.modify_document_permission(Name='inspect', PermissionType='Share', AccountIdsToAdd=['210987654321', '345678901234'])
"#,
        resource: "'arn:aws:ssm:us-east-1:123456789012:document/inspect'",
        state: "sorted(ssm.describe_document_permission(Name='inspect', PermissionType='Share')['AccountIds'])",
        plan: &["--param", "AWS-SSM-002.trusted_accounts=210987654321"],
        writes: &["ssm:ModifyDocumentPermission"],
        ..CASE
    };
    sqs_deny_insecure_transport: Case {
        control: "AWS-SQS-003",
        seed: r#"
arn = 'arn:aws:sqs:us-east-1:123456789012:orders'
boto3.client('sqs').create_queue(QueueName='orders', Attributes={'Policy': json.dumps({"Version": "2012-10-17", "Statement": [
  {"Sid": "partner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sqs:SendMessage", "Resource": arn}]})})
"#,
        resource: "'arn:aws:sqs:us-east-1:123456789012:orders'",
        state: "sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName='orders')['QueueUrl'], AttributeNames=['Policy'])['Attributes'].get('Policy')",
        writes: &["sqs:SetQueueAttributes"],
        ..CASE
    };
    sqs_deny_insecure_transport_without_a_policy: Case {
        control: "AWS-SQS-003",
        seed: "boto3.client('sqs').create_queue(QueueName='orders')",
        resource: "'arn:aws:sqs:us-east-1:123456789012:orders'",
        state: "sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName='orders')['QueueUrl'], AttributeNames=['All'])['Attributes'].get('Policy')",
        writes: &["sqs:SetQueueAttributes"],
        ..CASE
    };
    elbv2_http_to_https_redirect: Case {
        control: "AWS-ELBV2-004",
        seed: r#"
subnets = boto3.client('ec2').describe_subnets()['Subnets']
elb = boto3.client('elbv2')
shop = elb.create_load_balancer(Name='shop', Subnets=[s['SubnetId'] for s in subnets[:2]])['LoadBalancers'][0]['LoadBalancerArn']
groups = [elb.create_target_group(Name=name, Protocol='HTTP', Port=80, VpcId=subnets[0]['VpcId'])['TargetGroups'][0]['TargetGroupArn'] for name in ('old', 'new')]
certificate = boto3.client('acm').request_certificate(DomainName='shop.acme.example')['CertificateArn']
elb.create_listener(LoadBalancerArn=shop, Protocol='HTTPS', Port=8443, Certificates=[{'CertificateArn': certificate}],
  DefaultActions=[{'Type': 'forward', 'TargetGroupArn': groups[0]}])
plain = elb.create_listener(LoadBalancerArn=shop, Protocol='HTTP', Port=80, DefaultActions=[{'Type': 'forward', 'Order': 1, 'ForwardConfig': {
  'TargetGroups': [{'TargetGroupArn': groups[0], 'Weight': 9}, {'TargetGroupArn': groups[1], 'Weight': 0}],
  'TargetGroupStickinessConfig': {'Enabled': True, 'DurationSeconds': 60}}}])['Listeners'][0]['ListenerArn']
elb.create_rule(ListenerArn=plain, Priority=1, Conditions=[{'Field': 'path-pattern', 'Values': ['/health']}],
  Actions=[{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200', 'ContentType': 'text/plain', 'MessageBody': 'ok'}}])
"#,
        resource: "[l['ListenerArn'] for l in elb.describe_listeners(LoadBalancerArn=elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn'])['Listeners'] if l['Port'] == 80][0]",
        state: "[(l, elb.describe_rules(ListenerArn=l['ListenerArn'])['Rules']) for l in elb.describe_listeners(LoadBalancerArn=elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn'])['Listeners']]",
        writes: &["elbv2:ModifyListener"],
        ..CASE
    };
}
