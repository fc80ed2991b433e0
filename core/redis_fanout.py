"""The fan-out of a service that is several processes: Redis' publish and subscribe, in two threads of our own.

Redis may be away or restart: whoever publishes never waits for it, both threads come back by themselves, and what was
said meanwhile is lost, as the promise of a fan-out allows.
"""

import contextlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import redis

from core.fanout import Hear, InProcess
from core.logs import log

CHANNELS = "aftercart:"
MOST_WAITING = 10_000
MOST_AT_ONCE = 500
TIMEOUT_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
HEARTBEAT_SECONDS = 5
LAST_WORDS_SECONDS = 1.0


class RedisFanout:
    """Notes for all processes that know the same Redis. This process hears its own at once, and not again by Redis."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._name = secrets.token_hex(8)
        self._here = InProcess()
        self._waiting: deque[tuple[str, str]] = deque(maxlen=MOST_WAITING)
        self._something = threading.Event()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}

    def publish(self, topic: str, note: str) -> None:
        self._here.publish(topic, note)
        self._waiting.append((topic, note))
        self._something.set()
        self._run("fanout-sender", self._send_all)

    def listen(self, hear: Hear) -> Callable[[], None]:
        self._run("fanout-listener", self._listen)
        return self._here.listen(hear)

    def close(self) -> None:
        """Send what waits, as far as that is quick, and end the threads."""
        deadline = time.monotonic() + LAST_WORDS_SECONDS
        while self._waiting and time.monotonic() < deadline and "fanout-sender" in self._threads:
            self._ending.wait(0.01)
        self._ending.set()
        self._something.set()
        for thread in self._threads.values():
            thread.join(2 * TIMEOUT_SECONDS)
        self._here.close()

    def _run(self, name: str, work: Callable[[], None]) -> None:
        if name in self._threads:
            return
        with self._lock:
            if name not in self._threads and not self._ending.is_set():
                self._threads[name] = threading.Thread(target=work, name=name, daemon=True)
                self._threads[name].start()

    def _client(self) -> Any:
        return redis.Redis.from_url(
            self._address,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            health_check_interval=HEARTBEAT_SECONDS,
            retry=None,
        )

    # -- sending ---------------------------------------------------------------------------------------------------

    def _send_all(self) -> None:
        client, pause = self._client(), FIRST_PAUSE_SECONDS
        while not self._ending.is_set():
            self._something.wait()
            self._something.clear()
            while self._waiting and not self._ending.is_set():
                try:
                    self._send_some(client)
                    pause = FIRST_PAUSE_SECONDS
                except redis.RedisError as problem:
                    pause = self._away("fanout_not_sent", problem, pause)
        with contextlib.suppress(redis.RedisError):
            client.close()

    def _send_some(self, client: Any) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
        try:
            with client.pipeline(transaction=False) as pipeline:
                for topic, note in taken:
                    pipeline.publish(CHANNELS + topic, f"{self._name}:{note}")
                pipeline.execute()
        except redis.RedisError:
            # A connection that died unnoticed fails once; a note that comes twice harms nothing.
            self._waiting.extendleft(reversed(taken))
            raise

    # -- hearing ---------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._ending.is_set():
            client = self._client()
            try:
                with client.pubsub(ignore_subscribe_messages=True) as told:
                    told.psubscribe(CHANNELS + "*")
                    while not self._ending.is_set():
                        message = told.get_message(timeout=1.0)
                        pause = FIRST_PAUSE_SECONDS
                        if message is not None:
                            self._heard(message)
            except redis.RedisError as problem:
                pause = self._away("fanout_not_heard", problem, pause)
            finally:
                with contextlib.suppress(redis.RedisError):
                    client.close()

    def _heard(self, message: dict[str, Any]) -> None:
        name, _, note = message["data"].decode().partition(":")
        if name != self._name:
            self._here.publish(message["channel"].decode().removeprefix(CHANNELS), note)

    def _away(self, what: str, problem: Exception, pause: float) -> float:
        """Say so once, wait, and return how long to wait the next time."""
        if pause == FIRST_PAUSE_SECONDS:
            log("fanout").warning(what, problem=type(problem).__name__)
        self._ending.wait(pause)
        return min(2 * pause, LONGEST_PAUSE_SECONDS)


def answers(address: str) -> bool:
    """Whether that Redis is there."""
    client = redis.Redis.from_url(
        address, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=None
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
