"""`aftercart doctor`: check everything the service needs, and name each fault with who can mend it."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import migrations
from aftercart import terminal
from aftercart.health import LEAST_FREE_BYTES
from aftercart.printed import text_of
from aftercart.service import Service, build
from connector import queries
from connector.errors import StoreRefused
from connector.tables import Store
from connector.woo import care
from connector.woo.client import WooClient
from connector.woo.shops import client_of, read_facts
from core import clock, languages, money
from core.errors import AftercartError
from core.languages import gettext as _
from core.redis_fanout import answers
from invoices.specimen import specimen
from outbox.own_letters import send_test_letter

Level = Literal["good", "look", "bad"]
SHOWN = {"good": "[green]✓[/green]", "look": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}
CLOCKS_APART = timedelta(minutes=5)
NEEDED = ("orders", "refunds", "customers", "products")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: good, worth a look, or bad, with the sentence for people."""

    level: Level
    subject: str
    sentence: str


def command(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the findings as one JSON list."))] = False,
    letter_to: Annotated[
        str, typer.Option("--test-letter", help=_("Also send a test letter to this address."))
    ] = "",
) -> None:
    service = build(terminal.settings(quiet=True))
    findings = [finding for examine in EXAMINATIONS for finding in _careful(examine, service)]
    if letter_to:
        findings.append(_test_letter(service, letter_to))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        table = Table(box=None, show_header=False)
        for finding in findings:
            table.add_row(SHOWN[finding.level], escape(finding.subject), escape(finding.sentence))
        terminal.console.print(table)
    raise typer.Exit(1 if any(finding.level == "bad" for finding in findings) else 0)


def _careful(examine: Callable[[Service], Iterator[Finding]], service: Service) -> Iterator[Finding]:
    try:
        yield from examine(service)
    except AftercartError as problem:
        yield Finding("bad", _("Service"), str(problem.sentence))
    except SQLAlchemyError as problem:
        yield Finding("bad", _("Database"), str(problem).splitlines()[0])


def _database(service: Service) -> Iterator[Finding]:
    with service.database.reading() as session:
        session.execute(text("SELECT 1"))
    if migrations.behind(service.database):
        yield Finding("bad", _("Database"), _("It is behind this release. Run: aftercart migrate"))
    elif service.settings.on_sqlite:
        version = sqlite3.sqlite_version
        yield Finding("good", _("Database"), _("SQLite %(version)s, up to date.") % {"version": version})
    else:
        yield Finding("good", _("Database"), _("PostgreSQL, up to date."))
        if not service.settings.node:
            yield Finding(
                "look",
                _("Worker"),
                _("AFTERCART_NODE is not set; “aftercart worker” needs a fixed, distinct name."),
            )


def _disk(service: Service) -> Iterator[Finding]:
    free = service.files.free_bytes()
    shown = {"megabytes": free // 1024**2}
    if free < LEAST_FREE_BYTES:
        yield Finding("bad", _("Disk"), _("Only %(megabytes)s MB are free. Please free some space.") % shown)
    else:
        yield Finding("good", _("Disk"), _("%(megabytes)s MB are free.") % shown)
    service.files.keep(b"aftercart doctor")


def _address(service: Service) -> Iterator[Finding]:
    address = service.settings.public_url
    if not address:
        sentence = _(
            "AFTERCART_PUBLIC_URL is not set: links in letters open only on this machine, and shops cannot send webhooks."
        )
        yield Finding("look", _("Public address"), sentence)
    elif not address.startswith("https://"):
        yield Finding(
            "look",
            _("Public address"),
            _("%(address)s is not https; do not use it beyond tests.") % {"address": address},
        )
    else:
        yield Finding("good", _("Public address"), address)


def _fonts(service: Service) -> Iterator[Finding]:
    if "견본" in text_of(service.renderer.pdf(specimen())):
        yield Finding("good", _("Fonts"), _("Korean and Latin documents can be printed."))
    else:
        yield Finding(
            "bad", _("Fonts"), _("Korean letters are missing in documents; install the release again.")
        )


def _mail(service: Service) -> Iterator[Finding]:
    if not service.settings.smtp_host:
        yield Finding("look", _("Mail"), _("AFTERCART_SMTP_HOST is not set: letters wait until it is."))
        return
    outcome = service.mailer.check()
    yield Finding("good" if outcome.kind == "accepted" else "bad", _("Mail"), str(outcome.sentence))


def _work(service: Service) -> Iterator[Finding]:
    counts = service.jobs.counts()
    if counts["dead"]:
        sentence = _("%(count)s jobs failed for good. See “aftercart jobs list”.") % {"count": counts["dead"]}
        yield Finding("bad", _("Work"), sentence)
    else:
        yield Finding(
            "good", _("Work"), _("%(count)s jobs wait, none failed.") % {"count": counts["waiting"]}
        )


def _fanout(service: Service) -> Iterator[Finding]:
    address = service.settings.redis_url
    if address and not answers(address):
        yield Finding(
            "bad", _("Redis"), _("It does not answer. Is it running, and is AFTERCART_REDIS_URL right?")
        )
    elif address:
        yield Finding("good", _("Redis"), _("It answers."))
    elif not service.settings.on_sqlite:
        sentence = _(
            "AFTERCART_REDIS_URL is not set: with several processes, chats show what another one did two seconds later."
        )
        yield Finding("look", _("Redis"), sentence)


def _shops(service: Service) -> Iterator[Finding]:
    with service.database.reading() as session:
        stores = list(queries.stores(session))
    if not stores:
        yield Finding("look", _("Shops"), _("No shop is connected. Use “aftercart connect ADDRESS”."))
    for store in stores:
        client = client_of(store, service.keys, service.settings)
        try:
            yield from _shop(service, store, client)
        except AftercartError as problem:
            yield Finding("bad", store.name, str(problem.sentence))
        finally:
            client.close()


def _shop(service: Service, store: Store, client: WooClient) -> Iterator[Finding]:
    facts, shop_time = read_facts(client)
    yield Finding("good", store.name, _("The key works (%(software)s).") % {"software": facts.software})
    yield from _permissions(store, client)
    apart = abs(clock.now() - shop_time)
    if apart > CLOCKS_APART:
        minutes = {"minutes": int(apart.total_seconds() // 60)}
        yield Finding(
            "bad",
            store.name,
            _("The clocks are %(minutes)s minutes apart; set both by network time.") % minutes,
        )
    if facts.decimals < money.decimals_of(facts.currency):
        yield Finding(
            "bad",
            store.name,
            _(
                "The shop serves %(currency)s with %(decimals)s decimals; its invoices are held. Set “Number of decimals” in WooCommerce > Settings > General."
            )
            % {"currency": facts.currency, "decimals": facts.decimals},
        )
    yield _webhooks(service, store, client)


def _permissions(store: Store, client: WooClient) -> Iterator[Finding]:
    """A key acts with its user's rights; somebody who may read orders may not read customers."""
    closed = []
    for resource in NEEDED:
        try:
            client.get(resource, per_page=1, _fields="id")
        except StoreRefused:
            closed.append(resource)
    if closed:
        yield Finding(
            "bad",
            store.name,
            _("The key may not read: %(what)s. Make one for an administrator.") % {"what": ", ".join(closed)},
        )


def _webhooks(service: Service, store: Store, client: WooClient) -> Finding:
    if not service.settings.public_url:
        return Finding(
            "look", store.name, _("No webhooks without a public address; changes are seen by asking.")
        )
    target = care.delivery_address(store, service.settings.public_url)
    ours = [hook for hook in care.all_of(client) if hook.get("delivery_url") == target]
    active = sum(hook.get("status") == "active" for hook in ours)
    if active == len(care.TOPICS):
        return Finding("good", store.name, _("All webhooks are active."))
    return Finding(
        "look",
        store.name,
        _(
            "%(active)s of %(all)s webhooks are active. With a key that may write they are mended by themselves; until then changes are seen by asking."
        )
        % {"active": active, "all": len(care.TOPICS)},
    )


def _test_letter(service: Service, address: str) -> Finding:
    outcome = send_test_letter(
        service.mailer,
        to_address=address,
        language=languages.current(),
        settings=service.settings,
        keys=service.keys,
    )
    return Finding("good" if outcome.kind == "accepted" else "bad", _("Test letter"), str(outcome.sentence))


EXAMINATIONS: tuple[Callable[[Service], Iterator[Finding]], ...] = (
    _database,
    _disk,
    _address,
    _fonts,
    _mail,
    _work,
    _fanout,
    _shops,
)
