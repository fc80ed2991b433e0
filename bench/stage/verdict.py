"""Whether everything ended as it must: shop, mirror, numbers, documents, letters and jobs, each fault as a sentence."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from aftercart.agreement import COMPARED, paid_in, shows_total
from bench.stage.service import Stage
from connector import queries
from connector.tables import ShopOrder, ShopRefund, Store
from connector.woo.payloads import moment
from demo.figures import figures
from demo.storage import UNLISTED, Shop
from invoices import queries as documents
from invoices.tables import Hold, Invoice
from outbox.tables import Letter

# What the clock starts again and again; everything else has to come to an end.
BY_THE_CLOCK = {
    "woo.tick",
    "woo.sync",
    "woo.care",
    "woo.see_to_webhooks",
    "invoices.retry_changed",
    "care.watch",
}


@dataclass
class Verdict:
    """What was found in all shops together, and every fault."""

    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, left: object, right: object) -> None:
        if left != right:
            self.faults.append(f"{what}: {left} ≠ {right}")


def verdict(
    stage: Stage, shops: Mapping[int, Shop], letters: Sequence[Mapping[str, Any]], *, thorough: bool
) -> Verdict:
    """Compare everything of the shops, by the number of their store. `thorough` also reads the PDFs."""
    found = Verdict()
    with stage.look.database.reading() as session:
        for store_id, shop in shops.items():
            store = queries.store(session, store_id)
            _mirror(found, session, store, shop)
            issued = list(documents.documents_of_store(session, store_id))
            _numbers(found, store, issued)
            _paid(found, session, store, shop, issued)
            _refunds(found, session, store, shop, issued)
            _documents(found, stage, issued, thorough=thorough)
        _mailed(found, session, letters)
    _jobs(found, stage)
    if thorough:
        _database(found, stage)
    return found


def _mirror(found: Verdict, session: Session, store: Store, shop: Shop) -> None:
    told = figures(shop)
    counts = queries.counts(session, int(store.id or 0))
    for name in (*COMPARED, "variations"):
        found.expect(f"{store.name}: {name}", told[name], counts[name])
    found.expect(f"{store.name}: totals", told["totals"], queries.totals(session, int(store.id or 0)))
    mirrored = {
        order.remote_id: (order.status, order.modified_at, order.total_minor)
        for order in session.exec(
            select(ShopOrder).where(ShopOrder.store_id == store.id, col(ShopOrder.deleted_at).is_(None))
        )
    }
    with shop.lock:
        listed = {
            number: (order["status"], moment(order["date_modified_gmt"]))
            for number, order in shop.orders.items()
            if order["status"] not in UNLISTED
        }
    known = {number: (status, changed) for number, (status, changed, _) in mirrored.items()}
    drafts = {number for number, (status, _) in known.items() if status in UNLISTED}
    differing = [number for number in {*listed, *known} - drafts if listed.get(number) != known.get(number)]
    found.expect(f"{store.name}: orders that differ", [], sorted(differing)[:10])
    found.figures["orders"] += len(listed)


def _numbers(found: Verdict, store: Store, issued: Sequence[Invoice]) -> None:
    for kind in ("invoice", "credit_note"):
        numbers = sorted(one.n for one in issued if one.kind == kind)
        found.expect(f"{store.name}: {kind} numbers", numbers, list(range(1, len(numbers) + 1)))
        found.figures[f"{kind}s"] += len(numbers)
    found.expect(f"{store.name}: doubled number texts", len(issued), len({one.number for one in issued}))


def _paid(found: Verdict, session: Session, store: Store, shop: Shop, issued: Sequence[Invoice]) -> None:
    """Every order that is paid at the end has one invoice, or one task that says why it has none."""
    remote = dict(
        session.exec(select(ShopOrder.id, ShopOrder.remote_id).where(ShopOrder.store_id == store.id)).all()
    )
    invoices = Counter(remote[one.order_id] for one in issued if one.kind == "invoice")
    held = Counter(
        remote[one.order_id]
        for one in session.exec(
            select(Hold).where(
                Hold.store_id == store.id, Hold.kind == "invoice", col(Hold.resolved_at).is_(None)
            )
        )
    )
    paid = [one["id"] for one in paid_in(figures(shop), store.pays_later)]
    found.figures["paid orders"] += len(paid)
    found.figures["held"] += sum(held.values())
    wrong = {
        number: (invoices[number], held[number]) for number in paid if invoices[number] + held[number] != 1
    }
    found.expect(f"{store.name}: paid orders without one invoice or task (order: invoices, tasks)", {}, wrong)
    doubled = [number for number, count in invoices.items() if count > 1]
    found.expect(f"{store.name}: orders with several invoices", [], doubled)


def _refunds(found: Verdict, session: Session, store: Store, shop: Shop, issued: Sequence[Invoice]) -> None:
    """Every refund of an invoiced order has one credit note or one task, as long as it gave something back."""
    invoiced = {one.order_id for one in issued if one.kind == "invoice"}
    notes = Counter((one.order_id, one.cause) for one in issued if one.kind == "credit_note")
    tasks = Counter(
        (one.order_id, one.cause)
        for one in session.exec(select(Hold).where(Hold.store_id == store.id, Hold.kind == "credit_note"))
    )
    wrong = []
    for refund in session.exec(
        select(ShopRefund).where(ShopRefund.store_id == store.id, col(ShopRefund.deleted_at).is_(None))
    ):
        key = (refund.order_id, f"refund:{refund.remote_id}")
        if refund.order_id in invoiced and refund.amount_minor and not notes[key] and not tasks[key]:
            wrong.append(refund.remote_id)
    found.expect(f"{store.name}: refunds of invoiced orders without credit note or task", [], wrong)
    found.expect(f"{store.name}: doubled credit notes", [], [key for key, n in notes.items() if n > 1])


def _documents(found: Verdict, stage: Stage, issued: Sequence[Invoice], *, thorough: bool) -> None:
    for one in issued:
        if one.pdf_digest is None:
            found.faults.append(f"{one.number} has no PDF")
            continue
        if one.letter not in ("handed_in", "without_address"):
            found.faults.append(f"{one.number}: its letter is {one.letter}")
        if thorough and not shows_total(stage.look.files.read(one.pdf_digest), one):
            found.faults.append(f"{one.number}: the PDF does not show its number and total")
        found.figures["PDFs"] += 1


def _mailed(found: Verdict, session: Session, accepted: Sequence[Mapping[str, Any]]) -> None:
    """Each handed-in document left in exactly one letter; the same letter may have been accepted twice."""
    times = Counter(one["message_id"].strip("<>") for one in accepted)
    carried: dict[str, set[str]] = defaultdict(set)
    for one in accepted:
        for attachment in one["attachments"]:
            carried[attachment["sha256"]].add(one["message_id"].strip("<>"))
    letters = session.exec(select(Letter)).all()
    found.expect("letters not sent", {}, dict(Counter(one.state for one in letters if one.state != "sent")))
    sent = {one.message_id for one in letters if one.state == "sent"}
    found.expect(
        "Message-IDs of letters never written", set(), set(times) - {one.message_id for one in letters}
    )
    found.expect("letters sent and never accepted", set(), sent - set(times))
    for document in session.exec(select(Invoice).where(Invoice.letter == "handed_in")):
        ids = carried.get(document.pdf_digest or "", set())
        if len(ids) != 1:
            found.faults.append(f"{document.number}: accepted under {len(ids)} Message-IDs")
    found.figures["Message-IDs accepted"] = len(times)
    found.figures["letters accepted twice"] = sum(count > 1 for count in times.values())


def _jobs(found: Verdict, stage: Stage) -> None:
    dead = stage.look.jobs.dead(1000)
    found.expect("dead jobs", [], [f"{one.name}: {one.error}" for one in dead][:5])
    left = Counter(one.name for one in stage.look.jobs.unfinished(1000) if one.name not in BY_THE_CLOCK)
    found.expect("jobs left", {}, dict(left))


def _database(found: Verdict, stage: Stage) -> None:
    file = stage.look.database.file
    if file is None:
        return
    with sqlite3.connect(file) as connection:
        found.expect("integrity", [("ok",)], connection.execute("PRAGMA integrity_check").fetchall())
        found.expect("foreign keys", [], connection.execute("PRAGMA foreign_key_check").fetchall())
