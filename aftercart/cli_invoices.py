"""`aftercart invoices`: issue a backlog, look at a document before it is issued."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from aftercart import terminal
from aftercart.service import build, prepare_database
from connector import queries
from connector.tables import Store
from core import clock
from core.errors import NotFound
from core.languages import Text
from core.languages import gettext as _
from invoices import issuing

app = typer.Typer(no_args_is_help=True)
ShopName = Annotated[str, typer.Option("--shop", help=_("Only the shop with this address or name."))]


@app.command(help=_("Issue the invoices of orders paid since a day; silently unless --send is given."))
def issue(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("First day of payment, in UTC."))],
    send: Annotated[bool, typer.Option("--send", help=_("Also mail them."))] = False,
    shop: ShopName = "",
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    with service.database.writing() as session:
        for store in _chosen(list(queries.stores(session)), shop):
            found = issuing.issue_backlog(session, int(store.id or 0), since.replace(tzinfo=UTC), send=send)
            terminal.console.print(
                _("%(shop)s: %(orders)s orders are being invoiced, %(letters)s earlier invoices mailed.")
                % {"shop": escape(store.name), "orders": found.orders, "letters": found.letters}
            )


@app.command(help=_("Write the PDF that an order would get, without a number and without issuing it."))
def preview(
    order_number: Annotated[str, typer.Argument(help=_("Number of the order in the shop."))],
    to: Annotated[Path, typer.Option(help=_("File to write."))] = Path("preview.pdf"),
    shop: ShopName = "",
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    with service.database.reading() as session:
        stores = _chosen(list(queries.stores(session)), shop)
        order = next(
            (
                found
                for store in stores
                if (found := queries.order_numbered(session, int(store.id or 0), order_number))
            ),
            None,
        )
        if order is None:
            raise NotFound(Text("There is no order %(number)s here.", number=order_number))
        document = issuing.draft(session, order, clock.now())
    to.write_bytes(service.renderer.pdf(document))
    service.close()
    terminal.console.print(str(to))


def _chosen(stores: list[Store], shop: str) -> list[Store]:
    return [store for store in stores if not shop or shop in (store.name, store.address)]
