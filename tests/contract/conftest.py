"""The shop the contract is asked of: the one named by the environment, or a stand-in started for the run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from .making import Maker
from .receiver import Receiver
from .shop import Key, Shop


def _given() -> Shop | None:
    value = {name: os.environ.get(f"AFTERCART_STORE_{name}", "") for name in ("URL", "KEY", "SECRET")}
    if not any(value.values()):
        return None
    missing = [f"AFTERCART_STORE_{name}" for name, given in value.items() if not given]
    if missing:
        raise pytest.UsageError(f"a store is named only in part: {', '.join(missing)} not set")
    read = os.environ.get("AFTERCART_STORE_READ_KEY")
    return Shop(
        name="given store",
        url=value["URL"].rstrip("/"),
        key=Key(value["KEY"], value["SECRET"]),
        read_key=Key(read, os.environ["AFTERCART_STORE_READ_SECRET"]) if read else None,
        https_url=os.environ.get("AFTERCART_STORE_HTTPS_URL"),
        verify=os.environ.get("AFTERCART_STORE_CERTIFICATE") or True,
    )


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """The given store, else a stand-in of its own process."""
    given = _given()
    if given:
        yield given
        return
    with ExitStack() as stack:
        yield _stand_in(stack)


@pytest.fixture
def maker(shop: Shop) -> Iterator[Maker]:
    """Makes things in the shop and removes them after the test."""
    maker = Maker(shop)
    yield maker
    maker.clean()


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """A place for webhooks on this machine; skipped for shops that cannot reach it."""
    if "//127.0.0.1" not in shop.url and "//localhost" not in shop.url:
        pytest.skip("webhooks need a shop on this machine, which alone can reach a receiver on 127.0.0.1")
    receiver = Receiver()
    yield receiver
    receiver.stop()
