"""The letters that carry documents: one fact, one button, in the order's language, and never any promotion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from connector.people import full_name
from connector.tables import ShopOrder, Store
from core import clock, languages, money
from core.languages import gettext as _
from core.languages import speaking
from invoices.document_parts import Seller
from invoices.schemas import INVOICE, Kind
from invoices.tables import Invoice
from outbox.legal import Purpose
from outbox.letters import framed
from outbox.schemas import Attachment, NewLetter


@dataclass(frozen=True)
class Writing:
    """What every letter about an order needs to know; `link` is the full address behind its button."""

    store: Store
    order: ShopOrder
    seller: Seller
    footer: str
    language: str
    link: str
    link_days: int


@dataclass(frozen=True)
class _Words:
    subject: str
    title: str
    fact: str
    button: str


def document_letter(writing: Writing, invoice: Invoice, *, cause: str) -> NewLetter:
    """The letter that brings a finished document: attached, and behind one button."""
    with speaking(writing.language):
        return _letter(
            writing,
            _words_of_document(writing, invoice),
            cause=cause,
            purpose="invoice" if invoice.kind == INVOICE else "credit_note",
            attachments=(Attachment(str(invoice.pdf_digest), f"{invoice.number}.pdf"),),
        )


def link_letter(writing: Writing, kind: Kind, *, cause: str) -> NewLetter:
    """The letter that brings a new link to a document, without the document itself."""
    with speaking(writing.language):
        return _letter(writing, _words_of_link(writing, kind), cause=cause, purpose="document_link")


def _words_of_document(writing: Writing, invoice: Invoice) -> _Words:
    values = {
        "number": invoice.number,
        "shop": writing.store.name,
        "order": writing.order.number,
        "amount": money.shown(invoice.total_minor, invoice.currency, writing.language),
    }
    if invoice.kind == INVOICE:
        return _Words(
            subject=_("Invoice %(number)s from %(shop)s") % values,
            title=_("Your invoice %(number)s") % values,
            fact=_("Here is the invoice for your order %(order)s, paid in full: %(amount)s.") % values,
            button=_("Open the invoice"),
        )
    return _Words(
        subject=_("Credit note %(number)s from %(shop)s") % values,
        title=_("Your credit note %(number)s") % values,
        fact=_("Here is the credit note for your order %(order)s. %(amount)s goes back to you.") % values,
        button=_("Open the credit note"),
    )


def _words_of_link(writing: Writing, kind: Kind) -> _Words:
    values = {"order": writing.order.number, "shop": writing.store.name}
    if kind == INVOICE:
        return _Words(
            subject=_("New link to your invoice from %(shop)s") % values,
            title=_("New link to your invoice"),
            fact=_("Someone asked for a new link to the invoice of your order %(order)s. Here it is.")
            % values,
            button=_("Open the invoice"),
        )
    return _Words(
        subject=_("New link to your credit note from %(shop)s") % values,
        title=_("New link to your credit note"),
        fact=_("Someone asked for a new link to the credit note of your order %(order)s. Here it is.")
        % values,
        button=_("Open the credit note"),
    )


def _letter(
    writing: Writing,
    words: _Words,
    *,
    cause: str,
    purpose: Purpose,
    attachments: tuple[Attachment, ...] = (),
) -> NewLetter:
    order, store = writing.order, writing.store
    text, html = framed(
        writing.language,
        brand=store.name,
        accent=writing.seller.accent,
        title=words.title,
        paragraphs=_paragraphs(_person(order), words.fact),
        button=(words.button, writing.link),
        small_print=_small_print(writing, attached=bool(attachments)),
    )
    return NewLetter(
        cause=cause,
        purpose=purpose,
        legal_class="transactional",
        store_id=store.id,
        order_id=order.id,
        to_address=order.email.strip(),
        to_name=_person(order),
        language=writing.language,
        sender_name=store.name,
        reply_to=writing.seller.email,
        subject=words.subject,
        text=text,
        html=html,
        attachments=attachments,
    )


def _person(order: ShopOrder) -> str:
    return full_name(order.billing.get("first_name", ""), order.billing.get("last_name", ""))


def _paragraphs(person: str, fact: str) -> Sequence[str]:
    return [_("Hello %(name)s,") % {"name": person}, fact] if person else [fact]


def _small_print(writing: Writing, *, attached: bool) -> str:
    last_day = clock.now() + timedelta(days=writing.link_days)
    until = languages.day(last_day, writing.language, writing.store.zone)
    said = [_("The link works until %(day)s. Later, the same page mails you a new one.") % {"day": until}]
    if attached:
        said.insert(0, _("The same document is attached to this letter."))
    if writing.seller.email:
        said.append(_("Automatic letter. Your answer reaches the shop."))
    else:
        said.append(_("Automatic letter."))
    return "\n".join([*said, *(part for part in (writing.seller.name, writing.footer) if part.strip())])
