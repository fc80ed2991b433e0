"""Where an article may lead: the web, mail, telephone, our own pages; pictures only from our own store."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

LONGEST_ADDRESS = 2000
IMAGE = re.compile(r"/help/images/([0-9a-f]{64})\.(webp|png|jpg)")
VIDEO_SITES = {
    "youtube.com": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
}
# Browsers leave some of these out before they read an address, so "java\tscript:" would run.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\]")


def is_own(address: str) -> bool:
    """Whether it is a path of this service, or a place in the same article."""
    return address.startswith(("/", "#")) and not address.startswith("//")


def may_lead_to(address: str) -> bool:
    """Whether a link of an article may carry that address (one that was normalised, without spaces)."""
    if not address or len(address) > LONGEST_ADDRESS or _UNSEEN.search(address):
        return False
    if is_own(address):
        return True
    parts = _parts(address)
    if parts is None:
        return False
    if parts.scheme in ("http", "https"):
        # A name before the host only ever serves to look like another site.
        return bool(parts.netloc) and "@" not in parts.netloc
    return parts.scheme in ("mailto", "tel") and bool(parts.path) and not parts.netloc


def is_outside(address: str) -> bool:
    """Whether it leads to a web site other than this service."""
    return address.lower().startswith(("http:", "https:"))


def host_of(address: str) -> str:
    """The host's name without "www.", "" for what has none."""
    parts = _parts(address)
    return ((parts.hostname if parts else "") or "").removeprefix("www.")


def video_site(address: str) -> str:
    """The name of the video site that the address belongs to, "" for any other."""
    host = host_of(address)
    return next(
        (name for site, name in VIDEO_SITES.items() if host == site or host.endswith(f".{site}")),
        "",
    )


def image_digest(address: str) -> str:
    """The digest of the picture of ours that the address names, "" for any other address."""
    found = IMAGE.fullmatch(address)
    return found[1] if found else ""


def image_digests(body: str) -> set[str]:
    """The digests of all pictures of ours that a text may show."""
    return {found[1] for found in IMAGE.finditer(body)}


def readable(address: str) -> str:
    """The address with its own letters for their percent signs."""
    return unquote(address)


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts
