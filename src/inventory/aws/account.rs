//! Resource types of AWS Account Management.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};

/// The account holder's contact details.
pub const GET_CONTACT_INFORMATION: ApiCall =
    ApiCall::new("account:GetContactInformation", &["account:GetContactInformation"]);
/// The contact for security matters.
pub const GET_ALTERNATE_CONTACT: ApiCall =
    ApiCall::new("account:GetAlternateContact", &["account:GetAlternateContact"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Contacts::TYPE];

record! {
    /// Which details of the account holder are filled in. The details themselves are personal data and are not kept.
    pub struct PrimaryContact {
        /// The full name of a person.
        pub has_name: bool,
        /// The name of a company.
        pub has_company: bool,
        /// Street, city, postal code and country.
        pub has_address: bool,
        /// A telephone number.
        pub has_phone: bool,
    }
}

record! {
    /// Which details of an alternate contact are filled in. The details themselves are personal data and are not kept.
    pub struct AlternateContact {
        /// The name of a person or a team.
        pub has_name: bool,
        /// An e-mail address.
        pub has_email: bool,
        /// A telephone number.
        pub has_phone: bool,
    }
}

resource_type! {
    /// The contacts that AWS has for the account. One an account; its id is the account's.
    pub struct Contacts: "aws.account.contacts", listed_by [] {
        /// The account holder; absent if AWS has no details.
        maybe primary: PrimaryContact, from [GET_CONTACT_INFORMATION];
        /// The alternate contact for security matters; absent if there is none.
        maybe security: AlternateContact, from [GET_ALTERNATE_CONTACT];
    }
}
