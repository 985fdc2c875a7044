//! Operations on AWS Lambda.

use super::policy::{self, Shortened};
use crate::inventory::aws::lambda::{Function, GET_POLICY};
use crate::remediation::operation::{Change, FOR_EACH, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Map, Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REMOVE_PERMISSIONS, &REQUIRE_SIGNED_REQUESTS];

const REMOVE: WriteApi = WriteApi {
    // The statement is gone, as wanted.
    already: &["ResourceNotFoundException"],
    ..WriteApi::idempotent("lambda:RemovePermission", &["lambda:RemovePermission"])
};
const ADD: WriteApi = WriteApi {
    // A statement of that name is there again; reading shows whether it is the same.
    already: &["ResourceConflictException"],
    ..WriteApi::idempotent("lambda:AddPermission", &["lambda:AddPermission"])
};

const UPDATE_URL: WriteApi =
    WriteApi::idempotent("lambda:UpdateFunctionUrlConfig", &["lambda:UpdateFunctionUrlConfig"]);

const REMOVE_PERMISSIONS: Operation = Operation {
    looks_at: &["policy", "policy_revision"],
    rollback_note: "the policy has a new revision id",
    ..policy::removal(
        "aws.lambda.remove_permissions",
        "Removes the chosen statements from a function's policy, one call each, and no other.",
        Function::TYPE,
        &[REMOVE, ADD],
        remove_permissions,
    )
};

fn remove_permissions(input: &Input<'_>) -> Result<Change, Refusal> {
    let Some(Shortened { before, impact, .. }) = policy::without_targets(input)? else {
        return Ok(Change::nothing());
    };
    let revision = input.field("policy_revision")?;
    let mut document = input.document.clone();
    let mut text = before.to_owned();
    let mut writes = Vec::new();
    // One by one, so that the state after each call is known.
    for target in input.targets() {
        let with = Map::from_iter([(FOR_EACH.to_owned(), json!([target]))]);
        let step = Input { document: &document, with: &with, now: input.now };
        let Some(Shortened { after, .. }) = policy::without_targets(&step)? else { continue };
        let statement = statement_of(&text, target)?;
        let (sid, again) = permission(input, &statement)?;
        let mut parameters = json!({"FunctionName": input.name(), "StatementId": sid});
        // Lambda compares it with the revision that it has. What the next one is called, nobody says beforehand.
        if writes.is_empty() && !revision.is_null() {
            parameters["RevisionId"] = revision.clone();
        }
        let mut write = input.write(&REMOVE, parameters, [input.call(&ADD, again)]);
        write.after = policy::fields_of(after.as_deref(), &GET_POLICY)?;
        if let Some(members) = document.as_object_mut() {
            members.extend(write.after.clone());
        }
        text = after.unwrap_or_default();
        writes.push(write);
    }
    Ok(Change { impact, ..Change::by(writes) })
}

const REQUIRE_SIGNED_REQUESTS: Operation = Operation {
    name: "aws.lambda.require_signed_requests",
    about: "Lets the URLs of a function and of its aliases take only requests that are signed, which IAM then judges.",
    state: &["urls"],
    risk: Risk::Disruptive,
    writes: &[UPDATE_URL],
    prepare: require_signed_requests,
    ..Operation::of(Function::TYPE)
};

fn require_signed_requests(input: &Input<'_>) -> Result<Change, Refusal> {
    const SIGNED: &str = "AWS_IAM";
    let mut urls = input.list("urls")?.to_vec();
    let mut writes = Vec::new();
    for index in 0..urls.len() {
        let before = urls[index]["auth_type"].as_str().unwrap_or_default().to_owned();
        if before == SIGNED {
            continue;
        }
        // The URL of an alias belongs to the function's ARN with the name of the alias behind it.
        let of = urls[index]["function"].as_str().unwrap_or_default();
        let alias = of.strip_prefix(input.common("id")).and_then(|rest| rest.strip_prefix(':'));
        let parameters = |auth_type: &str| {
            let mut parameters = json!({"FunctionName": input.name(), "AuthType": auth_type});
            if let Some(alias) = alias {
                parameters["Qualifier"] = alias.into();
            }
            parameters
        };
        let write = input.write(&UPDATE_URL, parameters(SIGNED), [input.call(&UPDATE_URL, parameters(&before))]);
        urls[index]["auth_type"] = SIGNED.into();
        writes.push(write.then("urls", urls.clone().into()));
    }
    let change = Change::by(writes);
    Ok(change.telling(
        "callers that do not sign their requests are refused, browsers and webhooks among them; those that sign \
             need lambda:InvokeFunctionUrl and lambda:InvokeFunction",
    ))
}

/// The statement of the policy that is `target`, as it is written.
fn statement_of(text: &str, target: &Value) -> Result<Value, Refusal> {
    let policy: Value = serde_json::from_str(text).unwrap_or_default();
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.clone(),
        single => vec![single.clone()],
    };
    let named: Vec<_> = statements.into_iter().filter(|statement| statement["Sid"] == target["sid"]).collect();
    match <[Value; 1]>::try_from(named) {
        Ok([statement]) if statement["Sid"].is_string() => Ok(statement),
        _ => Err(Refusal::Unsuitable("a statement without a name of its own cannot be removed".to_owned())),
    }
}

/// The name of a statement, and the parameters of the call that makes it again.
fn permission(input: &Input<'_>, statement: &Value) -> Result<(String, Value), Refusal> {
    let sid = statement["Sid"].as_str().unwrap_or_default();
    let lost = |what: &str| {
        Err(Refusal::Unsuitable(format!("statement {sid} could not be made again: {what} is not what Lambda writes")))
    };
    let (Some(action), Some(principal)) = (statement["Action"].as_str(), principal(&statement["Principal"])) else {
        return lost("its action or principal");
    };
    if statement["Effect"] != "Allow" || statement["Resource"] != input.common("id") {
        return lost("its effect or resource");
    }
    let mut again = json!({"FunctionName": input.name(), "StatementId": sid, "Action": action, "Principal": principal});
    for (key, value) in statement.as_object().into_iter().flatten() {
        match key.as_str() {
            "Sid" | "Effect" | "Principal" | "Action" | "Resource" => {}
            "Condition" => {
                let comparisons = value.as_object().into_iter().flatten();
                for (operator, (key, value)) in comparisons
                    .flat_map(|(operator, keys)| keys.as_object().into_iter().flatten().map(move |one| (operator, one)))
                {
                    let Some((name, value)) = condition(operator, key, value) else {
                        return lost(&format!("its condition on {key}"));
                    };
                    again[name] = value;
                }
            }
            other => return lost(&format!("its {other}")),
        }
    }
    Ok((sid.to_owned(), again))
}

fn principal(written: &Value) -> Option<&str> {
    match written {
        Value::String(everyone) => Some(everyone),
        Value::Object(one) if one.len() == 1 => one.get("AWS").or_else(|| one.get("Service"))?.as_str(),
        _ => None,
    }
}

/// The parameter of `AddPermission` that makes this comparison.
fn condition(operator: &str, key: &str, value: &Value) -> Option<(&'static str, Value)> {
    let text = || value.as_str().map(Value::from);
    match (operator, key.to_ascii_lowercase().as_str()) {
        ("ArnLike", "aws:sourcearn") => Some(("SourceArn", text()?)),
        ("StringEquals", "aws:sourceaccount") => Some(("SourceAccount", text()?)),
        ("StringEquals", "aws:principalorgid") => Some(("PrincipalOrgID", text()?)),
        ("StringEquals", "lambda:eventsourcetoken") => Some(("EventSourceToken", text()?)),
        ("StringEquals", "lambda:functionurlauthtype") => Some(("FunctionUrlAuthType", text()?)),
        ("Bool", "lambda:invokedviafunctionurl") => {
            let on = value.as_bool().or_else(|| value.as_str()?.parse().ok())?;
            Some(("InvokedViaFunctionUrl", on.into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const S3: &str = r#"{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"example-id","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::logs"}}}"#;
    const ALL: &str =
        r#"{"Sid":"all","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"example-id"}"#;
    const URL: &str = r#"{"Sid":"url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"example-id","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}"#;

    fn function(statements: &[&str]) -> Value {
        let text = format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{}]}}"#, statements.join(","));
        let mut fields = policy::fields_of(Some(&text), &GET_POLICY).unwrap();
        fields.insert("policy_revision".to_owned(), "r-1".into());
        Value::Object(fields)
    }

    #[test]
    fn one_statement_goes_if_the_policy_is_still_the_one_that_was_read() {
        let fields = function(&[S3, ALL]);
        let with = json!({"for_each": [fields["policy"]["statements"][1]]});
        let change = prepare(&REMOVE_PERMISSIONS, fields, with).unwrap();
        let call = json!({"FunctionName": "example", "StatementId": "all", "RevisionId": "r-1"});
        assert_eq!(parameters(&change), [("lambda:RemovePermission", call)]);
        let call = json!({
            "FunctionName": "example", "StatementId": "all", "Action": "lambda:InvokeFunction", "Principal": "*",
        });
        assert_eq!(undo(&change), [("lambda:AddPermission", call)]);
        let left: Value = serde_json::from_str(change.writes[0].after["policy_text"].as_str().unwrap()).unwrap();
        assert_eq!(left["Statement"], json!([serde_json::from_str::<Value>(S3).unwrap()]));
    }

    #[test]
    fn of_several_statements_each_is_a_call_and_the_last_leaves_no_policy() {
        let fields = function(&[ALL, URL]);
        let with = json!({"for_each": fields["policy"]["statements"]});
        let change = prepare(&REMOVE_PERMISSIONS, fields, with).unwrap();
        let calls = parameters(&change);
        assert_eq!(calls[0].1["RevisionId"], "r-1");
        assert_eq!(calls[1].1, json!({"FunctionName": "example", "StatementId": "url"}));
        assert!(change.writes[0].after["policy_text"].as_str().unwrap().contains("InvokeFunctionUrl"));
        assert_eq!(change.writes[1].after["policy_text"], Value::Null);
        assert_eq!(change.writes[1].undo[0].parameters["FunctionUrlAuthType"], "NONE");
    }

    #[test]
    fn what_could_not_be_made_again_stays() {
        let odd = [
            ALL.replace("\"Sid\":\"all\",", ""),
            ALL.replace("example-id", "example-id:1"),
            ALL.replace("\"lambda:InvokeFunction\"", "[\"lambda:InvokeFunction\",\"lambda:GetFunction\"]"),
            ALL.replace("\"Resource\"", "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"true\"}},\"Resource\""),
        ];
        for statement in odd {
            let fields = function(&[S3, &statement]);
            let with = json!({"for_each": [fields["policy"]["statements"][1]]});
            let refused = prepare(&REMOVE_PERMISSIONS, fields, with);
            assert!(matches!(refused, Err(Refusal::Unsuitable(_))), "{statement}: {refused:?}");
        }
        let fields = function(&[S3]);
        assert_eq!(prepare(&REMOVE_PERMISSIONS, fields, json!({"for_each": []})), Ok(Change::nothing()));
    }

    #[test]
    fn every_comparison_that_lambda_writes_can_be_made_again() {
        for (operator, key, value, name, given) in [
            ("ArnLike", "AWS:SourceArn", json!("arn:aws:s3:::logs"), "SourceArn", json!("arn:aws:s3:::logs")),
            ("StringEquals", "AWS:SourceAccount", json!("123456789012"), "SourceAccount", json!("123456789012")),
            ("StringEquals", "aws:PrincipalOrgID", json!("o-a"), "PrincipalOrgID", json!("o-a")),
            ("StringEquals", "lambda:EventSourceToken", json!("t"), "EventSourceToken", json!("t")),
            ("Bool", "lambda:InvokedViaFunctionUrl", json!("true"), "InvokedViaFunctionUrl", json!(true)),
        ] {
            assert_eq!(condition(operator, key, &value), Some((name, given)));
        }
        assert_eq!(condition("StringLike", "aws:PrincipalOrgID", &json!("o-*")), None);
        assert_eq!(condition("ArnLike", "aws:SourceArn", &json!(["a", "b"])), None);
    }

    #[test]
    fn every_open_url_asks_for_signatures_and_no_other_is_touched() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:example";
        let url = |alias: &str, auth_type: &str| json!({"function": format!("{arn}{alias}"), "auth_type": auth_type});
        let fields = |urls: Value| json!({"id": arn, "urls": urls});
        let three = json!([url("", "NONE"), url(":old", "AWS_IAM"), url(":live", "NONE")]);
        let change = prepare(&REQUIRE_SIGNED_REQUESTS, fields(three), json!({})).unwrap();
        let own = |auth_type: &str| json!({"FunctionName": "example", "AuthType": auth_type});
        let live = |auth_type: &str| json!({"FunctionName": "example", "AuthType": auth_type, "Qualifier": "live"});
        let call = "lambda:UpdateFunctionUrlConfig";
        assert_eq!(parameters(&change), [(call, own("AWS_IAM")), (call, live("AWS_IAM"))]);
        let undone: Vec<_> = change.writes.iter().map(|write| write.undo[0].parameters.clone()).collect();
        assert_eq!(undone, [own("NONE"), live("NONE")]);
        let first = json!([url("", "AWS_IAM"), url(":old", "AWS_IAM"), url(":live", "NONE")]);
        assert_eq!(change.writes[0].after["urls"], first);
        let nothing = prepare(&REQUIRE_SIGNED_REQUESTS, fields(json!([url("", "AWS_IAM")])), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }
}
