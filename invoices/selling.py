"""The selling company on documents: what the shop says of itself, and what its owner says better."""

from typing import Any

from sqlmodel import Session

from connector import queries as connector_queries
from connector.people import address_lines
from connector.tables import Store
from core import clock, languages
from core.database import upsert
from core.languages import Text
from invoices import queries
from invoices.document_parts import Postal, Seller
from invoices.due import id_of
from invoices.errors import BadSellerProfile
from invoices.schemas import SellerForm
from invoices.tables import SellerProfile

POSTAL = ("street", "street_more", "city", "state", "postcode", "country")


def said_by_shop(store: Store) -> SellerForm:
    """What the shop itself says of the selling company, field by field."""
    shop: dict[str, Any] = store.seller
    told = {name: str(shop.get(name) or "") for name in (*POSTAL, "email", "phone")}
    return SellerForm(legal_name=str(shop.get("company") or "") or store.name, **told)


def said_by_owner(session: Session, store_id: int) -> SellerForm:
    """What the owner says of it; all fields empty while nobody has."""
    profile = queries.seller_profile(session, store_id)
    return SellerForm.model_validate(profile.model_dump()) if profile else SellerForm()


def seller_of(session: Session, store: Store) -> Seller:
    """The seller as documents print it: each field of the owner's goes before the shop's, an address as a whole."""
    shop, own = said_by_shop(store), said_by_owner(session, id_of(store))
    at = own if any(getattr(own, name) for name in POSTAL) else shop
    colour = {"accent": own.accent} if own.accent else {}
    return Seller(
        name=own.legal_name or shop.legal_name,
        address=Postal(**{name: getattr(at, name) for name in POSTAL}),
        registration_number=own.registration_number,
        tax_id=own.tax_id,
        email=own.email or shop.email,
        phone=own.phone or shop.phone,
        site=store.home_address,
        **colour,
    )


def address_of(seller: Seller) -> list[str]:
    """The seller's postal address line by line, in the language of this moment."""
    nobody = {"first_name": "", "last_name": "", "company": ""}
    return address_lines({**seller.address.model_dump(), **nobody}, languages.current())


def save_seller(session: Session, store_id: int, form: SellerForm) -> None:
    """Keep what the owner says of the selling company. Raises StoreNotFound, and BadSellerProfile for mistakes."""
    connector_queries.store(session, store_id)
    problems = form.problems()
    if problems:
        raise BadSellerProfile(Text("Please check the marked fields."), fields=sorted(problems))
    row = {"store_id": store_id, **form.model_dump(), "changed_at": clock.now()}
    upsert(session, SellerProfile, [row], key=["store_id"])
