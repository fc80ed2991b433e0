"""Whether shop, mirror, documents and mailbox agree, for one demo shop; each disagreement is a sentence."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape
from rich.table import Table
from sqlmodel import Session

from aftercart.printed import text_of
from connector import queries
from connector.mirroring import NEVER_PAID, PAID_STATUSES
from connector.tables import Store
from core import money
from core.files import Files
from core.languages import gettext as _
from invoices import queries as documents
from invoices.tables import Invoice

Shop = Mapping[str, Any]
COMPARED = ("orders", "customers", "guests", "products", "refunds")


@dataclass(frozen=True)
class Progress:
    """How far the main job is: paid orders, those decided (invoiced or held), letters due and letters in the mailbox."""

    paid: int
    decided: int
    to_mail: int
    mailed: int
    finished: bool


@dataclass
class Agreement:
    """One shop's figures, and what does not agree."""

    name: str
    figures: dict[str, Any]
    progress: Progress
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, left: object, right: object) -> None:
        """Note a fault unless both are equal."""
        if left != right:
            self.faults.append(f"{what}: {left} ≠ {right}")


def agreement_of(
    session: Session, store: Store, shop: Shop, letters: Sequence[Mapping[str, Any]], *, files: Files | None
) -> Agreement:
    """Compare. Without `files` no PDF is read: enough to see how far things are."""
    store_id = int(store.id or 0)
    issued = documents.documents_of_store(session, store_id)
    invoices = [one for one in issued if one.kind == "invoice"]
    notes = [one for one in issued if one.kind == "credit_note"]
    paid = paid_in(shop, store.pays_later)
    held = documents.figures(session, store_id)
    mailed = {name: _mailed(letters, kind) for name, kind in (("invoices", invoices), ("notes", notes))}
    mirror, totals = queries.counts(session, store_id), queries.totals(session, store_id)
    figures: dict[str, Any] = {
        "name": store.name,
        "currency": store.currency,
        **{name: {"shop": shop[name], "mirror": mirror[name]} for name in COMPARED},
        "totals": {
            currency: {
                "shop": shop["totals"].get(currency, 0),
                "mirror": totals.get(currency, 0),
                "invoices": sum(one.total_minor for one in invoices if one.currency == currency),
            }
            for currency in sorted({*shop["totals"], *totals})
        },
        "paid": len(paid),
        "invoices": len(invoices),
        "credit_notes": len(notes),
        "held": held.held,
        "held_credit_notes": held.held_credit_notes,
        "mails": mailed["invoices"],
        "credit_note_mails": mailed["notes"],
        "without_address": sum(one.letter == "without_address" for one in invoices),
        "pdfs_read": 0,
    }
    found = Agreement(store.name, figures, _progress(figures, notes))
    if files is not None:
        _compare(found, shop, [*invoices, *notes], files)
    return found


def paid_in(shop: Shop, pays_later: Sequence[str]) -> list[Mapping[str, Any]]:
    """The shop's paid orders by the shop's own words, counted without the mirror."""
    return [
        order
        for order in shop["paid"]
        if order["status"] not in NEVER_PAID
        and (
            order["date_paid_gmt"]
            or (order["status"] in PAID_STATUSES and order["payment_method"] not in pays_later)
        )
    ]


def _mailed(letters: Sequence[Mapping[str, Any]], issued: Sequence[Invoice]) -> int:
    """Letters in the mailbox that carry one of those documents, byte for byte; each Message-ID counts once."""
    digests = {one.pdf_digest for one in issued}
    return len(
        {
            letter["message_id"]
            for letter in letters
            if any(attachment["sha256"] in digests for attachment in letter["attachments"])
        }
    )


def _progress(figures: Mapping[str, Any], notes: Sequence[Invoice]) -> Progress:
    decided = figures["invoices"] + sum(figures["held"].values())
    to_mail = figures["invoices"] - figures["without_address"]
    note_mails = sum(one.letter != "without_address" for one in notes)
    finished = (
        decided == figures["paid"]
        and figures["mails"] == to_mail
        and figures["credit_note_mails"] == note_mails
    )
    return Progress(
        figures["paid"],
        decided,
        to_mail + note_mails,
        figures["mails"] + figures["credit_note_mails"],
        finished,
    )


def _compare(found: Agreement, shop: Shop, issued: Sequence[Invoice], files: Files) -> None:
    figures = found.figures
    for name in COMPARED:
        found.expect(name, figures[name]["shop"], figures[name]["mirror"])
    for currency, total in figures["totals"].items():
        found.expect(_("total in %(currency)s") % {"currency": currency}, total["shop"], total["mirror"])
    found.expect(
        _("paid = invoiced + held"), figures["paid"], figures["invoices"] + sum(figures["held"].values())
    )
    found.expect(
        _("invoiced = mailed + without address"),
        figures["invoices"],
        figures["mails"] + figures["without_address"],
    )
    for kind in ("invoice", "credit_note"):
        numbers = sorted(one.n for one in issued if one.kind == kind)
        found.expect(_("numbers without a gap"), numbers, list(range(1, len(numbers) + 1)))
    for one in issued:
        if one.pdf_digest is None or not shows_total(files.read(one.pdf_digest), one):
            found.faults.append(_("%(number)s: the PDF does not show the total") % {"number": one.number})
        else:
            figures["pdfs_read"] += 1


def shows_total(pdf: bytes, one: Invoice) -> bool:
    """Whether the text of that PDF holds the document's number and its exact total as people write it."""
    text = _dense(text_of(pdf))
    return (
        _dense(one.number) in text
        and _dense(money.shown(one.total_minor, one.currency, one.language)) in text
    )


def _dense(text: str) -> str:
    return re.sub(r"\s", "", text)


def table_of(found: Agreement) -> Table:
    """The figures as a person reads them."""
    figures = found.figures
    table = Table(
        _("What"), _("Shop"), _("Mirror"), _("Documents"), title=escape(found.name), title_justify="left"
    )
    for name, label in zip(
        COMPARED, (_("Orders"), _("Customers"), _("Guests"), _("Products"), _("Refunds")), strict=True
    ):
        table.add_row(label, str(figures[name]["shop"]), str(figures[name]["mirror"]), "")
    for currency, total in figures["totals"].items():
        cells = [money.shown(total[column], currency, "en") for column in ("shop", "mirror", "invoices")]
        table.add_row(_("Total %(currency)s") % {"currency": currency}, *cells)
    table.add_row(_("Paid orders"), str(figures["paid"]), "", "")
    table.add_row(_("Invoices"), "", "", str(figures["invoices"]))
    table.add_row(_("Credit notes"), "", "", str(figures["credit_notes"]))
    for reason, count in Counter(figures["held"]).items():
        table.add_row(_("Held: %(reason)s") % {"reason": reason}, "", "", str(count))
    for reason, count in Counter(figures["held_credit_notes"]).items():
        table.add_row(_("Held credit notes: %(reason)s") % {"reason": reason}, "", "", str(count))
    table.add_row(_("Letters mailed"), "", "", str(figures["mails"] + figures["credit_note_mails"]))
    table.add_row(_("Without an address"), "", "", str(figures["without_address"]))
    table.add_row(_("PDFs read"), "", "", str(figures["pdfs_read"]))
    table.caption = (
        "[green]✓[/green]" if not found.faults else "[red]" + escape("; ".join(found.faults[:8])) + "[/red]"
    )
    return table
