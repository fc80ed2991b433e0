"""Variables in articles: what a text says of the shop and its goods is read anew each time, so one edit changes every place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale
from sqlmodel import Session, col, select

from connector import queries as connector_queries
from connector.tables import Store
from core import languages, money
from core.errors import BadInput
from core.languages import Text
from faq import markdown, queries, targets
from faq.errors import BadArticle, NotReady
from faq.goods import DETAILS, Goods, money_locale
from faq.guarded import guarded, unguarded
from faq.tables import ArticleText, ArticleVersion

# Whatever stands between double braces is meant as a variable, so that a slip of the pen is noticed.
VARIABLE = re.compile(r"\{\{[ \t]{0,10}([^{}\n]{1,80}?)[ \t]{0,10}\}\}")
PRODUCT = re.compile(r"product\.([1-9][0-9]{0,17})\.([a-z]+)")
NOTHING = "—"
# Together a text of the longest length with that many values can still be read.
MOST_VARIABLES = 500
LONGEST_VALUE = 300

SHOP = {
    "name": Text("The shop's name"),
    "email": Text("The address for customers' e-mails"),
    "phone": Text("The telephone number for customers"),
    "address": Text("The shop's postal address"),
    "site": Text("The shop's web address"),
    "contact_page": Text("The page on which customers reach the shop"),
    "return_address": Text("Where returned items are sent"),
    "return_days": Text("Within how many days an item can be returned"),
    "carrier": Text("Who delivers the parcels"),
    "shipping_days": Text("How many days a delivery takes"),
    "free_shipping_from": Text("The amount from which shipping is free"),
    "support_hours": Text("When customers reach a person"),
}
PRODUCTS = {
    "name": Text("The product's name"),
    "price": Text("The product's price now"),
    "stock": Text("Whether the product is in stock"),
    "sizes": Text("The sizes of the product"),
    "link": Text("The product's page in the shop"),
}


@dataclass(frozen=True)
class Variable:
    """A variable that a writer may use. `fact` is its key in HelpCentre.facts; "" for what only the shop tells."""

    name: str
    description: Text
    fact: str = ""


@dataclass(frozen=True)
class Filled:
    """A text with its values, for faq/markdown.py (values are guarded), and the variables that have none."""

    text: str
    unfilled: tuple[str, ...]


def names() -> Sequence[Variable]:
    """All variables for the editor; "123" stands for the shop's number of a product.

    An owner may type any fact of the shop; what the shop tells itself serves while none is typed. A fact named
    "support_hours.ko" is for that language alone.
    """
    return (
        *(Variable(f"shop.{name}", description, fact=name) for name, description in SHOP.items()),
        *(Variable(f"product.123.{name}", description) for name, description in PRODUCTS.items()),
    )


def used(body: str) -> list[str]:
    """The variables in the text, each once, in their order."""
    return list(dict.fromkeys(found.lower() for found in VARIABLE.findall(body)))


def filled(session: Session, store: Store, body: str, locale: str, *, missing: str = NOTHING) -> Filled:
    """The text with values as readers of that language are told them; `missing` stands where there is none.

    Raises BadArticle for a text with too many variables.
    """
    if len(VARIABLE.findall(body)) > MOST_VARIABLES:
        raise BadArticle(
            Text("The text holds more than %(most)s variables.", most=MOST_VARIABLES), fields=["body"]
        )
    wanted = used(body)
    values = _values(session, store, locale, wanted) if wanted else {}

    def value(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name in ("shop.site", "shop.contact_page") or name.endswith(".link"):
            return guarded(values[name], is_address=True) if values[name] else missing
        return guarded(values[name][:LONGEST_VALUE]) or missing

    text = VARIABLE.sub(value, body)
    return Filled(text, tuple(name for name in wanted if not values[name]))


def said(session: Session, store_id: int, passage: str, locale: str) -> str:
    """A passage of plain text with the values of its variables, as a hit shows it."""
    if "{{" not in passage:
        return passage
    return unguarded(filled(session, connector_queries.store(session, store_id), passage, locale).text)


def empty_facts(session: Session, store: Store) -> list[str]:
    """The facts that neither an owner typed, in whatever language, nor the shop tells."""
    centre = queries.help_centre(session, int(store.id or 0))
    facts = centre.facts if centre else {}
    typed = {name.partition(".")[0] for name, value in facts.items() if str(value).strip()}
    return [name for name in SHOP if name not in typed and not _of_shop(store, facts, f"shop.{name}", "en")]


def unfilled_texts(session: Session, store_id: int) -> list[tuple[ArticleText, tuple[str, ...]]]:
    """The published texts in which readers see a dash, with the variables that lost their value."""
    chosen = (
        select(ArticleText, ArticleVersion.body)
        .join(
            ArticleVersion,
            (col(ArticleVersion.text_id) == ArticleText.id)
            & (col(ArticleVersion.version) == ArticleText.published_version),
        )
        .where(
            ArticleText.store_id == store_id,
            ArticleText.state == "published",
            col(ArticleVersion.body).contains("{{"),
        )
        .order_by(col(ArticleText.id))
    )
    store = connector_queries.store(session, store_id)
    found = (
        (text, filled(session, store, body, text.locale).unfilled)
        for text, body in session.exec(chosen).all()
    )
    return [(text, unfilled) for text, unfilled in found if unfilled]


def require_values(session: Session, text: ArticleText) -> None:
    """Raise NotReady when a variable of the text has no value, naming it and where to fill it in.

    Raises BadArticle for a text that could not be shown.
    """
    if used(text.title):
        raise NotReady(Text("Variables stand in the text only. Please write the title without them."))
    store = connector_queries.store(session, text.store_id)
    found = filled(session, store, text.body, text.locale)
    markdown.check(found.text)
    if found.unfilled:
        raise NotReady(_reason(found.unfilled), names=list(found.unfilled))


def _reason(unfilled: Sequence[str]) -> Text:
    """What to do about them: first about names that are none, then about facts, then about products."""
    facts = [name for name in unfilled if name.removeprefix("shop.") in SHOP]
    products = [name for name in unfilled if (found := PRODUCT.fullmatch(name)) and found[2] in DETAILS]
    unknown = [name for name in unfilled if name not in (*facts, *products)]
    if unknown:
        return Text(
            "There is no such variable: %(names)s. Choose one from the list beside the text.",
            names=", ".join(unknown),
        )
    if facts:
        return Text(
            "The shop's facts lack a value for: %(names)s. An owner fills them in in the settings of the help centre.",
            names=", ".join(facts),
        )
    return Text(
        "The shop tells nothing for: %(names)s. Check the product's number, and in the shop that the product is published and has this detail.",
        names=", ".join(products),
    )


# -- values ------------------------------------------------------------------------------------------------------


def _values(session: Session, store: Store, locale: str, wanted: Sequence[str]) -> dict[str, str]:
    products = {name: found for name in wanted if (found := PRODUCT.fullmatch(name))}
    goods = Goods(session, store, locale, {int(found[1]) for found in products.values()})
    centre = queries.help_centre(session, int(store.id or 0))
    facts = centre.facts if centre else {}
    return {
        name: goods.detail(int(products[name][1]), products[name][2])
        if name in products
        else _of_shop(store, facts, name, locale)
        for name in wanted
    }


def _of_shop(store: Store, facts: dict[str, str], name: str, locale: str) -> str:
    """What the owner typed, for that language or for all, else what the shop itself tells."""
    fact = name.removeprefix("shop.")
    if fact == name or fact not in SHOP:
        return ""
    language = languages.language_of(locale) or locale
    typed = str(facts.get(f"{fact}.{language}") or facts.get(fact) or "").strip()
    if fact == "free_shipping_from":
        return _amount(typed, store.currency, locale)
    return typed or _told(store, fact, language)


def _told(store: Store, fact: str, language: str) -> str:
    if fact == "address":
        return _address_line(store, language)
    if fact == "site":
        site = store.home_address or store.address
        return site if targets.may_lead_to(site) else ""
    return store.name if fact == "name" else str(store.seller.get(fact) or "")


def _amount(typed: str, currency: str, locale: str) -> str:
    """A plain number as money of the shop; words stay as they are."""
    try:
        return (
            money.shown(money.parse(typed.replace(",", ""), currency), currency, money_locale(locale))
            if typed
            else ""
        )
    except BadInput:
        return typed


def _address_line(store: Store, language: str) -> str:
    """The shop's address in one line by the habit of its country; other languages are told the country too."""
    seller = {name: str(value or "") for name, value in store.seller.items()}
    street = (seller.get("street", ""), seller.get("street_more", ""))
    place = seller.get("country", "")
    postcode, city = seller.get("postcode", ""), seller.get("city", "")
    if not any((*street, city)):
        return ""
    if place == "KR" and language == "ko":
        return " ".join(part for part in (f"({postcode})" if postcode else "", city, *street) if part)
    country = Locale(language if language in languages.LANGUAGES else "en").territories.get(place, place)
    return ", ".join(part for part in (*street, f"{postcode} {city}".strip(), country) if part)
