//! Reads which contacts the account has.

use crate::inventory::CallFailure;
use crate::inventory::aws::account::{self, AlternateContact, Contacts, PrimaryContact};
use crate::provider::aws::Scope;
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use aws_sdk_account::types::AlternateContactType;
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "account.contacts",
    kinds: &[Contacts::TYPE],
    reach: Reach::Account,
    run: |task| Box::pin(async move { vec![(Contacts::TYPE, collect(task).await)] as Outcome }),
}];

const NOT_SET: [&str; 1] = ["ResourceNotFoundException"];

async fn collect(task: Task) -> Result<(), CallFailure> {
    let scope = &task.scope;
    let readings = Contacts {
        primary: task.reading(Contacts::TYPE, "primary", || primary(scope)).await,
        security: task.reading(Contacts::TYPE, "security", || security(scope)).await,
    };
    let place = scope.global_place(scope.account(), None, BTreeMap::new());
    scope.emit(Contacts::TYPE, place, &readings).await;
    Ok(())
}

async fn primary(scope: &Scope) -> Result<Option<PrimaryContact>, CallFailure> {
    let request = scope.clients.account().get_contact_information().send();
    let answer = scope.call_about(scope.account(), &account::GET_CONTACT_INFORMATION, &NOT_SET, request).await?;
    Ok(answer.and_then(|answer| answer.contact_information).map(|contact| PrimaryContact {
        has_name: is_filled(&contact.full_name),
        has_company: given(contact.company_name.as_ref()),
        has_address: [&contact.address_line1, &contact.city, &contact.postal_code, &contact.country_code]
            .into_iter()
            .all(|part| is_filled(part)),
        has_phone: is_filled(&contact.phone_number),
    }))
}

async fn security(scope: &Scope) -> Result<Option<AlternateContact>, CallFailure> {
    let request =
        scope.clients.account().get_alternate_contact().alternate_contact_type(AlternateContactType::Security).send();
    let answer = scope.call_about(scope.account(), &account::GET_ALTERNATE_CONTACT, &NOT_SET, request).await?;
    Ok(answer.and_then(|answer| answer.alternate_contact).map(|contact| AlternateContact {
        has_name: given(contact.name.as_ref()),
        has_email: given(contact.email_address.as_ref()),
        has_phone: given(contact.phone_number.as_ref()),
    }))
}

fn given(detail: Option<&String>) -> bool {
    detail.is_some_and(|detail| is_filled(detail))
}

fn is_filled(detail: &str) -> bool {
    !detail.trim().is_empty()
}
