"""E-mail addresses as they may stand in a header and in an SMTP command; the mail server judges the rest."""

import re
from dataclasses import dataclass

import idna

from core.languages import Text
from outbox.errors import UnusableAddress

LONGEST = 254  # RFC 5321 4.5.3.1.3: a path has 256 letters with its brackets.
# RFC 5322 atoms and dots. Two dots in a row or a last dot are against the letter, but some carriers gave them out.
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
SPECIAL = set('()<>[]:;@\\,"')
DOMAIN = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


@dataclass(frozen=True)
class Mailbox:
    """A usable address. The domain is in ASCII; `needs_utf8` when the part before the @ is not (RFC 6531)."""

    local: str
    domain: str

    @property
    def needs_utf8(self) -> bool:
        return not self.local.isascii()

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def mailbox(address: str) -> Mailbox:
    """The address in a form that can be used. Raises UnusableAddress."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not _usable_local(local):
        raise UnusableAddress(_unusable(address))
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as problem:
        raise UnusableAddress(_unusable(address)) from problem
    if not DOMAIN.fullmatch(ascii_domain) or len(f"{local}@{ascii_domain}".encode()) > LONGEST:
        raise UnusableAddress(_unusable(address))
    return Mailbox(local, ascii_domain.lower())


def _usable_local(local: str) -> bool:
    if local.isascii():
        return PLAIN.fullmatch(local) is not None
    return (
        len(local.encode()) <= 64
        and local.isprintable()
        and not any(letter.isspace() or letter in SPECIAL for letter in local)
    )


def _unusable(address: str) -> Text:
    return Text("%(address)s is not an e-mail address.", address=" ".join(address.split())[:100] or "“”")
