"""A knowledge base on a database of its own: articles made, published and indexed as the product does it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from aftercart import wiring
from connector.tables import Store
from core.database import Database
from core.jobs import Jobs
from faq import editing, embedding, publishing
from faq.meaning import Meaning
from faq.schemas import ArticleForm, Reader, TextForm
from migrations.upgrading import upgrade
from tests import factories
from tests.postgresql import Server

AT_ONCE = 100  # Articles of one transaction.


@dataclass
class Knowledge:
    """One shop with articles; `names` tells whose article a text is."""

    database: Database
    store_id: int
    meaning: Meaning | None
    names: dict[int, str]

    @property
    def reader(self) -> Reader:
        return Reader(self.store_id)

    def add(self, articles: Sequence[Mapping[str, Any]], *, indexed: bool = True) -> None:
        """Publish those articles (id, locale, title, body); without `indexed` they wait for a rebuild."""
        for start in range(0, len(articles), AT_ONCE):
            with self.database.writing() as session:
                for given in articles[start : start + AT_ONCE]:
                    text = editing.create(
                        session,
                        self.store_id,
                        locale=given["locale"],
                        form=ArticleForm(),
                        text=TextForm(title=given["title"], body=given["body"]),
                        by="bench",
                    )
                    self.names[text.article_id] = given["id"]
                    if indexed:
                        publishing.publish(session, text)
                    else:
                        text.state, text.published_version = "published", text.version

    def embed(self) -> None:
        if self.meaning:
            embedding.embed_missing(self.database, self.meaning)


@contextmanager
def knowledge(database: str, meaning: Meaning | None) -> Iterator[Knowledge]:
    """A shop without articles on a new, migrated database."""
    with (
        tempfile.TemporaryDirectory(prefix="aftercart-faq-") as folder,
        _address(database, Path(folder)) as address,
    ):
        opened = Database(address)
        upgrade(opened)
        opened.attached["reactions"] = wiring.REACTIONS
        book = Jobs(opened, wiring.JOBS)
        try:
            yield Knowledge(opened, _store(opened), meaning, {})
        finally:
            book.close()
            opened.dispose()


def _store(database: Database) -> int:
    with database.writing() as session:
        store: Store = factories.store(session)
        return int(store.id or 0)


@contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'aftercart.sqlite3'}"
        return
    server = Server()
    try:
        with psycopg.connect(server.address.replace("+psycopg", ""), autocommit=True) as maintenance:
            maintenance.execute("CREATE DATABASE faq")
        yield server.address.replace("/postgres", "/faq")
    finally:
        server.stop()
