"""An article as its pages open it: one of its languages, and how all of them stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from connector import queries as connector_queries
from connector.tables import Store
from core.languages import Text
from faq import listing, queries
from faq.errors import ArticleNotFound
from faq.help_centres import help_centre_as_shown
from faq.listing import ListedLanguage
from faq.schemas import LOCALE
from faq.tables import Article, ArticleText, HelpCentre


@dataclass(frozen=True)
class Opened:
    """The article, its languages as rows and as states, and the shop and help centre that it belongs to.

    `text` is None where the article is not written in `locale` yet.
    """

    article: Article
    locale: str
    texts: Mapping[str, ArticleText]
    languages: Sequence[ListedLanguage]
    store: Store
    centre: HelpCentre

    @property
    def text(self) -> ArticleText | None:
        return self.texts.get(self.locale)

    @property
    def main(self) -> ArticleText | None:
        return self.texts.get(self.article.main_locale)

    @property
    def title(self) -> str:
        return listing.shown_text(self.article, self.texts).title if self.text is None else self.text.title

    @property
    def address(self) -> str:
        """Where this language of it stands in the console."""
        return f"/articles/{self.article.id}/{self.locale}"


def opened(session: Session, article_id: int, locale: str) -> Opened:
    """That article in that language, written or not. Raises ArticleNotFound."""
    article = queries.article(session, article_id)
    if not LOCALE.fullmatch(locale):
        raise ArticleNotFound(Text("There is no such article here."))
    texts = queries.texts_of(session, [article_id])[article_id]
    centre = help_centre_as_shown(session, article.store_id)
    return Opened(
        article=article,
        locale=locale,
        texts=texts,
        languages=listing.languages_of(article, texts, centre.locales),
        store=connector_queries.store(session, article.store_id),
        centre=centre,
    )


def written(session: Session, article_id: int, locale: str) -> tuple[Article, ArticleText]:
    """That article and its text in that language. Raises ArticleNotFound when it is not written yet."""
    article = queries.article(session, article_id)
    text = queries.text_in(session, article_id, locale)
    if text is None:
        raise ArticleNotFound(Text("This article is not written in this language yet."))
    return article, text
