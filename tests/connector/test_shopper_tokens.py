"""Claims about the shop's word for its customer: one key, one shop, five minutes, and nothing that is nearly right."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest

from connector import paired_keys
from connector.shopper_tokens import Vouched, vouched
from connector.tables import PairedKey
from core.security import Keys, derived
from tests import factories
from tests.chat.shop_page import ROOT, pair, word_of

pytestmark = pytest.mark.database

OTHER_ROOT = bytes(reversed(range(32)))


@pytest.fixture
def shop(session, keys, clock):
    found = factories.store(session)
    pair(session, keys, found)
    return found


@pytest.fixture
def proven(session, keys, shop):
    """`proven(token)` is what a token proves in the shop."""

    def asked(token: str, store=None) -> Vouched | None:
        return vouched(session, keys, store or shop, token)

    return asked


# -- the keys, as the plugin makes them ----------------------------------------------------------------------------


def test_the_three_keys_are_those_that_the_plugin_derives():
    # As hash_hkdf of PHP makes them, root bytes 00 to 1f.
    assert {use: derived(ROOT, use).hex() for use in ("request", "shopper", "link")} == {
        "request": "20f9a2f2ef41ca5f51476760e2164bac093baa7c730aca68cfcde56a239cd26e",
        "shopper": "7b9b43fbb6be1d05ea9c2f34b6a61a9dd8c207681e422fddbb1d00b2a1bfce7d",
        "link": "b76ccb74de7f186f150c1987f4481ec207a944d9b5aa180707a25f2f0c873f5f",
    }


def test_a_request_signed_with_the_derived_key_is_the_plugins():
    body = hashlib.sha256(b'{"order_id":13}').hexdigest()
    told = "\n".join(["AC1", "POST", "/shim/v1/link", "1795400000", "6f0b1d0e3f0b4b8c9a0e1d2c3b4a5f60", body])
    signature = hmac.digest(derived(ROOT, "request"), told.encode(), "sha256")
    assert base64.urlsafe_b64encode(signature).decode().rstrip("=") == (
        "jL_KeCmOogHf5cDeE9tnm0qh79yDsyzed41ogYRXO8g"
    )


def test_a_secret_is_kept_encrypted(session, shop):
    kept = session.get(PairedKey, (shop.id, "k1"))
    assert ROOT.hex() not in kept.root_hidden and ROOT.hex() not in str(kept.model_dump())


@pytest.mark.parametrize(("root", "kid"), [(b"short", "k1"), (ROOT, ""), (ROOT, "k" * 41)])
def test_a_secret_that_is_none_is_refused(session, keys, shop, root, kid):
    with pytest.raises(ValueError, match="32 bytes"):
        paired_keys.keep(session, keys, shop.id, kid, root)


# -- what is taken -------------------------------------------------------------------------------------------------


def test_a_fresh_word_names_the_customer_and_ends_with_its_token(proven, shop, clock):
    found = proven(word_of(shop, 42))
    assert (found.customer_remote_id, found.until) == (42, clock.advance(minutes=5))


def test_it_may_be_shown_twice_since_a_page_has_two_tabs(proven, shop):
    token = word_of(shop, 42)
    assert proven(token) == proven(token) is not None


def test_the_shop_may_name_itself_by_either_of_its_addresses(session, proven, shop):
    shop.address, shop.home_address = "https://shop.example/wp", "https://shop.example"
    assert proven(word_of(shop, 1, iss="https://shop.example/"))
    assert proven(word_of(shop, 1, iss="https://shop.example/wp"))


@pytest.mark.parametrize(("minutes", "taken"), [(5.4, True), (5.6, False), (-0.4, True), (-0.6, False)])
def test_clocks_may_differ_by_half_a_minute_and_no_more(proven, shop, minutes, taken):
    assert bool(proven(word_of(shop, 1, minutes=minutes))) is taken


# -- what is not ---------------------------------------------------------------------------------------------------


def bent(token: str, **changes) -> str:
    """The token with another header, its signature left as it was."""
    head, body, signature = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | changes
    new = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{new}.{body}.{signature}"


def signed(claims) -> str:
    """A token with the shop's own signature over whatever claims, as no library would write it."""
    parts = [{"alg": "HS256", "kid": "k1"}, {"aud": "aftercart", "sub": "wc:1", "exp": 1795435500} | claims]
    told = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    signature = hmac.digest(derived(ROOT, "shopper"), told.encode(), "sha256")
    return f"{told}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


WRONG = {
    "old": lambda shop: word_of(shop, 1, minutes=-2),
    "that lives too long": lambda shop: word_of(shop, 1, minutes=60),
    "without an end": lambda shop: word_of(shop, 1, exp=None),
    "with a text for an end": lambda shop: word_of(shop, 1, exp="soon"),
    "with an end that is true": lambda shop: word_of(shop, 1, exp=True),
    "with an endless end": lambda shop: word_of(shop, 1, exp=10**30),
    "of another secret": lambda shop: word_of(shop, 1, root=OTHER_ROOT),
    "of an unknown key": lambda shop: word_of(shop, 1, kid="k9"),
    "without a key": lambda shop: word_of(shop, 1, kid=""),
    "for another audience": lambda shop: word_of(shop, 1, aud="elsewhere"),
    "without an audience": lambda shop: word_of(shop, 1, aud=None),
    "of another shop": lambda shop: word_of(shop, 1, iss="https://evil.example"),
    "of no shop": lambda shop: word_of(shop, 1, iss=None),
    "of a shop that is a list": lambda shop: signed({"iss": [shop.home_address]}),
    "of a shop that is a number": lambda shop: signed({"iss": 7}),
    "of an empty shop": lambda shop: word_of(shop, 1, iss=""),
    "about nobody": lambda shop: word_of(shop, 1, sub=None),
    "about customer 0": lambda shop: word_of(shop, 0),
    "about a negative customer": lambda shop: word_of(shop, -1),
    "about a customer in other digits": lambda shop: word_of(shop, 1, sub="wc:\u0661"),
    "about something else": lambda shop: word_of(shop, 1, sub="admin:1"),
    "about a huge number": lambda shop: word_of(shop, 10**30),
    "with another algorithm": lambda shop: bent(word_of(shop, 1), alg="HS512"),
    "signed by nobody": lambda shop: jwt.encode(
        {"sub": "wc:1"}, None, algorithm="none", headers={"kid": "k1"}
    ),
    "that says it needs no signature": lambda shop: bent(word_of(shop, 1), alg="none"),
    "that names a file for a key": lambda shop: bent(word_of(shop, 1), kid="../../secret.key"),
    "that brings a key along": lambda shop: bent(word_of(shop, 1), jwk={"kty": "oct", "k": "AA"}),
    "with a number for a key": lambda shop: bent(word_of(shop, 1), kid=1),
    "cut": lambda shop: word_of(shop, 1)[:-2],
    "with another spelling": lambda shop: word_of(shop, 1) + "=",
    "signed with the root itself": lambda shop: jwt.encode(
        {"iss": shop.home_address, "aud": "aftercart", "sub": "wc:1"}, ROOT, headers={"kid": "k1"}
    ),
    "signed with the key for links": lambda shop: jwt.encode(
        {"iss": shop.home_address, "aud": "aftercart", "sub": "wc:1"},
        derived(ROOT, "link"),
        headers={"kid": "k1"},
    ),
    "that is no token": lambda shop: "a.b.c",
    "that is empty": lambda shop: "",
    "that is far too long": lambda shop: "x" * 100_000,
}


@pytest.mark.parametrize("made", WRONG.values(), ids=WRONG)
def test_no_word_is_taken(proven, shop, made):
    assert proven(made(shop)) is None


def test_of_all_tokens_with_one_letter_changed_none_is_taken(proven, shop):
    token = word_of(shop, 42)
    letters = "ABCDEFGHabcdefgh01234567-_"
    for place, now in enumerate(token):
        for letter in letters:
            if letter not in (now, ".") and now != ".":
                assert proven(token[:place] + letter + token[place + 1 :]) is None, place


def test_another_shops_word_is_none_here_even_with_the_same_secret(session, keys, proven, shop):
    other = factories.store(session)
    pair(session, keys, other)
    assert proven(word_of(other, 42)) is None
    assert proven(word_of(other, 42), other) is not None


def test_a_shop_that_was_never_paired_vouches_for_nobody(session, proven, shop):
    assert proven(word_of(factories.store(session), 42)) is None


def test_an_old_secret_counts_for_a_day_after_its_successor_and_then_no_more(
    session, keys, proven, shop, clock
):
    pair(session, keys, shop, kid="k2", root=OTHER_ROOT)
    paired_keys.retire(session, shop.id, "k1")
    clock.advance(hours=23)
    assert proven(word_of(shop, 1)) and proven(word_of(shop, 1, kid="k2", root=OTHER_ROOT))
    paired_keys.retire(session, shop.id, "k1")  # Retiring it again gives it no more time.
    clock.advance(hours=1)
    assert proven(word_of(shop, 1)) is None
    assert proven(word_of(shop, 1, kid="k2", root=OTHER_ROOT))


def test_a_stolen_secret_can_be_retired_at_once(session, proven, shop, clock):
    paired_keys.retire(session, shop.id, "k1", after=clock.now() - clock.now())
    paired_keys.retire(session, shop.id, "unknown")
    assert proven(word_of(shop, 1)) is None


def test_a_secret_that_this_service_cannot_read_any_more_makes_strangers_and_no_error(session, shop):
    other = Keys("another root, long enough to be one of ours")
    assert vouched(session, other, shop, word_of(shop, 1)) is None
