"""A shop's help centre: opened with the shop's own name and languages, changed by its owner."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, select

from connector import queries as connector_queries
from core.database import upsert
from core.languages import DEFAULT_LANGUAGE, LANGUAGES, Text, language_of
from faq import queries
from faq.errors import HelpCentreNotFound
from faq.schemas import KEPT_CENTRES
from faq.slugs import slug_of
from faq.tables import HelpCentre


def help_centre_of(session: Session, store_id: int) -> HelpCentre:
    """The shop's help centre; the first asking opens it at an address made of the shop's name."""
    known = queries.help_centre(session, store_id)
    if known is None:
        # Two who ask first at one moment must find the same one.
        made = help_centre_as_shown(session, store_id).model_dump()
        upsert(session, HelpCentre, [made], key=["store_id"], update=[])
        known = queries.help_centre(session, store_id)
    if known is None:
        raise HelpCentreNotFound(Text("There is no help centre at this address."))
    return known


def help_centre_as_shown(session: Session, store_id: int) -> HelpCentre:
    """The shop's help centre, or the one that would be opened for it, for pages that only read."""
    found = queries.help_centre(session, store_id)
    if found is not None:
        return found
    store = connector_queries.store(session, store_id)
    main = language_of(store.locale) or DEFAULT_LANGUAGE
    return HelpCentre(
        store_id=store_id,
        slug=_free_slug(session, store.name),
        title={},
        locales=[main, *(other for other in LANGUAGES if other != main)],
        facts={},
        thresholds={},
    )


def locales_of_shops(session: Session) -> Mapping[int, Sequence[str]]:
    """The languages of each connected shop's help centre, the main one first."""
    shops = [int(shop.id or 0) for shop in connector_queries.stores(session)]
    return {store_id: help_centre_as_shown(session, store_id).locales for store_id in shops}


def _free_slug(session: Session, name: str) -> str:
    taken = {*session.exec(select(HelpCentre.slug)), *KEPT_CENTRES}
    wanted = slug_of(name) or "help"
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if slug not in taken)
