"""Which other site's pages may read an answer of ours."""

from urllib.parse import urlsplit

from core.errors import NotAllowed
from core.languages import Text
from core.security import same

ALLOWED = "Access-Control-Allow-Origin"
PREFLIGHT_SECONDS = 600


def origin_of(address: str) -> str:
    """Scheme, host and port of an address as browsers name them; "" for none."""
    parts = urlsplit(address.lower())
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme)
    if usual is None or not parts.hostname:
        return ""
    host = parts.netloc.rpartition("@")[2].removesuffix(usual)
    return f"{parts.scheme}://{host}"


def allowed(origin: str, address: str) -> dict[str, str]:
    """The headers by which a browser lets the pages of that address's site read the answer. Never with cookies."""
    if origin and same(origin.lower(), origin_of(address)):
        return {ALLOWED: origin}
    return {}


def preflight(origin: str, address: str, *, methods: str, headers: str) -> dict[str, str]:
    """What lets the pages of that address's site send those methods and headers. Raises NotAllowed for all others."""
    found = allowed(origin, address)
    if not found:
        raise NotAllowed(Text("Only the shop's own pages may ask here."))
    return {
        **found,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": headers,
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        "Vary": "Origin",
    }
