"""`aftercart faq import` and `aftercart faq export`: articles in from files or a WordPress site, and out into files."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from aftercart import terminal
from aftercart.progress import bars
from aftercart.service import Service, build, prepare_database
from connector import queries as shops
from connector.wordpress.connections import WordpressSites, prove
from core.errors import AftercartError, BadInput, NotFound
from core.languages import Text
from core.languages import gettext as _
from faq import formats, parcels
from faq.carried import Taken
from faq.exchange_jobs import first_language, from_site
from faq.giving_out import give_out
from faq.taking import Wish, take_in_all

ShopName = Annotated[str, typer.Option("--shop", help=_("The shop with this address, name or number."))]
BY = "aftercart faq import"
SHOWN_AT_MOST = 200


def take_in(
    path: Annotated[
        str, typer.Argument(help=_("Folder or file to read, or the https address of a WordPress site."))
    ],
    *,
    shop: ShopName = "",
    publish: Annotated[
        bool, typer.Option("--publish", help=_("Also publish what comes as a draft."))
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=_("Also overwrite what was edited here since."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only say what would happen; write nothing."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("One object a line, for programs."))] = False,
    user: Annotated[str, typer.Option(help=_("User of the WordPress site."))] = "",
    drafts: Annotated[
        bool, typer.Option("--drafts", help=_("Also what the WordPress site does not show yet."))
    ] = False,
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    wish = Wish(chosen_shop(service, shop), BY, publish=publish, overwrite=overwrite, dry=dry_run)
    if "://" in path:
        taken = _from_site(service, wish, path, user, drafts=drafts)
    else:
        taken = _from_files(service, wish, Path(path))
    service.close()
    tell(taken, as_json=as_json, dry=dry_run)


def _from_site(service: Service, wish: Wish, address: str, user: str, *, drafts: bool) -> list[Taken]:
    """Take in from a site that is connected for this run and from then on."""
    # Never an option: command lines are seen by everybody on the machine.
    password = os.environ.get("AFTERCART_WORDPRESS_PASSWORD") or typer.prompt(
        _("Application password"), hide_input=True
    )
    name = user or typer.prompt(_("User of the WordPress site"))
    with terminal.waiting(_("Asking the site …")):
        facts = prove(address, name, password, timeout_seconds=service.settings.shop_timeout_seconds)
    with service.database.writing() as session:
        service.websites.keep(
            session, store_id=wish.store_id, address=facts.address, user=name, password=password
        )
    WordpressSites(service.keys, service.settings).ask(service.database, wish.store_id)
    with bars() as shown:
        task = shown.add_task(_("Articles"), total=None)
        return from_site(
            service.database,
            wish,
            service.websites,
            service.files,
            options={"drafts": drafts},
            progress=lambda done: shown.update(task, completed=done),
        )


def _from_files(service: Service, wish: Wish, path: Path) -> list[Taken]:
    with terminal.waiting(_("Reading the files …")):
        parcel = formats.read_path(path, first=first_language(service.database, wish.store_id))
    with bars() as shown:
        task = shown.add_task(_("Articles"), total=len(parcel.articles))
        return take_in_all(
            service.database,
            parcel,
            wish,
            files=service.files,
            progress=lambda done: shown.update(task, completed=done),
        )


def export(
    path: Annotated[Path, typer.Argument(help=_("New or empty folder, or file to write."))],
    shop: ShopName = "",
    format: Annotated[  # noqa: A002 - the option's name
        Literal["folder", "csv", "json"], typer.Option(help=_("folder, csv or json."))
    ] = "folder",
) -> None:
    service = build(terminal.settings(quiet=True))
    prepare_database(service)
    store_id = chosen_shop(service, shop)
    if format == "folder" and path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BadInput(Text("%(path)s is no empty folder. Name a new one.", path=str(path)))
    with terminal.waiting(_("Reading the articles …")), service.database.reading() as session:
        articles = give_out(session, store_id=store_id)
    if format == "folder":
        files = formats.folder_files(articles, picture=picture_reader(service))
        with bars() as shown:
            task = shown.add_task(_("Files"), total=len(files))
            parcels.unfolded(files, path, progress=lambda: shown.advance(task))
    else:
        _ending, content = formats.written(articles, format, picture=picture_reader(service))
        parcels.unfolded({path.name: content}, path.parent)
    service.close()
    terminal.console.print(
        _("%(count)s articles are in %(path)s.") % {"count": len(articles), "path": escape(str(path))},
        soft_wrap=True,
    )


def chosen_shop(service: Service, name: str) -> int:
    """The number of the shop of that name or address, or of the only one. Raises NotFound."""
    with service.database.reading() as session:
        found = [
            one for one in shops.stores(session) if not name or name in (str(one.id), one.name, one.address)
        ]
    if len(found) > 1:
        raise NotFound(Text("There are several shops here. Name one with --shop."))
    if not found:
        raise NotFound(Text("No such shop is connected. Use “aftercart connect ADDRESS”."))
    return int(found[0].id or 0)


def picture_reader(service: Service) -> formats.PictureOf:
    """Gives the bytes of a stored picture, None when they are lost."""

    def read(digest: str) -> bytes | None:
        try:
            return service.files.read(digest)
        except AftercartError:
            return None

    return read


def outcome_names() -> dict[str, str]:
    """What became of an article, in the order in which a person wants to read it."""
    return {
        "refused": _("refused"),
        "conflict": _("left as it is"),
        "gone": _("gone at its source"),
        "new": _("new"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
    }


def tell(taken: Sequence[Taken], *, as_json: bool, dry: bool) -> None:
    """Say what became of each article; the exit code is 1 when one was refused or left because of a conflict."""
    if as_json:
        for one in taken:
            line = {
                "key": one.key,
                "outcome": one.outcome,
                "title": one.title,
                "place": one.place,
                "reason": str(one.sentence),
                "article": one.article_id or None,
            }
            print(json.dumps(line, ensure_ascii=False))  # noqa: T201 - a program reads it
    else:
        _tell_people(taken, dry=dry)
    raise typer.Exit(1 if any(one.outcome in ("refused", "conflict") for one in taken) else 0)


def _tell_people(taken: Sequence[Taken], *, dry: bool) -> None:
    names = outcome_names()
    listed = [one for name in names if name != "unchanged" for one in taken if one.outcome == name]
    if listed:
        table = Table(_("Outcome"), _("Article"), _("Why"), box=None, pad_edge=False)
        for one in listed[:SHOWN_AT_MOST]:
            table.add_row(
                names[one.outcome], escape(one.title or one.key), escape(str(one.sentence)), end_section=False
            )
        terminal.console.print(table)
    if len(listed) > SHOWN_AT_MOST:
        terminal.console.print(_("… and %(count)s more.") % {"count": len(listed) - SHOWN_AT_MOST})
    counts = Counter(str(one.outcome) for one in taken)
    said = ", ".join(f"{counts[name]} {word}" for name, word in names.items() if counts[name])
    terminal.console.print(said or _("There was no article."))
    if dry:
        terminal.console.print(_("Nothing was written; this was a trial."))
