"""The account itself: contacts."""

from __future__ import annotations

from .core import GLOBAL, Estate

CONTACT = {
    "FullName": "Acme Trading GmbH",
    "CompanyName": "Acme Trading GmbH",
    "AddressLine1": "Speicherstrasse 12",
    "City": "Hamburg",
    "PostalCode": "20457",
    "CountryCode": "DE",
    "PhoneNumber": "+49405550100",
    "WebsiteUrl": "https://acme.example",
}


def seed(estate: Estate) -> None:
    """The main contact and the billing contact are there; nobody is named for security."""
    contacts(estate)
    expect(estate, primary=True, security=False)


def contacts(estate: Estate) -> None:
    """Names the main contact and the billing contact."""
    account = estate.client("account")
    account.put_contact_information(ContactInformation=CONTACT)
    account.put_alternate_contact(
        AlternateContactType="BILLING",
        Name="Marta Keller",
        Title="Head of Finance",
        EmailAddress="billing@acme.example",
        PhoneNumber="+49405550111",
    )
    estate.count("contact", 2)


def expect(estate: Estate, primary: bool, security: bool) -> None:
    """The verdicts on the contacts."""
    estate.expect_if(primary, "AWS-ACCOUNT-001", estate.account, GLOBAL)
    estate.expect_if(security, "AWS-ACCOUNT-002", estate.account, GLOBAL)
