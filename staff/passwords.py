"""Passwords: proven by argon2 (a library), refused when they can be guessed from the person."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.languages import Text
from staff.errors import BadPassword, WrongPassword

SHORTEST = 10
LONGEST = 1000  # Longer ones would only keep the hasher busy.

_hashing = PasswordHash((Argon2Hasher(),))


def hashed(password: str) -> str:
    """The argon2 hash to store; takes about a twentieth of a second, so never inside a writing session."""
    return _hashing.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one. Without a hash as much time is spent, so that nobody learns who exists."""
    proven = _hashing.verify(password[:LONGEST], password_hash or _nobodys_hash())
    return proven and password_hash is not None


def check_same(password: str, password_hash: str) -> None:
    """Ask for the present password before it is changed. Raises WrongPassword."""
    if not matches(password, password_hash):
        raise WrongPassword(Text("The present password is not right."))


@cache
def _nobodys_hash() -> str:
    return hashed("nobody's password")


def check_new(password: str, *about: str) -> None:
    """Refuse a password that is short, one repeated letter, or found in `about` (name, address).

    Raises BadPassword. There are no other rules: length beats signs (NIST SP 800-63B, 3.1.1.2).
    """
    if len(password) < SHORTEST:
        raise BadPassword(Text("Please take at least %(count)s characters.", count=SHORTEST))
    if len(password) > LONGEST:
        raise BadPassword(Text("Please take at most %(count)s characters.", count=LONGEST))
    plain = password.casefold()
    personal = [part for text in about for part in (text.casefold(), text.casefold().partition("@")[0])]
    guessed = any(len(part) >= 4 and part in plain for part in personal) or any(
        plain in part for part in personal
    )
    if guessed or len(set(plain)) < 4 or "password" in plain or plain in "12345678901234567890":
        raise BadPassword(Text("This password is easy to guess. Take some words that belong to nobody here."))
