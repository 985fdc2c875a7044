//! Repairs of queues, topics, tables, functions, images, load balancers and documents once round.

use super::round_trips::{CASE, Case, round_trip_tests};

round_trip_tests! {
    pub CASES;
    sqs_server_side_encryption: Case {
        control: "AWS-SQS-002",
        seed: "boto3.client('sqs').create_queue(QueueName='orders', Attributes={'SqsManagedSseEnabled': 'false'})",
        resource: "'arn:aws:sqs:us-east-1:123456789012:orders'",
        state: QUEUE_STATE,
        writes: &["sqs:SetQueueAttributes"],
        alone: true,
        ..CASE
    };
    sqs_policy_remove_public: Case {
        control: "AWS-SQS-001",
        seed: r#"
arn = 'arn:aws:sqs:us-east-1:123456789012:orders'
boto3.client('sqs').create_queue(QueueName='orders', Attributes={'Policy': json.dumps({"Version": "2012-10-17", "Statement": [
  {"Sid": "tls", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
  {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn},
  {"Sid": "partner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sqs:SendMessage", "Resource": arn}]})})
"#,
        resource: "'arn:aws:sqs:us-east-1:123456789012:orders'",
        state: QUEUE_STATE,
        writes: &["sqs:SetQueueAttributes"],
        ..CASE
    };
    sqs_policy_of_one_public_statement: Case {
        control: "AWS-SQS-001",
        seed: r#"
arn = 'arn:aws:sqs:us-east-1:123456789012:orders'
boto3.client('sqs').create_queue(QueueName='orders', Attributes={'Policy': json.dumps({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": arn}]})})
"#,
        resource: "'arn:aws:sqs:us-east-1:123456789012:orders'",
        state: QUEUE_STATE,
        writes: &["sqs:SetQueueAttributes"],
        alone: true,
        ..CASE
    };
    sns_server_side_encryption: Case {
        control: "AWS-SNS-002",
        seed: "boto3.client('sns').create_topic(Name='news')",
        resource: "'arn:aws:sns:us-east-1:123456789012:news'",
        state: "sns.get_topic_attributes(TopicArn='arn:aws:sns:us-east-1:123456789012:news')['Attributes']",
        plan: &["--param", "AWS-SNS-002.key=alias/aws/sns"],
        writes: &["sns:SetTopicAttributes"],
        ..CASE
    };
    dynamodb_pitr: Case {
        control: "AWS-DYNAMODB-001",
        seed: TABLE,
        resource: "'arn:aws:dynamodb:us-east-1:123456789012:table/orders'",
        state: "answer(ddb.describe_continuous_backups(TableName='orders'))",
        writes: &["dynamodb:UpdateContinuousBackups"],
        ..CASE
    };
    dynamodb_deletion_protection: Case {
        control: "AWS-DYNAMODB-002",
        seed: TABLE,
        resource: "'arn:aws:dynamodb:us-east-1:123456789012:table/orders'",
        state: "ddb.describe_table(TableName='orders')['Table']",
        writes: &["dynamodb:UpdateTable"],
        ..CASE
    };
    lambda_remove_public_permission: Case {
        control: "AWS-LAMBDA-001",
        seed: FUNCTION,
        resource: "'arn:aws:lambda:us-east-1:123456789012:function:orders'",
        // Lambda promises no order of statements, and a new revision is no other policy.
        state: "sorted(json.loads(fn.get_policy(FunctionName='orders')['Policy'])['Statement'], key=lambda s: s['Sid'])",
        writes: &["lambda:RemovePermission"],
        ..CASE
    };
    ecr_scan_on_push: Case {
        control: "AWS-ECR-001",
        seed: REPOSITORY,
        resource: "'arn:aws:ecr:us-east-1:123456789012:repository/shop'",
        state: "ecr.describe_repositories()['repositories'][0]",
        writes: &["ecr:PutImageScanningConfiguration"],
        ..CASE
    };
    ecr_tag_immutability: Case {
        control: "AWS-ECR-002",
        seed: REPOSITORY,
        resource: "'arn:aws:ecr:us-east-1:123456789012:repository/shop'",
        state: "ecr.describe_repositories()['repositories'][0]",
        writes: &["ecr:PutImageTagMutability"],
        ..CASE
    };
    ecr_tag_exclusions: Case {
        control: "AWS-ECR-002",
        seed: "
boto3.client('ecr').create_repository(repositoryName='shop', imageTagMutability='IMMUTABLE_WITH_EXCLUSION',
  imageTagMutabilityExclusionFilters=[{'filterType': 'WILDCARD', 'filter': 'latest'}, {'filterType': 'WILDCARD', 'filter': 'dev*'}])
",
        resource: "'arn:aws:ecr:us-east-1:123456789012:repository/shop'",
        state: "ecr.describe_repositories()['repositories'][0]",
        writes: &["ecr:PutImageTagMutability"],
        alone: true,
        ..CASE
    };
    ecr_policy_remove_public: Case {
        control: "AWS-ECR-003",
        seed: REPOSITORY,
        resource: "'arn:aws:ecr:us-east-1:123456789012:repository/shop'",
        state: "ecr.get_repository_policy(repositoryName='shop')['policyText']",
        writes: &["ecr:SetRepositoryPolicy"],
        ..CASE
    };
    ecr_policy_of_one_public_statement: Case {
        control: "AWS-ECR-003",
        seed: r#"
ecr = boto3.client('ecr')
ecr.create_repository(repositoryName='shop')
ecr.set_repository_policy(repositoryName='shop', policyText='{"Version": "2012-10-17",  "Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}}')
"#,
        resource: "'arn:aws:ecr:us-east-1:123456789012:repository/shop'",
        state: "absent(ecr.get_repository_policy, repositoryName='shop')",
        writes: &["ecr:DeleteRepositoryPolicy"],
        alone: true,
        ..CASE
    };
    elbv2_deletion_protection: Case {
        control: "AWS-ELBV2-001",
        seed: LOAD_BALANCER,
        resource: "elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn']",
        state: LOAD_BALANCER_STATE,
        writes: &["elbv2:ModifyLoadBalancerAttributes"],
        ..CASE
    };
    elbv2_drop_invalid_headers: Case {
        control: "AWS-ELBV2-002",
        seed: LOAD_BALANCER,
        resource: "elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn']",
        state: LOAD_BALANCER_STATE,
        writes: &["elbv2:ModifyLoadBalancerAttributes"],
        ..CASE
    };
    ssm_document_unshare_public: Case {
        control: "AWS-SSM-001",
        seed: r#"
ssm = boto3.client('ssm')
content = {"schemaVersion": "2.2", "description": "d", "parameters": {}, "mainSteps": [
  {"action": "aws:runShellScript", "name": "list", "inputs": {"runCommand": ["ls"]}}]}
ssm.create_document(Name='inspect', Content=json.dumps(content), DocumentType='Command')
ssm.modify_document_permission(Name='inspect', PermissionType='Share', AccountIdsToAdd=['all'])
"#,
        resource: "'arn:aws:ssm:us-east-1:123456789012:document/inspect'",
        state: "answer(ssm.describe_document_permission(Name='inspect', PermissionType='Share'))",
        writes: &["ssm:ModifyDocumentPermission"],
        ..CASE
    };
}

const QUEUE_STATE: &str = "{k: v for k, v in sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName='orders')['QueueUrl'], AttributeNames=['All'])['Attributes'].items() if k != 'LastModifiedTimestamp'}";

const TABLE: &str = "
boto3.client('dynamodb').create_table(TableName='orders', BillingMode='PAY_PER_REQUEST',
  KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}], AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}])
";

const FUNCTION: &str = r#"
import io, zipfile
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = boto3.client('iam').create_role(RoleName='orders', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
code = io.BytesIO()
with zipfile.ZipFile(code, 'w') as archive:
    archive.writestr('main.py', 'def handler(event, context): pass')
fn = boto3.client('lambda')
fn.create_function(FunctionName='orders', Runtime='python3.13', Role=role, Handler='main.handler', Code={'ZipFile': code.getvalue()})
call = {'FunctionName': 'orders', 'Action': 'lambda:InvokeFunction'}
fn.add_permission(**call, StatementId='bucket', Principal='s3.amazonaws.com', SourceAccount='123456789012', SourceArn='arn:aws:s3:::orders')
fn.add_permission(**call, StatementId='everyone', Principal='*')
fn.add_permission(**call, StatementId='organization', Principal='*', PrincipalOrgID='o-acme123456')
"#;

const REPOSITORY: &str = r#"
ecr = boto3.client('ecr')
ecr.create_repository(repositoryName='shop')
ecr.set_repository_policy(repositoryName='shop', policyText='''{ "Version": "2012-10-17",
  "Statement": [ {"Sid":"ci","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:PutImage"},
    {"Sid":"everyone",  "Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"]},
    {"Sid":"partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"ecr:BatchGetImage"} ] }''')
"#;

const LOAD_BALANCER: &str = "
subnets = [s['SubnetId'] for s in boto3.client('ec2').describe_subnets()['Subnets']][:2]
boto3.client('elbv2').create_load_balancer(Name='shop', Subnets=subnets)
";

const LOAD_BALANCER_STATE: &str = "sorted((a['Key'], a['Value']) for a in elb.describe_load_balancer_attributes(LoadBalancerArn=elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn'])['Attributes'])";
