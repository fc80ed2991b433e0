"""Products that a question names, found in the mirror by the search's own words, and what the shop says of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from chat.bot_turns import MOST_CHOICES, Asked, Turn
from chat.intents import no_names
from connector.products import products_shown
from connector.tables import ShopProduct
from core.languages import gettext as _
from faq.goods import Goods
from faq.tokens import Word, words

MOST_LOOKED_AT = 300  # Products whose names share a word with the question.
MOST_WORDS = 12  # Of a question; names are short.
NAMED = 0.6  # The share of the question's words, or of the name's, from which on a product is named.
HALF = 0.5
FAINTLY = 0.2  # The share of the other one that must be met at least.
BY_NAME_ALONE = 1.5  # From which on a name without any question is one about the product.
AS_WELL = 0.12  # How near another product's score must be to be offered as well.


@dataclass(frozen=True)
class Named:
    """A product that a question names, and how surely."""

    product: ShopProduct
    score: float


def named(session: Session, asked: Asked, keywords: frozenset[str], *, sure: bool) -> list[Named]:
    """The products that the question names, surest first.

    `keywords` are the words that say what is asked of them; where those are `sure`, half of a name is enough.
    """
    spoken = _spoken(asked, keywords)
    if not spoken:
        return []
    least = HALF if sure else NAMED
    scored = [
        (-score, number)
        for number, name in _candidates(session, asked.store_id, spoken)
        if (score := _score(spoken, _words_of(name), least)) > 0
    ]
    best = {number: -score for score, number in sorted(scored)[: MOST_CHOICES + 1]}
    shown = products_shown(session, asked.store_id, best)
    return [Named(shown[number], score) for number, score in best.items() if number in shown]


def _spoken(asked: Asked, keywords: frozenset[str]) -> list[Word]:
    """The question's words that may name something."""
    found = [word for word in words(asked.question, asked.locale) if word.weight > 0]
    return [word for word in found if not _is_keyword(word, keywords | no_names())][:MOST_WORDS]


def _is_keyword(word: Word, keywords: frozenset[str]) -> bool:
    if word.raw.isascii():
        return any(word.raw == one or word.stem == _word(one).stem for one in keywords if one.isascii())
    return any(word.raw.startswith(one) or word.stem == one for one in keywords if not one.isascii())


def _word(text: str) -> Word:
    return words(text)[0]


def _words_of(name: str) -> list[Word]:
    return [word for word in words(name) if word.weight > 0] or words(name)


def _candidates(session: Session, store_id: int, spoken: Sequence[Word]) -> Sequence[tuple[int, str]]:
    """Number and name of the products whose names share a piece of a word with the question, the shortest first."""
    name = func.lower(ShopProduct.name)
    pieces = {token for word in spoken for token in word.tokens if len(token) >= 2}
    if not pieces:
        return ()
    chosen = (
        select(ShopProduct.remote_id, ShopProduct.name)
        .where(
            ShopProduct.store_id == store_id,
            ShopProduct.parent_remote_id == 0,
            ShopProduct.status == "publish",
            col(ShopProduct.deleted_at).is_(None),
            or_(*(name.contains(piece, autoescape=True) for piece in sorted(pieces))),
        )
        .order_by(func.length(ShopProduct.name), col(ShopProduct.remote_id))
        .limit(MOST_LOOKED_AT)
    )
    return session.exec(chosen).all()


def _score(spoken: Sequence[Word], name: Sequence[Word], least: float) -> float:
    """How surely the words name that product: 0 for not at all, 2 when they are its name and nothing else."""
    said = {token for word in spoken for token in word.tokens}
    called = {token for word in name for token in word.tokens}
    of_name = sum(_met(word, said) for word in name) / len(name)
    of_question = sum(_met(word, called) for word in spoken) / len(spoken)
    if max(of_name, of_question) < least or min(of_name, of_question) < FAINTLY:
        return 0.0
    return of_name + of_question


def _met(word: Word, tokens: set[str]) -> float:
    share = sum(token in tokens for token in word.tokens) / len(word.tokens)
    return share if share >= 0.5 else 0.0


# -- as it is told -----------------------------------------------------------------------------------------------


def about_product(session: Session, asked: Asked, intent: str, found: Sequence[Named]) -> Turn:
    """What the shop says of the named product, or a choice where several are meant as likely."""
    alike = [one for one in found if one.score >= found[0].score - AS_WELL]
    if len(alike) > 1:
        return _which(alike)
    product = found[0].product
    goods = Goods(session, asked.store, asked.language, [product.remote_id])
    lines = _lines(goods, product, intent)
    return Turn(
        "product",
        "\n\n".join(lines),
        intent,
        confidence=min(1.0, found[0].score / 2),
        product={
            "id": product.remote_id,
            "name": product.name,
            "price": goods.price(product),
            "stock": goods.stock(product),
            "options": product.attributes,
            "address": goods.link(product),
            "image": product.image,
        },
        links=_links(goods, product),
        sources=lines,
    )


def _lines(goods: Goods, product: ShopProduct, intent: str) -> list[str]:
    price, stock = goods.price(product), goods.stock(product)
    told = {
        "product.price": _("Price: %(price)s") % {"price": price} if price else "",
        "product.stock": _("Stock: %(stock)s") % {"stock": stock} if stock else "",
        "product.sizes": "\n".join(_options(goods, product)),
    }
    # What was asked for stands first; the rest is short, and spares the next question.
    first = told.pop(intent, "")
    rest = [line for line in (first, *told.values()) if line]
    return [goods.name(product), *(line for part in rest for line in part.split("\n"))]


def _options(goods: Goods, product: ShopProduct) -> list[str]:
    offered = goods.variations.get(product.remote_id, [])
    return [
        f"{name}: {', '.join(_option(offered, name, one) for one in options)}"
        for name, options in product.attributes.items()
    ]


def _option(offered: Sequence[ShopProduct], name: str, option: str) -> str:
    of_it = [one for one in offered if option in one.attributes.get(name, [option])]
    gone = bool(of_it) and all(one.stock_status == "outofstock" for one in of_it)
    return _("%(size)s (sold out)") % {"size": option} if gone else option


def _links(goods: Goods, product: ShopProduct) -> list[dict[str, str]]:
    address = goods.link(product)
    return [{"title": goods.name(product), "address": address}] if address else []


def _which(alike: Sequence[Named]) -> Turn:
    return Turn(
        "choices",
        _("Which one do you mean?"),
        "several_products",
        confidence=0.5,
        choices=[
            {"title": one.product.name, "address": one.product.link, "question": one.product.name}
            for one in alike[:MOST_CHOICES]
        ],
    )


def payment_methods(asked: Asked) -> list[str]:
    """The ways to pay that the shop offers now, by their names; none where the mirror does not know."""
    offered = asked.store.settings.get("offered_gateways")
    known = asked.store.gateways
    return [str(known[one]) for one in offered if known.get(one)] if isinstance(offered, list) else []
