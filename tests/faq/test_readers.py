"""Claims about who reads: a proof opens what it is for, and nothing else ever does."""

import pytest
from starlette.requests import Request

from core.web import SESSION_COOKIE
from faq.readers import is_anybody, reader_of
from tests import factories
from tests.chat.shop_page import pair, word_of
from tests.faq.help_site import app_of, proof

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return factories.store(session)


@pytest.fixture
def asking(database, settings, keys):
    """`asking({"cookie": …})` is a request with those headers."""
    app = app_of(database, settings, keys)

    def made(headers: dict[str, str]) -> Request:
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        return Request({"type": "http", "method": "GET", "path": "/", "headers": named, "app": app})

    return made


def test_a_stranger_reads_what_is_public(session, shop, asking):
    request = asking({})
    reader = reader_of(request, session, shop)
    assert (reader.store_id, reader.audiences) == (shop.id, ("public",))
    assert is_anybody(request, reader)


def test_a_session_of_staff_reads_everything_and_is_shown_to_nobody_else(session, shop, asking):
    request = asking({"cookie": f"{SESSION_COOKIE}=staff"})
    reader = reader_of(request, session, shop)
    assert reader.audiences == ("public", "customers", "staff")
    assert not is_anybody(request, reader)


def test_a_cookie_that_opens_nothing_makes_a_stranger(session, shop, asking):
    assert reader_of(asking({"cookie": f"{SESSION_COOKIE}=guessed"}), session, shop).audience == "public"


def test_a_token_of_the_shop_makes_a_customer(session, shop, asking, keys):
    request = asking(proof(session, keys, shop))
    reader = reader_of(request, session, shop)
    assert reader.audiences == ("public", "customers")
    assert not is_anybody(request, reader)


def test_a_token_of_another_shop_makes_a_stranger(session, shop, asking, keys):
    assert (
        reader_of(asking(proof(session, keys, factories.store(session))), session, shop).audience == "public"
    )


def wrong_tokens(shop) -> dict[str, str]:
    """What proves nothing; the tokens themselves are tried at length in tests/connector/test_shopper_tokens.py."""
    return {
        "expired": word_of(shop, 7, minutes=-1),
        "another audience": word_of(shop, 7, aud="invoice-link"),
        "another key": word_of(shop, 7, root=bytes(32)),
        "another shop": word_of(shop, 7, iss="https://elsewhere.example"),
        "cut": word_of(shop, 7)[:-3],
        "nothing": "",
        "no token": "a.b.c",
        "long": "x" * 20_000,
    }


def test_whatever_proves_nothing_makes_a_stranger_whose_page_is_still_kept_for_nobody(
    session, shop, asking, keys
):
    pair(session, keys, shop)
    for what, token in wrong_tokens(shop).items():
        request = asking({"authorization": f"Bearer {token}"})
        reader = reader_of(request, session, shop)
        assert reader.audience == "public", what
        assert not is_anybody(request, reader), what


def test_a_password_for_basic_access_is_no_token(session, shop, asking, keys):
    header = proof(session, keys, shop)["authorization"].replace("Bearer", "Basic")
    assert reader_of(asking({"authorization": header}), session, shop).audience == "public"
