"""Connecting a shop's WordPress, proving it, and opening it for others."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from connector.websites import Connected, SiteFacts, SiteNotConnected, SiteUnavailable, Website
from connector.wordpress.addresses import site_address
from connector.wordpress.asking import Line
from connector.wordpress.client import WordpressClient
from connector.wordpress.tables import WordpressSite
from core import clock, jobs
from core.database import Database
from core.errors import AftercartError, BadInput
from core.languages import Text
from core.security import Keys
from core.settings import Settings

LONGEST = 200  # Letters of a user's name or password.


def site_of(session: Session, store_id: int) -> WordpressSite | None:
    """The shop's WordPress, if one was ever connected."""
    return session.get(WordpressSite, store_id)


def _xmlrpc(line: Line, user: str, password: str) -> Website:
    """The older way to ask; loaded where REST is closed, since that is rare (1 MB)."""
    found: Website = importlib.import_module("connector.wordpress.xmlrpc").XmlrpcClient(line, user, password)
    return found


def prove(address: str, user: str, password: str, *, timeout_seconds: float) -> SiteFacts:
    """What the site says of itself: by REST, or by XML-RPC where REST is closed.

    Raises BadInput, and SiteUnavailable or SiteRefused with a sentence for the owner.
    """
    with Line(site_address(address), user, password, timeout_seconds=timeout_seconds) as line:
        try:
            return WordpressClient(line).facts()
        except SiteUnavailable as closed:
            if closed.details.get("code") != "no_rest":
                raise
            try:
                return _xmlrpc(line, user, password).facts()
            except SiteUnavailable:
                raise closed from None


class WordpressSites:
    """The connected WordPress sites of all shops."""

    def __init__(self, keys: Keys, settings: Settings) -> None:
        self._keys = keys
        self._settings = settings

    def connected(self, session: Session, store_id: int) -> Connected | None:
        """How the shop's WordPress is connected; None when none ever was."""
        row = site_of(session, store_id)
        if row is None:
            return None
        return Connected(row.address, row.user, row.name, row.state, row.problem, row.may_publish)

    def keep(self, session: Session, *, store_id: int, address: str, user: str, password: str) -> None:
        """Keep a connection; a job then tries it. Raises BadInput."""
        if not user.strip() or not password.strip() or max(len(user), len(password)) > LONGEST:
            raise BadInput(Text("Please give the user's name and an application password."))
        row = site_of(session, store_id) or WordpressSite(
            store_id=store_id, address="", user="", password_hidden="", connected_at=clock.now()
        )
        row.address, row.user = site_address(address), user.strip()
        row.password_hidden = self._keys.hide(password.strip())
        row.state, row.problem, row.way, row.connected_at = "asking", "", "", clock.now()
        session.add(row)
        session.flush()
        jobs.request(session, "wordpress.prove_site", str(store_id), store_id=store_id)

    def forget(self, session: Session, store_id: int) -> None:
        """Remove the connection with its password."""
        row = site_of(session, store_id)
        if row is not None:
            session.delete(row)
            session.flush()

    def ask(self, database: Database, store_id: int) -> None:
        """Find out whether the kept connection works, and note it where the owner looks."""
        with database.reading() as session:
            row = self._row(session, store_id)
        try:
            facts = prove(
                row.address,
                row.user,
                self._keys.reveal(row.password_hidden),
                timeout_seconds=self._settings.shop_timeout_seconds,
            )
        except AftercartError as problem:
            sentence = problem.sentence
            with database.writing() as session:
                kept = self._row(session, store_id)
                kept.state = "refused"
                kept.problem = sentence.kept() if isinstance(sentence, Text) else sentence
                session.add(kept)
            return
        with database.writing() as session:
            kept = self._row(session, store_id)
            kept.state, kept.problem, kept.way = "ready", "", facts.way
            kept.name, kept.locale, kept.may_publish = facts.name[:200], facts.locale, facts.may_publish
            session.add(kept)

    @contextmanager
    def of_store(self, database: Database, store_id: int) -> Iterator[Website]:
        """The shop's website, open for the length of the block. Raises SiteNotConnected."""
        with database.reading() as session:
            row = self._row(session, store_id)
        password = self._keys.reveal(row.password_hidden)
        with Line(
            row.address, row.user, password, timeout_seconds=self._settings.shop_timeout_seconds
        ) as line:
            yield _xmlrpc(line, row.user, password) if row.way == "xmlrpc" else WordpressClient(line)

    @staticmethod
    def _row(session: Session, store_id: int) -> WordpressSite:
        row = site_of(session, store_id)
        if row is None:
            raise SiteNotConnected(Text("No WordPress site is connected for this shop."))
        return row
