"""`aftercart connect` and `aftercart sync`."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from aftercart import terminal
from aftercart.progress import watch_sync
from aftercart.service import Service, build, prepare_database
from connector import actions, queries, syncing
from connector.tables import Store
from connector.woo.jobs import sweep_store, sync_until_done
from connector.woo.shops import prove
from core import clock
from core.languages import gettext as _


def connect(
    address: Annotated[str, typer.Argument(help=_("Address of the shop, such as https://shop.example."))],
    key: Annotated[
        str, typer.Option(help=_("Consumer key, begins with ck_."), envvar="AFTERCART_STORE_KEY")
    ] = "",
    secret_file: Annotated[
        Path | None,
        typer.Option(
            help=_("File that holds the consumer secret; otherwise AFTERCART_STORE_SECRET, or you are asked.")
        ),
    ] = None,
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    key = key or typer.prompt(_("Consumer key"))
    # Never an option: command lines are seen by everybody on the machine.
    secret = (
        secret_file.read_text().strip()
        if secret_file
        else os.environ.get("AFTERCART_STORE_SECRET") or typer.prompt(_("Consumer secret"), hide_input=True)
    )
    store = connect_shop(service, address, key.strip(), secret.strip())
    terminal.console.print(
        _("%(shop)s is connected (%(software)s, %(currency)s). Its orders are being read.")
        % {"shop": escape(store.name), "software": store.software, "currency": store.currency}
    )


def connect_shop(service: Service, address: str, key: str, secret: str) -> Store:
    """Prove the key and add the shop, or take the new key of a connected one. The running service then reads it."""
    with terminal.waiting(_("Asking the shop …")):
        proven = prove(address, key, secret, timeout_seconds=service.settings.shop_timeout_seconds)
    with service.database.writing() as session:
        known = next((store for store in queries.stores(session) if store.address == proven.address), None)
        if known is not None:
            actions.change_key(session, service.keys, known, key=key, secret=secret, access=proven.access)
            return known
        return actions.connect_store(
            session,
            service.keys,
            address=proven.address,
            key=key,
            secret=secret,
            access=proven.access,
            facts=proven.facts,
            shop_time=proven.shop_time,
        )


def sync(
    full: Annotated[
        bool, typer.Option("--full", help=_("Also compare every order with the shop, as every night."))
    ] = False,
    shop: Annotated[str, typer.Option(help=_("Only the shop with this address or name."))] = "",
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    with service.database.reading() as session:
        chosen = [
            store for store in queries.stores(session) if not shop or shop in (store.name, store.address)
        ]
    if not chosen:
        terminal.console.print(_("No shop is connected. Use “aftercart connect ADDRESS”."))
        raise typer.Exit(1)
    for store in chosen:
        store_id = int(store.id or 0)
        with watch_sync(service.database, [store]):
            sync_until_done(service.database, keys=service.keys, settings=service.settings, store_id=store_id)
            if full:
                sweep_whole(service, store_id)
    failed = [store for store in chosen if _say(service, store)]
    raise typer.Exit(1 if failed else 0)


def sweep_whole(service: Service, store_id: int) -> None:
    """Compare all numbers of the shop with the mirror, here and now."""
    sweep_store(
        service.database,
        keys=service.keys,
        settings=service.settings,
        store_id=store_id,
        day=f"{clock.now():%Y-%m-%d-%H%M%S}",
        page=1,
        whole=True,
    )


def _say(service: Service, store: Store) -> bool:
    """Say how it went; whether something is wrong."""
    with service.database.reading() as session:
        counts = queries.counts(session, int(store.id or 0))
        trouble = syncing.problem_since(session, int(store.id or 0))
    if trouble:
        terminal.errors.print(
            f"[red]{escape(store.name)}[/red]: {escape(syncing.shown(trouble))}", soft_wrap=True
        )
        return True
    terminal.console.print(
        _("%(shop)s: %(orders)s orders, %(refunds)s refunds, %(customers)s customers, %(products)s products.")
        % {"shop": escape(store.name), **{name: counts[name] for name in counts}}
    )
    return False
