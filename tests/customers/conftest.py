"""Two paired shops with their widget's addresses, and the database's statements counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from chat import endpoints as chat
from chat import session_endpoints
from connector.tables import Store
from customers import endpoints
from tests import factories
from tests.chat.shop_page import Browser, app_of, customer, pair


@pytest.fixture
def shops(database, keys, clock) -> list[Store]:
    """Two shops, paired with secrets of their own; the first has the customers 7 and 8."""
    with database.writing() as session:
        found = [factories.store(session), factories.store(session, currency="EUR")]
        pair(session, keys, found[0])
        pair(session, keys, found[1], root=bytes(reversed(range(32))))
        for number in (7, 8):
            customer(session, found[0], number)
    return found


@pytest.fixture
def shop(shops) -> Store:
    return shops[0]


@pytest.fixture
def app(database, settings, keys, files, shops) -> FastAPI:
    return app_of(database, settings, keys, files, chat.router, session_endpoints.router, endpoints.router)


@pytest.fixture
def browse(app, shop) -> Callable[..., Browser]:
    """`browse()` is a new browser on the shop's page that has opened the chat."""

    def opened(identity: str = "", store: Store | None = None) -> Browser:
        found = Browser(app, store or shop)
        found.open(identity)
        return found

    return opened


@contextmanager
def statements(database) -> Iterator[list[str]]:
    """What is said to the database inside the block, values left out."""
    said: list[str] = []

    def heard(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    # On PostgreSQL the reading engine is the same one with an option, and hears the same statements.
    engines = [database.engine, *([database.reading_engine] if database.on_sqlite else [])]
    for one in engines:
        event.listen(one, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        for one in engines:
            event.remove(one, "before_cursor_execute", heard)
