"""The work of imports and publishings: reads what was uploaded or asks the website, outside of any transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import select

from connector.websites import EntryKind, Websites
from core import clock
from core.database import Database
from core.errors import AftercartError, OutsideError
from core.files import Files
from core.languages import Text
from core.settings import Settings
from faq import formats, runs
from faq.carried import Taken
from faq.exchange_tables import ExchangeRun
from faq.help_centres import help_centre_of
from faq.site_publishing import publish_all
from faq.site_reading import Origin, articles_of
from faq.tables import Article
from faq.taking import Progress, Wish, take_in_all

NOTED_EVERY_SECONDS = 1.0
KINDS: dict[str, Sequence[EntryKind]] = {"both": ("post", "page"), "posts": ("post",), "pages": ("page",)}


def exchange(
    database: Database,
    *,
    files: Files,
    websites: Websites,
    settings: Settings,
    last_attempt: bool,
    run_id: int,
) -> None:
    """Work off a run; one that has ended already changes nothing.

    Raises what may pass (a site that is away), so that it is tried again later.
    """
    with database.reading() as session:
        run = runs.run(session, run_id)
    if run.state not in ("trying", "taking"):
        return
    try:
        taken = _worked(database, run, files, websites, settings)
    except AftercartError as problem:
        if isinstance(problem, OutsideError) and not problem.permanent and not last_attempt:
            raise
        with database.writing() as session:
            runs.fail(session, run_id, problem.sentence)
        return
    with database.writing() as session:
        runs.end(session, run_id, taken)


def _worked(
    database: Database, run: ExchangeRun, files: Files, websites: Websites, settings: Settings
) -> list[Taken]:
    if run.kind == "publish":
        kind: EntryKind = "page" if run.options.get("as") == "page" else "post"
        with websites.of_store(database, run.store_id) as website:
            return publish_all(
                database,
                run.store_id,
                website,
                kind=kind,
                home=settings.address,
                progress=_noting(database, run),
            )
    wish = Wish(
        run.store_id,
        run.started_by,
        publish=bool(run.options.get("publish")),
        overwrite=bool(run.options.get("overwrite")),
        dry=run.state == "trying",
    )
    if run.kind == "site":
        return from_site(
            database, wish, websites, files, options=run.options, progress=_noting(database, run)
        )
    uploaded = [(run.name, files.read(run.digest))]
    parcel = formats.read_uploads(uploaded, first=first_language(database, run.store_id))
    return take_in_all(
        database, parcel, wish, files=files, progress=_noting(database, run, len(parcel.articles))
    )


def first_language(database: Database, store_id: int) -> str:
    """The first language of the shop's help centre, which opens with the first asking."""
    with database.writing() as session:
        return help_centre_of(session, store_id).locales[0]


def from_site(
    database: Database,
    wish: Wish,
    websites: Websites,
    files: Files,
    *,
    options: dict[str, Any],
    progress: Progress = lambda _done: None,
) -> list[Taken]:
    """Take in the posts and pages of the shop's website, and say which of those that came before are gone there."""
    first = first_language(database, wish.store_id)
    with websites.of_store(database, wish.store_id) as website:
        facts = website.facts()
        origin = Origin(facts.address, facts.locale or first)
        kinds = KINDS.get(str(options.get("kinds")), KINDS["both"])
        entries = list(website.entries(kinds, progress=lambda done, _of: progress(done)))
        parcel = articles_of(
            entries, origin, website=website, drafts=bool(options.get("drafts")), publish=wish.publish
        )
        # Drafts of the site stay drafts: what may be published says so itself.
        as_there = replace(wish, publish=False)
        taken = take_in_all(database, parcel, as_there, files=files, progress=progress)
    there = {origin.key(entry, entry.number) for entry in entries} | {one.key for one in parcel.articles}
    prefixes = tuple(f"{origin.prefix}{kind}:" for kind in kinds)
    return [*taken, *_gone(database, wish.store_id, prefixes, there)]


def _gone(database: Database, store_id: int, prefixes: tuple[str, ...], there: set[str]) -> list[Taken]:
    sentence = Text("The website no longer has it. The article stays here until you archive it.")
    chosen = select(Article.id, Article.source).where(Article.store_id == store_id)
    with database.reading() as session:
        return [
            Taken(source, "gone", source, sentence, article_id=int(number or 0))
            for number, source in session.exec(chosen)
            if source.startswith(prefixes) and source not in there
        ]


def _noting(database: Database, run: ExchangeRun, total: int = 0) -> Progress:
    """Notes progress where the page shows it, once a second at most."""
    noted = clock.now()

    def note(done: int) -> None:
        nonlocal noted
        if (clock.now() - noted).total_seconds() >= NOTED_EVERY_SECONDS:
            noted = clock.now()
            with database.writing() as session:
                runs.note_progress(session, run.id, done=done, total=total)

    return note
