"""A shop's help centre: opened with the shop's own name and languages, changed by its owner."""

from sqlmodel import Session, select

from connector import queries as connector_queries
from core.languages import DEFAULT_LANGUAGE, LANGUAGES, language_of
from faq import queries
from faq.schemas import KEPT_CENTRES
from faq.slugs import slug_of
from faq.tables import HelpCentre


def help_centre_of(session: Session, store_id: int) -> HelpCentre:
    """The shop's help centre; the first asking opens it at an address made of the shop's name."""
    found = queries.help_centre(session, store_id)
    if found is not None:
        return found
    store = connector_queries.store(session, store_id)
    main = language_of(store.locale) or DEFAULT_LANGUAGE
    opened = HelpCentre(
        store_id=store_id,
        slug=_free_slug(session, store.name),
        title={},
        locales=[main, *(other for other in LANGUAGES if other != main)],
        facts={},
        thresholds={},
    )
    session.add(opened)
    session.flush()
    return opened


def _free_slug(session: Session, name: str) -> str:
    taken = {*session.exec(select(HelpCentre.slug)), *KEPT_CENTRES}
    wanted = slug_of(name) or "help"
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if slug not in taken)
