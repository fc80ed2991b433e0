"""Secrets that a browser or a letter carries: made here, shown once, and stored only as their SHA-256."""

import hashlib
import secrets


def fresh() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored. A plain hash is enough: nobody can try through 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
