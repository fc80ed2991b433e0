"""Articles on their way out: the shop's articles in the neutral form, and the key each of them is known by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlmodel import Session, col, select

from faq import queries
from faq.carried import Carried, CarriedText, canonical, line
from faq.tables import Article, ArticleCategory, ArticleSubject, ArticleText, ArticleVersion, RelatedArticle

AT_A_TIME = 500  # Rows that one statement names; both databases take more, but not without limit.


@dataclass
class KeyBook:
    """By which key each article of a shop is known: where it was imported from, or else its own address word."""

    ids: dict[str, int] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)

    def note(self, article_id: int, key: str) -> None:
        """Know the article by that key from now on."""
        self.ids.pop(self.keys.get(article_id, ""), None)
        self.ids[key], self.keys[article_id] = article_id, key


def key_book(session: Session, store_id: int) -> KeyBook:
    """The keys of all articles of the shop; the same for the same articles whenever it is asked."""
    chosen = (
        select(Article.id, Article.source, ArticleText.slug)
        .join(
            ArticleText,
            (col(ArticleText.article_id) == Article.id) & (col(ArticleText.locale) == Article.main_locale),
            isouter=True,
        )
        .where(Article.store_id == store_id)
        .order_by(col(Article.id))
    )
    rows = [(int(number or 0), source, slug) for number, source, slug in session.exec(chosen)]
    book = KeyBook()
    for number, source, _slug in rows:
        if source:
            book.note(number, source)
    for number, source, slug in rows:
        if not source:
            book.note(number, _free(book, slug or "article"))
    return book


def _free(book: KeyBook, wanted: str) -> str:
    number, key = 1, wanted
    while key in book.ids:
        number += 1
        key = f"{wanted}-{number}"
    return key


def give_out(session: Session, *, store_id: int, article_ids: Sequence[int] | None = None) -> list[Carried]:
    """The shop's articles, sorted by key. A published text is what its readers see; another one its working copy."""
    book = key_book(session, store_id)
    chosen = select(Article).where(Article.store_id == store_id)
    if article_ids is not None:
        chosen = chosen.where(col(Article.id).in_(article_ids))
    found = [
        carried
        for rows in _batches(list(session.exec(chosen)))
        for carried in in_neutral_form(session, rows, book, seen_by_readers=True)
    ]
    return sorted(found, key=lambda one: one.key)


def _batches(rows: list[Article]) -> Iterator[list[Article]]:
    for start in range(0, len(rows), AT_A_TIME):
        yield rows[start : start + AT_A_TIME]


def in_neutral_form(
    session: Session, articles: Sequence[Article], book: KeyBook, *, seen_by_readers: bool
) -> list[Carried]:
    """Those articles with everything that belongs to them, in a fixed number of statements."""
    numbers = [int(one.id or 0) for one in articles]
    texts = queries.texts_of(session, numbers)
    shown = _shown(session, texts) if seen_by_readers else {}
    subjects = _listed(session, ArticleSubject, numbers)
    related = _listed(session, RelatedArticle, numbers)
    categories = {one.id: one for one in _categories(session, articles)}
    return [
        Carried(
            key=book.keys[number],
            main_locale=one.main_locale,
            texts={
                locale: _text(text, shown.get(int(text.id or 0)), categories.get(one.category_id), locale)
                for locale, text in sorted(texts[number].items())
            },
            kind=cast("Any", one.kind),
            policy=cast("Any", one.policy),
            category=categories[one.category_id].slug if one.category_id in categories else "",
            audience=cast("Any", one.audience),
            position=one.position,
            products=tuple(sorted(row.remote_id for row in subjects[number] if row.kind == "product")),
            product_categories=tuple(
                sorted(row.remote_id for row in subjects[number] if row.kind == "product_category")
            ),
            related=tuple(
                book.keys[row.related_id]
                for row in sorted(related[number], key=lambda row: row.position)
                if row.related_id in book.keys
            ),
            example=one.example,
        )
        for number, one in zip(numbers, articles, strict=True)
    ]


def _text(
    text: ArticleText, shown: ArticleVersion | None, category: ArticleCategory | None, locale: str
) -> CarriedText:
    said = shown or text
    return CarriedText(
        title=line(said.title),
        body=canonical(said.body),
        slug=text.slug,
        samples=tuple(kept for one in said.samples if (kept := line(one))),
        state=cast("Any", text.state),
        category_name=line(category.names.get(locale, "")) if category else "",
    )


def _shown(session: Session, texts: Mapping[int, Mapping[str, ArticleText]]) -> dict[int, ArticleVersion]:
    """The published versions of those texts whose working copy says something newer."""
    behind = {
        int(text.id or 0): text.published_version
        for languages in texts.values()
        for text in languages.values()
        if text.state == "published" and text.published_version != text.version
    }
    chosen = select(ArticleVersion).where(col(ArticleVersion.text_id).in_(behind))
    return {row.text_id: row for row in session.exec(chosen) if row.version == behind[row.text_id]}


def _listed(session: Session, table: Any, numbers: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    for row in session.exec(select(table).where(col(table.article_id).in_(numbers))):
        found[row.article_id].append(row)
    return found


def _categories(session: Session, articles: Sequence[Article]) -> Sequence[ArticleCategory]:
    wanted = {one.category_id for one in articles if one.category_id is not None}
    return session.exec(select(ArticleCategory).where(col(ArticleCategory.id).in_(wanted))).all()
