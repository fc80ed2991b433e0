"""Claims about what keeps the suite on this machine."""

import socket

import pytest

from tests.conftest import TRIPWIRE


@pytest.mark.parametrize("place", [("192.0.2.1", 80), ("shop.example", 443), ("10.0.0.1", 25)])
def test_a_connection_to_another_machine_is_refused_and_remembered(place: tuple[str, int]):
    with pytest.raises(ConnectionRefusedError, match="other machines"):
        socket.create_connection(place, timeout=1)
    assert TRIPWIRE.seen
    TRIPWIRE.seen.clear()


def test_an_ipv6_connection_to_another_machine_is_refused_too():
    with socket.socket(socket.AF_INET6) as reaching, pytest.raises(ConnectionRefusedError):
        reaching.connect(("2001:db8::1", 80))
    TRIPWIRE.seen.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_may_be_reached(host: str):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        socket.create_connection((host, listening.getsockname()[1]), timeout=5).close()
    assert TRIPWIRE.seen == []
