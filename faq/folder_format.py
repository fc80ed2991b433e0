"""Articles as a folder of Markdown files: `<key>.<language>.md`, each with its front matter, pictures beside them."""

import hashlib
import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt

from core.languages import Text
from faq import fields, front_matter
from faq.carried import OUR_PICTURE, PICTURE, Carried, CarriedText, Parcel, Picture, Refusal
from faq.errors import BadParcel
from faq.fields import BadField
from faq.front_matter import Unreadable
from faq.parcels import MARKER, Files, decoded
from faq.schemas import LOCALE

LARGEST_ARTICLE = 1024 * 1024  # Bytes; five for each of the letters that an article may have.
MARKS = MarkdownIt("commonmark")
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
SAFE_KEY = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*){0,6}")
LONGEST_NAME = 180  # Bytes of a file's name without language and ending; file systems take 255.
ADDRESS = re.compile(r"/help/images/(?P<digest>[0-9a-f]{64})\.(?P<ending>webp|png|jpg)")


@dataclass(frozen=True)
class _Part:
    key: str
    place: str
    locale: str
    text: CarriedText
    shared: Mapping[str, Any]
    main: bool


def read(files: Files, *, first: str) -> Parcel:
    """The articles of those files. `first` is the help centre's first language."""
    refused = list(files.refused)
    parts: dict[str, list[_Part]] = defaultdict(list)
    bad: set[str] = set()
    for name in sorted(files.loads):
        if not name.lower().endswith((".md", ".markdown")):
            continue
        try:
            part = _part(name, files.loads[name](), first)
        except BadParcel as problem:
            refused.append(Refusal(name, _sentence(problem)))
            bad.add(_named(name, first)[0])
        else:
            parts[part.key].append(part)
    articles = []
    for key, found in parts.items():
        if key in bad:
            sentence = Text("Another language of this article cannot be read, so nothing of it was taken.")
            refused.append(Refusal(found[0].place, sentence, key))
            continue
        try:
            articles.append(_with_pictures(_article(key, found, first), files))
        except BadField as problem:
            refused.append(Refusal(found[0].place, problem.sentence, key))
    return Parcel(articles, refused)


def _sentence(problem: BadParcel) -> Text:
    return problem.sentence if isinstance(problem.sentence, Text) else Text(problem.sentence)


def _named(name: str, first: str) -> tuple[str, str]:
    """Key and language by a file's name."""
    stem = name.rpartition(".")[0]
    key, dot, locale = stem.rpartition(".")
    return (key, locale) if dot and key and LOCALE.fullmatch(locale) else (stem, first)


def _part(name: str, content: bytes, first: str) -> _Part:
    if len(content) > LARGEST_ARTICLE:
        raise BadParcel(
            Text(
                "%(name)s is larger than %(most)s KB. Please divide it into several articles.",
                name=name,
                most=LARGEST_ARTICLE // 1024,
            )
        )
    text = decoded(content, name).replace("\r\n", "\n").replace("\r", "\n")
    lines: Mapping[str, int] = {}
    try:
        read = front_matter.read(text)
        lines = read.lines
        strange = fields.unknown(read.fields)
        if strange:
            raise BadField(strange, Text("“%(field)s” is no field of an article.", field=strange[:40]))  # noqa: TRY301
        key, locale = _named(name, first)
        body = _from_top(read.body, posixpath.dirname(name))
        return _Part(
            key=fields.one(read.fields, "key").strip() or key,
            place=name,
            locale=fields.one(read.fields, "locale").strip() or locale,
            text=fields.text_of(read.fields, body),
            shared=fields.shared_of(read.fields),
            main=fields.yes(read.fields, "main"),
        )
    except (Unreadable, BadField) as problem:
        at = problem.line if isinstance(problem, Unreadable) else lines.get(problem.name, 1)
        raise BadParcel(
            Text("%(name)s, line %(line)s: %(problem)s", name=name, line=at, problem=problem.sentence)
        ) from problem


def _article(key: str, parts: Sequence[_Part], first: str) -> Carried:
    told = [(one.place, one.locale, one.text, one.shared, one.main) for one in parts]
    return fields.put_together(key, parts[0].place, told, first)


def _from_top(body: str, folder: str) -> str:
    """The body with its pictures named from the top of the folder."""

    def named(found: re.Match[str]) -> str:
        reference = found["angled"] or found["plain"]
        if ":" in reference or reference.startswith(("/", "#")):
            return found[0]
        place = posixpath.normpath(posixpath.join(folder, reference))
        return f"{found['before']}{_angled(place)}"

    return PICTURE.sub(named, body)


def _angled(place: str) -> str:
    """A place as Markdown takes it: in angles when it holds blanks or brackets."""
    return f"<{place}>" if re.search(r"[\s()]", place) else place


def _with_pictures(article: Carried, files: Files) -> Carried:
    """The article with the pictures that lie in the folder. Raises BadField for one that is not there."""
    pictures = {}
    for text in article.texts.values():
        shown = _shown(text.body)
        for found in PICTURE.finditer(text.body):
            reference = found["angled"] or found["plain"]
            if reference not in shown or ":" in reference or reference.startswith(("/", "#")):
                continue
            if reference not in files.loads or not reference.lower().endswith(PICTURE_ENDINGS):
                raise BadField(
                    "body", Text("The picture %(name)s is not in the folder.", name=reference[:200])
                )
            pictures[reference] = _picture(reference, files.loads[reference])
    return replace(article, pictures=pictures)


def _shown(body: str) -> set[str]:
    """What the body really shows: something in a piece of code only looks like a picture."""
    children = [child for token in MARKS.parse(body) for child in token.children or ()]
    return {unquote(str(child.attrs.get("src"))) for child in children if child.type == "image"}


def _picture(name: str, load: Callable[[], bytes]) -> Picture:
    ours = OUR_PICTURE.fullmatch(name)
    try:
        mark = ours["name"] if ours else hashlib.sha256(load()).hexdigest()
    except BadParcel:
        mark = ""  # Said again, and of this article, when the picture is needed.
    return Picture(name, mark, load)


# -- writing -----------------------------------------------------------------------------------------------------


def write(articles: Sequence[Carried], *, picture: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The files of those articles. `picture` gives the bytes of a digest, None when they are lost."""
    files = {MARKER: (json.dumps({"format": "aftercart-articles", "version": 1}) + "\n").encode()}
    taken: set[str] = set()
    for article in articles:
        stem = _stem(article.key, taken)
        for locale, text in article.texts.items():
            head: dict[str, object] = {} if stem == article.key else {"key": article.key}
            head |= {**fields.written_text(text), **({"main": True} if locale == article.main_locale else {})}
            head |= fields.written_shared(article) if locale == article.main_locale else {}
            body, digests = _beside(text.body, stem.count("/"))
            files[f"{stem}.{locale}.md"] = front_matter.write(head, body).encode()
            for name, digest in digests.items():
                content = picture(digest) if f"images/{name}" not in files else None
                if content is not None:
                    files[f"images/{name}"] = content
    return files


def _stem(key: str, taken: set[str]) -> str:
    """A file's name for that key; when the key cannot be one, a name that says as much of it as it can."""
    stem = key
    if not SAFE_KEY.fullmatch(key) or len(key.encode()) > LONGEST_NAME or key.casefold() in taken:
        readable = re.sub(r"[^\w-]+", "-", key).strip("-")[:40] or "article"
        stem = f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    taken.add(stem.casefold())
    return stem


def _beside(body: str, depth: int) -> tuple[str, dict[str, str]]:
    """The body with our pictures named as files beside it, and those pictures' names and digests."""
    digests: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        address = ADDRESS.fullmatch(found["angled"] or found["plain"])
        if address is None:
            return found[0]
        name = f"{address['digest']}.{address['ending']}"
        digests[name] = address["digest"]
        return f"{found['before']}{'../' * depth}images/{name}"

    return PICTURE.sub(named, body), digests
