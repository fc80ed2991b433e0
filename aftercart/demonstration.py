"""`aftercart demo`: the main job on two demo shops with a local mailbox, shown or checked."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import requests
import typer
from rich.markup import escape

from aftercart import terminal
from aftercart.agreement import Agreement, agreement_of, table_of
from aftercart.cli_shops import connect_shop
from aftercart.demo_chat import chat_faults, open_chat
from aftercart.demo_help import help_address, open_help_centre
from aftercart.demo_inbox import begin_conversations
from aftercart.processes import Processes, free_port, processes
from aftercart.progress import bars, watch_sync
from aftercart.service import Service, build
from connector import queries
from connector.tables import Store
from core import logs
from core.errors import OutsideError
from core.languages import Text
from core.languages import gettext as _
from core.settings import load
from invoices import issuing
from staff.links import first_owner_link

SHOPS = {"krw": 8101, "eur": 8102}
# WordPress sends webhooks to ports 80, 443 and 8080 only; with the last one taken, the demo polls.
MAILBOX, SERVICE = 8103, 8080
PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Stage:
    """Where everything of the demo stands."""

    folder: Path
    service_port: int
    mailbox: str
    smtp_port: int
    shops: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.service_port}"

    def settings(self) -> dict[str, str]:
        """What the service of the demo runs with, and nothing from the surrounding environment."""
        return {
            "AFTERCART_DATA_FOLDER": str(self.folder / "data"),
            "AFTERCART_DATABASE_URL": "",
            "AFTERCART_PORT": str(self.service_port),
            "AFTERCART_HOST": "127.0.0.1",
            "AFTERCART_PUBLIC_URL": self.address,
            "AFTERCART_SMTP_HOST": "127.0.0.1",
            "AFTERCART_SMTP_PORT": str(self.smtp_port),
            "AFTERCART_SMTP_SECURITY": "none",
            "AFTERCART_SMTP_USER": "",
            "AFTERCART_MAIL_FROM": "orders@aftercart.example",
            "AFTERCART_POLL_SECONDS": "5",
            "AFTERCART_REDIS_URL": "",
        }


def command(
    check: Annotated[
        bool, typer.Option("--check", help=_("Run once, compare everything, print a table and end."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Print the figures as one JSON object, last line."))
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(help=_("Where the demo keeps its data; emptied at every start."))
    ] = None,
) -> None:
    logs.start(level="WARNING")
    started = time.monotonic()
    with _folder(folder, check=check) as place, processes(place / "logs") as group:
        stage = _set_up(place, group)
        service = _service_of(stage)
        stores = _connect(service, stage, group)
        _main_job(service, stores, stage)
        found = [_agreement(service, store, stage) for store in stores]
        chats = [fault for store in stores for fault in chat_faults(store)]
        for fault in chats:
            terminal.console.print(f"[red]{escape(fault)}[/red]")
        ok = not chats and all(not one.faults for one in found)
        terminal.console.print(*(table_of(one) for one in found), sep="\n")
        if as_json:
            typer.echo(
                json.dumps(
                    {
                        "ok": ok,
                        "seconds": round(time.monotonic() - started, 1),
                        "shops": [one.figures for one in found],
                        "chat": not chats,
                    },
                    ensure_ascii=False,
                )
            )
        if not check:
            for store in stores:
                begin_conversations(service, store)
            _say_addresses(service, stores, stage)
            terminal.wait_for_end()
        service.close()
    raise typer.Exit(0 if ok else 1)


@contextmanager
def _folder(given: Path | None, *, check: bool) -> Iterator[Path]:
    if given is None and check:
        with tempfile.TemporaryDirectory(prefix="aftercart-demo-") as name:
            yield Path(name)
        return
    place = (given or Path("demo-data")).absolute()
    if place.exists() and any(place.iterdir()) and not (place / "logs").exists():
        raise OutsideError(
            Text("%(folder)s holds other things; choose an empty folder.", folder=str(place)), permanent=True
        )
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    yield place


def _set_up(place: Path, group: Processes) -> Stage:
    """Start the two shops, the mailbox and the service, and wait until all answer."""
    ports = {name: free_port(wished) for name, wished in SHOPS.items()}
    web, smtp, service = free_port(MAILBOX), free_port(), free_port(SERVICE)
    stage = Stage(
        folder=place,
        service_port=service,
        mailbox=f"http://127.0.0.1:{web}",
        smtp_port=smtp,
        shops={name: f"http://127.0.0.1:{port}" for name, port in ports.items()},
    )
    with terminal.waiting(_("Starting two shops, a mailbox and the service …")):
        for name, port in ports.items():
            group.start(f"shop-{name}", "demo.shop", ["--name", name, "--port", str(port)], settings={})
        mail = ["--smtp-port", str(smtp), "--web-port", str(web), "--folder", str(place / "mail")]
        group.start("mailbox", "demo.mailbox", mail, settings={})
        group.start("service", "aftercart", ["serve"], settings=stage.settings())
        for name, address in stage.shops.items():
            group.await_answer(f"shop-{name}", f"{address}/wp-json/")
        group.await_answer("mailbox", f"{stage.mailbox}/messages")
        group.await_answer("service", f"{stage.address}/health/ready")
    return stage


def _service_of(stage: Stage) -> Service:
    """The same parts in this process, to connect shops and to look; the service does the work."""
    named = {name.removeprefix("AFTERCART_").lower(): value for name, value in stage.settings().items()}
    return build(load(**named))


def _connect(service: Service, stage: Stage, group: Processes) -> list[Store]:
    stores = []
    for address in stage.shops.values():
        keys = _state(address)["keys"]["read_write"]
        stores.append(connect_shop(service, address, keys["key"], keys["secret"]))
    for store in stores:
        open_help_centre(service, store)
        open_chat(service, store, stage.address)
    with watch_sync(service.database, stores):
        group.await_that("service", lambda: _all_mirrored(service, stores))
    return stores


def _all_mirrored(service: Service, stores: list[Store]) -> bool:
    with service.database.reading() as session:
        states = [queries.sync_states(session, int(store.id or 0)) for store in stores]
    wanted = {"orders", "refunds", "customers", "products", "trash"}
    return all(wanted <= {state.resource for state in found if state.complete} for found in states)


def _main_job(service: Service, stores: list[Store], stage: Stage) -> None:
    """Ask for the invoices of all orders paid so far, and wait until every letter has left."""
    with service.database.writing() as session:
        for store in stores:
            issuing.issue_backlog(session, int(store.id or 0), datetime(1970, 1, 1, tzinfo=UTC), send=True)
    shops = {store.id: _state(store.address) for store in stores}
    with bars() as shown:
        tasks = {
            (store.id, name): shown.add_task(f"{escape(store.name)}: {label}", total=None)
            for store in stores
            for name, label in (("invoices", _("Documents")), ("mails", _("Letters")))
        }
        deadline = time.monotonic() + PATIENCE_SECONDS
        done = False
        while not done and time.monotonic() < deadline:
            terminal.pause(LOOK_SECONDS)
            letters = _letters(stage)
            with service.database.reading() as session:
                found = {
                    store.id: agreement_of(session, store, shops[store.id], letters, files=None).progress
                    for store in stores
                }
            for store_id, now in found.items():
                shown.update(tasks[store_id, "invoices"], completed=now.decided, total=now.paid)
                shown.update(tasks[store_id, "mails"], completed=now.mailed, total=now.to_mail)
            done = all(now.finished for now in found.values())


def _agreement(service: Service, store: Store, stage: Stage) -> Agreement:
    with service.database.reading() as session:
        return agreement_of(session, store, _state(store.address), _letters(stage), files=service.files)


def _state(address: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{address}/demo/state", timeout=30).json()
    return found


def _letters(stage: Stage) -> list[dict[str, Any]]:
    found = requests.get(f"{stage.mailbox}/messages", timeout=30).json()
    listed: list[dict[str, Any]] = found["messages"] if isinstance(found, dict) else found
    return listed


def _say_addresses(service: Service, stores: list[Store], stage: Stage) -> None:
    with service.database.writing() as session:
        token = first_owner_link(session)

    def say(label: str, address: str) -> None:
        terminal.console.print(f"  {label}: {address}", soft_wrap=True)

    terminal.console.print()
    for name, address in stage.shops.items():
        say(_("Demo shop %(currency)s") % {"currency": name.upper()}, address)
        say(_("Shop page with the chat %(currency)s") % {"currency": name.upper()}, f"{address}/shop")
    for store in stores:
        place = help_address(service, store, stage.address)
        say(_("Help centre %(currency)s") % {"currency": store.currency}, place)
    say(_("Mailbox"), stage.mailbox)
    say(_("Staff console"), f"{stage.address}/welcome/{token}" if token else stage.address)
    terminal.console.print(_("Press “pay” in a demo shop and look into the mailbox. Ctrl-C ends the demo."))
