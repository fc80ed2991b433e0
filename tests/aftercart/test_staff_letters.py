"""Invitations and password resets leave as letters whose links work, once."""

import re

import pytest
from sqlmodel import select

from aftercart import staff_letters
from core.database import Database
from core.settings import Settings
from outbox.tables import Letter
from staff import actions, links, queries
from staff.errors import LinkNotFound
from tests.standins import HandWorker

pytestmark = pytest.mark.database


def letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.exec(select(Letter).order_by(Letter.id)))


def test_an_invitation_reaches_its_reader_in_the_chosen_language(
    database: Database, settings: Settings, run_jobs: HandWorker
) -> None:
    settings.public_url = "https://help.shop.example"
    with database.writing() as session:
        invitation = links.invite(session, email="minji@example.com", role="agent", language="ko")
    staff_letters.send_invitation(database, settings=settings, invitation_id=int(invitation.id or 0))
    (letter,) = letters(database)
    assert (letter.to_address, letter.language, letter.purpose) == ("minji@example.com", "ko", "account")
    token = re.search(r"https://help\.shop\.example/welcome/(\S+)", letter.text)
    assert token is not None
    with database.reading() as session:
        assert queries.link_of_token(session, token[1], "owner", "invitation").email == "minji@example.com"


def test_a_second_run_makes_no_second_letter_and_leaves_the_first_link_working(
    database: Database, settings: Settings
) -> None:
    with database.writing() as session:
        actions.add_member(
            session, email="jo@example.com", name="Jo", role="owner", language="en", password_hash="-"
        )
        links.want_reset(session, email="jo@example.com")
        reset = session.exec(select(queries.StaffLink)).one()
    for _ in range(2):
        staff_letters.send_reset(database, settings=settings, reset_id=int(reset.id or 0))
    (letter,) = letters(database)
    token = re.search(r"/reset/(\S+)", letter.text)
    assert token is not None
    with database.reading() as session:
        assert queries.link_of_token(session, token[1], "reset").email == "jo@example.com"


def test_a_withdrawn_invitation_makes_no_letter(database: Database, settings: Settings) -> None:
    with database.writing() as session:
        invitation = links.invite(session, email="minji@example.com", role="agent", language="ko")
        links.withdraw(session, invitation_id=int(invitation.id or 0))
    staff_letters.send_invitation(database, settings=settings, invitation_id=int(invitation.id or 0))
    assert letters(database) == []
    with database.reading() as session, pytest.raises(LinkNotFound):
        queries.link(session, int(invitation.id or 0))
