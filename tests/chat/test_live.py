"""The shopper's socket, over a service that really listens: nothing lost, nothing twice, nothing of others."""

import json
import socket as stdlib_socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.exceptions import InvalidStatus

from chat import actions, entry, live, queries
from chat.schemas import BOT, SYSTEM, NewEvent
from core import clock
from core.database import Database
from core.settings import Settings
from customers.tables import Contact, ContactDevice
from tests import factories
from tests.chat.conftest import Browse, Browsing
from tests.chat.sockets import await_that, serving, socket

pytestmark = pytest.mark.database


def test_a_message_is_safe_before_it_is_said_to_be_sent(browse: Browse, open_socket, database: Database):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        one.say(talk, "안녕하세요", "client-001")
        assert one.next("sent") == {
            "type": "sent",
            "client_id": "client-001",
            "conversation": talk,
            "seq": 2,
        }
        with database.reading() as session:
            found = queries.conversation_named(session, talk)
            assert queries.events(session, found.id, since=1, public_only=True)[0].text == "안녕하세요"
        events = [frame["event"] for frame in one.seen if frame["type"] == "event"] or [one.event()]
        assert [(event["seq"], event["client_id"]) for event in events] == [(2, "client-001")]


def test_two_tabs_and_two_devices_agree(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    other = browse(contact=shopper.contact)
    with open_socket(shopper) as tab, open_socket(shopper) as second, open_socket(other) as phone:
        tab.say(talk, "from the tab", "client-001")
        phone.say(talk, "from the phone", "client-002")
        post(talk, actions.post_message, author=BOT, text="from the bot")
        told = [[one.event() for _ in range(3)] for one in (tab, second, phone)]
    assert told[0] == told[1] == told[2]
    assert [event["seq"] for event in told[0]] == [2, 3, 4]


def test_a_message_sent_twice_by_both_ways_is_one(browse: Browse, open_socket):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        one.say(talk, "hello", "client-001")
        one.say(talk, "hello", "client-001")
        assert [one.next("sent")["seq"] for _ in "ab"] == [2, 2]
        assert shopper.say(talk, "hello", "client-001").status_code == 200
        assert one.silent("event", 0.3) or one.seen[-1]["event"]["seq"] == 2
        assert sum(frame["type"] == "event" for frame in one.seen) == 1


def test_who_comes_again_is_sent_what_happened_meanwhile_and_nothing_twice(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        post(talk, actions.post_message, author=BOT, text="one")
        assert one.event()["seq"] == 2
    for place in range(3, 303):  # More than one page, and more than may wait in a queue.
        post(talk, actions.post_message, author=BOT, text=f"m{place}")
    with open_socket(shopper, since={talk: 2}) as again:
        post(talk, actions.post_message, author=BOT, text="live")
        assert [again.event()["seq"] for _ in range(301)] == list(range(3, 304))
        assert again.silent("event")


def test_who_does_not_name_a_conversation_goes_on_from_ready(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        assert [found["id"] for found in one.seen[-1]["conversations"]] == [talk]
        assert one.silent()
        post(talk, actions.post_message, author=BOT, text="hello")
        assert one.event()["seq"] == 2


def test_a_conversation_that_begins_elsewhere_is_followed_at_once(browse: Browse, open_socket):
    shopper = browse()
    with open_socket(shopper) as one:
        talk = shopper.begin("from another tab")
        assert one.next()["conversation"]["id"] == talk
        assert one.event()["text"] == "from another tab"


def test_a_change_of_state_is_told_once(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        post(talk, actions.hand_over, author=SYSTEM, reason="asked")
        found = one.next("conversation")["conversation"]
        assert (found["held_by"], found["waiting"]) == ("people", True)
        assert one.silent("conversation")


def test_notes_and_what_is_for_the_shop_alone_is_not_told(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        post(talk, actions.post, new=NewEvent("note", SYSTEM, "secret note"))
        post(talk, actions.set_state, author=SYSTEM, state="spam")
        post(talk, actions.post_message, author=SYSTEM, text="public")
        assert one.event()["text"] == "public"
        assert all("secret" not in str(frame) and "spam" not in str(frame) for frame in one.seen)


def test_another_shopper_hears_nothing_and_is_refused(browse: Browse, open_socket, post):
    shopper, other = browse(), browse()
    talk = shopper.begin()
    with open_socket(other, since={talk: 0}) as one:
        post(talk, actions.post_message, author=BOT, text="secret")
        one.say(talk, "let me in", "client-001")
        assert one.next()["error"]["code"] == "conversation_not_found"
        one.send(type="read", conversation=talk, seq=1)
        one.send(type="typing", conversation=talk)
        one.send(type="ping")
        assert one.next() == {"type": "pong"}
        assert one.silent()


def test_read_marks_reach_the_others(browse: Browse, open_socket, post, database: Database):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one, open_socket(shopper) as second:
        post(talk, actions.post_message, author=BOT, text="read me")
        one.send(type="read", conversation=talk, seq=2)
        wanted = {"type": "read", "conversation": talk, "reader": "shopper", "seq": 2}
        assert second.next("read") == wanted
        with database.reading() as session:
            found = queries.conversation_named(session, talk)
            assert queries.read_marks(session, found.id) == {"shopper": 2}


# -- who is let in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("", 403), ("null", 403)],
)
def test_another_sites_page_gets_no_socket(address: str, browse: Browse, origin: str, status: int):
    shopper = browse()
    with (
        pytest.raises(InvalidStatus) as refused,
        socket(address, shopper.store.public_id, origin=origin),
    ):
        pass
    assert refused.value.response.status_code == status


def test_an_unknown_shop_has_no_socket(address: str, browse: Browse):
    with pytest.raises(InvalidStatus) as refused, socket(address, "nowhere", origin="https://a.example"):
        pass
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("token", ["wrong", "", "x" * 99])
def test_a_token_that_is_not_known_is_shown_out(address: str, browse: Browse, token: str):
    shopper = browse()
    with socket(address, shopper.store.public_id, origin=shopper.store.home_address) as one:
        one.send(type="hello", token=token)
        assert one.closed_with() == 4001
        assert one.seen == []


def test_a_token_opens_its_own_shop_alone(address: str, browse: Browse, database: Database):
    shopper = browse()
    with database.writing() as session:
        other = factories.store(session)
    with socket(address, other.public_id, origin=other.home_address) as one:
        one.send(type="hello", token=shopper.token)
        assert one.closed_with() == 4001


@pytest.mark.parametrize(
    "first",
    [
        *("", "no json", "[]", "1", '{"type":"send"}', '{"type":"hello"}', "[" * 5000),
        *('{"type":"hello","token":"x","since":[1]}', '{"type":"hello","token":"x","since":{"a":-1}}'),
    ],
)
def test_a_first_frame_that_is_no_hello_is_shown_out(address: str, browse: Browse, first: str):
    shopper = browse()
    with socket(address, shopper.store.public_id, origin=shopper.store.home_address) as one:
        one.connection.send(first)
        assert one.closed_with() == 4002


def test_who_says_nothing_is_shown_out(address: str, browse: Browse, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "HELLO_SECONDS", 0.2)
    shopper = browse()
    with socket(address, shopper.store.public_id, origin=shopper.store.home_address) as one:
        assert one.closed_with() == 4002


def test_a_frame_beyond_all_reason_ends_the_socket(browse: Browse, open_socket):
    with open_socket(browse()) as one:
        one.connection.send("x" * 100_000)
        assert one.closed_with() == 1009


# -- limits ------------------------------------------------------------------------------------------------------


def test_a_flood_of_messages_is_refused_with_a_clear_word(browse: Browse, open_socket):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        for place in range(40):
            one.say(talk, "flood", f"flood-{place:04}")
        await_that(lambda: one.next()["type"] == "refused")
        refused = one.seen[-1]
        assert refused["error"]["code"] == "too_many"
        assert refused["client_id"].startswith("flood-")
        assert sum(frame["type"] == "sent" for frame in one.seen) <= 30


def test_a_flood_of_frames_ends_the_socket(browse: Browse, open_socket):
    with open_socket(browse()) as one:
        for _ in range(200):
            try:
                one.send(type="ping")
            except Exception:
                break
        assert one.closed_with() == 4029


def test_a_contact_has_so_many_sockets_and_no_more(browse: Browse, open_socket, address: str):
    shopper = browse()
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(open_socket(shopper))
        with socket(address, shopper.store.public_id, origin=shopper.store.home_address) as one:
            one.send(type="hello", token=shopper.token)
            assert one.closed_with() == 4029


def test_an_address_has_so_many_sockets_and_no_more(
    browse: Browse, open_socket, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(entry, "MOST_OF_ADDRESS", 1)
    shopper = browse()
    with open_socket(shopper), pytest.raises(InvalidStatus) as refused, open_socket(shopper):
        pass
    assert refused.value.response.status_code == 429
    with open_socket(shopper):  # The place is free again.
        pass


def test_who_is_blocked_is_refused_and_types_unseen(browse: Browse, open_socket, database: Database, app):
    shopper = browse()
    talk = shopper.begin()
    heard: list[str] = []
    app.state.fanout.listen(lambda topic, note: heard.append(note))
    with open_socket(shopper) as one:
        with database.writing() as session:
            contact = session.get(Contact, shopper.contact.id)
            contact.blocked_at = clock.now()
            session.add(contact)
        one.say(talk, "hello?", "client-001")
        assert one.next("refused")["error"]["code"] == "blocked"
        one.send(type="typing", conversation=talk)
        one.send(type="ping")
        one.next("pong")
    with open_socket(shopper) as again:
        again.send(type="typing", conversation=talk)
        again.send(type="ping")
        again.next("pong")
    assert [note for note in heard if "typing" in note] == []


# -- the end -----------------------------------------------------------------------------------------------------


def test_a_device_that_is_forgotten_is_shown_out_with_its_next_word(
    browse: Browse, open_socket, database: Database
):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        with database.writing() as session:
            for device in session.exec(
                ContactDevice.__table__.select().where(ContactDevice.contact_id == shopper.contact.id)
            ).all():
                session.delete(session.get(ContactDevice, device.id))
        one.say(talk, "hello?", "client-001")
        assert one.next("refused")["error"]["code"] == "no_such_device"
        assert one.closed_with() == 4001


def test_a_service_that_ends_says_so(app: FastAPI, settings: Settings, browse: Browse):
    shopper = browse()
    with serving(app, settings) as address:
        opened = socket(address, shopper.store.public_id, shopper.token, shopper.store.home_address)
        one = opened.__enter__()
        close = partial(opened.__exit__, None, None, None)
    assert one.closed_with() == 1012
    close()


# -- readers that stall, notes that are lost ---------------------------------------------------------------------


def test_a_reader_that_stalls_is_cut_off_and_harms_nobody(
    browse: Browse, address: str, open_socket, post, app: FastAPI
):
    shopper = browse()
    talk = shopper.begin()
    host, _, port = address.partition(":")
    with raw_socket(host, int(port), shopper) as stalled, open_socket(shopper) as reader:
        await_that(lambda: len(app.state.hub.contacts[shopper.contact.id]) == 2)
        stalled.recv(100)  # The beginning of `ready`, and nothing after it.
        told = 0
        while len(app.state.hub.contacts[shopper.contact.id]) == 2:
            post(talk, actions.post_message, author=BOT, text="x" * 8000)
            began = time.monotonic()
            assert reader.event()["seq"] == told + 2
            assert time.monotonic() - began < 2
            told += 1
            assert told < 2000, "nobody was cut off"
    with open_socket(shopper, since={talk: 1}) as again:
        assert [again.event()["seq"] for _ in range(told)] == list(range(2, told + 2))


@contextmanager
def raw_socket(host: str, port: int, who: Browsing) -> Iterator[Any]:
    """A handshake and a hello by hand, on a connection whose other end is read only when asked for."""
    with stdlib_socket.create_connection((host, port)) as connection:
        connection.setsockopt(stdlib_socket.SOL_SOCKET, stdlib_socket.SO_RCVBUF, 4096)
        connection.sendall(
            f"GET /api/chat/{who.store.public_id}/socket HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {'A' * 21}Q==\r\n"
            f"Sec-WebSocket-Version: 13\r\nOrigin: {who.store.home_address}\r\n\r\n".encode()
        )
        assert b" 101 " in connection.recv(1000)
        hello = json.dumps({"type": "hello", "token": who.token, "since": {}}).encode()
        connection.sendall(bytes((129, 128 | 126)) + len(hello).to_bytes(2, "big") + bytes(4) + hello)
        yield connection


def test_a_lost_note_delays_and_loses_nothing(browse: Browse, open_socket, post, app: FastAPI):
    shopper = browse()
    talk = shopper.begin()
    with open_socket(shopper) as one:
        app.state.hub.database.attached["fanout"] = None  # As a job in another process that has no fan-out.
        post(talk, actions.post_message, author=BOT, text="unannounced")
        assert one.next("event", 6)["event"]["text"] == "unannounced"
        assert one.silent("event", 2.5)


def test_notes_that_come_while_a_browser_catches_up_bring_nothing_twice(browse: Browse, open_socket, post):
    shopper = browse()
    talk = shopper.begin()
    for place in range(2, 102):
        post(talk, actions.post_message, author=BOT, text=f"m{place}")
    stop = threading.Event()
    writing = threading.Thread(
        target=lambda: [
            post(talk, actions.post_message, author=BOT, text="live") for _ in range(40) if not stop.is_set()
        ]
    )
    writing.start()
    for _ in range(5):
        with open_socket(shopper, since={talk: 50}) as one:
            seen = [one.event()["seq"] for _ in range(55)]
            assert seen == list(range(51, 106))
    stop.set()
    writing.join()
