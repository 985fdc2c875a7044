//! Who administers an account, so that no repair takes its administration away.
//!
//! Whoever is in doubt is not counted: who holds a policy that is not understood, denies something of IAM or has
//! conditions, who is bounded, who cannot sign in, whom only services assume. What an organization forbids its accounts
//! cannot be seen from within one.

use crate::inventory::aws::iam::{Administration, GET_ACCOUNT_AUTHORIZATION_DETAILS};
use crate::inventory::aws::policy_document::{PolicyCondition, PolicyDocument, PolicyPrincipal, PolicyStatement};
use crate::wildcard::matches;
use aws_sdk_iam::types::{AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, UserDetail};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The administrators of an account.
#[derive(Debug, Default)]
pub(super) struct Administrators {
    /// Users and roles, each with every way in which it administers.
    known: Vec<(String, Vec<Way>)>,
    /// By the ARN of their owner, the policies on which administration may rest.
    granted: HashMap<String, Vec<String>>,
}

/// One way to administer; it takes all of this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Way {
    /// The users, groups and roles whose policies it rests on.
    owners: BTreeSet<String>,
    /// The user who must be able to sign in.
    user: Option<String>,
}

impl Administrators {
    /// What administration has to do with the user, group or role of this ARN.
    pub(super) fn administration_of(&self, arn: &str) -> Administration {
        let stays = |ways: &[Way]| ways.iter().any(|way| !way.owners.contains(arn));
        let remaining = self.known.iter().filter(|(_, ways)| stays(ways));
        Administration {
            granted_by: self.granted.get(arn).cloned().unwrap_or_default(),
            remaining_administrators: remaining.map(|(arn, _)| arn.clone()).collect(),
        }
    }

    /// The names of the users who must be able to sign in.
    pub(super) fn users(&self) -> BTreeSet<String> {
        self.known.iter().flat_map(|(_, ways)| ways).filter_map(|way| way.user.clone()).collect()
    }

    /// Leaves out the ways of users who are not `able` to sign in.
    pub(super) fn keep_if(&mut self, able: impl Fn(&str) -> bool) {
        for (_, ways) in &mut self.known {
            ways.retain(|way| way.user.as_deref().is_none_or(&able));
        }
    }
}

/// The statements of a policy; none if it is not understood.
pub(super) type Statements = Option<Arc<Vec<PolicyStatement>>>;

/// Managed policies by ARN.
pub(super) type Policies = HashMap<String, Statements>;

pub(super) fn in_force(policy: ManagedPolicyDetail) -> Option<(String, Statements)> {
    let versions = policy.policy_version_list.into_iter().flatten();
    let text = versions.filter(|version| version.is_default_version).find_map(|version| version.document);
    Some((policy.arn?, text.as_deref().and_then(statements)))
}

fn statements(text: &str) -> Statements {
    let parsed = PolicyDocument::parse_percent_encoded(text, &GET_ACCOUNT_AUTHORIZATION_DETAILS).ok()?;
    Some(Arc::new(parsed.statements))
}

/// A policy that somebody has, directly or from a group.
#[derive(Debug, Clone)]
struct Held {
    /// The ARN of the user, group or role that it belongs to.
    owner: String,
    /// The ARN of a managed policy, the name of an inline one.
    policy: String,
    statements: Statements,
}

/// A user, group or role.
#[derive(Debug)]
struct Principal {
    arn: String,
    name: String,
    bounded: bool,
    held: Vec<Held>,
    /// Who may assume a role.
    trust: Statements,
}

/// The identities of an account.
#[derive(Debug, Default)]
pub(super) struct Listed {
    users: Vec<Principal>,
    groups: Vec<Principal>,
    roles: Vec<Principal>,
}

impl Listed {
    pub(super) fn new(
        users: Vec<UserDetail>,
        groups: Vec<GroupDetail>,
        roles: Vec<RoleDetail>,
        policies: &Policies,
    ) -> Self {
        let groups: Vec<Principal> = groups
            .into_iter()
            .map(|group| {
                let arn = group.arn.unwrap_or_default();
                let held = held(&arn, group.attached_managed_policies, group.group_policy_list, policies);
                Principal { arn, name: group.group_name.unwrap_or_default(), bounded: false, held, trust: None }
            })
            .collect();
        let users = users.into_iter().map(|user| {
            let arn = user.arn.unwrap_or_default();
            let mut held = held(&arn, user.attached_managed_policies, user.user_policy_list, policies);
            for name in user.group_list.into_iter().flatten() {
                held.extend(groups.iter().filter(|group| group.name == name).flat_map(|group| group.held.clone()));
            }
            let bounded = user.permissions_boundary.is_some();
            Principal { arn, name: user.user_name.unwrap_or_default(), bounded, held, trust: None }
        });
        let roles = roles.into_iter().map(|role| {
            let arn = role.arn.unwrap_or_default();
            let held = held(&arn, role.attached_managed_policies, role.role_policy_list, policies);
            let trust = role.assume_role_policy_document.as_deref().and_then(statements);
            let bounded = role.permissions_boundary.is_some();
            Principal { arn, name: role.role_name.unwrap_or_default(), bounded, held, trust }
        });
        Self { users: users.collect(), roles: roles.collect(), groups }
    }

    /// The administrators, whether or not they can sign in.
    pub(super) fn administrators(&self, account: &str, saml: &[String]) -> Administrators {
        let all = self.users.iter().chain(&self.groups).chain(&self.roles);
        let granted = all.map(|principal| {
            let own = principal.held.iter().filter(|held| held.owner == principal.arn && may_administer(held));
            (principal.arn.clone(), own.map(|held| held.policy.clone()).collect())
        });
        let users = self.users.iter().map(|user| {
            let ways = user
                .administered_by()
                .map(|held| Way { owners: BTreeSet::from([held.owner.clone()]), user: Some(user.name.clone()) });
            (user.arn.clone(), ways.collect())
        });
        let roles = self.roles.iter().map(|role| {
            let entrances =
                if role.administered_by().next().is_some() { self.entrances(role, account, saml) } else { Vec::new() };
            let ways = role.administered_by().flat_map(|held| {
                entrances.iter().cloned().map(|mut entrance| {
                    entrance.owners.insert(held.owner.clone());
                    entrance
                })
            });
            (role.arn.clone(), ways.collect())
        });
        let known = users.chain(roles).filter(|(_, ways): &(String, Vec<Way>)| !ways.is_empty());
        Administrators { known: known.collect(), granted: granted.collect() }
    }

    /// The ways in which people assume a role.
    fn entrances(&self, role: &Principal, account: &str, saml: &[String]) -> Vec<Way> {
        let Some(trust) = &role.trust else { return Vec::new() };
        if trust.iter().any(|statement| statement.effect != "Allow") {
            return Vec::new();
        }
        let mut ways = Vec::new();
        for statement in trust.iter() {
            for principal in &statement.principals {
                match Comer::of(principal, account) {
                    Comer::Outside if covers(statement, ASSUME) && is_common(&statement.conditions) => {
                        ways.push(Way::default());
                    }
                    Comer::Saml(provider)
                        if saml.iter().any(|known| known == provider)
                            && covers(statement, ASSUME_WITH_SAML)
                            && is_common(&statement.conditions) =>
                    {
                        ways.push(Way::default());
                    }
                    Comer::Account if covers(statement, ASSUME) && statement.conditions.is_empty() => {
                        ways.extend(self.users.iter().flat_map(|user| user.assumes(&role.arn)));
                    }
                    Comer::User(arn) if covers(statement, ASSUME) && statement.conditions.is_empty() => {
                        let named = self.users.iter().filter(|user| user.arn == arn && user.is_free_in("sts"));
                        ways.extend(named.map(|user| Way { user: Some(user.name.clone()), ..Way::default() }));
                    }
                    _ => {}
                }
            }
        }
        ways
    }
}

const ASSUME: &str = "sts:assumerole";
const ASSUME_WITH_SAML: &str = "sts:assumerolewithsaml";

/// Who comes through a trust policy.
enum Comer<'a> {
    /// Another account, or somebody in it.
    Outside,
    /// Whoever an identity provider lets in.
    Saml(&'a str),
    /// Everybody of this account whose own policies allow it.
    Account,
    /// This user of this account.
    User(&'a str),
    /// Services, workloads, roles that may themselves be out of reach, and everyone, whom repairs shut out.
    Other,
}

impl<'a> Comer<'a> {
    fn of(principal: &'a PolicyPrincipal, account: &str) -> Self {
        let value = principal.value.as_str();
        if principal.kind == "Federated" {
            return if value.contains(":saml-provider/") { Self::Saml(value) } else { Self::Other };
        }
        let mut parts = value.splitn(6, ':');
        let (owner, what) = match (parts.nth(4), parts.next()) {
            (Some(owner), Some(what)) => (owner, what),
            _ => (value, "root"),
        };
        let is_account = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
        match (principal.kind.as_str(), is_account, owner == account) {
            ("AWS", true, false) => Self::Outside,
            ("AWS", true, true) if what == "root" => Self::Account,
            ("AWS", true, true) if what.starts_with("user/") => Self::User(value),
            _ => Self::Other,
        }
    }
}

impl Principal {
    /// The policies through which it certainly administers.
    fn administered_by(&self) -> impl Iterator<Item = &Held> {
        let free = self.is_free_in("iam");
        self.held.iter().filter(move |held| free && is_everything(held))
    }

    /// Nothing bounds it, and no policy denies it anything of this service, as far as all of them are understood.
    fn is_free_in(&self, service: &str) -> bool {
        let denies = |held: &Held| {
            let statements = held.statements.as_ref();
            statements.is_none_or(|statements| statements.iter().any(|statement| denies(statement, service)))
        };
        !self.bounded && !self.held.iter().any(denies)
    }

    /// How a user assumes a role of this account that leaves it to the account who may.
    fn assumes(&self, role: &str) -> Vec<Way> {
        if !self.is_free_in("sts") {
            return Vec::new();
        }
        let allows = |statement: &PolicyStatement| {
            statement.effect == "Allow"
                && statement.conditions.is_empty()
                && covers(statement, ASSUME)
                && statement.resources.iter().any(|resource| matches(resource, role))
        };
        let held = self.held.iter().filter(|held| held.statements.iter().any(|all| all.iter().any(allows)));
        held.map(|held| Way { owners: BTreeSet::from([held.owner.clone()]), user: Some(self.name.clone()) }).collect()
    }
}

fn held(
    owner: &str,
    attached: Option<Vec<AttachedPolicy>>,
    inline: Option<Vec<PolicyDetail>>,
    policies: &Policies,
) -> Vec<Held> {
    let owned = |policy: String, statements| Held { owner: owner.to_owned(), policy, statements };
    let attached = attached.into_iter().flatten().filter_map(|policy| policy.policy_arn);
    let attached = attached.map(|arn| {
        let statements = policies.get(&arn).cloned().flatten();
        owned(arn, statements)
    });
    let inline = inline.into_iter().flatten().map(|policy| {
        let statements = policy.policy_document.as_deref().and_then(statements);
        owned(policy.policy_name.unwrap_or_default(), statements)
    });
    attached.chain(inline).collect()
}

/// It allows everything, whatever the circumstances.
fn is_everything(held: &Held) -> bool {
    let everything =
        |statement: &PolicyStatement| statement.conditions.is_empty() && answers(statement, "allows_everything", &[]);
    held.statements.iter().any(|statements| statements.iter().any(everything))
}

/// Administration may rest on it.
fn may_administer(held: &Held) -> bool {
    let grants = |statement: &PolicyStatement| {
        answers(statement, "allows_everything", &[]) || answers(statement, "allows_on_everything", &["iam:*".into()])
    };
    held.statements.as_ref().is_none_or(|statements| statements.iter().any(grants))
}

/// What a helper that controls use says of a statement.
fn answers(statement: &PolicyStatement, helper: &str, arguments: &[Value]) -> bool {
    let document = serde_json::to_value(statement).unwrap_or_default();
    PolicyStatement::RECORD.helper(helper).is_some_and(|helper| (helper.run)(&document, arguments) == Value::Bool(true))
}

/// It denies, or may deny, something of this service.
fn denies(statement: &PolicyStatement, service: &str) -> bool {
    let touches = |action: &String| {
        let pattern = action.split(':').next().unwrap_or_default().to_ascii_lowercase();
        matches(&pattern.replace('?', "*"), service)
    };
    statement.effect != "Allow" && (!statement.not_actions.is_empty() || statement.actions.iter().any(touches))
}

/// One of its action patterns covers this action, given in lower case.
fn covers(statement: &PolicyStatement, action: &str) -> bool {
    statement.actions.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), action))
}

/// Conditions that are usual where people assume roles, and which those who are meant meet.
fn is_common(conditions: &[PolicyCondition]) -> bool {
    const COMMON: [&str; 5] = [
        "sts:externalid",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:principalorgid",
        "aws:principalarn",
    ];
    conditions.iter().all(|condition| COMMON.contains(&condition.key.as_str()) || condition.key.starts_with("saml:"))
}

#[cfg(test)]
mod tests;
