"""A shop's website as the rooms above see it: posts and pages that come in, and articles that go out.

What it is made with (WordPress by REST or XML-RPC) is known to the side room alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import quote, urljoin, urlsplit

from sqlmodel import Session

from core.database import Database
from core.errors import NotFound, OutsideError

EntryKind = Literal["post", "page"]
EntryState = Literal["published", "draft", "private"]
Progress = Callable[[int, int], None]  # How many are there now, and of how many.


PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def own_picture(site: str, address: str) -> str:
    """The whole address of a picture of that site; "" for anything else.

    Same host and port only, and only what ends like a picture: a crafted post cannot make us ask other machines, or
    press anything on this one. Old posts say http of a site that has https since; they are asked for by https.
    """
    try:
        parts, home = urlsplit(urljoin(f"{site}/", address.strip())), urlsplit(site)
        same = parts.hostname == home.hostname and parts.port == home.port
    except ValueError:
        return ""
    if not same or parts.username or parts.scheme not in ("http", "https"):
        return ""
    if not parts.path.lower().endswith(PICTURE_ENDINGS):
        return ""
    return f"{home.scheme}://{home.netloc}{quote(parts.path, safe='/%')}"


class SiteUnavailable(OutsideError):
    """The website did not answer as one; worth another try unless `permanent`."""

    code = "site_unavailable"


class SiteRefused(OutsideError):
    """The website answered and said no: password or permission."""

    code = "site_refused"

    def __init__(self, sentence: object, **details: object) -> None:
        super().__init__(sentence, permanent=True, **details)  # type: ignore[arg-type]


class EntryGone(OutsideError):
    """The website says that the post or page does not exist (any more)."""

    code = "entry_gone"

    def __init__(self, sentence: object, **details: object) -> None:
        super().__init__(sentence, permanent=True, **details)  # type: ignore[arg-type]


class SiteNotConnected(NotFound):
    code = "site_not_connected"


@dataclass(frozen=True)
class SiteFacts:
    """What a website says of itself. `locale` is a language tag, "" when it does not tell."""

    address: str
    name: str
    locale: str
    way: Literal["rest", "xmlrpc"]
    may_publish: bool = True


@dataclass(frozen=True)
class SiteCategory:
    """A category of posts."""

    slug: str
    name: str


@dataclass(frozen=True)
class SiteEntry:
    """One post or page; `raw` is HTML as it is edited, else as visitors get it. `translations` are the numbers of the same entry by language tag, as far as the site tells."""

    kind: EntryKind
    number: int
    title: str
    html: str
    state: EntryState
    address: str = ""
    locale: str = ""
    position: int = 0
    protected: bool = False
    raw: bool = False
    categories: tuple[SiteCategory, ...] = ()
    translations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OutgoingEntry:
    """An article's language to be shown by the website. `mark` finds it there again, also after a crash here."""

    kind: EntryKind
    mark: str
    title: str
    html: str
    slug: str
    locale: str
    number: int = 0


@dataclass(frozen=True)
class ShownEntry:
    """Where the website shows what was published."""

    number: int
    address: str


class Website(Protocol):
    """A connected website. Everything here asks it and may raise SiteUnavailable or SiteRefused."""

    def facts(self) -> SiteFacts:
        """What it says of itself; proves the password."""

    def entries(self, kinds: Sequence[EntryKind], *, progress: Progress) -> Iterator[SiteEntry]:
        """Its posts and pages, oldest first."""

    def picture(self, address: str) -> bytes:
        """A picture of its own; one of another site is refused without being asked for."""

    def publish(self, entry: OutgoingEntry) -> ShownEntry:
        """Show the entry: change the one of that number or mark, else make one."""


@dataclass(frozen=True)
class Connected:
    """A shop's website as its owner sees the connection.

    `state`: asking (the password is being tried) · ready · refused (`problem` is a kept text that says why).
    """

    address: str
    user: str
    name: str
    state: str
    problem: str
    may_publish: bool


class Websites(Protocol):
    """The websites of the connected shops."""

    def of_store(self, database: Database, store_id: int) -> AbstractContextManager[Website]:
        """The shop's website, open for the length of the block. Raises SiteNotConnected."""

    def connected(self, session: Session, store_id: int) -> Connected | None:
        """How the shop's website is connected; None when none ever was."""

    def keep(self, session: Session, *, store_id: int, address: str, user: str, password: str) -> None:
        """Keep a connection; a job then tries it. Raises BadInput."""

    def forget(self, session: Session, store_id: int) -> None:
        """Remove the connection with its password."""
