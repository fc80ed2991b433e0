"""The console of articles as staff meet it: the whole application, signed in as one of the roles."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from connector.tables import Store
from core import web
from core.database import Database
from core.security import SignedIn
from core.settings import Settings
from tests import factories
from tests.pages.site import app_of

STAFF = {
    role: SignedIn(
        staff_id=n,
        name=role.title(),
        email=f"{role}@shop.example",
        role=role,
        language="en",
        csrf=f"proof-{role}",
    )
    for n, role in enumerate(("owner", "agent", "reader"), 1)
}

Desk = Callable[..., TestClient]


@pytest.fixture
def shop(database: Database) -> Store:
    """A shop whose help centre is in Korean first, then English."""
    with database.writing() as session:
        return factories.store(session, name="Mori", locale="ko_KR")


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    """`desk("agent")` is signed in with that role and its forms are proven; `desk()` is a stranger."""
    app = app_of(database, settings, identify=lambda _session, cookie: STAFF.get(cookie), keep_alive=None)

    def opened(role: str = "", *, language: str = "en") -> TestClient:
        return TestClient(
            app,
            cookies={web.SESSION_COOKIE: role} if role else {},
            headers={
                "accept": "text/html",
                "accept-language": language,
                **({"x-csrf": f"proof-{role}"} if role else {}),
            },
            follow_redirects=False,
        )

    return opened


def words(answer) -> str:
    """What a person reads on the page."""
    bare = re.sub(r"<head>.*?</head>|<template.*?</template>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))
