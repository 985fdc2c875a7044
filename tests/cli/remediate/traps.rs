//! What other tools break: only the offending part goes, the rest stays byte for byte, and rollback brings the text back.

use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::{Value, json};

const ESTATE: &str = r#"
import boto3, json
s3, ec2, sns = boto3.client("s3"), boto3.client("ec2"), boto3.client("sns")
s3.create_bucket(Bucket="acme-trap")
s3.put_bucket_policy(Bucket="acme-trap", Policy='''{ "Version": "2012-10-17", "Id": "of many hands",
  "Statement": [
    {"Sid": "TlsOnly",   "Effect":"Deny", "Principal":"*", "Action":"s3:*",
       "Resource":["arn:aws:s3:::acme-trap","arn:aws:s3:::acme-trap/*"], "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
    {"Sid": "Oops", "Effect":"Allow", "Principal":"*", "Action":"s3:GetObject", "Resource":"arn:aws:s3:::acme-trap/*"},
    {"Sid": "Partner","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::210987654321:root"]},"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::acme-trap/shared/*"}
  ] }''')
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
group = ec2.create_security_group(GroupName="trap", Description="trap", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
  "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "the office"}, {"CidrIp": "0.0.0.0/0", "Description": "for a day"}]}])
arn = sns.create_topic(Name="trap")["TopicArn"]
sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [
  {"Sid": "Owner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": ["SNS:Publish", "SNS:Subscribe"], "Resource": arn},
  {"Sid": "Everyone", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": arn},
  {"Sid": "Two", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::210987654321:root", "arn:aws:iam::345678901234:root"]}, "Action": "SNS:Publish", "Resource": arn}]}))
"#;

const STATE: &str = "{
  'bucket': s3.get_bucket_policy(Bucket='acme-trap')['Policy'],
  'group': rules_of(ec2.describe_security_groups(Filters=[{'Name':'group-name','Values':['trap']}])['SecurityGroups'][0]['GroupId']),
  'topic': sns.get_topic_attributes(TopicArn=sns.list_topics()['Topics'][0]['TopicArn'])['Attributes']['Policy']}";

#[test]
fn only_the_offending_part_goes_and_comes_back() {
    let emulator = Emulator::start();
    emulator.python(ESTATE);
    let repair = Repair::of(&emulator);
    let before = repair.state(&STATE.replace('\n', " "));
    let text = |state: &Value, key: &str| state[key].as_str().unwrap().to_owned();
    repair.scan("AWS-S3-005,AWS-EC2-001,AWS-SNS-001");
    let plan = repair.plan(&["--control", "AWS-S3-005,AWS-EC2-001,AWS-SNS-001"]).expect_code(0).json();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 3);
    repair.approve();
    repair.apply(&[]).expect_code(0);

    let after = repair.state(&STATE.replace('\n', " "));
    let oops = "\n    {\"Sid\": \"Oops\", \"Effect\":\"Allow\", \"Principal\":\"*\", \"Action\":\"s3:GetObject\", \"Resource\":\"arn:aws:s3:::acme-trap/*\"},";
    assert_eq!(text(&after, "bucket"), text(&before, "bucket").replace(oops, ""), "byte for byte");
    let mut rules = before["group"].as_array().unwrap().clone();
    rules.retain(|rule| rule["Description"] != "for a day");
    assert_eq!(after["group"], json!(rules));
    let topic = text(&before, "topic");
    let start = |name: &str| topic[..topic.find(name).unwrap()].rfind('{').unwrap();
    let (everyone, next) = (start("\"Everyone\""), start("\"Two\""));
    assert_eq!(text(&after, "topic"), format!("{}{}", &topic[..everyone], &topic[next..]), "byte for byte");

    let undone = repair.rollback(&[]).expect_code(0).json();
    assert_eq!(undone["new_ids"].as_array().unwrap().len(), 1, "the rule has a new id: {undone}");
    assert_eq!(repair.state(&STATE.replace('\n', " ")), before);
}

#[test]
fn what_is_stricter_and_what_is_protected_stays() {
    let emulator = Emulator::start();
    emulator.python(
        "import boto3\ns3 = boto3.client('s3')\nfor n in 'acme-a', 'prod-b': s3.create_bucket(Bucket=n)\n\
         s3.put_public_access_block(Bucket='acme-a', PublicAccessBlockConfiguration={'BlockPublicAcls': True, 'RestrictPublicBuckets': True})",
    );
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-001");
    let plan = repair.plan(&["--protect", "prod-*"]).expect_code(0).json();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["left_out"][0]["reason"], "it is protected by --protect prod-*");
    repair.approve();
    repair.apply(&[]).expect_code(0);
    repair.rollback(&[]).expect_code(0);
    let block = repair.state("absent(s3.get_public_access_block, Bucket='acme-a')['PublicAccessBlockConfiguration']");
    assert_eq!(block["BlockPublicAcls"], true);
    assert_eq!(block["BlockPublicPolicy"], false);
}

#[test]
fn our_own_key_is_never_switched_off() {
    let emulator = Emulator::start();
    let key = emulator.python(
        "import boto3, json, os, urllib.request\niam = boto3.client('iam')\niam.create_user(UserName='us')\n\
         k = iam.create_access_key(UserName='us')['AccessKey']\n\
         patch = json.dumps({'op': 'access_key', 'id': k['AccessKeyId'], 'created_days': 400, 'last_used_days': 60}).encode()\n\
         urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/_lab/patch', data=patch, method='POST'))\n\
         print(json.dumps([k['AccessKeyId'], k['SecretAccessKey']]))",
    );
    let key: Vec<String> = serde_json::from_str(&key).unwrap();
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-004");
    let plan = repair
        .command(&["remediate", "plan", "--format", "json"])
        .env("AWS_ACCESS_KEY_ID", &key[0])
        .env("AWS_SECRET_ACCESS_KEY", &key[1])
        .run()
        .expect_code(3)
        .json();
    assert_eq!(plan["actions"], json!([]));
    assert!(plan["left_out"][0]["reason"].as_str().unwrap().contains("could lock itself out"), "{plan}");
}

#[test]
fn drift_is_found_and_shown() {
    let emulator = Emulator::start();
    emulator.python("import boto3\nboto3.client('s3').create_bucket(Bucket='acme-open')");
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-001");
    repair.plan(&[]).expect_code(0);
    repair.approve();
    emulator.python(
        "import boto3\nboto3.client('s3').put_public_access_block(Bucket='acme-open', PublicAccessBlockConfiguration={'BlockPublicAcls': True})",
    );
    emulator.clear_calls();
    let args = ["remediate", "apply", "plan.json", "--yes"];
    let output = repair.command(&args).run().expect_code(3);
    assert_eq!(repair.writes(), Vec::<String>::new());
    for told in ["drifted", "public_access_block changed", "planned:", "since then, by others:"] {
        assert!(output.stdout.contains(told), "{told}: {}", output.stdout);
    }
    crate::support::scanned::assert_fits(&output.stdout);
    assert_eq!(repair.status("AWS-S3-001", "acme-open"), "OPEN");
}
