"""Writing articles: every saving is a version, and any version can be restored."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from core import clock
from core.database import upsert
from core.languages import Text
from faq import indexing, queries
from faq.errors import BadArticle, ChangedMeanwhile
from faq.schemas import KEPT_SLUGS, LOCALE, ArticleForm, TextForm
from faq.slugs import slug_of
from faq.tables import (
    Article,
    ArticleCategory,
    ArticleSubject,
    ArticleText,
    ArticleVersion,
    RelatedArticle,
)


def create(
    session: Session, store_id: int, *, locale: str, form: ArticleForm, text: TextForm, by: str
) -> ArticleText:
    """A new article with its main language, as a draft. Raises BadArticle."""
    _check(locale, text)
    article = Article(
        store_id=store_id,
        kind=form.kind,
        main_locale=locale,
        source=form.source,
        published_to={},
        created_at=clock.now(),
    )
    session.add(article)
    session.flush()
    save_article(session, article, form)
    return save_text(session, article, locale=locale, form=text, by=by)


def save_article(session: Session, article: Article, form: ArticleForm) -> None:
    """Keep what all languages share. A category that is not there yet is made, named as its address word."""
    article.kind, article.policy = form.kind, form.policy if form.kind == "policy" else ""
    article.audience, article.position = form.audience, form.position
    article.source, article.example = form.source, form.example
    article.category_id = _category(session, article.store_id, form.category)
    session.add(article)
    session.flush()
    number = int(article.id or 0)
    _replace(
        session,
        ArticleSubject,
        number,
        [{"kind": "product", "remote_id": one} for one in dict.fromkeys(form.products)]
        + [{"kind": "product_category", "remote_id": one} for one in dict.fromkeys(form.product_categories)],
    )
    _replace(
        session,
        RelatedArticle,
        number,
        [
            {"related_id": one, "position": place}
            for place, one in enumerate(dict.fromkeys(form.related))
            if one != number
        ],
    )
    indexing.index_article(session, article)


def save_text(
    session: Session,
    article: Article,
    *,
    locale: str,
    form: TextForm,
    by: str,
    note: str = "",
    opened_version: int | None = None,
) -> ArticleText:
    """Keep one language of the article as a new version; saving what stands already makes none.

    A translation then follows the main language as it stands now. `opened_version` is the version that the writer
    saw. Raises BadArticle, and ChangedMeanwhile when there is a newer one by somebody else.
    """
    _check(locale, form)
    row = queries.text_in(session, int(article.id or 0), locale)
    if row is None:
        row = _new_text(session, article, locale, form)
    elif opened_version is not None and row.version != opened_version:
        raise ChangedMeanwhile(
            Text(
                "%(name)s saved this text after you opened it. Copy what you wrote, load the page again and add it.",
                name=row.saved_by or "Aftercart",
            )
        )
    slug = form.slug or row.slug or free_slug(session, article.store_id, locale, form.title, row.id)
    if (row.id is None or slug != row.slug) and _taken(session, article.store_id, locale, slug, row.id):
        raise BadArticle(
            Text("Another article has this address already. Please choose another one."), fields=["slug"]
        )
    row.slug = slug
    row.follows_version = _followed(session, article, row)
    said = (form.title, form.body, list(form.samples))
    if row.id is None or (row.title, row.body, row.samples) != said:
        row.version = row.version + 1 if row.id else 1
        row.title, row.body, row.samples = said
        row.saved_at, row.saved_by = clock.now(), by
        session.add(row)
        session.flush()
        session.add(_version_of(row, note))
    session.add(row)
    session.flush()
    return row


def restore(session: Session, text: ArticleText, number: int, *, by: str) -> ArticleText:
    """Make that earlier version the newest one. Raises ArticleNotFound."""
    old = queries.version(session, int(text.id or 0), number)
    form = TextForm(title=old.title, body=old.body, samples=tuple(old.samples))
    article = queries.article(session, text.article_id)
    return save_text(session, article, locale=text.locale, form=form, by=by, note=f"restored:{number}")


def add_sample(session: Session, text: ArticleText, question: str, *, by: str) -> ArticleText:
    """Make a question one of the text's sample questions; one that it has already changes nothing."""
    if question in text.samples:
        return text
    form = TextForm(title=text.title, body=text.body, samples=(*text.samples, question))
    article = queries.article(session, text.article_id)
    return save_text(session, article, locale=text.locale, form=form, by=by, note="sample")


def name_category(
    session: Session, store_id: int, *, slug: str, names: Mapping[str, str], position: int
) -> ArticleCategory:
    """The category with that address word, made where there is none; names that it has already stay."""
    found = queries.category_of(session, store_id, slug)
    found = found or ArticleCategory(store_id=store_id, slug=slug, names={}, position=position)
    found.names = {**names, **found.names}
    session.add(found)
    session.flush()
    return found


def delete_article(session: Session, article: Article) -> None:
    """Remove the article with all its languages and versions for good."""
    indexing.forget_article(session, article)
    session.delete(article)
    session.flush()


def free_slug(session: Session, store_id: int, locale: str, title: str, text_id: int | None = None) -> str:
    """The title's address word, numbered when another article of that language has it."""
    wanted = slug_of(title) or "article"
    number, slug = 1, wanted
    while _taken(session, store_id, locale, slug, text_id):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _check(locale: str, form: TextForm) -> None:
    if not LOCALE.fullmatch(locale):
        raise BadArticle(
            Text("“%(locale)s” is no language we know; “en” or “pt-BR” would be.", locale=locale[:20]),
            fields=["locale"],
        )
    problems = form.problems()
    if problems:
        raise BadArticle(next(iter(problems.values())), fields=sorted(problems))


def _new_text(session: Session, article: Article, locale: str, form: TextForm) -> ArticleText:
    return ArticleText(
        article_id=int(article.id or 0),
        store_id=article.store_id,
        locale=locale,
        slug=form.slug or free_slug(session, article.store_id, locale, form.title),
        title="",
        body="",
        samples=[],
        saved_at=clock.now(),
    )


def _taken(session: Session, store_id: int, locale: str, slug: str, text_id: int | None) -> bool:
    chosen = select(ArticleText.id).where(
        ArticleText.store_id == store_id, ArticleText.locale == locale, ArticleText.slug == slug
    )
    return slug in KEPT_SLUGS or any(found != text_id for found in session.exec(chosen))


def _followed(session: Session, article: Article, row: ArticleText) -> int:
    if row.locale == article.main_locale:
        return 0
    main = queries.text_in(session, int(article.id or 0), article.main_locale)
    return (main.published_version or main.version) if main else 0


def _version_of(row: ArticleText, note: str) -> ArticleVersion:
    return ArticleVersion(
        text_id=int(row.id or 0),
        version=row.version,
        title=row.title,
        body=row.body,
        samples=row.samples,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        note=note,
    )


def _category(session: Session, store_id: int, slug: str) -> int | None:
    if not slug:
        return None
    row = {"store_id": store_id, "slug": slug, "names": {}, "position": 0}
    upsert(session, ArticleCategory, [row], key=["store_id", "slug"], update=[])
    found = queries.category_of(session, store_id, slug)
    return found.id if found else None


def _replace(
    session: Session,
    table: type[ArticleSubject | RelatedArticle],
    article_id: int,
    rows: Sequence[dict[str, Any]],
) -> None:
    session.execute(delete(table).where(col(table.article_id) == article_id))
    session.add_all([table(article_id=article_id, **row) for row in rows])
    session.flush()
