//! Planning, approving, applying and undoing repairs, as tests do it.

use super::ciacm::{Ciacm, Invocation, Output};
use super::emulator::Emulator;
use super::scanned::of_control;
use serde_json::Value;

/// An organisation with an approver called Ann, and an emulator that it repairs.
pub struct Repair<'a> {
    /// The organisation's home.
    pub ciacm: Ciacm,
    /// Its account.
    pub emulator: &'a Emulator,
    /// Where calls go; the emulator, or a proxy before it.
    pub endpoint: String,
    /// How many seconds a change may take to show. The emulator shows it at once.
    pub wait: &'static str,
}

impl<'a> Repair<'a> {
    /// A fresh organisation.
    pub fn of(emulator: &'a Emulator) -> Self {
        let ciacm = Ciacm::new();
        ciacm.args(["init", "--organisation", "Example", "--no-passphrase"]).run().expect_code(0);
        ciacm.args(["key", "new", "Ann", "--no-passphrase"]).run().expect_code(0);
        Self { ciacm, emulator, endpoint: emulator.url(), wait: "5" }
    }

    /// A command with the emulator's address.
    pub fn command(&self, args: &[&str]) -> Invocation<'_> {
        self.ciacm.args(args).args(["--endpoint-url", &self.endpoint])
    }

    /// Scans with these controls; answers `region resource` to verdict of the first one.
    #[track_caller]
    pub fn scan(&self, controls: &str) -> std::collections::BTreeMap<String, String> {
        self.scan_with(controls, &[])
    }

    /// Like `scan`, with further arguments.
    #[track_caller]
    pub fn scan_with(&self, controls: &str, args: &[&str]) -> std::collections::BTreeMap<String, String> {
        let output = self.command(&["scan", "aws", "--region", "us-east-1", "--fail-on", "none", "--format", "json"]);
        let report = output.args(["--control", controls]).args(args).run().expect_code(0).json();
        of_control(&report, controls.split(',').next().unwrap())
    }

    /// Plans with these further arguments into `plan.json`.
    pub fn plan(&self, args: &[&str]) -> Output {
        self.command(&["remediate", "plan", "--out", "plan.json", "--format", "json"]).args(args).run()
    }

    /// Ann approves `plan.json`.
    #[track_caller]
    pub fn approve(&self) -> Output {
        self.ciacm.args(["remediate", "approve", "plan.json", "--key", "Ann"]).run().expect_code(0)
    }

    /// Applies `plan.json`.
    pub fn apply(&self, args: &[&str]) -> Output {
        self.command(&["remediate", "apply", "plan.json", "--yes", "--wait", self.wait, "--format", "json"])
            .args(args)
            .run()
    }

    /// Undoes the newest run.
    pub fn rollback(&self, args: &[&str]) -> Output {
        self.command(&["rollback", "latest", "--wait", self.wait, "--format", "json"]).args(args).run()
    }

    /// The status of the finding of a control on a resource.
    #[track_caller]
    pub fn status(&self, control: &str, resource: &str) -> String {
        let all = self.ciacm.args(["findings", "list", "--all", "--format", "json", "--control", control]).run();
        let all = all.expect_code(0).json();
        let finding = all.as_array().unwrap().iter().find(|one| one["resource"] == resource);
        finding.unwrap_or_else(|| panic!("no finding on {resource}: {all}"))["status"].as_str().unwrap_or("").to_owned()
    }

    /// The calls of the emulator that are no reads.
    pub fn writes(&self) -> Vec<String> {
        let reads = ["Get", "List", "Describe", "BatchGet", "Generate", "Assume"];
        let is_read =
            |name: &String| name.split(':').nth(1).is_some_and(|call| reads.iter().any(|read| call.starts_with(read)));
        self.emulator.call_names().into_iter().filter(|name| !is_read(name)).collect()
    }

    /// What a Python expression on boto3 clients says of the account, as JSON.
    #[track_caller]
    pub fn state(&self, expression: &str) -> Value {
        let script = format!(
            "import boto3, json, os, urllib.request, urllib.error, botocore.exceptions\n\
             def absent(call, **k):\n    try:\n        r = call(**k); r.pop('ResponseMetadata', None); return r\n    \
             except botocore.exceptions.ClientError as e:\n        return e.response['Error']['Code']\n\
             s3, ec2, iam, kms, ct, rds, sns, account, logs = [boto3.client(n) for n in ('s3','ec2','iam','kms','cloudtrail','rds','sns','account','logs')]\n\
             sqs, ddb, fn, ecr, elb, ssm, cfg, gd = [boto3.client(n) for n in \
             ('sqs','dynamodb','lambda','ecr','elbv2','ssm','config','guardduty')]\n\
             def answer(r): return {{k: v for k, v in r.items() if k != 'ResponseMetadata'}}\n\
             def account_block():\n    \
             scope = 'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0'\n    \
             headers = {{'Authorization': scope, 'x-amz-account-id': '123456789012'}}\n    \
             url = os.environ['AWS_ENDPOINT_URL'] + '/v20180820/configuration/publicAccessBlock'\n    \
             try: return urllib.request.urlopen(urllib.request.Request(url, headers=headers)).read().decode()\n    \
             except urllib.error.HTTPError as e: return e.code\n\
             def machine(name):\n    found = ec2.describe_instances(Filters=[{{'Name':'tag:Name','Values':[name]}}])\n    \
             return found['Reservations'][0]['Instances'][0]\n\
             def permissions(them):\n    return sorted(them, key=lambda one: json.dumps(one, sort_keys=True))\n\
             def rules_of(group):\n    found = ec2.describe_security_group_rules(Filters=[{{'Name':'group-id','Values':[group]}}])\n    \
             kept = [{{k: v for k, v in r.items() if not k.startswith('SecurityGroupRule')}} for r in found['SecurityGroupRules']]\n    \
             return sorted(kept, key=lambda r: json.dumps(r, sort_keys=True))\n\
             print(json.dumps({expression}, default=str, sort_keys=True))"
        );
        serde_json::from_str(&self.emulator.python(&script)).unwrap()
    }
}
