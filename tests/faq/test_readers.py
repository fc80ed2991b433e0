"""Claims about who reads: a proof opens what it is for, and nothing else ever does."""

from datetime import timedelta

import pytest
from starlette.requests import Request

from core.security import sign
from core.web import SESSION_COOKIE
from faq.readers import is_anybody, reader_of
from tests import factories
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
    request = asking(proof(keys, shop))
    reader = reader_of(request, session, shop)
    assert reader.audiences == ("public", "customers")
    assert not is_anybody(request, reader)


def test_a_token_of_another_shop_makes_a_stranger(session, shop, asking, keys):
    assert reader_of(asking(proof(keys, factories.store(session))), session, shop).audience == "public"


def wrong_tokens(keys, shop) -> dict[str, str]:
    def signed(**changes):
        given = {"key": keys.of("shopper"), "purpose": "shopper", "claims": {"s": shop.public_id}} | changes
        return sign(
            given["key"],
            given["claims"],
            purpose=given["purpose"],
            lifetime=timedelta(minutes=given.get("m", 5)),
        )

    return {
        "expired": signed(m=-1),
        "another purpose": signed(purpose="invoice-link"),
        "another key": signed(key=keys.of("link")),
        "no shop": signed(claims={}),
        "a number for a shop": signed(claims={"s": 7}),
        "a list for a shop": signed(claims={"s": [shop.public_id]}),
        "cut": signed()[:-3],
        "nothing": "",
        "no token": "a.b.c",
        "long": "x" * 20_000,
    }


def test_whatever_proves_nothing_makes_a_stranger_whose_page_is_still_kept_for_nobody(
    session, shop, asking, keys
):
    for what, token in wrong_tokens(keys, shop).items():
        request = asking({"authorization": f"Bearer {token}"})
        reader = reader_of(request, session, shop)
        assert reader.audience == "public", what
        assert not is_anybody(request, reader), what


def test_a_password_for_basic_access_is_no_token(session, shop, asking, keys):
    header = proof(keys, shop)["authorization"].replace("Bearer", "Basic")
    assert reader_of(asking({"authorization": header}), session, shop).audience == "public"
