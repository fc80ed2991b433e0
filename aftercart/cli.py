"""The command line: every command stands here or in a file named after its noun."""

import contextlib
from typing import Annotated

import typer
from rich.markup import escape

import migrations
from aftercart import (
    cli_chat,
    cli_exchange,
    cli_faq,
    cli_invoices,
    cli_jobs,
    cli_shops,
    demonstration,
    doctor,
    memory,
    terminal,
)
from aftercart.app import make_app
from aftercart.service import Service, build, prepare_database
from aftercart.serving import server_of
from core import languages
from core.errors import Conflict
from core.languages import Text
from core.languages import gettext as _
from staff.links import first_owner_link

app = typer.Typer(
    help=_("Aftercart: a self-hosted support companion for WooCommerce shops."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_invoices.app, name="invoices", help=_("Issue and look at documents."))
app.add_typer(cli_faq.app, name="faq", help=_("Ask the knowledge base, and care for its index."))
cli_faq.app.command(
    "import", help=_("Take articles in: a folder of Markdown files, a zip, CSV or JSON file, or WordPress.")
)(cli_exchange.take_in)
cli_faq.app.command(
    "export", help=_("Write all articles of a shop into a folder, or into a CSV or JSON file.")
)(cli_exchange.export)
app.add_typer(cli_chat.app, name="chat", help=_("Take conversations along."))
app.add_typer(cli_jobs.app, name="jobs", help=_("Look at the service's work and repeat what failed."))
app.command("connect", help=_("Connect a shop by its REST key."))(cli_shops.connect)
app.command("sync", help=_("Bring the mirror of the shops up to date now."))(cli_shops.sync)
app.command("doctor", help=_("Check everything the service needs and name each fault in words."))(
    doctor.command
)
app.command("demo", help=_("Show the main job on two demo shops, with a local mailbox."))(
    demonstration.command
)


@app.command(help=_("Run the service: pages, webhooks and, on SQLite, all work."))
def serve(
    host: Annotated[str, typer.Option(help=_("Address to listen on."))] = "",
    port: Annotated[int, typer.Option(help=_("Port to listen on."))] = 0,
) -> None:
    memory.share_one_arena()
    settings = terminal.settings()
    settings.host = host or settings.host
    settings.port = port or settings.port
    service = build(settings)
    prepare_database(service)
    _welcome(service)
    server = server_of(make_app(service, run_jobs=settings.on_sqlite), settings)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(3)


def _welcome(service: Service) -> None:
    """Until there is an owner, every start prints a one-time link that makes the owner's account."""
    with service.database.writing() as session:
        token = first_owner_link(session, language=languages.current())
    if token:
        terminal.console.print(_("Open this link once to make your account:"))
        terminal.console.print(f"  {escape(service.settings.address)}/welcome/{token}", soft_wrap=True)


@app.command(help=_("Run jobs in a process of their own (PostgreSQL only)."))
def worker() -> None:
    memory.share_one_arena()
    settings = terminal.settings()
    if settings.on_sqlite:
        raise Conflict(
            Text(
                "On SQLite the service does its own work: a second process would only wait for the first to write. "
                "Use “aftercart serve”, or set AFTERCART_DATABASE_URL to a PostgreSQL database."
            )
        )
    service = build(settings)
    prepare_database(service)
    service.start_jobs()
    terminal.wait_for_end()
    service.stop_jobs()
    service.close()


@app.command(help=_("Bring the database to this release's state."))
def migrate() -> None:
    service = build(terminal.settings())
    migrations.upgrade(service.database)
    terminal.console.print(_("The database is up to date."))
