"""Posts and pages of a website as carried articles: one article for an entry and its translations."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from connector.websites import SiteEntry, Website, own_picture
from core.languages import Text
from faq.carried import LARGEST_NUMBER, PICTURE, Carried, CarriedText, Parcel, Picture, Refusal
from faq.schemas import SLUG
from faq.slugs import slug_of

OURS = "<!-- aftercart-"
NO_CATEGORY = ("uncategorized", "미분류")


@dataclass(frozen=True)
class Origin:
    """The site that entries come from: its address, the language it writes unless an entry says another."""

    address: str
    locale: str

    def key(self, entry: SiteEntry, number: int) -> str:
        """By which key the entry is known here, whether it is asked by http or https."""
        parts = urlsplit(self.address)
        return f"wordpress:{parts.netloc}{parts.path}:{entry.kind}:{number}"

    @property
    def prefix(self) -> str:
        parts = urlsplit(self.address)
        return f"wordpress:{parts.netloc}{parts.path}:"


def articles_of(
    entries: Iterable[SiteEntry], origin: Origin, *, website: Website, drafts: bool, publish: bool
) -> Parcel:
    """The entries as articles; `drafts` takes also what the site does not show yet.

    With `publish` what the site shows is asked to be published here too; else nothing is said of states.
    """
    groups: dict[tuple[str, int], list[SiteEntry]] = {}
    refused: list[Refusal] = []
    for entry in entries:
        if OURS in entry.html:
            continue  # We published it there ourselves.
        if entry.protected:
            sentence = Text("It is protected by a password, so its text is not given out.")
            refused.append(Refusal(entry.address, sentence, origin.key(entry, entry.number)))
        elif entry.state == "published" or drafts:
            first = min([entry.number, *entry.translations.values()])
            groups.setdefault((entry.kind, first), []).append(entry)
    return Parcel(
        [_article(found, number, origin, website, publish) for (_, number), found in groups.items()], refused
    )


def _article(
    entries: Sequence[SiteEntry], number: int, origin: Origin, website: Website, publish: bool
) -> Carried:
    texts: dict[str, CarriedText] = {}
    for entry in sorted(entries, key=lambda one: one.number):
        texts.setdefault(entry.locale or origin.locale, _text(entry, origin, publish))
    first = min(entries, key=lambda one: one.number)
    main = origin.locale if origin.locale in texts else next(iter(texts))
    slug, _name = _category(first)
    return Carried(
        key=origin.key(first, number),
        main_locale=main,
        texts=texts,
        kind="guide" if first.kind == "page" else "faq",
        category=slug,
        audience="staff" if any(one.state == "private" for one in entries) else "public",
        position=max(-LARGEST_NUMBER, min(first.position, LARGEST_NUMBER)),
        place=first.address,
        pictures=_pictures(texts, website),
    )


def _text(entry: SiteEntry, origin: Origin, publish: bool) -> CarriedText:
    # Loaded when a site is read, since most services never do (3 MB).
    body: str = importlib.import_module("faq.site_markdown").markdown(
        entry.html,
        site=origin.address,
        own_picture=lambda source: own_picture(origin.address, source),
        raw=entry.raw,
    )
    shown = entry.state in ("published", "private")
    return CarriedText(
        title=entry.title,
        body=body,
        state="published" if publish and shown and body.strip() else "",
        category_name=_category(entry)[1],
    )


def _category(entry: SiteEntry) -> tuple[str, str]:
    """Address word and name of the entry's first category that says something."""
    for one in entry.categories:
        slug = one.slug if SLUG.fullmatch(one.slug) else slug_of(one.slug) or slug_of(one.name)
        if slug and slug not in NO_CATEGORY:
            return slug, one.name[:200]
    return "", ""


def _pictures(texts: Mapping[str, CarriedText], website: Website) -> dict[str, Picture]:
    found = {}
    for text in texts.values():
        for one in PICTURE.finditer(text.body):
            address = one["angled"] or one["plain"]
            if address.startswith(("http://", "https://")):
                name = address.rpartition("/")[2]
                found[address] = Picture(name, address, partial(website.picture, address), address)
    return found
