"""Claims about keys, encryption, signed tokens and rate limits."""

import random
import shutil
import string
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
import redis

from core.errors import NotConfigured, TooMany
from core.security import (
    BadToken,
    ExpiredToken,
    Keys,
    RateLimits,
    Viewer,
    masked,
    read_token,
    same,
    sign,
    unproven_claims,
)
from tests.standins import Clock, until

ROOT = "r" * 48
LETTERS = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def key() -> bytes:
    return Keys(ROOT).of("links")


@pytest.fixture
def token(key: bytes) -> str:
    return sign(
        key, {"store": 3, "order": 41, "kind": "invoice"}, purpose="link", lifetime=timedelta(days=30)
    )


def refusal(key: bytes, token: str) -> type[BaseException] | None:
    try:
        read_token(key, token, purpose="link")
    except BadToken as problem:
        return type(problem)
    return None


def altered(token: str, dice: random.Random) -> str:
    """The token with one to three changes: another letter, one more, one less, two swapped, a piece lost or doubled."""
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(token))
        letter = dice.choice(LETTERS + ".=+/ \n\0é")
        change = dice.randrange(7)
        if change <= 2:
            token = token[:place] + letter + token[place + 1 :]
        elif change == 3:
            token = token[:place] + letter + token[place:]
        elif change == 4:
            token = token[:place] + token[place + 1 :]
        elif change == 5:
            token = token[:place]
        else:
            token = token[:place] + token[place : place + 9] * 2 + token[place + 9 :]
        token = token or "."
    return token


def test_a_token_gives_its_claims_back(key: bytes, token: str):
    claims = read_token(key, token, purpose="link")
    assert (claims["store"], claims["order"], claims["kind"]) == (3, 41, "invoice")


def test_none_of_10000_altered_tokens_is_accepted(key: bytes, token: str):
    dice = random.Random(20261123)
    tried = {changed for changed in (altered(token, dice) for _ in range(12_000)) if changed != token}
    assert len(tried) >= 10_000
    assert [changed for changed in tried if refusal(key, changed) is None] == []


def test_an_altered_token_is_never_taken_for_an_expired_one(key: bytes, clock: Clock):
    token = sign(key, {"order": 1}, purpose="link", lifetime=timedelta(days=1))
    clock.advance(days=2)
    dice = random.Random(7)
    changed = {altered(token, dice) for _ in range(1000)} - {token}
    assert {refusal(key, text) for text in changed} == {BadToken}


def test_a_signature_has_only_one_spelling(key: bytes, token: str):
    # 43 letters hold 258 bits, a signature 256: four last letters would decode to the same bytes.
    spellings = {token[:-1] + letter for letter in LETTERS} - {token}
    assert [text for text in spellings if refusal(key, text) is None] == []
    assert refusal(key, token + "=") is BadToken


def test_an_expired_token_is_refused_and_its_claims_are_proven(key: bytes, clock: Clock):
    token = sign(key, {"order": 41}, purpose="link", lifetime=timedelta(days=30))
    clock.advance(days=29, hours=23)
    assert refusal(key, token) is None
    clock.advance(hours=1)
    with pytest.raises(ExpiredToken) as caught:
        read_token(key, token, purpose="link")
    assert caught.value.claims["order"] == 41
    assert caught.value.status == 410


def test_a_token_of_another_key_or_purpose_is_refused(key: bytes, token: str):
    assert refusal(Keys(ROOT).of("sessions"), token) is BadToken
    assert refusal(Keys("s" * 48).of("links"), token) is BadToken
    with pytest.raises(BadToken):
        read_token(key, token, purpose="reset")


def test_a_token_that_chooses_its_own_algorithm_is_refused(key: bytes):
    claims = {"order": 41, "aud": "link", "iat": 0, "exp": 4102444800}
    for forged in (
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims, None, algorithm="none") + "A" * 43,
        jwt.encode(claims, key + key, algorithm="HS512"),
    ):
        assert refusal(key, forged) is BadToken


@pytest.mark.parametrize("missing", ["exp", "iat", "aud"])
def test_a_token_without_its_dates_or_purpose_is_refused(key: bytes, missing: str):
    claims = {"order": 41, "aud": "link", "iat": 0, "exp": 4102444800}
    del claims[missing]
    assert refusal(key, jwt.encode(claims, key, algorithm="HS256")) is BadToken


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 100_000, "a." * 3000, "é.é.é", "\0"])
def test_nonsense_is_no_token(key: bytes, text: str):
    assert refusal(key, text) is BadToken
    assert unproven_claims(text) == {}


def test_unproven_claims_are_read_without_the_key(token: str):
    assert unproven_claims(token)["order"] == 41


# -- keys --------------------------------------------------------------------------------------------------------


def test_each_purpose_has_its_own_key_and_it_stays_the_same():
    keys = Keys(ROOT)
    assert keys.of("links") == Keys(ROOT).of("links")
    assert len({keys.of(purpose) for purpose in ("links", "sessions", "at-rest", "")}) == 4
    assert all(len(keys.of(purpose)) == 32 for purpose in ("links", ""))


def test_a_hidden_secret_comes_back_only_with_its_root():
    hidden = Keys(ROOT).hide("cs_비밀")
    assert "cs_" not in hidden
    assert Keys(ROOT).reveal(hidden) == "cs_비밀"
    with pytest.raises(NotConfigured, match=r"secret\.key"):
        Keys("s" * 48).reveal(hidden)


def test_an_altered_hidden_secret_is_refused():
    hidden = Keys(ROOT).hide("cs_1")
    with pytest.raises(NotConfigured):
        Keys(ROOT).reveal(hidden[:-4] + "AAA=")


def test_hiding_the_same_secret_twice_does_not_show_that_it_is_the_same():
    assert Keys(ROOT).hide("cs_1") != Keys(ROOT).hide("cs_1")


def test_a_short_root_is_refused():
    with pytest.raises(NotConfigured, match="too short"):
        Keys("r" * 31)


# -- people ------------------------------------------------------------------------------------------------------


def test_a_viewer_sees_the_order_they_came_for_and_no_other():
    viewer = Viewer(store_id=3, order_id=41)
    assert viewer.may_see_order(3, 41)
    assert not any(viewer.may_see_order(*other) for other in ((3, 42), (4, 41), (41, 3)))


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("minji@example.com", "m***@example.com"),
        ("a@b", "a***@b"),
        ("", ""),
        ("nobody", ""),
        ("@example.com", ""),
        ("x@", ""),
        ("민지@example.com", "민***@example.com"),
    ],
)
def test_a_masked_address_shows_only_its_first_letter_and_host(email: str, shown: str):
    assert masked(email) == shown


def test_texts_and_bytes_are_compared_alike():
    assert same("ä", "ä".encode())
    assert not same("a", "b")
    assert not same("", "a")


# -- how often ---------------------------------------------------------------------------------------------------


def use_up(limits: RateLimits, *who: str) -> None:
    for _ in range(3):
        limits.take("3/hour", *who)


def test_tries_are_refused_when_they_are_used_up_for_that_person_only():
    limits = RateLimits()
    use_up(limits, "sign-in", "127.0.0.1")
    with pytest.raises(TooMany):
        limits.take("3/hour", "sign-in", "127.0.0.1")
    limits.take("3/hour", "sign-in", "127.0.0.2")
    limits.take("3/hour", "reset", "127.0.0.1")


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    if not shutil.which("redis-server"):
        pytest.skip("Redis is optional, and its server is not on this machine")
    # A socket in the file system needs no port; its name must stay under 108 letters.
    place = Path("/tmp") / f"aftercart-redis-{tmp_path.name[-40:]}-{random.getrandbits(32)}.sock"
    server = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(place), "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        until(place.exists)
        yield f"unix://{place}"
    finally:
        server.terminate()
        server.wait(10)


def test_several_processes_share_their_counters_through_redis(redis_address: str):
    with redis.Redis.from_url(redis_address) as connection:
        assert connection.ping()
    address = redis_address.replace("unix://", "redis+unix://")
    use_up(RateLimits(address), "sign-in", "127.0.0.1")
    with pytest.raises(TooMany):
        RateLimits(address).take("3/hour", "sign-in", "127.0.0.1")
