"""What of the knowledge base needs a hand today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from connector import queries as connector_queries
from faq import variables
from faq.centre_settings import FACTS
from faq.listing import Main, Translation, outdated
from faq.tables import Article, ArticleText


@dataclass(frozen=True)
class Unfilled:
    """A published text with variables that nothing fills in."""

    article_id: int
    locale: str
    title: str
    names: Sequence[str]


@dataclass(frozen=True)
class MissingFacts:
    """A shop whose articles show gaps because these facts are not filled in, and how many articles do."""

    store_id: int
    facts: Sequence[str]
    articles: int


def outdated_count(session: Session) -> int:
    """How many translations say less than the main language does now."""
    chosen = (
        select(func.count())
        .select_from(Translation)
        .join(Article, col(Article.id) == col(Translation.article_id))
        .join(Main, col(Main.article_id) == col(Translation.article_id))
        .where(*outdated())
    )
    return session.exec(chosen).one()


def draft_count(session: Session) -> int:
    """How many texts readers do not see as they were last saved: drafts, and changes of published ones."""
    changed = and_(
        col(ArticleText.state) == "published", col(ArticleText.version) > col(ArticleText.published_version)
    )
    chosen = (
        select(func.count()).select_from(ArticleText).where(or_(col(ArticleText.state) == "draft", changed))
    )
    return session.exec(chosen).one()


def missing_facts(session: Session) -> Sequence[MissingFacts]:
    """The shops whose published articles take in facts that nobody filled in; one form mends each."""
    facts: dict[int, list[str]] = {}
    articles: dict[int, set[int]] = {}
    for text, names in _unfilled(session):
        missing = [name.removeprefix("shop.") for name in names if name.startswith("shop.")]
        known = [name for name in missing if name in FACTS]
        if known:
            facts.setdefault(text.store_id, []).extend(known)
            articles.setdefault(text.store_id, set()).add(text.article_id)
    return [
        MissingFacts(store_id, list(dict.fromkeys(names)), len(articles[store_id]))
        for store_id, names in facts.items()
    ]


def unfilled(session: Session) -> Sequence[Unfilled]:
    """The published texts with variables that no fact of the shop would fill in: they are mended in the text."""
    known = {f"shop.{fact}" for fact in FACTS}
    found = [(text, [name for name in names if name not in known]) for text, names in _unfilled(session)]
    return [Unfilled(text.article_id, text.locale, text.title, names) for text, names in found if names]


def _unfilled(session: Session) -> list[tuple[ArticleText, Sequence[str]]]:
    """The published texts of all shops in which readers see a dash, and the variables that lack a value."""
    return [
        one
        for shop in connector_queries.stores(session)
        for one in variables.unfilled_texts(session, int(shop.id or 0))
    ]
