"""Fresh demo shops for every test."""

import pytest

from demo.storage import Shop, open_shop

from .caller import Caller


@pytest.fixture
def krw() -> Shop:
    return open_shop("krw", url="http://127.0.0.1:8080")


@pytest.fixture
def eur() -> Shop:
    return open_shop("eur", url="http://127.0.0.1:8080")


@pytest.fixture
def caller(krw: Shop) -> Caller:
    return Caller(krw)
