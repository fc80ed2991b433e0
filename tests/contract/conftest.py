"""The shop the contract is asked of: the one named by the environment, or a stand-in started for the run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import demo.storage
from demo.serving import running_shop
from tests.live import tls

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask the given store alone, or else both stand-ins."""
    if "shop" in metafunc.fixturenames:
        names = ["given"] if _given() else ["krw", "eur"]
        metafunc.parametrize("shop", names, indirect=True, scope="session")


@contextmanager
def _stand_in(name: str, folder: Path) -> Iterator[Shop]:
    plain, secure = demo.storage.open_shop(name), demo.storage.open_shop(name)
    secure.pretends_https = True

    def pass_time() -> None:
        plain.clock_ahead += timedelta(seconds=2)

    keys = {each.permission: Key(each.key, each.secret) for each in plain.keys}
    with running_shop(plain) as url, running_shop(secure) as inner, tls.front(inner, folder) as front:
        secure.url = front.url.replace("https:", "http:")  # It writes https itself, once it believes in TLS.
        yield Shop(
            name=f"stand-in {name}",
            url=url,
            key=keys["read_write"],
            read_key=keys["read"],
            https_url=front.url,
            verify=str(front.certificate),
            pass_time=pass_time,
        )


@pytest.fixture(scope="session")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The given store, else a stand-in served by this process."""
    given = _given()
    if given:
        yield given
        return
    with _stand_in(request.param, tmp_path_factory.mktemp("stand-in")) as stand_in:
        yield stand_in


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
