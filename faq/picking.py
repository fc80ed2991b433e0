"""What the editor offers to choose from: other articles and the shop's products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, or_, select

from connector.tables import ShopProduct
from faq import listing, queries
from faq.tables import Article, ArticleText

OFFERED = 8
MOST_CHOSEN = 50
LONGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Choice:
    """Something to choose: its number, its name and what tells it from others of that name."""

    number: int
    name: str
    more: str = ""


def numbers(given: Iterable[str]) -> list[int]:
    """The numbers among what a form brought, each once, in their order."""
    found = dict.fromkeys(int(one) for one in given if one.isascii() and one.isdigit() and len(one) <= 10)
    return [one for one in found if 0 < one <= LONGEST_NUMBER][:MOST_CHOSEN]


def related(session: Session, store_id: int, chosen: Sequence[int]) -> Sequence[Choice]:
    """Those of the numbers that are articles of the shop, in the given order."""
    found = session.exec(
        select(Article).where(Article.store_id == store_id, col(Article.id).in_(chosen))
    ).all()
    named = _named(session, {int(article.id or 0): article for article in found})
    return [named[number] for number in chosen if number in named]


def articles(session: Session, chosen: Sequence[int]) -> Sequence[Choice]:
    """Those of the numbers that are articles, in the given order."""
    found = session.exec(select(Article).where(col(Article.id).in_(chosen))).all()
    named = _named(session, {int(article.id or 0): article for article in found})
    return [named[number] for number in chosen if number in named]


def related_holding(
    session: Session, store_id: int, words: str, *, but_not: Sequence[int]
) -> Sequence[Choice]:
    """Articles of the shop whose title holds the words."""
    holding = select(ArticleText.article_id).where(
        ArticleText.store_id == store_id,
        func.lower(ArticleText.title).contains(words.strip().lower(), autoescape=True),
    )
    chosen = select(Article).where(col(Article.id).in_(holding), col(Article.id).not_in(but_not))
    found = session.exec(chosen.order_by(col(Article.id)).limit(OFFERED)).all()
    return list(_named(session, {int(article.id or 0): article for article in found}).values())


def _named(session: Session, articles: Mapping[int, Article]) -> dict[int, Choice]:
    texts = queries.texts_of(session, list(articles))
    return {
        number: Choice(number, listing.shown_text(article, texts[number]).title)
        for number, article in articles.items()
        if texts[number]
    }


def products(session: Session, store_id: int, chosen: Sequence[int]) -> Sequence[Choice]:
    """The shop's products with those numbers; one that is not mirrored is shown by its number alone."""
    of_shop = select(ShopProduct.remote_id, ShopProduct.name, ShopProduct.sku).where(
        ShopProduct.store_id == store_id, col(ShopProduct.remote_id).in_(chosen)
    )
    known = {number: Choice(number, name, sku) for number, name, sku in session.exec(of_shop)}
    return [known.get(number, Choice(number, f"#{number}")) for number in chosen]


def products_holding(
    session: Session, store_id: int, words: str, *, but_not: Sequence[int]
) -> Sequence[Choice]:
    """Products of the shop, not their variations, whose name or article number holds the words."""
    wanted = words.strip().lower()
    holding = select(ShopProduct.remote_id, ShopProduct.name, ShopProduct.sku).where(
        ShopProduct.store_id == store_id,
        ShopProduct.parent_remote_id == 0,
        col(ShopProduct.deleted_at).is_(None),
        col(ShopProduct.remote_id).not_in(but_not),
        or_(
            func.lower(ShopProduct.name).contains(wanted, autoescape=True),
            func.lower(ShopProduct.sku).contains(wanted, autoescape=True),
        ),
    )
    rows = session.exec(holding.order_by(col(ShopProduct.name), col(ShopProduct.id)).limit(OFFERED))
    return [Choice(number, name, sku) for number, name, sku in rows]
