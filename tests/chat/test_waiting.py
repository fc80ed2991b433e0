"""What browsers without a socket have: the same frames, the same cursor."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from fastapi import FastAPI

from chat import actions
from chat.schemas import BOT, SYSTEM, NewEvent
from core.settings import Settings
from tests.chat.conftest import Browse, Browsing
from tests.chat.sockets import await_that, serving

pytestmark = pytest.mark.database


def ask(address: str, who: Browsing, path: str, **given: Any) -> requests.Response:
    return requests.get(
        f"http://{address}/api/chat/{who.store.public_id}{path}",
        headers={"authorization": f"Bearer {who.token}", "origin": who.store.home_address},
        timeout=20,
        **given,
    )


def later(seconds: float, call: Any) -> threading.Timer:
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer


def test_a_poll_is_answered_at_once_when_there_is_something(browse: Browse, address: str, post):
    shopper = browse()
    talk = shopper.begin()
    post(talk, actions.post_message, author=BOT, text="**hello**")
    said = ask(address, shopper, f"/conversations/{talk}/events?since=1&wait=25").json()
    assert [(one["seq"], one["html"]) for one in said["events"]] == [(2, "<p><strong>hello</strong></p>\n")]
    assert (said["last_seq"], said["more"]) == (2, False)


def test_a_poll_waits_for_the_next_event_and_not_for_notes(browse: Browse, address: str, post):
    shopper = browse()
    talk = shopper.begin()
    later(0.2, lambda: post(talk, actions.post, new=NewEvent("note", SYSTEM, "secret")))
    timer = later(0.6, lambda: post(talk, actions.post_message, author=SYSTEM, text="public"))
    began = time.monotonic()
    said = ask(address, shopper, f"/conversations/{talk}/events?since=1&wait=20").json()
    assert 0.5 < time.monotonic() - began < 5
    assert [one["text"] for one in said["events"]] == ["public"]
    timer.join()


def test_a_poll_ends_empty_when_nothing_comes(browse: Browse, address: str, app: FastAPI):
    shopper = browse()
    talk = shopper.begin()
    assert ask(address, shopper, f"/conversations/{talk}/events?since=1&wait=1").json()["events"] == []
    assert app.state.hub.rooms == {}
    assert app.state.hub.places == {}


def test_a_poll_does_not_hold_up_the_end_of_the_service(app: FastAPI, settings: Settings, browse: Browse):
    shopper = browse()
    talk = shopper.begin()
    answers: list[int] = []
    with serving(app, settings) as address:
        path = f"/conversations/{talk}/events?since=1&wait=25"
        waiting = threading.Thread(target=lambda: answers.append(ask(address, shopper, path).status_code))
        waiting.start()
        await_that(lambda: app.state.hub.rooms)
        began = time.monotonic()
    waiting.join()
    assert answers == [200]
    assert time.monotonic() - began < 5


def test_nobody_else_waits_for_a_conversation(browse: Browse, address: str):
    talk = browse().begin()
    answer = ask(address, browse(), f"/conversations/{talk}/events?wait=5")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "conversation_not_found")
    answer = ask(address, browse(token="wrong"), f"/conversations/{talk}/events?wait=5")
    assert answer.status_code == 401
    assert ask(address, browse(token="wrong"), "/stream").status_code == 401


@contextmanager
def streaming(address: str, who: Browsing, since: str = "") -> Iterator[Iterator[dict[str, Any]]]:
    with ask(address, who, f"/stream?since={since}", stream=True) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["access-control-allow-origin"] == who.store.home_address
        lines = (line.decode() for line in answer.iter_lines(chunk_size=1) if line.startswith(b"data: "))
        yield (json.loads(line.removeprefix("data: ")) for line in lines)


def test_a_stream_carries_what_was_missed_and_then_what_comes(browse: Browse, address: str, post, app):
    shopper = browse()
    talk = shopper.begin()
    for text in ("two", "three"):
        post(talk, actions.post_message, author=BOT, text=text)
    with streaming(address, shopper, f"{talk}:1") as frames:
        assert next(frames)["type"] == "ready"
        assert [next(frames)["event"]["seq"] for _ in "ab"] == [2, 3]
        post(talk, actions.post_message, author=BOT, text="four")
        assert next(frames)["event"]["seq"] == 4
        assert shopper.ask("POST", f"/conversations/{talk}/typing").status_code == 204
    await_that(lambda: not app.state.hub.contacts and not app.state.hub.places)
    assert app.state.hub.rooms == {}


@pytest.mark.parametrize("since", ["x", "a:b", "a:-1", "a:99999999999"])
def test_numbers_that_cannot_be_read_are_refused(browse: Browse, address: str, since: str):
    assert ask(address, browse(), f"/stream?since={since}").status_code == 400


def test_somebody_else_cannot_type_into_a_conversation(browse: Browse):
    talk = browse().begin()
    assert browse().ask("POST", f"/conversations/{talk}/typing").status_code == 404
