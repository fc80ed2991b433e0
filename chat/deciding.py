"""The bot's order of work: courtesy, the shopper's own order, products, the knowledge base, a choice, a person."""

from dataclasses import replace

from sqlmodel import Session

from chat import article_turns, intents, order_facts, order_turns, product_facts
from chat.bot_turns import Asked, Services, Turn
from chat.intents import Meant
from chat.person_turns import to_person
from core.languages import gettext as _
from faq.answering import Answer

ORDER, PRODUCT = "order.", "product."


def decide(session: Session, services: Services, asked: Asked) -> Turn:
    """The one turn that answers what was asked. The caller chooses the language in which texts are spoken."""
    rest, courtesy = intents.without_courtesy(asked.question)
    chosen = article_turns.chosen_before(session, services, asked)
    if chosen is not None:
        return article_turns.about_article(session, services, asked, chosen)
    if not rest:
        return _courteous(session, asked, courtesy)
    heard = intents.meant(rest)
    return _of_talking(session, asked, rest, heard) or _of_matter(session, services, asked, rest, heard)


def _of_talking(session: Session, asked: Asked, rest: str, heard: list[Meant]) -> Turn | None:
    """The turn where not the shop's matters are meant but who is talking here."""
    names = {one.name for one in heard}
    if "person" in names:
        return to_person(session, asked, "asked")
    if "not_told" in names and not _names_an_order(rest, heard):
        return _not_told()
    return Turn("courtesy", _bot(), "bot") if "bot" in names else None


def _of_matter(session: Session, services: Services, asked: Asked, rest: str, heard: list[Meant]) -> Turn:
    answer = article_turns.answered(session, services, asked, rest)
    facts = _facts(session, services, asked, heard, answer)
    if facts is None:
        if _asks_a_price(heard) and answer.outcome == "answer":
            # The price of something that the shop does not have: an article on other costs would be a guess.
            answer = replace(answer, outcome="did_you_mean", reason="no_such_product")
        return article_turns.about_article(session, services, asked, answer)
    if facts.action == "look_up" and answer.outcome == "answer":
        # Not their order, but what holds for every order is told at once.
        article = article_turns.about_article(session, services, asked, answer).article
        return replace(facts, article=article, answer=answer)
    return facts


def _asks_a_price(heard: list[Meant]) -> bool:
    return any(one.name == "product.price" and one.sure for one in heard)


def _names_an_order(rest: str, heard: list[Meant]) -> bool:
    sure = any(one.name.startswith(ORDER) and one.sure for one in heard)
    return sure and bool(order_facts.numbers_in(rest))


def _facts(
    session: Session, services: Services, asked: Asked, heard: list[Meant], answer: Answer
) -> Turn | None:
    """What the mirror answers; None where nothing of it is meant."""
    sure_article = answer.outcome == "answer"
    order = next(
        (one for one in heard if one.name.startswith(ORDER) and (one.sure or not sure_article)), None
    )
    if order is not None:
        return order_turns.about_orders(session, services, asked, order.name)
    product = _product(session, asked, heard, sure_article)
    if product is not None:
        return product
    if any(one.name == "shop.payment" for one in heard):
        return _payment(asked)
    return None


def _product(session: Session, asked: Asked, heard: list[Meant], sure_article: bool) -> Turn | None:
    meant = next((one for one in heard if one.name.startswith(PRODUCT)), None)
    if sure_article and (meant is None or not meant.sure):
        return None
    keywords = frozenset(word for one in heard if one.name.startswith(PRODUCT) for word in one.keywords)
    found = product_facts.named(session, asked, keywords, sure=meant is not None and meant.sure)
    if not found or (meant is None and found[0].score < product_facts.BY_NAME_ALONE):
        return None
    return product_facts.about_product(session, asked, meant.name if meant else "product.tell", found)


def _payment(asked: Asked) -> Turn | None:
    methods = product_facts.payment_methods(asked)
    if not methods:
        return None
    said = _("You can pay with: %(methods)s.") % {"methods": ", ".join(methods)}
    return Turn("shop", said, "shop.payment", sources=[said])


# -- courtesy ----------------------------------------------------------------------------------------------------


def _courteous(session: Session, asked: Asked, courtesy: str) -> Turn:
    if asked.attached:
        return to_person(session, asked, "attachment")  # Only people can look at it.
    if courtesy == "yes" and asked.before is not None and asked.before.data.get("action") == "nothing":
        return to_person(session, asked, "accepted")
    said = {
        "greeting": _(
            "Hello! I am the automatic assistant of this shop. Ask me about orders, delivery, returns or products."
        ),
        "thanks": _("You are welcome. Is there anything else?"),
        "bye": _("Thank you for your visit. Have a nice day!"),
        "yes": _("What else can I help you with?"),
        "no": _("All right. I am here if you need anything."),
    }
    return Turn(
        "courtesy",
        said.get(courtesy) or _("Please write in a few words what you need."),
        courtesy or "no_words",
    )


def _bot() -> str:
    return _(
        "I am the automatic assistant of this shop. I answer from its help centre and its data; a person is one button away."
    )


def _not_told() -> Turn:
    said = _(
        "I answer from this shop's help centre, and I show orders only to the person they belong to. For your own order, sign in or look it up."
    )
    return Turn("nothing", said, "not_told", buttons=("look_up", "person"))
