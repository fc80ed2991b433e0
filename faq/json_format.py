"""Articles as one JSON file: {"format": "aftercart-articles", "version": 1, "articles": [...]}.

An article is {"key", "main", "texts": {"ko": {"title", "body", "slug", "samples", "state", "category_name"}}} and what
all languages share: kind, policy, category, audience, position, products, product_categories, related, example.
Only key, and title and body of each text, must be there. A reader of version 1 refuses what it does not know.
"""

import json
from collections.abc import Mapping, Sequence

from core.languages import Text
from faq import fields
from faq.carried import Carried, Parcel, Refusal
from faq.errors import BadParcel
from faq.fields import BadField
from faq.parcels import decoded

FORMAT, VERSION = "aftercart-articles", 1
MOST_ARTICLES = 20_000


def read(content: bytes, name: str, *, first: str) -> Parcel:
    """The articles of the file. Raises BadParcel when it is none; single bad articles are refused with their place."""
    articles = _articles(decoded(content, name), name)
    found, refused = [], []
    for number, given in enumerate(articles):
        place = f"{name}: articles[{number}]"
        try:
            found.append(_article(given, place, first))
        except BadField as problem:
            key = str(given.get("key", ""))[:200] if isinstance(given, dict) else ""
            sentence = Text("%(place)s: %(problem)s", place=place, problem=problem.sentence)
            refused.append(Refusal(place, sentence, key))
    return Parcel(found, refused)


def _articles(text: str, name: str) -> Sequence[object]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as problem:
        raise BadParcel(
            Text(
                "%(name)s, line %(line)s: this is no JSON (%(problem)s).",
                name=name,
                line=problem.lineno,
                problem=problem.msg,
            )
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise BadParcel(Text("%(name)s is no file of articles.", name=name)) from problem
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise BadParcel(Text("%(name)s is no file of articles.", name=name))
    if whole.get("version") != VERSION:
        raise BadParcel(
            Text(
                "%(name)s is written in version %(version)s of the format; this release reads version 1.",
                name=name,
                version=str(whole.get("version"))[:20],
            )
        )
    articles = whole.get("articles")
    if not isinstance(articles, list) or len(articles) > MOST_ARTICLES:
        raise BadParcel(
            Text("%(name)s needs a list of at most %(most)s articles.", name=name, most=MOST_ARTICLES)
        )
    return articles


def _article(given: object, place: str, first: str) -> Carried:
    if not isinstance(given, dict):
        raise BadField("", Text("This is no article."))
    texts = given.get("texts")
    if not isinstance(texts, dict) or not texts or not all(isinstance(one, dict) for one in texts.values()):
        raise BadField("texts", Text("“texts” needs at least one language with its title and body."))
    strange = fields.unknown({name: 1 for name in given if name != "texts"}) or next(
        (found for one in texts.values() if (found := fields.unknown(one))), ""
    )
    if strange:
        raise BadField(strange, Text("“%(field)s” is no field of an article.", field=strange[:40]))
    main = fields.one(given, "main").strip()
    if main and main not in texts:
        raise BadField("main", Text("Its main language (%(locale)s) has no text.", locale=main[:20]))
    shared = fields.shared_of(given)
    parts = [
        (place, locale, fields.text_of(one, fields.one(one, "body")), shared, locale == main)
        for locale, one in texts.items()
    ]
    return fields.put_together(fields.one(given, "key").strip(), place, parts, first)


def write(articles: Sequence[Carried]) -> bytes:
    """The file, indented so that changes between two exports can be read."""
    listed: list[Mapping[str, object]] = [
        {
            "key": article.key,
            "main": article.main_locale,
            **fields.written_shared(article),
            "texts": {
                locale: {**fields.written_text(text), "body": text.body}
                for locale, text in article.texts.items()
            },
        }
        for article in articles
    ]
    whole = {"format": FORMAT, "version": VERSION, "articles": listed}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
