"""The demo's help centres: the starter set with example facts, published in both languages."""

from collections.abc import Mapping

from sqlmodel import Session

from aftercart.service import Service
from connector.tables import Store
from faq import editing, publishing, queries, starter
from faq.help_centres import help_centre_of

BY = "Demo"
# What variables read, by the shop's currency; a fact that ends with a language is for that language alone.
FACTS: Mapping[str, Mapping[str, str]] = {
    "KRW": {
        "email": "help@seoul-shop.example",
        "phone": "02-555-0100",
        "address": "1 Yesi-ro, Bogi-gu, Seoul",
        "address.ko": "서울시 보기구 예시로 1",
        "return_address": "Returns, 1 Yesi-ro, Bogi-gu, Seoul",
        "return_address.ko": "서울시 보기구 예시로 1, 반품 담당",
        "return_days": "7",
        "carrier": "CJ Logistics",
        "carrier.ko": "CJ대한통운",
        "shipping_days": "1–3",
        "free_shipping_from": "₩50,000",
        "free_shipping_from.ko": "50,000원",
        "support_hours": "10:00–17:00",
    },
    "EUR": {
        "email": "help@kontor.example",
        "phone": "+49 30 555 0100",
        "address": "Musterstraße 1, 10000 Berlin",
        "return_address": "Kontor Berlin, Returns, Musterstraße 1, 10000 Berlin",
        "return_days": "30",
        "carrier": "DHL",
        "shipping_days": "2–4",
        "free_shipping_from": "€50",
        "free_shipping_from.ko": "50유로",
        "support_hours": "9:00–17:00",
    },
}


def open_help_centre(service: Service, store: Store) -> None:
    """Install the starter set, fill in the facts and publish it, as an owner does after reading it once."""
    store_id = int(store.id or 0)
    with service.database.writing() as session:
        centre = help_centre_of(session, store_id)
        centre.facts = {"name": store.name, "site": store.home_address, **FACTS[store.currency]}
        session.add(centre)
        starter.install(session, store_id=store_id, by=BY)
    for example in starter.examples():
        # One article at a time: the service fills its mirror meanwhile, and SQLite lets one write.
        with service.database.writing() as session:
            _publish(session, store_id, example)


def help_address(service: Service, store: Store, public_url: str) -> str:
    """Where shoppers read it."""
    with service.database.reading() as session:
        centre = queries.help_centre(session, int(store.id or 0))
    return f"{public_url}/help/{centre.slug}/" if centre else public_url


def _publish(session: Session, store_id: int, example: starter.Example) -> None:
    article = queries.article_from(session, store_id, example.source)
    if article is None:
        return  # Somebody deleted it in the console meanwhile.
    # The main language first, so that its translation follows what is published.
    for locale in sorted(example.texts, key=lambda one: one != example.main_locale):
        form = example.texts[locale]
        settled = form.model_copy(update={"slug": "", "body": starter.without_notes(form.body)})
        publishing.publish(session, editing.save_text(session, article, locale=locale, form=settled, by=BY))
