//! An account in memory that keeps buckets and security groups as AWS does, and fails on demand.

use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::s3::GET_BUCKET_POLICY;
use crate::inventory::{CallFailure, Resource};
use crate::remediation::cloud::{Certainty, Cloud, Identity, Target, WriteFailure};
use crate::remediation::operation::Call;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

pub const ACCOUNT: &str = "123456789012";

/// What goes wrong at one of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The program dies before the call.
    DieBefore,
    /// The program dies after the call.
    DieAfter,
    /// The call is not made, and nobody knows.
    LostBefore,
    /// The call is made, and nobody knows.
    LostAfter,
    /// The provider has no time.
    Throttled,
    /// The provider refuses.
    Refused,
}

/// An account in memory.
pub struct Account {
    pub resources: RefCell<BTreeMap<String, Value>>,
    pub calls: Cell<usize>,
    pub fault: Cell<Option<(usize, Fault)>>,
    next_rule: Cell<u32>,
    pub written: RefCell<Vec<String>>,
}

impl Account {
    pub fn new(resources: &[Value]) -> Self {
        let by_id = resources.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone()));
        Self {
            resources: RefCell::new(by_id.collect()),
            calls: Cell::new(0),
            fault: Cell::new(None),
            next_rule: Cell::new(1000),
            written: RefCell::default(),
        }
    }

    pub fn failing_at(self, call: usize, fault: Fault) -> Self {
        self.fault.set(Some((call, fault)));
        self
    }

    /// The fault of this call, if it is its turn.
    pub fn turn(&self) -> Option<Fault> {
        let call = self.calls.get();
        self.calls.set(call + 1);
        let fault = self.fault.get().filter(|(at, _)| *at == call).map(|(_, fault)| fault);
        if fault.is_some() {
            self.fault.set(None);
        }
        fault
    }

    pub fn documents(&self) -> Vec<Value> {
        self.resources.borrow().values().map(read_back).collect()
    }

    /// As EC2 does, a rule that is there already is refused.
    pub fn is_duplicate(&self, call: &Call) -> bool {
        let parameters = &call.parameters;
        let Some(rules) = parameters["GroupId"].as_str().map(|id| self.resources.borrow()[id]["rules"].clone()) else {
            return false;
        };
        parameters["IpPermissions"].as_array().into_iter().flatten().any(|wanted| {
            rules.as_array().unwrap().iter().any(|rule| {
                rule["protocol"] == wanted["IpProtocol"]
                    && rule["from_port"] == wanted["FromPort"]
                    && rule["to_port"] == wanted["ToPort"]
                    && rule["ipv4"] == wanted["IpRanges"][0]["CidrIp"]
            })
        })
    }

    pub fn carry_out(&self, call: &Call) -> Value {
        let parameters = &call.parameters;
        let id = ["Bucket", "GroupId"].iter().find_map(|key| parameters[*key].as_str()).unwrap().to_owned();
        let mut resources = self.resources.borrow_mut();
        let resource = resources.get_mut(&id).unwrap();
        let field = |name: &str| parameters[name].clone();
        match call.call.as_str() {
            "s3:PutPublicAccessBlock" => {
                let block = field("PublicAccessBlockConfiguration");
                resource["public_access_block"] = json!({
                    "block_public_acls": block["BlockPublicAcls"], "block_public_policy": block["BlockPublicPolicy"],
                    "ignore_public_acls": block["IgnorePublicAcls"],
                    "restrict_public_buckets": block["RestrictPublicBuckets"],
                });
            }
            "s3:DeletePublicAccessBlock" => resource["public_access_block"] = Value::Null,
            "s3:PutBucketPolicy" => resource["policy_text"] = field("Policy"),
            "s3:DeleteBucketPolicy" => resource["policy_text"] = Value::Null,
            "s3:PutBucketVersioning" => {
                resource["versioning"]["status"] = field("VersioningConfiguration")["Status"].clone();
            }
            "ec2:RevokeSecurityGroupIngress" => {
                let gone = field("SecurityGroupRuleIds");
                resource["rules"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|rule| !gone.as_array().unwrap().contains(&rule["rule_id"]));
            }
            "ec2:AuthorizeSecurityGroupIngress" => {
                for permission in parameters["IpPermissions"].as_array().unwrap() {
                    let number = self.next_rule.get();
                    self.next_rule.set(number + 1);
                    let port = |key: &str| permission[key].as_i64().unwrap_or(-1);
                    let range = &permission["IpRanges"][0];
                    resource["rules"].as_array_mut().unwrap().push(json!({
                        "rule_id": format!("sgr-{number}"), "direction": "ingress", "protocol": permission["IpProtocol"],
                        "from_port": port("FromPort"), "to_port": port("ToPort"), "ipv4": range["CidrIp"],
                        "description": range["Description"],
                    }));
                }
            }
            other => panic!("the account does not know {other}"),
        }
        self.written.borrow_mut().push(call.call.clone());
        json!({"RequestId": "1"})
    }
}

/// A resource with what follows from its state.
pub fn read_back(resource: &Value) -> Value {
    let mut document = resource.clone();
    if document["type"] == "aws.s3.bucket" {
        let text = document["policy_text"].as_str().map(ToOwned::to_owned);
        document["policy"] = text.map_or(Value::Null, |text| {
            serde_json::to_value(PolicyDocument::parse(&text, &GET_BUCKET_POLICY).unwrap()).unwrap()
        });
        document["policy_is_public"] = Value::Null;
    } else {
        let rules = document["rules"].as_array().unwrap().clone();
        document["ingress"] = rules
            .iter()
            .map(|rule| {
                json!({
                    "protocol": rule["protocol"], "from_port": rule["from_port"], "to_port": rule["to_port"],
                    "ipv4": [rule["ipv4"]], "ipv6": [], "groups": [], "prefix_lists": [],
                })
            })
            .collect();
    }
    document
}

impl Cloud for Account {
    fn identity(&self, account: &str) -> Option<Identity> {
        (account == ACCOUNT).then(|| Identity { account: account.to_owned(), arn: "arn:aws:iam::1:user/x".to_owned() })
    }

    fn read(&self, target: &Target, _fields: &BTreeSet<&'static str>) -> Result<Option<Resource>, CallFailure> {
        match self.turn() {
            Some(Fault::DieBefore | Fault::DieAfter) => panic!("killed while reading"),
            Some(_) => {
                return Err(CallFailure {
                    call: "read".to_owned(),
                    code: "Timeout".to_owned(),
                    message: String::new(),
                    permission: String::new(),
                });
            }
            None => {}
        }
        let resources = self.resources.borrow();
        Ok(resources.get(&target.id).map(|one| Resource::from_document(read_back(one)).unwrap()))
    }

    fn write(&self, _account: &str, call: &Call) -> Result<Value, WriteFailure> {
        let failed = |certainty| {
            let code = if self.is_duplicate(call) { "InvalidPermission.Duplicate" } else { "Fault" };
            let failure = CallFailure {
                call: call.call.clone(),
                code: code.to_owned(),
                message: String::new(),
                permission: String::new(),
            };
            Err(WriteFailure { failure, certainty })
        };
        match self.turn() {
            Some(Fault::DieBefore) => panic!("killed before the call"),
            Some(Fault::DieAfter) if self.is_duplicate(call) => panic!("killed after the call"),
            Some(Fault::DieAfter) => {
                self.carry_out(call);
                panic!("killed after the call");
            }
            Some(Fault::LostBefore) => failed(Certainty::Unknown),
            Some(Fault::LostAfter) => {
                self.carry_out(call);
                failed(Certainty::Unknown)
            }
            Some(Fault::Throttled) => failed(Certainty::Throttled),
            Some(Fault::Refused) => failed(Certainty::Refused),
            None if self.is_duplicate(call) => failed(Certainty::Refused),
            None => Ok(self.carry_out(call)),
        }
    }
}

pub const PUBLIC: &str = r#"{"Sid":"public", "Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}"#;
pub const PARTNER: &str =
    r#"{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:GetObject","Resource":"*"}"#;

pub fn bucket(name: &str, block: Option<bool>, versioning: &str, statements: &[&str]) -> Value {
    let block = block.map(|on| {
        json!({"block_public_acls": on, "block_public_policy": true, "ignore_public_acls": false, "restrict_public_buckets": on})
    });
    let policy = (!statements.is_empty()).then(|| format!("{{ \"Statement\": [{}]}}", statements.join(" ,\n ")));
    json!({
        "provider": "aws", "account": ACCOUNT, "region": "us-east-1", "type": "aws.s3.bucket", "id": name, "name": name,
        "tags": {}, "public_access_block": block, "versioning": {"status": versioning, "mfa_delete": false},
        "policy_text": policy,
    })
}

pub fn group(name: &str, sources: &[(&str, i64, i64)]) -> Value {
    let rules: Vec<_> = sources
        .iter()
        .enumerate()
        .map(|(index, (source, from, to))| {
            json!({
                "rule_id": format!("sgr-{name}-{index}"), "direction": "ingress", "protocol": "tcp", "from_port": from,
                "to_port": to, "ipv4": source, "description": format!("rule {index}"),
            })
        })
        .collect();
    json!({
        "provider": "aws", "account": ACCOUNT, "region": "us-east-1", "type": "aws.ec2.security_group", "id": name,
        "name": name, "tags": {}, "network_interfaces": 1, "egress": [], "is_default": false, "rules": rules,
    })
}

/// The state of an account without ids that are made anew.
pub fn comparable(account: &Account) -> Vec<Value> {
    let mut documents = account.documents();
    for rules in documents.iter_mut().filter_map(|document| document["rules"].as_array_mut()) {
        rules.iter_mut().for_each(|rule| rule["rule_id"] = Value::Null);
        rules.sort_by_key(ToString::to_string);
    }
    for document in &mut documents {
        // Rules are told twice; the second time in the order of their ids.
        document["ingress"] = Value::Null;
    }
    documents
}
