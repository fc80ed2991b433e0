"""What search engines read beside a page: schema.org objects as JSON-LD, which is data and runs nowhere."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

CONTEXT = "https://schema.org"

Thing = dict[str, Any]


def block(thing: Thing) -> Markup:
    """The object as it stands inside a script element; no text in it can end that element."""
    said = json.dumps({"@context": CONTEXT, **thing}, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        said = said.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(said)  # noqa: S704 - nothing in it can end the element


def crumbs(places: Sequence[tuple[str, str]]) -> Thing:
    """The way to the page: names and full addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(places, 1)
        ],
    }


def site(name: str, address: str, *, locale: str, shop: str, search: str) -> Thing:
    """The help centre itself; `search` is the address of its results with {question} in it."""
    return {
        "@type": "WebSite",
        "name": name,
        "url": address,
        "inLanguage": locale,
        "publisher": {"@type": "Organization", "name": shop},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=question",
        },
    }


def article(
    title: str, body: str, address: str, *, kind: str, locale: str, shop: str, published: datetime | None
) -> Thing:
    """An article; one of the kind "faq" is a question with its answer. `body` is plain text."""
    shared: Thing = {"inLanguage": locale, "url": address}
    if published:
        shared["dateModified"] = published.isoformat(timespec="seconds")
    if kind == "faq":
        answer = {"@type": "Answer", "text": body}
        return {
            "@type": "FAQPage",
            **shared,
            "mainEntity": [{"@type": "Question", "name": title, "acceptedAnswer": answer}],
        }
    return {
        "@type": "Article",
        **shared,
        "headline": title,
        "mainEntityOfPage": address,
        "author": {"@type": "Organization", "name": shop},
        "publisher": {"@type": "Organization", "name": shop},
    }
