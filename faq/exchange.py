"""Taking carried articles in: repeatable without doubles, and never over something that was edited here since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from core import clock
from core.errors import AftercartError
from core.languages import Text
from faq import editing, publishing, queries
from faq.carried import (
    OUR_PICTURE,
    Carried,
    Outcome,
    Taken,
    form_of,
    marks_of,
    problem_of,
    with_pictures,
)
from faq.exchange_tables import ImportedArticle
from faq.giving_out import KeyBook, in_neutral_form, key_book
from faq.schemas import ArticleForm
from faq.tables import Article, ArticleText

NOTE = "import"
EDITED = Text(
    "It was edited here after its last import, and the source has changed too. Nothing was overwritten; "
    "import it again with overwriting if the source is right."
)


@dataclass(frozen=True)
class Weighed:
    """What taking an article in would do, before anything is written."""

    outcome: Outcome
    article: Article | None = None
    record: ImportedArticle | None = None
    sentence: Text | str = ""


def weigh(
    session: Session, store_id: int, carried: Carried, *, book: KeyBook, overwrite: bool = False
) -> Weighed:
    """Compare the carried article with what stands here and with what its source gave last time."""
    problem = problem_of(carried)
    if problem is not None:
        return Weighed("refused", sentence=problem)
    number = book.ids.get(carried.key)
    if number is None:
        return _if_free(session, store_id, carried, Weighed("new"))
    article = queries.article(session, number)
    record, given = session.get(ImportedArticle, number), marks_of(carried)
    ours = in_neutral_form(session, [article], book, seen_by_readers=False)[0]
    states = record.states if record else {}
    moved = any(
        text.state and text.state != (states.get(locale) or ours.texts[locale].state)
        for locale, text in carried.texts.items()
        if locale in ours.texts
    )
    known = record is not None and all(record.given.get(part) == mark for part, mark in given.items())
    if known and not moved and not overwrite:
        return Weighed("unchanged", article, record)
    if _says_the_same(ours, carried):
        return Weighed("changed" if moved else "unchanged", article, record)
    edited = record is None or marks_of(ours) != record.kept
    if edited and not overwrite:
        return Weighed("conflict", article, record, EDITED)
    return _if_free(session, store_id, carried, Weighed("changed", article, record))


def _if_free(session: Session, store_id: int, carried: Carried, weighed: Weighed) -> Weighed:
    """That verdict, unless another article has one of the wanted addresses."""
    number = weighed.article.id if weighed.article else None
    for locale, text in carried.texts.items():
        chosen = select(ArticleText.article_id).where(
            ArticleText.store_id == store_id, ArticleText.locale == locale, ArticleText.slug == text.slug
        )
        if text.slug and any(found != number for found in session.exec(chosen)):
            return Weighed(
                "refused",
                weighed.article,
                sentence=Text(
                    "Another article has the address “%(slug)s” already. Please choose another one.",
                    slug=text.slug,
                ),
            )
    return weighed


def _standing(session: Session, article: Article, book: KeyBook) -> dict[str, str]:
    """Digests of what stands here, by part."""
    return marks_of(in_neutral_form(session, [article], book, seen_by_readers=False)[0])


def _says_the_same(ours: Carried, carried: Carried) -> bool:
    """Whether the article says already all that the carried one says."""
    # A picture of ours that lies beside its article is the one that stands here.
    theirs_here = with_pictures(
        carried, {name: f"/help/{name}" for name in carried.pictures if OUR_PICTURE.fullmatch(name)}
    )
    texts = {
        locale: replace(text, slug=text.slug or ours.texts[locale].slug)
        for locale, text in theirs_here.texts.items()
        if locale in ours.texts
    }
    theirs = marks_of(replace(carried, texts=texts, marks={}, pictures={}))
    standing = marks_of(ours)
    same = all(standing.get(part) == mark for part, mark in theirs.items())
    return same and len(texts) == len(carried.texts)


def take_in(
    session: Session,
    *,
    store_id: int,
    articles: Sequence[Carried],
    by: str,
    publish: bool = False,
    overwrite: bool = False,
    book: KeyBook | None = None,
) -> list[Taken]:
    """Write the articles, each wholly or not at all; says of each what became of it.

    A text comes in the state its source names, else as it is here (a new one as a draft); with `publish` drafts are
    published too. Pictures must have been replaced already. Related articles are found also later in the list.
    """
    known = book or key_book(session, store_id)
    taken = [
        _take_one(session, store_id, carried, by=by, publish=publish, overwrite=overwrite, book=known)
        for carried in articles
    ]
    written = {one.key for one in taken if one.outcome in ("new", "changed")}
    relate(session, [one for one in articles if one.key in written], book=known)
    return taken


def _take_one(
    session: Session,
    store_id: int,
    carried: Carried,
    *,
    by: str,
    publish: bool,
    overwrite: bool,
    book: KeyBook,
) -> Taken:
    weighed = weigh(session, store_id, carried, book=book, overwrite=overwrite)
    number = int(weighed.article.id or 0) if weighed.article else 0
    said = told(carried, weighed.outcome, weighed.sentence, number)
    if weighed.outcome == "unchanged" and weighed.article is not None:
        _leave(session, weighed.article, carried, weighed.record, publish=publish, book=book)
    if weighed.outcome not in ("new", "changed"):
        return said
    try:
        with session.begin_nested():
            article = _write(session, store_id, carried, weighed, by=by, publish=publish)
    except AftercartError as problem:
        return told(carried, "refused", problem.sentence, number)
    book.note(int(article.id or 0), carried.key)
    return replace(said, article_id=int(article.id or 0))


def told(carried: Carried, outcome: Outcome, sentence: Text | str = "", article_id: int = 0) -> Taken:
    """What became of that article."""
    main = carried.texts.get(carried.main_locale) or next(iter(carried.texts.values()), None)
    title = main.title[:200] if main else ""
    return Taken(carried.key, outcome, title, sentence, carried.place, article_id)


def _write(
    session: Session, store_id: int, carried: Carried, weighed: Weighed, *, by: str, publish: bool
) -> Article:
    article = weighed.article or _new(session, store_id, carried, by)
    kept = queries.related_of(session, int(article.id or 0))
    article.main_locale = carried.main_locale
    editing.save_article(session, article, _shared(carried, kept))
    asked = dict(weighed.record.states) if weighed.record else {}
    for locale in _main_first(carried):
        text = carried.texts[locale]
        row = editing.save_text(session, article, locale=locale, form=form_of(text), by=by, note=NOTE)
        _name_category(session, store_id, carried.category, locale, text.category_name)
        _set_state(session, row, wanted=text.state, before=asked.get(locale), publish=publish)
        asked[locale] = text.state
    _remember(session, article, carried, asked)
    return article


def _new(session: Session, store_id: int, carried: Carried, by: str) -> Article:
    text = editing.create(
        session,
        store_id,
        locale=carried.main_locale,
        form=_shared(carried, []),
        text=form_of(carried.main),
        by=by,
    )
    return queries.article(session, text.article_id)


def _shared(carried: Carried, related: Sequence[int]) -> ArticleForm:
    return ArticleForm(
        kind=carried.kind,
        policy=carried.policy,
        category=carried.category,
        audience=carried.audience,
        position=carried.position,
        source=carried.key,
        example=carried.example,
        products=carried.products,
        product_categories=carried.product_categories,
        related=tuple(related),
    )


def _main_first(carried: Carried) -> list[str]:
    """Translations come after what they follow."""
    return sorted(carried.texts, key=lambda locale: (locale != carried.main_locale, locale))


def _name_category(session: Session, store_id: int, slug: str, locale: str, name: str) -> None:
    """Name the category in that language unless the shop has named it already."""
    row = queries.category_of(session, store_id, slug) if slug and name else None
    if row is not None and not row.names.get(locale):
        row.names = {**row.names, locale: name[:200]}
        session.add(row)


def _set_state(session: Session, row: ArticleText, *, wanted: str, before: str | None, publish: bool) -> None:
    """Give the text the state its source asks for. One that asked for it before leaves what staff chose since."""
    if wanted == "archived" and before != "archived":
        publishing.withdraw(session, row, archive=True)
    elif wanted == "draft" and before not in ("draft", "", None) and not publish:
        publishing.withdraw(session, row, archive=False)
    elif wanted == "published":
        if before != "published" or row.state == "published":
            publishing.publish(session, row)
    elif publish and wanted != "archived" and row.state != "archived":
        publishing.publish(session, row)


def _leave(
    session: Session,
    article: Article,
    carried: Carried,
    record: ImportedArticle | None,
    *,
    publish: bool,
    book: KeyBook,
) -> None:
    """Leave what the article says; know from now on that it belongs to that source, and publish drafts if wished."""
    if record is None:
        article.source = carried.key
        book.note(int(article.id or 0), carried.key)
        _remember(session, article, carried, {locale: text.state for locale, text in carried.texts.items()})
        _note_standing(session, article, book)
    for locale in _main_first(carried) if publish else ():
        row = queries.text_in(session, int(article.id or 0), locale)
        if row is not None and row.state == "draft" and row.body.strip():
            publishing.publish(session, row)


def _remember(session: Session, article: Article, carried: Carried, states: dict[str, str]) -> None:
    record = session.get(ImportedArticle, article.id)
    if record is None:
        record = ImportedArticle(
            article_id=int(article.id or 0), given={}, kept={}, states={}, taken_at=clock.now()
        )
    record.given = {**record.given, **marks_of(carried)}
    record.states, record.taken_at = states, clock.now()
    session.add(record)
    session.flush()


def relate(session: Session, articles: Sequence[Carried], *, book: KeyBook) -> None:
    """Tie the written articles to their related ones, as far as those are here, and note how they stand now."""
    for carried in articles:
        article = queries.article(session, book.ids[carried.key])
        related = [book.ids[key] for key in carried.related if key in book.ids]
        if related != list(queries.related_of(session, int(article.id or 0))):
            editing.save_article(session, article, _shared(carried, related))
        _note_standing(session, article, book)


def _note_standing(session: Session, article: Article, book: KeyBook) -> None:
    record = session.get(ImportedArticle, article.id)
    if record is not None:
        record.kept = _standing(session, article, book)
        session.add(record)
        session.flush()
