"""The letter that brings a one-time code: one fact, in the order's language, and never anything about the order itself."""

from datetime import datetime

from connector.people import full_name
from connector.spoken import language_for
from connector.tables import ShopOrder, Store
from core import clock
from core.colours import DEFAULT_ACCENT
from core.languages import gettext as _
from core.languages import speaking
from outbox.letters import framed
from outbox.schemas import NewLetter


def code_letter(store: Store, order: ShopOrder, *, code: str, until: datetime, cause: str) -> NewLetter:
    """The code for the person whose address stands on the order."""
    language = language_for(order, store)
    person = full_name(order.billing.get("first_name", ""), order.billing.get("last_name", ""))
    values = {"shop": store.name, "order": order.number}
    with speaking(language):
        subject = _("Your code for order %(order)s at %(shop)s") % values
        text, html = framed(
            language,
            brand=store.name,
            accent=DEFAULT_ACCENT,
            title=f"{code[:3]} {code[3:]}",
            paragraphs=[
                *([_("Hello %(name)s,") % {"name": person}] if person else []),
                _("Somebody, probably you, asks about order %(order)s in the chat of %(shop)s.") % values,
                _("Enter the code above there. It works once, until %(time)s.")
                % {"time": f"{until.astimezone(clock.zone(store.zone)):%H:%M}"},
            ],
            small_print="\n".join(
                [
                    _("If it was not you, do nothing: without the code nobody sees your order."),
                    _("People of the shop never ask for this code."),
                    _("Automatic letter."),
                ]
            ),
        )
    return NewLetter(
        cause=cause,
        purpose="order_code",
        legal_class="transactional",
        store_id=store.id,
        order_id=order.id,
        to_address=order.email.strip(),
        to_name=person,
        language=language,
        sender_name=store.name,
        reply_to=str(store.seller.get("email") or ""),
        subject=subject,
        text=text,
        html=html,
    )
