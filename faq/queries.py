"""Reading the knowledge base. Whatever a shopper may see goes through a query that takes the reader."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from core.languages import Text
from faq.errors import ArticleNotFound, HelpCentreNotFound
from faq.schemas import Reader
from faq.tables import (
    Article,
    ArticleCategory,
    ArticleSubject,
    ArticleText,
    ArticleVersion,
    HelpCentre,
    RelatedArticle,
)


def help_centre(session: Session, store_id: int) -> HelpCentre | None:
    """The shop's help centre, if it was ever set up."""
    return session.get(HelpCentre, store_id)


def help_centre_at(session: Session, slug: str) -> HelpCentre:
    """The open help centre at `/help/<slug>`. Raises HelpCentreNotFound."""
    found = session.exec(select(HelpCentre).where(HelpCentre.slug == slug)).first()
    if found is None or not found.open:
        raise HelpCentreNotFound(Text("There is no help centre at this address."))
    return found


# -- for staff ---------------------------------------------------------------------------------------------------


def article(session: Session, article_id: int) -> Article:
    """That article, whatever its state. Raises ArticleNotFound."""
    found = session.get(Article, article_id)
    if found is None:
        raise ArticleNotFound(Text("There is no such article here."))
    return found


def article_from(session: Session, store_id: int, source: str) -> Article | None:
    """The shop's article that was imported from there."""
    chosen = select(Article).where(
        Article.store_id == store_id, Article.source == source, Article.source != ""
    )
    return session.exec(chosen).first()


def text(session: Session, text_id: int) -> ArticleText:
    """That text, whatever its state. Raises ArticleNotFound."""
    found = session.get(ArticleText, text_id)
    if found is None:
        raise ArticleNotFound(Text("There is no such article here."))
    return found


def text_in(session: Session, article_id: int, locale: str) -> ArticleText | None:
    """The article in that language, if it was written."""
    chosen = select(ArticleText).where(ArticleText.article_id == article_id, ArticleText.locale == locale)
    return session.exec(chosen).first()


def texts_of(session: Session, article_ids: Sequence[int]) -> Mapping[int, Mapping[str, ArticleText]]:
    """All languages of those articles: by article, then by locale."""
    found: dict[int, dict[str, ArticleText]] = {number: {} for number in article_ids}
    for row in session.exec(select(ArticleText).where(col(ArticleText.article_id).in_(article_ids))):
        found[row.article_id][row.locale] = row
    return found


def versions_of(session: Session, text_id: int) -> Sequence[ArticleVersion]:
    """Every saved state of the text, newest first."""
    chosen = select(ArticleVersion).where(ArticleVersion.text_id == text_id)
    return session.exec(chosen.order_by(col(ArticleVersion.version).desc())).all()


def version(session: Session, text_id: int, number: int) -> ArticleVersion:
    """That saved state. Raises ArticleNotFound."""
    found = session.get(ArticleVersion, (text_id, number))
    if found is None:
        raise ArticleNotFound(Text("There is no such version of this article."))
    return found


def category_of(session: Session, store_id: int, slug: str) -> ArticleCategory | None:
    """The shop's category with that address word."""
    chosen = select(ArticleCategory).where(ArticleCategory.store_id == store_id, ArticleCategory.slug == slug)
    return session.exec(chosen).first()


def categories(session: Session, store_id: int) -> Sequence[ArticleCategory]:
    """The shop's categories in their order."""
    chosen = select(ArticleCategory).where(ArticleCategory.store_id == store_id)
    return session.exec(chosen.order_by(col(ArticleCategory.position), col(ArticleCategory.id))).all()


def subjects_of(session: Session, article_id: int) -> Sequence[ArticleSubject]:
    """The products and product categories that the article is about."""
    chosen = select(ArticleSubject).where(ArticleSubject.article_id == article_id)
    return session.exec(chosen.order_by(col(ArticleSubject.kind), col(ArticleSubject.remote_id))).all()


def related_of(session: Session, article_id: int) -> Sequence[int]:
    """The articles shown below that one, in the owner's order."""
    chosen = select(RelatedArticle.related_id).where(RelatedArticle.article_id == article_id)
    return session.exec(chosen.order_by(col(RelatedArticle.position))).all()


def is_outdated(main: ArticleText | None, translation: ArticleText) -> bool:
    """Whether the main language says something newer than this translation follows."""
    if main is None or main.id == translation.id:
        return False
    return (main.published_version or main.version) > translation.follows_version


# -- for readers -------------------------------------------------------------------------------------------------


def published_text(
    session: Session, reader: Reader, locale: str, slug: str
) -> tuple[Article, ArticleText, ArticleVersion]:
    """What that reader sees at that address: the article and its published version.

    Raises ArticleNotFound, the same for one that is not there and one that is not for this reader.
    """
    chosen = (
        select(Article, ArticleText, ArticleVersion)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .join(
            ArticleVersion,
            (col(ArticleVersion.text_id) == ArticleText.id)
            & (col(ArticleVersion.version) == ArticleText.published_version),
        )
        .where(
            Article.store_id == reader.store_id,
            ArticleText.locale == locale,
            ArticleText.slug == slug,
            ArticleText.state == "published",
            col(Article.audience).in_(reader.audiences),
        )
    )
    # PostgreSQL refuses a text with a NUL in it; no address has one.
    found = None if "\0" in locale + slug else session.exec(chosen).first()
    if found is None:
        raise ArticleNotFound(Text("There is no such article here."))
    return found
