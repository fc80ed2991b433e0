"""`aftercart jobs`: what runs, waits and died, and running it again."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from aftercart import terminal
from aftercart.service import build
from core.languages import gettext as _
from core.languages import ngettext

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=_("Show the jobs that run, wait or died."))
def list_jobs(
    as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object per line."))] = False,
) -> None:
    jobs = build(terminal.settings(quiet=True)).jobs
    rows = [*jobs.dead(), *jobs.unfinished()]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(asdict(row), default=str, ensure_ascii=False))
        return
    table = Table(_("State"), _("Job"), _("Since"), _("Number"), _("Problem"))
    for row in rows:
        table.add_row(row.status, row.name, f"{row.updated:%Y-%m-%d %H:%M:%S}", row.id, escape(row.error))
    counts = jobs.counts()
    terminal.console.print(table if rows else _("Nothing waits, nothing failed."))
    terminal.console.print(", ".join(f"{name}: {count}" for name, count in counts.items()))


@app.command(help=_("Run dead jobs again: one by its number, or all."))
def retry(
    job_id: Annotated[str, typer.Argument(help=_("Number of the job; nothing means all."))] = "",
) -> None:
    jobs = build(terminal.settings(quiet=True)).jobs
    chosen = [job_id] if job_id else [row.id for row in jobs.dead(limit=1000)]
    for identity in chosen:
        jobs.retry(identity)
    terminal.console.print(
        ngettext("%(count)s job runs again.", "%(count)s jobs run again.", len(chosen))
        % {"count": len(chosen)}
    )


@app.command(help=_("Give the unfinished jobs of a worker that never returns to the others."))
def adopt(node: Annotated[str, typer.Argument(help=_("Its AFTERCART_NODE."))]) -> None:
    count = build(terminal.settings(quiet=True)).jobs.adopt(node)
    terminal.console.print(
        ngettext("%(count)s job was taken over.", "%(count)s jobs were taken over.", count) % {"count": count}
    )
