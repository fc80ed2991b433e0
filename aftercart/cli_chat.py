"""Commands for conversations."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from aftercart import terminal
from aftercart.cli_exchange import chosen_shop
from aftercart.service import build, prepare_database
from chat.exporting import exported
from core.errors import BadInput
from core.languages import Text
from core.languages import gettext as _

app = typer.Typer(no_args_is_help=True)


@app.callback()
def conversations() -> None:
    """Keeps the commands below their room's name, also while there is only one."""


@app.command("export", help=_("Write all conversations of a shop with all their events into a file."))
def export(
    path: Annotated[Path, typer.Argument(help=_("File to write."))],
    shop: Annotated[
        str, typer.Option(help=_("Name, number or address of the shop; needed only with several."))
    ] = "",
    format: Annotated[Literal["csv", "json"], typer.Option(help=_("csv or json."))] = "csv",  # noqa: A002
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    store_id = chosen_shop(service, shop)
    try:
        with (
            terminal.waiting(_("Reading the conversations …")),
            path.open("x", encoding="utf-8", newline="") as file,
        ):
            for piece in exported(service.database, store_id, format):
                file.write(piece)
    except FileExistsError as problem:
        raise BadInput(Text("%(path)s exists already. Name a new file.", path=str(path))) from problem
    except OSError as problem:
        raise BadInput(Text("%(path)s cannot be written.", path=str(path))) from problem
    finally:
        service.close()
    terminal.console.print(
        _("The conversations are in %(path)s.") % {"path": escape(str(path))}, soft_wrap=True
    )
