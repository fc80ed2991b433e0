"""WordPress' words turned into ours: posts, pages, categories and languages."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from connector.websites import EntryKind, EntryState, SiteCategory, SiteEntry

STATES: Mapping[str, EntryState] = {"publish": "published", "private": "private"}
# Languages whose countries write differently; of all others the language alone is the tag.
WITH_COUNTRY = ("pt", "zh")
FIELDS = (
    "id", "status", "title", "content", "link", "categories", "menu_order", "lang", "translations",
    "wpml_current_locale", "wpml_translations",
)  # fmt: skip


def entry(kind: EntryKind, body: Mapping[str, Any], categories: Mapping[int, SiteCategory]) -> SiteEntry:
    """A post or page as REST gives it."""
    content = body.get("content") or {}
    known = [categories[number] for number in body.get("categories") or () if number in categories]
    return SiteEntry(
        kind=kind,
        number=int(body.get("id") or 0),
        title=plain(str((body.get("title") or {}).get("rendered", ""))),
        html=str(content.get("rendered", "")),
        state=STATES.get(str(body.get("status")), "draft"),
        address=str(body.get("link", "")),
        locale=tag(str(body.get("lang") or body.get("wpml_current_locale") or "")),
        position=int(body.get("menu_order") or 0),
        protected=bool(content.get("protected")),
        categories=tuple(known),
        translations=_translations(body),
    )


def _translations(body: Mapping[str, Any]) -> dict[str, int]:
    """Polylang gives an object of numbers, WPML a list."""
    polylang, wpml = body.get("translations"), body.get("wpml_translations")
    if isinstance(polylang, dict):
        return {tag(str(name)): number for name, number in polylang.items() if isinstance(number, int)}
    if isinstance(wpml, list):
        return {
            tag(str(one.get("locale"))): one["id"]
            for one in wpml
            if isinstance(one, dict) and isinstance(one.get("id"), int)
        }
    return {}


def category(body: Mapping[str, Any]) -> SiteCategory:
    """A category; WordPress keeps the address words of other scripts percent-encoded."""
    return SiteCategory(slug=unquote(str(body.get("slug", ""))), name=plain(str(body.get("name", ""))))


def plain(text: str) -> str:
    """A title without tags and entities."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", text)).split())


def tag(locale: str) -> str:
    """A language tag from WordPress' locale: "ko_KR" is "ko", "pt_BR" is "pt-BR"; "" when it names none."""
    found = re.match(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}))?", locale)
    if not found:
        return ""
    language, country = found[1], (found[2] or "").upper()
    return f"{language}-{country}" if language in WITH_COUNTRY and country else language
