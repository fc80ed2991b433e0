"""Categories of articles: named in each language, in the owner's order, at an address of their own."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, func, select

from core.languages import Text
from faq import queries
from faq.errors import ArticleNotFound, BadArticle
from faq.schemas import SLUG
from faq.slugs import slug_of
from faq.tables import Article, ArticleCategory

LONGEST_NAME = 100


def category(session: Session, category_id: int) -> ArticleCategory:
    """That category. Raises ArticleNotFound."""
    found = session.get(ArticleCategory, category_id)
    if found is None:
        raise ArticleNotFound(Text("There is no such category here."))
    return found


def slug_by_id(session: Session, category_id: int | None) -> str:
    """The address word of that category; "" for none."""
    found = session.get(ArticleCategory, category_id) if category_id else None
    return found.slug if found else ""


def add(session: Session, store_id: int, names: Mapping[str, str], slug: str = "") -> ArticleCategory:
    """A new category after the others; one whose address word is there already is that one. Raises BadArticle."""
    given = _names(names)
    word = slug or slug_of(next(iter(given.values()), ""))
    if not given or not word:
        raise BadArticle(Text("Please give the category a name."), fields=["names"])
    _check_slug(word)
    found = queries.category_of(session, store_id, word)
    if found is not None:
        return found
    last = session.exec(
        select(func.max(ArticleCategory.position)).where(ArticleCategory.store_id == store_id)
    )
    made = ArticleCategory(store_id=store_id, slug=word, names=given, position=(last.one() or 0) + 1)
    session.add(made)
    session.flush()
    return made


def change(session: Session, row: ArticleCategory, *, names: Mapping[str, str], slug: str) -> None:
    """Name it anew. Raises BadArticle when another one has the address word or no name is left."""
    given = _names(names)
    if not given:
        raise BadArticle(Text("Please give the category a name."), fields=["names"])
    word = slug or row.slug
    _check_slug(word)
    other = queries.category_of(session, row.store_id, word)
    if other is not None and other.id != row.id:
        raise BadArticle(
            Text("Another category has this address already. Please choose another one."), fields=["slug"]
        )
    row.names, row.slug = given, word
    session.add(row)
    session.flush()


def move(session: Session, row: ArticleCategory, *, up: bool) -> None:
    """Exchange its place with its neighbour's; at the end of the list nothing changes."""
    ordered = list(queries.categories(session, row.store_id))
    place = next(at for at, one in enumerate(ordered) if one.id == row.id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, one in enumerate(ordered):
        one.position = position
        session.add(one)
    session.flush()


def remove(session: Session, row: ArticleCategory) -> None:
    """Take the category away; its articles stay, without a category."""
    session.delete(row)
    session.flush()


def article_counts(session: Session, store_id: int) -> Mapping[int, int]:
    """How many articles each category of the shop has."""
    counted = (
        select(Article.category_id, func.count())
        .where(Article.store_id == store_id, col(Article.category_id).is_not(None))
        .group_by(col(Article.category_id))
    )
    return {int(category_id or 0): count for category_id, count in session.exec(counted)}


def all_of(session: Session, store_ids: Sequence[int]) -> Mapping[int, Sequence[ArticleCategory]]:
    """The categories of each of those shops, in their order."""
    return {store_id: queries.categories(session, store_id) for store_id in store_ids}


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {locale: name.strip()[:LONGEST_NAME] for locale, name in names.items() if name.strip()}


def _check_slug(slug: str) -> None:
    if not (SLUG.fullmatch(slug) and len(slug) <= LONGEST_NAME):
        raise BadArticle(
            Text("An address is made of letters and digits with hyphens between them."), fields=["slug"]
        )
