"""The desk's socket: who may listen, what is heard, and who looks at the same conversation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import delete
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from chat import actions, desk_live, queries
from chat.schemas import BOT
from core import clock
from core.database import Database
from core.web import SESSION_COOKIE
from staff import sessions
from staff.tables import StaffMember, StaffSession
from tests.chat.conftest import Browse
from tests.chat.sockets import Socket, await_that

pytestmark = pytest.mark.database


@pytest.fixture
def desk(address: str, database: Database) -> Callable[..., Any]:
    """`desk("Mina")`: a page of the console of that member, past `ready`."""

    @contextmanager
    def opened(name: str, role: str = "agent", cookie: str = "", origin: str = "") -> Iterator[Socket]:
        with database.writing() as session:
            member = StaffMember(
                email=f"{name}@example.com".lower(),
                name=name,
                role=role,
                language="ko",
                password_hash="",
                created_at=clock.now(),
            )
            session.add(member)
            session.flush()
            cookie = cookie or sessions.open_session(session, staff_id=int(member.id or 0), device="")
        with connect(
            f"ws://{address}/console/chat/socket",
            origin=origin or f"http://{address}",
            additional_headers={"cookie": f"{SESSION_COOKIE}={cookie}"},
            compression=None,
        ) as connection:
            found = Socket(connection)
            assert found.next()["type"] == "ready"
            yield found

    return opened


def test_a_page_hears_of_every_conversation_and_no_text(browse: Browse, desk, database: Database):
    shopper = browse()
    with desk("Mina") as mina:
        talk = shopper.begin("my secret")
        said = mina.next("reached")["conversations"]
        with database.reading() as session:
            number = queries.conversation_named(session, talk).id
        assert said == [{"conversation": talk, "number": number, "store": shopper.store.id, "seq": 1}]
        assert "secret" not in str(mina.seen)
        assert mina.silent("reached", 2.5)  # The safety net does not tell it again.


def test_who_looks_at_the_same_conversation_sees_each_other(browse: Browse, desk):
    talk = browse().begin()
    with desk("Mina") as mina:
        mina.send(type="watch", conversation=talk)
        assert mina.next("watching")["conversation"] == talk
        with desk("Jun") as jun:
            jun.send(type="watch", conversation=talk)
            await_that(lambda: mina.next("looking")["people"])
            assert [one["name"] for one in mina.seen[-1]["people"]] == ["Jun"]
            await_that(lambda: jun.next("looking")["people"])
            assert [one["name"] for one in jun.seen[-1]["people"]] == ["Mina"]
            jun.send(type="typing")
            assert mina.next("typing")["name"] == "Jun"
            assert jun.silent("typing")
        await_that(lambda: not mina.next("looking")["people"])


def test_desk_and_shopper_see_each_other_type_and_read(browse: Browse, desk, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    with desk("Mina") as mina:
        mina.send(type="watch", conversation=talk)
        mina.next("watching")
        with open_socket(shopper) as one:
            assert mina.next("present") == {"type": "present", "conversation": talk, "present": True}
            one.send(type="typing", conversation=talk)
            assert mina.next("typing")["author"] == "shopper"
            mina.send(type="typing")
            frame = one.next("typing")
            assert (frame["author"], frame["name"], frame["seconds"]) == ("agent", "Mina", 6)
            assert "staff_id" not in frame
            post(talk, actions.post_message, author=BOT, text="x")
            one.send(type="read", conversation=talk, seq=2)
            assert mina.next("read")["seq"] == 2
        assert mina.next("present")["present"] is False


def test_a_reader_types_unseen(browse: Browse, desk, open_socket):
    shopper = browse()
    talk = shopper.begin()
    with desk("Ria", role="reader") as ria, open_socket(shopper) as one:
        ria.send(type="watch", conversation=talk)
        ria.send(type="typing")
        ria.send(type="ping")
        ria.next("pong")
        assert one.silent("typing")


@pytest.mark.parametrize(
    ("given", "status"),
    [({"cookie": "wrong"}, 401), ({"origin": "https://evil.example"}, 403), ({"origin": "null"}, 403)],
)
def test_nobody_else_listens_to_the_desk(desk, given: dict[str, str], status: int):
    with pytest.raises(InvalidStatus) as refused, desk("Mina", **given):
        pass
    assert refused.value.response.status_code == status


def test_who_is_signed_out_is_shown_out(desk, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desk_live, "ASK_AGAIN_SECONDS", 0.2)
    with desk("Mina") as mina:
        with database.writing() as session:
            session.execute(delete(StaffSession))
        assert mina.closed_with() == 4001


def test_a_conversation_that_is_not_there_cannot_be_watched(desk):
    with desk("Mina") as mina:
        for wrong in ("nowhere", "a\0b", 7, None, ["x"]):
            mina.send(type="watch", conversation=wrong)
            assert mina.next("watching")["conversation"] == ""
