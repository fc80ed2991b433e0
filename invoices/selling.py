"""The selling company on documents: what the shop says of itself, and what its owner says better."""

from typing import Any

from sqlmodel import Session

from connector import queries as connector_queries
from connector.tables import Store
from core import clock
from core.database import upsert
from invoices import queries
from invoices.document_parts import Postal, Seller
from invoices.due import id_of
from invoices.schemas import SellerForm
from invoices.tables import SellerProfile

POSTAL = ("street", "street_more", "city", "state", "postcode", "country")


def seller_of(session: Session, store: Store) -> Seller:
    """The seller as documents print it: each field of the owner's goes before the shop's, an address as a whole."""
    own = queries.seller_profile(session, id_of(store)) or SellerProfile(
        store_id=id_of(store), changed_at=clock.now()
    )
    shop: dict[str, Any] = store.seller
    address = {name: getattr(own, name) for name in POSTAL}
    if not any(address.values()):
        address = {name: str(shop.get(name) or "") for name in POSTAL}
    colour = {"accent": own.accent} if own.accent else {}
    return Seller(
        name=own.legal_name or str(shop.get("company") or "") or store.name,
        address=Postal(**address),
        registration_number=own.registration_number,
        tax_id=own.tax_id,
        email=own.email or str(shop.get("email") or ""),
        phone=own.phone or str(shop.get("phone") or ""),
        site=store.home_address,
        **colour,
    )


def save_seller(session: Session, store_id: int, form: SellerForm) -> None:
    """Keep what the owner says of the selling company. Raises StoreNotFound."""
    connector_queries.store(session, store_id)
    row = {"store_id": store_id, **form.model_dump(), "changed_at": clock.now()}
    upsert(session, SellerProfile, [row], key=["store_id"])
