"""A help centre's sitemap: its pages and public articles in all languages, for search engines."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from sqlmodel import Session

from core.settings import Settings
from faq import queries
from faq.addresses import category_path, home_path
from faq.catalogue import Shelves, listed
from faq.schemas import Reader
from faq.tables import HelpCentre

MOST_ADDRESSES = 50_000  # What a sitemap may hold by its own rules.
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def sitemap(session: Session, settings: Settings, centre: HelpCentre) -> str:
    """The XML; it lists nothing that is not public."""
    found = list(_addresses(session, settings, centre))
    return HEAD + "".join(found[:MOST_ADDRESSES]) + "</urlset>\n"


def _addresses(session: Session, settings: Settings, centre: HelpCentre) -> Iterator[str]:
    locales, reader = centre.locales, Reader(centre.store_id)
    yield from _group({locale: settings.address + home_path(centre, locale) for locale in locales}, {})
    shelves = Shelves(reader, locales[0], locales).all(session, each=1)
    shown = {shelf.category.slug for shelf in shelves if shelf.category}
    for category in queries.categories(session, centre.store_id):
        if category.slug in shown:
            paths = {locale: category_path(centre, locale, category.slug) for locale in locales}
            yield from _group({locale: settings.address + path for locale, path in paths.items()}, {})
    homes = {locale: settings.address + home_path(centre, locale) for locale in locales}
    for one in listed(session, centre.store_id, locales, limit=MOST_ADDRESSES):
        addresses = {locale: homes[locale] + quote(slug, safe="") for locale, slug in one.slugs.items()}
        yield from _group(addresses, one.published)


def _group(addresses: Mapping[str, str], published: Mapping[str, datetime | None]) -> Iterator[str]:
    """One page in its languages: each names all of them."""
    links = "".join(_links(addresses)) if len(addresses) > 1 else ""
    for locale, address in addresses.items():
        moment = published.get(locale)
        changed = f"<lastmod>{moment.date()}</lastmod>" if moment else ""
        yield f"<url><loc>{quoteattr(address)[1:-1]}</loc>{changed}{links}</url>\n"


def _links(addresses: Mapping[str, str]) -> Sequence[str]:
    return [
        f'<xhtml:link rel="alternate" hreflang={quoteattr(locale)} href={quoteattr(address)}/>'
        for locale, address in addresses.items()
    ]
