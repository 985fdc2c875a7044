//! Who counts as an administrator.

use super::*;
use serde_json::json;

const US: &str = "123456789012";
const ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn arn(what: &str) -> String {
    format!("arn:aws:iam::{US}:{what}")
}

fn principal(what: &str, own: &[(&str, &str)]) -> Principal {
    let name = what.rsplit('/').next().unwrap().to_owned();
    let held = own.iter().map(|(policy, text)| Held {
        owner: arn(what),
        policy: (*policy).to_owned(),
        statements: statements(text),
    });
    Principal { arn: arn(what), name, bounded: false, held: held.collect(), trust: None }
}

fn role(what: &str, own: &[(&str, &str)], principal_element: Value, condition: Value) -> Principal {
    let kind = principal_element.as_object().unwrap().keys().next().unwrap();
    let action = if kind == "Federated" { "sts:AssumeRoleWithSAML" } else { "sts:AssumeRole" };
    let trust = json!({"Statement": [
        {"Effect": "Allow", "Principal": principal_element, "Action": action, "Condition": condition},
    ]});
    Principal { trust: statements(&trust.to_string()), ..principal(what, own) }
}

fn administrators(listed: &Listed) -> Vec<String> {
    let all = listed.administrators(US, &[arn("saml-provider/sso")]);
    all.known.into_iter().map(|(arn, _)| arn).collect()
}

fn of_users(users: Vec<Principal>) -> Vec<String> {
    administrators(&Listed { users, ..Listed::default() })
}

fn of_role(role: Principal) -> Vec<String> {
    administrators(&Listed { roles: vec![role], ..Listed::default() })
}

#[test]
fn whoever_may_do_everything_administers() {
    let everything_but = r#"{"Statement":{"Effect":"Allow","NotAction":"organizations:*","Resource":"*"}}"#;
    let narrow = r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    let users = vec![
        principal("user/ann", &[("all", ALL)]),
        principal("user/bob", &[("most", everything_but)]),
        principal("user/eve", &[("iam", narrow)]),
    ];
    assert_eq!(of_users(users), [arn("user/ann"), arn("user/bob")]);
}

#[test]
fn who_is_in_doubt_is_not_counted() {
    let conditional = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"true"}}}}"#;
    assert!(of_users(vec![principal("user/ann", &[("all", conditional)])]).is_empty());
    assert!(of_users(vec![principal("user/ann", &[("all", ALL), ("odd", "no policy")])]).is_empty());
    assert!(of_users(vec![Principal { bounded: true, ..principal("user/ann", &[("all", ALL)]) }]).is_empty());
    let denied = |element: &str| {
        let deny = format!(r#"{{"Statement":{{"Effect":"Deny",{element},"Resource":"*"}}}}"#);
        of_users(vec![principal("user/ann", &[("all", ALL), ("deny", &deny)])]).is_empty()
    };
    for element in
        [r#""Action":"*""#, r#""Action":["s3:*","IAM:Put?serPolicy"]"#, r#""NotAction":"s3:*""#, r#""Action":"?am:*""#]
    {
        assert!(denied(element), "{element}");
    }
    assert!(!denied(r#""Action":["s3:DeleteBucket","organizations:*"]"#), "it does not take administration away");
}

#[test]
fn a_role_counts_if_people_come_in() {
    let comes_in = |principal: Value, condition: Value| {
        !of_role(role("role/admin", &[("all", ALL)], principal, condition)).is_empty()
    };
    let saml = json!({"Federated": arn("saml-provider/sso")});
    assert!(comes_in(saml.clone(), json!({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}})));
    assert!(!comes_in(saml, json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})), "who knows from where");
    assert!(!comes_in(json!({"Federated": arn("saml-provider/gone")}), json!({})));
    assert!(comes_in(json!({"AWS": "210987654321"}), json!({"StringEquals": {"sts:ExternalId": "x"}})));
    assert!(comes_in(json!({"AWS": "arn:aws:iam::210987654321:role/ops"}), json!({})));
    for nobody in [
        json!({"Service": "ec2.amazonaws.com"}),
        json!({"AWS": "*"}),
        json!({"AWS": "AIDAEXAMPLE"}),
        json!({"AWS": arn("role/other")}),
        json!({"AWS": arn("root")}),
        json!({"Federated": arn("oidc-provider/token.actions.githubusercontent.com")}),
    ] {
        assert!(!comes_in(nobody.clone(), json!({})), "{nobody}");
    }
    let denying = json!({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    ]});
    let trust = statements(&denying.to_string());
    assert!(of_role(Principal { trust, ..principal("role/admin", &[("all", ALL)]) }).is_empty());
}

#[test]
fn a_role_of_the_own_account_counts_if_a_user_may_assume_it() {
    let admin = |who: &str| role("role/admin", &[("all", ALL)], json!({"AWS": arn(who)}), json!({}));
    let may = |resource: &str| {
        json!({"Statement": {"Effect": "Allow", "Action": "sts:Assume*", "Resource": resource}}).to_string()
    };
    let counts = |user: Principal, who: &str| {
        !administrators(&Listed { users: vec![user], roles: vec![admin(who)], ..Listed::default() }).is_empty()
    };
    let ann = |text: &str| principal("user/ann", &[("assume", text)]);
    assert!(counts(ann(&may(&arn("role/*"))), "root"));
    assert!(!counts(ann(&may(&arn("role/other"))), "root"));
    assert!(!counts(Principal { bounded: true, ..ann(&may("*")) }, "root"));
    assert!(counts(principal("user/ann", &[]), "user/ann"), "who is named needs no policy");
    assert!(!counts(principal("user/ann", &[]), "user/bob"));
}

#[test]
fn who_cannot_sign_in_does_not_administer() {
    let users = vec![principal("user/ann", &[("all", ALL)]), principal("user/bob", &[("all", ALL)])];
    let entered_by_ann = role("role/admin", &[("all", ALL)], json!({"AWS": arn("user/ann")}), json!({}));
    let listed = Listed { users, roles: vec![entered_by_ann], ..Listed::default() };
    let mut all = listed.administrators(US, &[]);
    assert_eq!(all.users(), BTreeSet::from(["ann".to_owned(), "bob".to_owned()]));
    all.keep_if(|user| user == "bob");
    assert_eq!(all.administration_of("somebody").remaining_administrators, [arn("user/bob")]);
}

#[test]
fn whose_policies_go_may_take_others_along() {
    let group = principal("group/admins", &[("all", ALL)]);
    let mut member = principal("user/ann", &[("own", ALL)]);
    member.held.extend(group.held.clone());
    let mut only_member = principal("user/bob", &[]);
    only_member.held.extend(group.held.clone());
    let entered_by_bob = role("role/admin", &[("all", ALL)], json!({"AWS": arn("user/bob")}), json!({}));
    let listed = Listed { users: vec![member, only_member], groups: vec![group], roles: vec![entered_by_bob] };
    let all = listed.administrators(US, &[]);
    let (ann, bob, admin) = (arn("user/ann"), arn("user/bob"), arn("role/admin"));
    let of = |what: &str| all.administration_of(&arn(what));
    assert_eq!(of("user/ann").remaining_administrators, [ann.clone(), bob.clone(), admin.clone()], "the group is left");
    assert_eq!(of("user/ann").granted_by, ["own"]);
    assert_eq!(of("group/admins").remaining_administrators, [ann.clone(), admin]);
    assert_eq!(of("role/admin").remaining_administrators, [ann, bob]);
    assert_eq!(of("user/bob").granted_by, Vec::<String>::new());
}

#[test]
fn what_may_carry_administration_is_told_widely() {
    let iam = r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    let narrow = r#"{"Statement":{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}}"#;
    let users = vec![principal("user/ann", &[("iam", iam), ("odd", "no policy"), ("narrow", narrow), ("all", ALL)])];
    let all = Listed { users, ..Listed::default() }.administrators(US, &[]);
    assert_eq!(all.administration_of(&arn("user/ann")).granted_by, ["iam", "odd", "all"]);
}
