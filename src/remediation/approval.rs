//! Approvals: who said yes to what, signed, and whether that is enough.

use super::operation::Risk;
use super::plan::{PlanError, hash_of};
use crate::audit::{Actor, canonical};
use crate::signing::certificate;
use crate::signing::cms;
use crate::signing::keystore::{KeyInfo, Keystore, Kind, Role, State};
use crate::signing::path::{Origin, Revocation};
use crate::signing::{Identity, SigningError, ssh_signature};
use crate::store::remediation::StoredApproval;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

const FORMAT: &str = "ciacm-approval/1";

/// The namespace of SSH signatures: what is signed for one purpose counts for no other.
pub const NAMESPACE: &str = "ciacm-approval";

/// What an approver signs, as canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// `ciacm-approval/1`.
    pub format: String,
    /// The hash of the plan, or of the request to roll back.
    pub subject: String,
    /// Who approves: the name of the key in this home.
    pub approver: String,
    /// In what role, as the approver put it.
    pub role: Option<String>,
    /// The fingerprint of the key.
    pub key: String,
    /// When.
    pub made_at: Timestamp,
    /// From then on it no longer counts.
    pub expires_at: Timestamp,
}

impl Approval {
    /// An approval by a key of the home.
    #[must_use]
    pub fn new(subject: &str, key: &KeyInfo, role: Option<String>, made_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            format: FORMAT.to_owned(),
            subject: subject.to_owned(),
            approver: key.name.clone(),
            role,
            key: key.fingerprint.clone(),
            made_at,
            expires_at,
        }
    }

    fn body(&self) -> Result<String, PlanError> {
        let no_form = |why: String| PlanError::NoCanonicalForm(why);
        let value = serde_json::to_value(self).map_err(|error| no_form(error.to_string()))?;
        let bytes = canonical(&value).map_err(|error| no_form(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| no_form(error.to_string()))
    }

    fn sealed(self, sign: impl FnOnce(&str) -> Result<Vec<u8>, SigningError>) -> Result<StoredApproval, SigningError> {
        let body = self.body().map_err(|error| SigningError::new("the approval cannot be signed").why(error))?;
        let signature = sign(&body)?;
        Ok(StoredApproval {
            subject: self.subject,
            approver: self.approver,
            signer: self.key,
            body,
            signature,
            made: self.made_at,
            used: None,
        })
    }

    /// Signs with a key of the home.
    ///
    /// # Errors
    /// If the key cannot be used.
    pub fn signed_by(self, identity: &Identity) -> Result<StoredApproval, SigningError> {
        self.sealed(|body| cms::sign_detached(&Sha256::digest(body.as_bytes()).into(), identity, cms::Profile::File))
    }

    /// Signs with an SSH key.
    ///
    /// # Errors
    /// If `ssh-keygen` refuses.
    pub fn signed_by_ssh(self, key: &Path) -> Result<StoredApproval, SigningError> {
        self.sealed(|body| ssh_signature::sign(key, NAMESPACE, body.as_bytes()))
    }
}

/// An approval that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// Who approved.
    pub approver: String,
    /// The fingerprint of the key.
    pub key: String,
    /// The key signs for the organisation, whoever uses it; it is nobody's in person.
    pub impersonal: bool,
}

/// Checks an approval against the keys of this home.
///
/// # Errors
/// Why it does not count, in a sentence.
pub fn verify(stored: &StoredApproval, keystore: &Keystore, now: Timestamp) -> Result<Approved, String> {
    if let Some(run) = &stored.used {
        return Err(format!("run {run} used it up"));
    }
    let approval: Approval = serde_json::from_str(&stored.body).map_err(|_| "it cannot be understood".to_owned())?;
    let ours = approval.format == FORMAT
        && approval.subject == stored.subject
        && approval.key == stored.signer
        && approval.body().as_deref() == Ok(stored.body.as_str());
    if !ours {
        return Err("it is not what was signed".to_owned());
    }
    if now >= approval.expires_at {
        return Err(format!("it expired at {}", approval.expires_at));
    }
    let keys = keystore.list().map_err(|error| error.to_string())?;
    let Some(key) = keys.into_iter().find(|key| key.fingerprint == approval.key) else {
        return Err("its key is not registered here".to_owned());
    };
    if key.state != State::Active {
        return Err(format!("its key {} is {}", key.name, key.state));
    }
    if key.name != approval.approver {
        return Err(format!("its key is that of {}", key.name));
    }
    if key.kind == Kind::Ssh {
        verify_ssh(stored, keystore)?
    } else {
        verify_cms(stored, keystore)?
    }
    Ok(Approved { approver: key.name, key: key.fingerprint, impersonal: key.role == Role::Signer })
}

fn verify_ssh(stored: &StoredApproval, keystore: &Keystore) -> Result<(), String> {
    let key = keystore.ssh_key(&stored.signer).map_err(|error| error.to_string())?;
    let key = key.ok_or("its key is not registered here")?;
    match ssh_signature::verify(&key, NAMESPACE, stored.body.as_bytes(), &stored.signature) {
        Ok(true) => Ok(()),
        Ok(false) => Err("its signature is wrong".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn verify_cms(stored: &StoredApproval, keystore: &Keystore) -> Result<(), String> {
    let trust = keystore.trust().map_err(|error| error.to_string())?;
    let digest = Sha256::digest(stored.body.as_bytes()).into();
    let verified = cms::verify_detached(&stored.signature, &digest, &trust).map_err(|error| error.to_string())?;
    if certificate::fingerprint(&verified.signer) != stored.signer {
        return Err("another key signed it".to_owned());
    }
    if !matches!(verified.path.origin, Origin::Trusted { .. }) {
        return Err("its certificate does not come from a root of this home".to_owned());
    }
    if verified.path.revocation == Revocation::OutOfDate {
        return Err("the revocation list of its issuer is out of date".to_owned());
    }
    Ok(())
}

/// What is missing to what must be approved; none if it is enough.
///
/// `safe` takes one approval, which may be the requester's. From `disruptive` on approvals count only from people who
/// are not the requester; `destructive` takes two of them.
#[must_use]
pub fn missing(risk: Risk, requester: &Actor, approved: &[Approved]) -> Option<String> {
    let mut others: Vec<&str> = approved
        .iter()
        .filter(|one| !one.impersonal && !one.approver.eq_ignore_ascii_case(&requester.user))
        .map(|one| one.key.as_str())
        .collect();
    others.sort_unstable();
    others.dedup();
    let (had, wanted, who) = match risk {
        Risk::Safe => (approved.len(), 1, "an approval".to_owned()),
        Risk::Disruptive => (others.len(), 1, format!("an approval by an approver who is not {}", requester.user)),
        Risk::Destructive => (others.len(), 2, format!("two approvals by approvers who are not {}", requester.user)),
    };
    (had < wanted).then(|| format!("it is {risk} and takes {who}; it has {had}"))
}

/// The hash that stands for a request to roll back; approvals of it sign that.
///
/// # Errors
/// If a value has no canonical form, which these have.
pub fn rollback_request(run: &str, since: &str, actions: &[u32], forced: bool) -> Result<(Value, String), PlanError> {
    let request =
        json!({"format": "ciacm-rollback/1", "run": run, "since": since, "actions": actions, "force": forced});
    let hash = hash_of(&request)?;
    Ok((request, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(approver: &str, key: &str) -> Approved {
        Approved { approver: approver.to_owned(), key: key.to_owned(), impersonal: false }
    }

    #[test]
    fn the_more_it_may_break_the_more_say_yes() {
        let requester = Actor { user: "anna".to_owned(), host: "desk".to_owned() };
        let organisation = Approved { impersonal: true, ..by("signing", "0") };
        let own = by("Anna", "1");
        let (bert, cleo) = (by("bert", "2"), by("cleo", "3"));
        let enough = |risk, approved: &[&Approved]| {
            missing(risk, &requester, &approved.iter().map(|one| (*one).clone()).collect::<Vec<_>>()).is_none()
        };
        assert!(!enough(Risk::Safe, &[]));
        assert!(enough(Risk::Safe, &[&own]) && enough(Risk::Safe, &[&organisation]));
        assert!(!enough(Risk::Disruptive, &[&own]) && !enough(Risk::Disruptive, &[&organisation]));
        assert!(enough(Risk::Disruptive, &[&bert]));
        assert!(!enough(Risk::Destructive, &[&bert]) && !enough(Risk::Destructive, &[&bert, &own, &organisation]));
        assert!(!enough(Risk::Destructive, &[&bert, &by("bert again", "2")]), "one key counts once");
        assert!(enough(Risk::Destructive, &[&bert, &cleo]));
    }

    #[test]
    fn an_approval_by_a_key_of_the_home_holds_until_it_expires() {
        let (_directory, mut keystore) = crate::signing::testing::home();
        let now: Timestamp = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
        keystore.create("Example", None, now).unwrap();
        let key = keystore.list().unwrap().remove(0);
        let identity = keystore.unattended_identity().unwrap().unwrap();
        let later = now + jiff::SignedDuration::from_hours(1);
        let stored = Approval::new("ab", &key, Some("owner".to_owned()), now, later).signed_by(&identity).unwrap();
        let approved = verify(&stored, &keystore, now).unwrap();
        assert_eq!((approved.approver.as_str(), approved.impersonal), (key.name.as_str(), true));
        assert!(verify(&stored, &keystore, later).unwrap_err().contains("expired"));
        for changed in [
            StoredApproval { subject: "cd".to_owned(), ..stored.clone() },
            StoredApproval { body: stored.body.replace("owner", "boss!"), ..stored.clone() },
            StoredApproval { signer: "00".to_owned(), ..stored.clone() },
            StoredApproval { used: Some("run".to_owned()), ..stored.clone() },
            StoredApproval { signature: vec![0x30, 0x00], ..stored },
        ] {
            assert!(verify(&changed, &keystore, now).is_err(), "{changed:?}");
        }
    }
}
