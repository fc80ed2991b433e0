"""A visit to a help centre: whose it is, who reads in which language, and how its answers may be kept."""

import hashlib
import unicodedata
from dataclasses import dataclass, replace

from fastapi import Request
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from connector import queries as connector_queries
from connector.tables import Store
from core.languages import Text
from core.security import RateLimits
from core.settings import Settings
from core.web import client_address
from faq import queries
from faq.catalogue import Shelves
from faq.errors import HelpCentreNotFound
from faq.locales import best_locale
from faq.meaning import Meaning
from faq.readers import is_anybody, reader_of
from faq.schemas import Reader
from faq.tables import HelpCentre

# An edit is seen within a minute; a page that many ask for at once is made once.
KEPT_SECONDS = 60
STALE_SECONDS = 600

# What one network address may ask. A suggestion comes with nearly every letter; behind one address may be an office.
SEARCHES = "60/minute"
SUGGESTIONS = "300/minute"
VOTES = "40/hour"


@dataclass(frozen=True)
class Visit:
    """One request to a help centre. `locale` is one of the centre's."""

    request: Request
    session: Session
    centre: HelpCentre
    store: Store
    locale: str
    reader: Reader

    @property
    def settings(self) -> Settings:
        found: Settings = self.request.app.state.settings
        return found

    @property
    def meaning(self) -> Meaning | None:
        """The model that search asks for meanings, where there is one."""
        return getattr(self.request.app.state, "meaning", None)

    @property
    def shelves(self) -> Shelves:
        return Shelves(self.reader, self.locale, self.centre.locales)

    @property
    def for_anybody(self) -> bool:
        """Whether others may be shown the same answer."""
        return is_anybody(self.request, self.reader)

    def limit(self, often: str, what: str) -> None:
        """Count one try of this caller. Raises TooMany."""
        limits: RateLimits = self.request.app.state.limits
        limits.take(often, f"help-{what}", client_address(self.request))


def visit_of(request: Request, session: Session, centre: str, locale: str = "") -> Visit:
    """The visit, in that language or else in the visitor's best one. Raises HelpCentreNotFound."""
    word = address_word(centre)
    if not word:
        raise HelpCentreNotFound(Text("There is no help centre at this address."))
    found = queries.help_centre_at(session, word)
    store = connector_queries.store(session, found.store_id)
    wanted = locale or request.headers.get("accept-language", "")
    return Visit(
        request, session, found, store, best_locale(wanted, found.locales), reader_of(request, session, store)
    )


def in_language(visit: Visit, locale: str) -> Visit:
    """The same visit in that language, or else in the visitor's best one."""
    wanted = locale or visit.request.headers.get("accept-language", "")
    return replace(visit, locale=best_locale(wanted, visit.centre.locales))


def address_word(given: str) -> str:
    """The part of an address as we store it: one spelling of each letter; "" for what can be none of ours."""
    composed = unicodedata.normalize("NFC", given)
    return composed if composed.isprintable() else ""


def answered(
    visit: Visit,
    body: str,
    *,
    media_type: str = "text/html",
    status: int = 200,
    also_by: str = "",
    seconds: int = KEPT_SECONDS,
    background: BackgroundTask | None = None,
) -> Response:
    """The body with its headers; a 304 without it when the caller has just this. `also_by` adds to Vary, `seconds` is
    how long a public answer may be kept."""
    content = body.encode()
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"Vary": ", ".join(filter(None, ("Cookie, Authorization", also_by)))}
    if not visit.for_anybody:
        headers["Cache-Control"] = "private, no-store"
    elif status != 200:
        headers["Cache-Control"] = "no-cache"
    else:
        kept = f"public, max-age={seconds}, stale-while-revalidate={STALE_SECONDS}"
        headers |= {"Cache-Control": kept, "ETag": tag}
        known = {one.strip() for one in visit.request.headers.get("if-none-match", "").split(",")}
        if tag in known or tag.removeprefix("W/") in known:
            return Response(status_code=304, headers=headers, background=background)
    return Response(
        content, status_code=status, media_type=media_type, headers=headers, background=background
    )
