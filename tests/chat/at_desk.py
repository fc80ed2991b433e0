"""People of the shop at their desk: the whole application, signed in as one of the roles."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from chat import actions, queries
from chat.schemas import SHOPPER, Author
from chat.tables import Conversation, ConversationEvent
from connector.tables import Store
from core.database import Database
from core.security import SignedIn
from core.web import SESSION_COOKIE
from staff import actions as staff
from staff import queries as members
from staff import sessions
from tests import factories


@dataclass
class AtDesk:
    """A browser of somebody who works here; `who` is None for a stranger."""

    client: TestClient
    who: SignedIn | None

    def get(self, path: str, **given: Any) -> Any:
        return self.client.get(path, **given)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form as a page without a script does."""
        return self.client.post(path, data=fields)

    def send(self, path: str, **fields: Any) -> Any:
        """Send a form as the page's script does: the answer is nothing, or an error as JSON."""
        headers = {"HX-Request": "true", "accept": "application/json"}
        return self.client.post(path, data=fields, headers=headers)


Desk = Callable[..., AtDesk]


@pytest.fixture
def desk(app: FastAPI, database: Database) -> Desk:
    """`desk("agent", "민지")` is signed in with that role and its forms are proven; `desk()` is a stranger."""
    count = iter(range(1, 100))

    def opened(role: str = "", name: str = "") -> AtDesk:
        client = TestClient(
            app,
            base_url="https://help.shop.example",
            headers={"accept": "text/html", "accept-language": "en"},
            follow_redirects=False,
        )
        if not role:
            return AtDesk(client, None)
        with database.writing() as session:
            member = staff.add_member(
                session,
                email=f"{role}{next(count)}@shop.example",
                name=name or role.title(),
                role=role,
                language="en",
                password_hash="no password opens this",
            )
            cookie = sessions.open_session(session, staff_id=int(member.id or 0), device="Test")
            who = members.identify(session, cookie)
        assert who is not None
        client.cookies.set(SESSION_COOKIE, cookie)
        client.headers["x-csrf"] = who.csrf
        return AtDesk(client, who)

    return opened


Talk = Callable[..., Conversation]


@pytest.fixture
def talk(database: Database, shop: Store) -> Talk:
    """A conversation that waits for a person: `talk("어디쯤인가요?", name="민지", email="m@x.example")`."""

    def made(
        *texts: str, waits: bool = True, store: Store | None = None, contact: Any = None, **changes: Any
    ) -> Conversation:
        known = {key: changes.pop(key) for key in list(changes) if key in CONTACT}
        with database.writing() as session:
            place = store or shop
            person = contact or factories.contact(session, place, **known)
            found = factories.conversation(session, place, person, **changes)
            number = int(found.id or 0)
            for text in texts:
                actions.post_message(session, number, author=SHOPPER, text=text)
            if waits:
                actions.hand_over(session, number, author=SHOPPER, reason="asked")
        return found

    return made


CONTACT = {"name", "email", "language", "email_proven_at", "customer_remote_id"}


def answer(session: Session, talk: Conversation, staff_id: int, text: str) -> None:
    """A person of the shop says something."""
    actions.post_message(session, int(talk.id or 0), author=Author("agent", staff_id), text=text)


def said_in(database: Database, talk: Conversation, *kinds: str) -> list[ConversationEvent]:
    """What happened there, of those kinds."""
    with database.reading() as session:
        found = queries.events(session, int(talk.id or 0), since=0, public_only=False)
        return [one for one in found if one.kind in (kinds or ("message",))]


def now_of(database: Database, talk: Conversation) -> Conversation:
    """The conversation as it stands in the database."""
    with database.reading() as session:
        return session.exec(select(Conversation).where(Conversation.id == talk.id)).one()


def words(reply: Any) -> str:
    """What a person reads on the page."""
    bare = re.sub(r"<head>.*?</head>|<template.*?</template>", " ", reply.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))
