//! The write calls of Account Management.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_account::types::AlternateContactType;

write_calls! {
    "account:PutAlternateContact" => put_alternate_contact,
    "account:DeleteAlternateContact" => delete_alternate_contact,
}

async fn put_alternate_contact(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .account()
        .put_alternate_contact()
        .alternate_contact_type(AlternateContactType::from(given.text("AlternateContactType")?))
        .name(given.text("Name")?)
        .title(given.text("Title")?)
        .email_address(given.text("EmailAddress")?)
        .phone_number(given.text("PhoneNumber")?);
    given.done(request.send().await)
}

async fn delete_alternate_contact(scope: &Scope, given: Parameters<'_>) -> Written {
    let kind = AlternateContactType::from(given.text("AlternateContactType")?);
    given.done(scope.clients.account().delete_alternate_contact().alternate_contact_type(kind).send().await)
}
