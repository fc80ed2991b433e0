"""The fan-out over a real Redis that is killed and started again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.redis_fanout import RedisFanout, answers
from core.security import RateLimits, TooMany
from tests.redis import RedisServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    found = RedisServer(tmp_path / "redis")
    found.start()
    yield found
    found.kill()


@pytest.fixture
def pair(server: RedisServer) -> Iterator[tuple[RedisFanout, RedisFanout]]:
    one, other = RedisFanout(server.address), RedisFanout(server.address)
    yield one, other
    one.close()
    other.close()


def heard_by(fanout: RedisFanout) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    fanout.listen(lambda topic, note: found.append((topic, note)))
    return found


def await_note(speaker: RedisFanout, heard: list[tuple[str, str]], note: str, seconds: float = 10) -> None:
    """Say it until it is heard: whoever subscribes just now may miss the first."""
    deadline = time.monotonic() + seconds
    while ("topic", note) not in heard:
        assert time.monotonic() < deadline, f"{note} was not heard"
        speaker.publish("topic", note)
        time.sleep(0.05)


def test_a_note_is_heard_in_every_process_and_once_in_ones_own(pair):
    one, other = pair
    here, there = heard_by(one), heard_by(other)
    await_note(one, there, "begin")
    before = len(here)
    one.publish("topic", 'note with : and "quotes" 안녕')
    assert here[before:] == [("topic", 'note with : and "quotes" 안녕')]
    await_note(other, here, "answer")
    assert here.count(("topic", 'note with : and "quotes" 안녕')) == 1
    assert ("topic", 'note with : and "quotes" 안녕') in there


def test_notes_are_heard_again_after_redis_was_killed(pair, server: RedisServer):
    one, other = pair
    here, there = heard_by(one), heard_by(other)
    await_note(one, there, "before")
    for round_ in range(2):
        server.kill()
        began = time.monotonic()
        for _ in range(100):
            one.publish("topic", "while away")
        assert time.monotonic() - began < 0.5  # Nobody waits for a Redis that is away,
        assert ("topic", "while away") in here  # and one's own process hears all the same.
        server.start()
        await_note(one, there, f"after {round_}")
        await_note(other, here, f"back {round_}")


def test_a_redis_that_never_was_holds_up_nothing(tmp_path: Path):
    lone = RedisFanout(RedisServer(tmp_path).address)
    heard = heard_by(lone)
    lone.publish("topic", "note")
    assert heard == [("topic", "note")]
    began = time.monotonic()
    lone.close()
    assert time.monotonic() - began < 6


def test_what_was_said_last_is_sent_before_the_end(pair):
    one, other = pair
    there = heard_by(other)
    await_note(one, there, "begin")
    one.publish("topic", "last word")
    one.close()
    deadline = time.monotonic() + 5
    while ("topic", "last word") not in there and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ("topic", "last word") in there


def test_whether_it_answers(server: RedisServer):
    assert answers(server.address)
    server.kill()
    assert not answers(server.address)


def test_limits_are_kept_here_while_redis_is_away(server: RedisServer):
    limits = RateLimits(server.address)
    limits.take("2/minute", "x")
    server.kill()
    limits.take("2/minute", "x")
    limits.take("2/minute", "x")
    with pytest.raises(TooMany):
        limits.take("2/minute", "x")
