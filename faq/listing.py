"""The list of articles as staff search and filter it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core.languages import current, language_of
from faq import queries
from faq.tables import Article, ArticleCategory, ArticleText

PAGE = 50
LONGEST_SEARCH = 100

State = Literal["", "draft", "published", "archived"]
Kind = Literal["", "faq", "guide", "tutorial", "policy"]
Gap = Literal["", "missing", "outdated"]
LanguageState = Literal["missing", "draft", "published", "archived"]
STATES: tuple[State, ...] = ("", "draft", "published", "archived")
KINDS: tuple[Kind, ...] = ("faq", "guide", "tutorial", "policy")
GAPS: tuple[Gap, ...] = ("missing", "outdated")

Main, Translation = aliased(ArticleText), aliased(ArticleText)


@dataclass(frozen=True)
class Wanted:
    """Which articles are asked for; a field that is empty asks for any. `category` is its address word."""

    store_id: int = 0
    state: State = ""
    kind: Kind = ""
    category: str = ""
    gap: Gap = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class ListedLanguage:
    """How an article stands in one language. `changed` means that readers do not see the newest version yet."""

    locale: str
    state: LanguageState
    outdated: bool = False
    changed: bool = False


@dataclass(frozen=True)
class ListedArticle:
    """One row; its title is the one in the reader's language if there is one."""

    id: int
    store_id: int
    kind: str
    audience: str
    example: bool
    title: str
    title_locale: str
    category: str
    languages: Sequence[ListedLanguage]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True)
class Found:
    """A page of the list, newest change first."""

    articles: Sequence[ListedArticle] = field(default_factory=tuple)
    more: bool = False


def articles(session: Session, wanted: Wanted, locales: Mapping[int, Sequence[str]]) -> Found:
    """The articles that are asked for, a page at a time. `locales` are the languages of each shop's help centre."""
    changed = (
        select(col(ArticleText.article_id), func.max(col(ArticleText.saved_at)).label("at"))
        .group_by(col(ArticleText.article_id))
        .subquery()
    )
    chosen = (
        select(Article)
        .join(changed, changed.c.article_id == col(Article.id))
        .where(*_conditions(wanted, locales))
        .order_by(changed.c.at.desc(), col(Article.id).desc())
        .offset((wanted.page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = list(session.execute(chosen).scalars())
    shown = rows[:PAGE]
    texts = queries.texts_of(session, [int(row.id or 0) for row in shown])
    names = _category_names(session, shown)
    listed = [
        _listed(row, texts[int(row.id or 0)], names.get(row.category_id or 0, ""), locales) for row in shown
    ]
    return Found(articles=listed, more=len(rows) > PAGE)


def _conditions(wanted: Wanted, locales: Mapping[int, Sequence[str]]) -> list[ColumnElement[bool]]:
    state = col(ArticleText.state)
    found = [_has_text(state == wanted.state if wanted.state else state != "archived")]
    if wanted.store_id:
        found.append(col(Article.store_id) == wanted.store_id)
    if wanted.kind:
        found.append(col(Article.kind) == wanted.kind)
    if wanted.category:
        of_category = select(col(ArticleCategory.id)).where(col(ArticleCategory.slug) == wanted.category)
        found.append(col(Article.category_id).in_(of_category))
    if wanted.gap == "missing":
        found.append(lacks_a_language(locales))
    if wanted.gap == "outdated":
        found.append(has_an_outdated_language())
    words = wanted.words.strip()[:LONGEST_SEARCH].lower()
    return [*found, _has_text(_holds(words))] if words else found


def _has_text(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    of_article = col(ArticleText.article_id) == col(Article.id)
    return select(col(ArticleText.id)).where(of_article, condition).exists()


def _holds(words: str) -> ColumnElement[bool]:
    written = (col(ArticleText.title), col(ArticleText.body))
    return or_(*[func.lower(column).contains(words, autoescape=True) for column in written])


def lacks_a_language(locales: Mapping[int, Sequence[str]]) -> ColumnElement[bool]:
    """Whether an article is not written in every language of its shop's help centre."""
    return or_(
        *[
            and_(
                col(Article.store_id) == store_id,
                or_(*[~_has_text(col(ArticleText.locale) == locale) for locale in spoken]),
            )
            for store_id, spoken in locales.items()
        ]
    )


def has_an_outdated_language() -> ColumnElement[bool]:
    """Whether the main language of an article says something newer than one of its translations follows."""
    return (
        select(col(Translation.id))
        .join(Main, col(Main.article_id) == col(Translation.article_id))
        .where(col(Translation.article_id) == col(Article.id), *outdated())
        .exists()
    )


def outdated() -> Sequence[ColumnElement[bool]]:
    """What holds of a `Translation` that is behind its `Main`; as queries.is_outdated says it of two rows."""
    newest = func.coalesce(func.nullif(Main.published_version, 0), Main.version)
    return (
        col(Main.locale) == col(Article.main_locale),
        col(Translation.locale) != col(Article.main_locale),
        col(Translation.state) != "archived",
        newest > col(Translation.follows_version),
    )


def shown_text(article: Article, texts: Mapping[str, ArticleText]) -> ArticleText:
    """The language of an article whose title is shown: the reader's own, else the main one, else any."""
    own = [text for locale, text in texts.items() if language_of(locale) == current()]
    return own[0] if own else texts.get(article.main_locale) or next(iter(texts.values()))


def languages_of(
    article: Article, texts: Mapping[str, ArticleText], locales: Sequence[str]
) -> Sequence[ListedLanguage]:
    """How the article stands in each language of the help centre, and in those that it has beyond; main one first."""
    ordered = dict.fromkeys([article.main_locale, *locales, *sorted(texts)])
    return [_language(article, texts, locale) for locale in ordered]


def _language(article: Article, texts: Mapping[str, ArticleText], locale: str) -> ListedLanguage:
    text = texts.get(locale)
    if text is None:
        return ListedLanguage(locale, "missing")
    state: LanguageState = "draft"
    if text.state in ("published", "archived"):
        state = "published" if text.state == "published" else "archived"
    return ListedLanguage(
        locale,
        state,
        outdated=state != "archived" and queries.is_outdated(texts.get(article.main_locale), text),
        changed=state == "published" and text.version > text.published_version,
    )


def _listed(
    article: Article,
    texts: Mapping[str, ArticleText],
    category: str,
    locales: Mapping[int, Sequence[str]],
) -> ListedArticle:
    shown = shown_text(article, texts)
    newest = max(texts.values(), key=lambda text: text.saved_at)
    return ListedArticle(
        id=int(article.id or 0),
        store_id=article.store_id,
        kind=article.kind,
        audience=article.audience,
        example=article.example,
        title=shown.title,
        title_locale=shown.locale,
        category=category,
        languages=languages_of(article, texts, locales.get(article.store_id, ())),
        changed_at=newest.saved_at,
        changed_by=newest.saved_by,
    )


def _category_names(session: Session, shown: Sequence[Article]) -> dict[int, str]:
    wanted = {article.category_id for article in shown if article.category_id}
    rows = session.execute(select(ArticleCategory).where(col(ArticleCategory.id).in_(wanted))).scalars()
    return {int(row.id or 0): category_name(row) for row in rows}


def category_name(category: ArticleCategory) -> str:
    """The category's name in the reader's language, else in any, else its address word."""
    own = [name for locale, name in category.names.items() if name and language_of(locale) == current()]
    return next((name for name in (*own, *category.names.values()) if name), category.slug)


def all_categories(session: Session, store_id: int = 0) -> Mapping[str, str]:
    """The categories of a shop, or of all shops with equal address words as one: names by address word."""
    chosen = select(ArticleCategory).order_by(col(ArticleCategory.position), col(ArticleCategory.id))
    if store_id:
        chosen = chosen.where(col(ArticleCategory.store_id) == store_id)
    found: dict[str, str] = {}
    for row in session.execute(chosen).scalars():
        found.setdefault(row.slug, category_name(row))
    return found
