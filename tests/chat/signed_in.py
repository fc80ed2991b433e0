"""Browsers of people of the shop and of strangers at the whole application."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import web
from core.database import Database
from core.security import SignedIn
from core.settings import Settings
from tests.pages.site import app_of

from .handlers import member

Browser = Callable[..., TestClient]


@pytest.fixture
def staff(database: Database) -> dict[str, SignedIn]:
    """One person of each role."""
    with database.writing() as session:
        return {role: member(session, role.title(), role) for role in ("owner", "agent", "reader")}


@pytest.fixture
def browser(database: Database, settings: Settings, staff: dict[str, SignedIn]) -> Browser:
    """`browser("agent")` is signed in with that role and its forms are proven; `browser()` is a stranger."""
    app = app_of(database, settings, identify=lambda _session, cookie: staff.get(cookie), keep_alive=None)

    def opened(role: str = "", *, language: str = "en") -> TestClient:
        client = TestClient(
            app,
            cookies={web.SESSION_COOKIE: role} if role else {},
            headers={"accept": "text/html", "accept-language": language},
            follow_redirects=False,
        )
        if role:
            client.headers["x-csrf"] = staff[role].csrf
        return client

    return opened


def words(answer) -> str:
    """What a person reads on the page."""
    bare = re.sub(r"<head>.*?</head>|<template.*?</template>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))
