import base64
import json
import random
import string
from datetime import timedelta

import jwt
import pytest

from core.security import BadToken, ExpiredToken, Keys, sign
from invoices import links

SECRET = {"s": "store-9", "o": 77, "k": "invoice", "m": "m***@example.com"}


@pytest.fixture
def token(keys, settings, store, order):
    return links.token_for(keys, settings, store, order, kind="invoice")


def test_a_link_names_shop_order_and_kind_and_no_address(keys, token, store, order):
    found = links.read_link(keys, token)
    assert (found.store, found.order, found.kind, found.cause) == (
        store.public_id,
        order.remote_id,
        "invoice",
        "",
    )
    assert "minji" not in str(links.wish_of(keys, token))


def test_a_link_expires_after_its_days_and_still_proves_what_it_was(keys, token, settings, clock, order):
    clock.advance(days=settings.link_days, seconds=-1)
    links.read_link(keys, token)
    clock.advance(seconds=1)
    with pytest.raises(ExpiredToken):
        links.read_link(keys, token)
    wish = links.wish_of(keys, token)
    assert (wish.proven, wish.order, wish.address) == (True, order.remote_id, "m***@example.com")


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def altered(token: str, keys, rolls: random.Random):
    """Every attack on a token that we could think of, and random ones until there are more than 10,000."""
    head, body, signature = token.split(".")
    letters = string.ascii_letters + string.digits + "-_"
    for place, letter in enumerate(token):  # Each letter replaced, left out, doubled.
        for other in rolls.sample([each for each in [*letters, ".", "=", " ", "가"] if each != letter], 12):
            yield token[:place] + other + token[place + 1 :]
        yield token[:place] + token[place + 1 :]
        yield token[:place] + letter + token[place:]
    for length in range(len(token)):  # Cut at either end.
        yield token[:length]
        yield token[-length:] if length else ""
    for more in ["=", ".", "A", "\n", "%0a", " ", "/", "..", ".AAAA", token]:
        yield token + more
        yield more + token
    claims = json.loads(unb64(body))
    for name, values in {  # Other claims under the old signature.
        "s": ["", "store-1", None, 1],
        "o": [*range(200), -1, "1", None],
        "k": ["credit_note", "", None],
        "c": ["first_payment", "refund:1"],
        "m": ["", "x***@example.com"],
        "exp": [claims["exp"] + 1, 2**40, None],
        "iat": [0, claims["iat"] + 1],
        "aud": ["other", None],
    }.items():
        for value in values:
            yield f"{head}.{b64(json.dumps({**claims, name: value}).encode())}.{signature}"
    for algorithm in ["none", "None", "NONE", "nOnE", "HS512", "HS384", "RS256", "ES256", "EdDSA", ""]:
        other = b64(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
        yield f"{other}.{body}.{signature}"
        yield f"{other}.{body}."
        yield f"{other}.{body}"
    for key in [b"\0" * 32, b"a" * 32, keys.of("other"), keys.of("request"), keys.of("link")[::-1]]:
        yield jwt.encode(claims, key)  # Signed by another hand.
    yield sign(
        keys.of("link"), claims, purpose="staff-link", lifetime=timedelta(days=1)
    )  # For another purpose.
    yield f"{head}.{body}.{b64(bytes(32))}"
    yield jwt.encode({name: value for name, value in claims.items() if name != "exp"}, keys.of("link"))
    yield jwt.encode({name: value for name, value in claims.items() if name != "aud"}, keys.of("link"))
    yield jwt.encode({**claims, "k": "order"}, keys.of("link"))
    for _ in range(6000):  # Several letters at once, parts exchanged, signatures guessed.
        parts = list(token)
        for _ in range(rolls.randint(1, 5)):
            parts[rolls.randrange(len(parts))] = rolls.choice(letters)
        yield "".join(parts)
        yield f"{head}.{body}.{''.join(rolls.choices(letters, k=43))}"


def test_of_ten_thousand_altered_tokens_none_is_accepted(keys, token):
    tried = accepted = 0
    for attempt in altered(token, keys, random.Random(7)):
        if attempt == token:
            continue
        tried += 1
        try:
            links.read_link(keys, attempt)
        except ExpiredToken:
            accepted += 1
        except BadToken:
            continue
        else:
            accepted += 1
    assert tried > 10_000
    assert accepted == 0


def test_a_token_cannot_say_of_itself_that_it_is_proven(keys):
    forged = jwt.encode({**SECRET, "proven": True}, b"x" * 32)
    assert links.wish_of(keys, forged).proven is False


@pytest.mark.parametrize(
    "said",
    [
        "minji@example.com",
        "m***@example.com<b>",
        "call 0900 123***@x.kr",
        "***@example.com",
        "m***@",
        "m***@a",
        5,
        None,
    ],
)
def test_only_a_masked_address_is_taken_from_an_unproven_token(keys, said):
    forged = jwt.encode({**SECRET, "m": said}, b"x" * 32)
    wish = links.wish_of(keys, forged)
    assert wish is None or not wish.address


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "null", "{}", "a" * 5000, "가.나.다"])
def test_text_that_is_no_token_asks_for_nothing(keys, token):
    assert links.wish_of(keys, token) is None


def test_links_of_two_services_do_not_open_each_other(token):
    with pytest.raises(BadToken):
        links.read_link(Keys("another root secret, thirty-two letters long"), token)


def test_a_masked_address_of_an_umlaut_domain_is_still_one():
    assert links.MASKED.fullmatch("j***@bücher.example")
