//! Repairs of users, groups and roles once round, and what never happens to an account's administration.

use super::round_trips::{CASE, Case, round_trip_tests};
use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::{Value, json};

/// Somebody who goes on administering.
macro_rules! beside_an_administrator {
    ($seed:literal) => {
        concat!(
            "
admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
readonly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
everything = '''{ \"Version\": \"2012-10-17\",
  \"Statement\": [ {\"Sid\": \"Everything\",  \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"} ] }'''
less = '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}]}'
iam = boto3.client('iam')
iam.create_user(UserName='keeper')
iam.create_login_profile(UserName='keeper', Password='Correct-Horse-9')
iam.attach_user_policy(UserName='keeper', PolicyArn=admin)
",
            $seed
        )
    };
}

/// An expression on `plain`, a client that hands policies over as they are sent.
macro_rules! plainly {
    ($expression:literal) => {
        concat!(
            "(lambda plain: plain.meta.events.unregister('after-call.iam', \
             __import__('botocore.handlers').handlers.json_decode_policies) or ",
            $expression,
            ")(boto3.client('iam'))"
        )
    };
}

round_trip_tests! {
    iam_user_remove_administration: Case {
        control: "AWS-IAM-017",
        seed: beside_an_administrator!("
iam.create_user(UserName='ann')
for arn in readonly, admin: iam.attach_user_policy(UserName='ann', PolicyArn=arn)
iam.put_user_policy(UserName='ann', PolicyName='everything', PolicyDocument=everything)
iam.put_user_policy(UserName='ann', PolicyName='less', PolicyDocument=less)
"),
        resource: "iam.get_user(UserName='ann')['User']['Arn']",
        state: plainly!("[sorted(p['PolicyArn'] for p in plain.list_attached_user_policies(UserName='ann')['AttachedPolicies']), {n: plain.get_user_policy(UserName='ann', PolicyName=n)['PolicyDocument'] for n in plain.list_user_policies(UserName='ann')['PolicyNames']}]"),
        writes: &["iam:DetachUserPolicy", "iam:DeleteUserPolicy"],
        ..CASE
    };
    iam_user_only_groups: Case {
        control: "AWS-IAM-010",
        seed: beside_an_administrator!("
iam.create_user(UserName='dev')
iam.attach_user_policy(UserName='dev', PolicyArn=readonly)
iam.put_user_policy(UserName='dev', PolicyName='less', PolicyDocument=less)
"),
        resource: "iam.get_user(UserName='dev')['User']['Arn']",
        state: plainly!("[plain.list_attached_user_policies(UserName='dev')['AttachedPolicies'], {n: plain.get_user_policy(UserName='dev', PolicyName=n)['PolicyDocument'] for n in plain.list_user_policies(UserName='dev')['PolicyNames']}]"),
        writes: &["iam:DetachUserPolicy", "iam:DeleteUserPolicy"],
        ..CASE
    };
    iam_group_remove_administration: Case {
        control: "AWS-IAM-018",
        seed: beside_an_administrator!("
iam.create_group(GroupName='staff')
iam.create_user(UserName='ann')
iam.add_user_to_group(GroupName='staff', UserName='ann')
for arn in readonly, admin: iam.attach_group_policy(GroupName='staff', PolicyArn=arn)
iam.put_group_policy(GroupName='staff', PolicyName='everything', PolicyDocument=everything)
iam.put_group_policy(GroupName='staff', PolicyName='less', PolicyDocument=less)
"),
        resource: "iam.get_group(GroupName='staff')['Group']['Arn']",
        state: plainly!("[sorted(p['PolicyArn'] for p in plain.list_attached_group_policies(GroupName='staff')['AttachedPolicies']), {n: plain.get_group_policy(GroupName='staff', PolicyName=n)['PolicyDocument'] for n in plain.list_group_policies(GroupName='staff')['PolicyNames']}]"),
        writes: &["iam:DetachGroupPolicy", "iam:DeleteGroupPolicy"],
        ..CASE
    };
    iam_role_remove_administration: Case {
        control: "AWS-IAM-019",
        seed: beside_an_administrator!("
iam.create_role(RoleName='deploy', Path='/ci/', AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
  {'Effect': 'Allow', 'Principal': {'Service': 'codebuild.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]}))
for arn in readonly, admin: iam.attach_role_policy(RoleName='deploy', PolicyArn=arn)
iam.put_role_policy(RoleName='deploy', PolicyName='everything', PolicyDocument=everything)
iam.put_role_policy(RoleName='deploy', PolicyName='less', PolicyDocument=less)
"),
        resource: "iam.get_role(RoleName='deploy')['Role']['Arn']",
        state: plainly!("[sorted(p['PolicyArn'] for p in plain.list_attached_role_policies(RoleName='deploy')['AttachedPolicies']), {n: plain.get_role_policy(RoleName='deploy', PolicyName=n)['PolicyDocument'] for n in plain.list_role_policies(RoleName='deploy')['PolicyNames']}]"),
        writes: &["iam:DetachRolePolicy", "iam:DeleteRolePolicy"],
        ..CASE
    };
    iam_role_remove_public_trust: Case {
        control: "AWS-IAM-020",
        seed: r#"
boto3.client('iam').create_role(RoleName='open', AssumeRolePolicyDocument='''{ "Version": "2012-10-17",
  "Statement": [ {"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole"},
    {"Sid":"Oops",  "Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"},
    {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"} ] }''')
"#,
        resource: "iam.get_role(RoleName='open')['Role']['Arn']",
        state: plainly!("plain.get_role(RoleName='open')['Role']['AssumeRolePolicyDocument']"),
        writes: &["iam:UpdateAssumeRolePolicy"],
        ..CASE
    };
}

/// Users with AdministratorAccess; those with a password can sign in.
fn administrators(emulator: &Emulator, with_password: &[&str], without: &[&str]) {
    let script = format!(
        "import boto3, json\niam = boto3.client('iam')\nable, unable = json.loads('{}')\n\
         for name in able + unable:\n    iam.create_user(UserName=name)\n    \
         iam.attach_user_policy(UserName=name, PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')\n\
         for name in able: iam.create_login_profile(UserName=name, Password='Correct-Horse-9')",
        json!([with_password, without])
    );
    emulator.python(&script);
}

const HOLDERS: &str = "[u['UserName'] for u in iam.list_users()['Users'] if iam.list_attached_user_policies(UserName=u['UserName'])['AttachedPolicies']]";

#[test]
fn the_last_administrator_stays() {
    let emulator = Emulator::start();
    administrators(&emulator, &["ann"], &["ghost"]);
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-017");
    let plan = repair.plan(&[]).expect_code(0).json();
    let actions = plan["actions"].as_array().unwrap();
    assert_eq!(actions.iter().map(|action| &action["name"]).collect::<Vec<_>>(), ["ghost"], "{plan}");
    let ann = "arn:aws:iam::123456789012:user/ann";
    assert_eq!(actions[0]["impact"][0], format!("the account is still administered by {ann}"));
    assert_eq!(plan["left_out"][0]["resource"], ann, "nobody can sign in as the other: {plan}");
    let reason = plan["left_out"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("nobody else is known to administer the account"), "{reason}");
    repair.approve();
    repair.apply(&[]).expect_code(0);
    assert_eq!(repair.state(HOLDERS), json!(["ann"]));
}

#[test]
fn a_role_that_people_assume_goes_on_administering() {
    let emulator = Emulator::start();
    administrators(&emulator, &["ann"], &[]);
    let role = emulator.python(
        "import boto3, json\niam = boto3.client('iam')\n\
         sso = iam.create_saml_provider(Name='sso', SAMLMetadataDocument='a' * 1024)['SAMLProviderArn']\n\
         trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'Federated': sso}, 'Action': 'sts:AssumeRoleWithSAML',\n  \
         'Condition': {'StringEquals': {'SAML:aud': 'https://signin.aws.amazon.com/saml'}}}]}\n\
         role = iam.create_role(RoleName='administration', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']\n\
         iam.attach_role_policy(RoleName='administration', PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')\n\
         print(role)",
    );
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-017");
    let plan = repair.plan(&[]).expect_code(0).json();
    assert_eq!(plan["actions"][0]["name"], "ann", "{plan}");
    assert_eq!(plan["actions"][0]["impact"][0], format!("the account is still administered by {}", role.trim()));
    emulator.python("import boto3\niam = boto3.client('iam')\nfor p in iam.list_saml_providers()['SAMLProviderList']: iam.delete_saml_provider(SAMLProviderArn=p['Arn'])");
    let plan = repair.plan(&[]).expect_code(3).json();
    assert!(plan["left_out"][0]["reason"].as_str().unwrap().starts_with("nobody else"), "{plan}");
}

#[test]
fn a_group_that_makes_the_only_administrators_stays() {
    let emulator = Emulator::start();
    emulator.python(
        "import boto3\niam = boto3.client('iam')\niam.create_group(GroupName='admins')\n\
         iam.attach_group_policy(GroupName='admins', PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')\n\
         for name in 'ann', 'bob':\n    iam.create_user(UserName=name)\n    \
         iam.add_user_to_group(GroupName='admins', UserName=name)\n    iam.create_access_key(UserName=name)",
    );
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-018");
    let plan = repair.plan(&[]).expect_code(3).json();
    assert_eq!(plan["actions"], json!([]));
    assert!(plan["left_out"][0]["reason"].as_str().unwrap().starts_with("nobody else"), "{plan}");
}

#[test]
fn nobody_goes_while_it_is_unknown_who_is_left() {
    let emulator = Emulator::start();
    administrators(&emulator, &["ann", "bob"], &[]);
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-017");
    emulator.fault(&json!({"service": "iam", "operation": "GetLoginProfile", "kind": "denied"}));
    let plan = repair.plan(&[]).expect_code(3).json();
    let reasons: Vec<&str> =
        plan["left_out"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    let why = "administration could not be read: iam:GetLoginProfile answered AccessDenied (needs iam:GetLoginProfile)";
    assert_eq!(reasons, [why, why]);
}

#[test]
fn two_administrators_of_one_plan_do_not_both_go() {
    let emulator = Emulator::start();
    administrators(&emulator, &["ann", "bob"], &[]);
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-017");
    let plan = repair.plan(&[]).expect_code(0).json();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 2, "each could go: {plan}");
    repair.approve();
    let run = repair.apply(&[]).json();
    let states: Vec<&str> =
        run["actions"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["applied", "skipped"], "{run}");
    let reason = run["actions"][1]["reason"].as_str().unwrap();
    assert!(reason.contains("nobody else is known to administer the account"), "{reason}");
    assert_eq!(repair.state(HOLDERS), json!(["bob"]));
}

#[test]
fn our_own_user_and_group_stay() {
    let emulator = Emulator::start();
    administrators(&emulator, &["keeper"], &["us"]);
    let key = emulator.python(
        "import boto3, json\niam = boto3.client('iam')\niam.create_group(GroupName='staff')\n\
         iam.attach_group_policy(GroupName='staff', PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')\n\
         iam.add_user_to_group(GroupName='staff', UserName='us')\n\
         k = iam.create_access_key(UserName='us')['AccessKey']\nprint(json.dumps([k['AccessKeyId'], k['SecretAccessKey']]))",
    );
    let key: Vec<String> = serde_json::from_str(&key).unwrap();
    let repair = Repair::of(&emulator);
    repair.scan("AWS-IAM-017,AWS-IAM-018");
    let plan = repair
        .command(&["remediate", "plan", "--format", "json"])
        .env("AWS_ACCESS_KEY_ID", &key[0])
        .env("AWS_SECRET_ACCESS_KEY", &key[1])
        .run()
        .expect_code(0)
        .json();
    let names: Vec<&Value> = plan["actions"].as_array().unwrap().iter().map(|action| &action["name"]).collect();
    assert_eq!(names, ["keeper"], "{plan}");
    let reasons: Vec<String> =
        plan["left_out"].as_array().unwrap().iter().map(|one| one["reason"].to_string()).collect();
    assert_eq!(reasons.len(), 2, "{plan}");
    assert!(reasons.iter().all(|reason| reason.contains("could lock itself out")), "{reasons:?}");
}
