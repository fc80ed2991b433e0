"""Commands for the knowledge base."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from aftercart import terminal
from aftercart.progress import bars
from aftercart.service import build, prepare_database
from connector import queries
from connector.tables import Store
from core.errors import NotFound
from core.languages import DEFAULT_LANGUAGE, Text, language_of
from core.languages import gettext as _
from faq import rebuilding
from faq.answering import Answer, answer
from faq.embedding import embed_missing
from faq.schemas import Reader

app = typer.Typer(no_args_is_help=True)


@app.command("search", help=_("Show what the knowledge base answers to a question."))
def search_command(
    question: Annotated[str, typer.Argument(help=_("What a shopper might ask."))],
    shop: Annotated[int, typer.Option(help=_("The shop's number; the first shop by itself."))] = 0,
    locale: Annotated[str, typer.Option(help=_("The language of the question, such as “en”."))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON for a script."))] = False,
) -> None:
    service = build(terminal.settings())
    prepare_database(service)
    with service.database.reading() as session:
        stores = [one for one in queries.stores(session) if not shop or one.id == shop]
        if not stores:
            raise NotFound(Text("There is no such shop."))
        spoken = locale or language_of(stores[0].locale) or DEFAULT_LANGUAGE
        found = answer(
            session, question=question, locale=spoken, reader=_public(stores[0]), meaning=service.meaning
        )
    service.close()
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _show(found)


@app.command(help=_("Bring the search index up to date; the service keeps answering meanwhile."))
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help=_("Make all of it anew."))] = False,
) -> None:
    service = build(terminal.settings())
    prepare_database(service)
    if rebuild:
        with service.database.writing() as session:
            rebuilding.mark_all(session)
    with service.database.reading() as session:
        published, waiting = rebuilding.progress(session)
    with bars() as shown:
        task = shown.add_task(_("Articles"), total=waiting)
        for done in rebuilding.rebuild(service.database):
            shown.advance(task, done)
    with service.database.writing() as session:
        rebuilding.tidy(session)
    if service.meaning:
        terminal.errors.print(_("Reading what the articles mean."))
        embed_missing(service.database, service.meaning)
    service.close()
    terminal.console.print(_("The index is up to date: %(count)s texts.") % {"count": published})


def _public(store: Store) -> Reader:
    return Reader(int(store.id or 0))


def _show(found: Answer) -> None:
    names = {"answer": _("Answer"), "did_you_mean": _("Did you mean"), "nothing": _("No answer")}
    terminal.console.print(f"{names[found.outcome]} ({found.confidence:.2f}, {found.reason})")
    for hit in found.hits:
        mark = f" [{hit.locale}]" if hit.fallback else ""
        terminal.console.print(f"  {hit.score:.2f}  {escape(hit.title + mark)}", soft_wrap=True)
        if found.outcome == "answer":
            terminal.console.print(f"        {escape(hit.passage)}", soft_wrap=True)
