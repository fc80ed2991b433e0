"""Who a document is for: the billed person with its registration numbers, and where the goods went if elsewhere."""

from collections.abc import Mapping
from typing import Any

from connector.people import full_name
from connector.schemas import Address
from invoices.document_parts import Buyer, Postal, Recipient, Seller

# Where the usual shop plugins keep them; the first that holds a text counts.
REGISTRATION_NUMBER_KEYS = (
    "_business_no",
    "business_no",
    "_billing_business_no",
    "billing_business_no",
    "_billing_business_number",
    "billing_business_number",
    "_business_number",
    "사업자등록번호",
)
TAX_ID_KEYS = (
    "_vat_number",
    "vat_number",
    "_billing_vat_number",
    "billing_vat_number",
    "_billing_eu_vat_number",
    "billing_eu_vat_number",
    "_billing_vat_id",
    "billing_vat_id",
    "_billing_vat",
    "billing_vat",
    "_vat_id",
)
NEEDED_OF_SELLER = ("name", "street", "city", "country")
# The longest real one has 20 characters; anything far longer is something else under the same key.
LONGEST_NUMBER = 40


def buyer_of(billing: Mapping[str, Any], meta: Mapping[str, Any]) -> Buyer:
    """The billed person or company."""
    address = Address(**billing)
    return Buyer(
        name=full_name(address.first_name, address.last_name),
        company=address.company,
        address=_postal(address),
        email=address.email,
        registration_number=_first_number(meta, REGISTRATION_NUMBER_KEYS),
        tax_id=_first_number(meta, TAX_ID_KEYS),
    )


def recipient_of(billing: Mapping[str, Any], shipping: Mapping[str, Any]) -> Recipient | None:
    """Where the goods went, or None where that is the billing address or nowhere."""
    bill, ship = Address(**billing), Address(**shipping)
    if not (ship.street or ship.city):
        return None
    going = Recipient(
        name=full_name(ship.first_name, ship.last_name), company=ship.company, address=_postal(ship)
    )
    billed = Recipient(
        name=full_name(bill.first_name, bill.last_name), company=bill.company, address=_postal(bill)
    )
    return None if going == billed else going


def missing_of(seller: Seller) -> list[str]:
    """Which of the details are empty without which a document is no invoice."""
    given = {"name": seller.name, **seller.address.model_dump()}
    return [name for name in NEEDED_OF_SELLER if not given[name].strip()]


def _postal(address: Address) -> Postal:
    return Postal(
        street=address.street,
        street_more=address.street_more,
        city=address.city,
        state=address.state,
        postcode=address.postcode,
        country=address.country,
    )


def _first_number(meta: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    found = (meta.get(key) for key in keys)
    return next((text for text in found if isinstance(text, str) and 0 < len(text) <= LONGEST_NUMBER), "")
