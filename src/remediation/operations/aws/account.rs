//! Operations on AWS Account Management.

use crate::inventory::aws::account::Contacts;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Map, Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REGISTER_SECURITY_CONTACT];

const PUT: WriteApi = WriteApi::idempotent("account:PutAlternateContact", &["account:PutAlternateContact"]);
/// Made a second time it answers that there is no contact.
const DELETE: WriteApi = WriteApi {
    already: &["ResourceNotFoundException"],
    ..WriteApi::idempotent("account:DeleteAlternateContact", &["account:DeleteAlternateContact"])
};

/// What AWS wants of a contact: the argument, and the parameter.
const DETAILS: [(&str, &str); 4] =
    [("name", "Name"), ("title", "Title"), ("email", "EmailAddress"), ("phone", "PhoneNumber")];

const REGISTER_SECURITY_CONTACT: Operation = Operation {
    name: "aws.account.register_security_contact",
    about: "Registers a contact for security matters where there is none. One that is there is never replaced.",
    state: &["security"],
    arguments: &[
        detail("name", "The name of the team."),
        detail("title", "Its title, for instance `Security`."),
        detail("email", "Its e-mail address, better of a team than of a person: plans and audit log keep it."),
        detail("phone", "Its telephone number."),
    ],
    risk: Risk::Safe,
    writes: &[PUT, DELETE],
    prepare: register_security_contact,
    ..Operation::of(Contacts::TYPE)
};

const fn detail(name: &'static str, about: &'static str) -> Argument {
    Argument { name, ty: Type::String, required: true, about }
}

fn register_security_contact(input: &Input<'_>) -> Result<Change, Refusal> {
    let before = input.field("security")?;
    if !before.is_null() {
        let is_whole =
            ["has_name", "has_email", "has_phone"].iter().all(|detail| before.get(detail) == Some(&Value::Bool(true)));
        return if is_whole {
            Ok(Change::nothing())
        } else {
            // Its details are not read, so they could not be restored.
            Err(Refusal::Unsuitable("a contact is registered already: complete it by hand".to_owned()))
        };
    }
    let whose = || Map::from_iter([("AlternateContactType".to_owned(), Value::from("SECURITY"))]);
    let mut parameters = whose();
    for (argument, api) in DETAILS {
        let Some(text) = input.text(argument) else {
            return Err(Refusal::Undecided(format!(
                "who is to be told is not said: set the control's parameter `contact_{argument}`"
            )));
        };
        parameters.insert(api.to_owned(), text.into());
    }
    let write = input
        .write(&PUT, parameters.into(), [input.call(&DELETE, whose().into())])
        .then("security", json!({"has_name": true, "has_email": true, "has_phone": true}));
    Ok(Change::by([write]).telling("AWS sends warnings of leaked keys and abuse to this contact"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    fn team() -> Value {
        json!({"name": "Security team", "title": "Security", "email": "security@example.com", "phone": "+49 30 1234567"})
    }

    #[test]
    fn a_contact_is_registered_where_there_is_none() {
        let change = prepare(&REGISTER_SECURITY_CONTACT, json!({"security": null}), team()).unwrap();
        let call = json!({"AlternateContactType": "SECURITY", "Name": "Security team", "Title": "Security",
            "EmailAddress": "security@example.com", "PhoneNumber": "+49 30 1234567"});
        assert_eq!(parameters(&change), [("account:PutAlternateContact", call)]);
        let delete = json!({"AlternateContactType": "SECURITY"});
        assert_eq!(undo(&change), [("account:DeleteAlternateContact", delete)]);
    }

    #[test]
    fn a_contact_that_is_there_is_not_replaced() {
        let contact = |phone: bool| json!({"security": {"has_name": true, "has_email": true, "has_phone": phone}});
        assert_eq!(prepare(&REGISTER_SECURITY_CONTACT, contact(true), team()), Ok(Change::nothing()));
        let refused = prepare(&REGISTER_SECURITY_CONTACT, contact(false), team());
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }

    #[test]
    fn every_detail_must_be_given() {
        for (missing, _) in DETAILS {
            let mut with = team();
            with[missing] = "".into();
            let refused = prepare(&REGISTER_SECURITY_CONTACT, json!({"security": null}), with).unwrap_err();
            assert!(refused.to_string().contains(&format!("contact_{missing}")), "{refused}");
        }
    }
}
