"""Small notes about reading and asking, written after the answer has left: no page waits for them or fails with them."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.background import BackgroundTask

from core.database import Database, database_of
from core.gathering import gathering
from core.logs import log
from faq import questions, voting
from faq.answering import Answer
from faq.schemas import Reader

# Programs that say so themselves. They would make whatever they list the most read.
ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl/|wget/|python-", re.IGNORECASE)
FETCHED_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")


@dataclass(frozen=True)
class Read:
    """An article was opened."""

    article_id: int
    locale: str


@dataclass(frozen=True)
class Asked:
    """A question was asked and something was answered."""

    store_id: int
    locale: str
    question: str
    channel: str
    answer: Answer


def note(request: Request, reader: Reader, what: Read | Asked) -> BackgroundTask | None:
    """What writes the note once the answer has left; None for staff, robots and pages fetched ahead."""
    if not _counts(request, reader):
        return None
    return BackgroundTask(_keep, database_of(request), what)


def _counts(request: Request, reader: Reader) -> bool:
    ahead = any(
        re.search("prefetch|prerender|preview", request.headers.get(name, "")) for name in FETCHED_AHEAD
    )
    robot = ROBOT.search(request.headers.get("user-agent", ""))
    return reader.audience != "staff" and request.method == "GET" and not ahead and not robot


def _keep(database: Database, what: Read | Asked) -> None:
    try:
        gathering(database, _write).add(what)
    except Exception as problem:  # Whatever it is, the reader has the page already.
        log("faq").warning("note_lost", kind=type(what).__name__, problem=type(problem).__name__)


def _write(session: Session, items: Sequence[Read | Asked]) -> None:
    for item in items:
        # An article deleted meanwhile takes only its own note along.
        with suppress(IntegrityError), session.begin_nested():
            _write_one(session, item)


def _write_one(session: Session, item: Read | Asked) -> None:
    if isinstance(item, Read):
        voting.viewed(session, article_id=item.article_id, locale=item.locale)
        return
    questions.note(
        session,
        store_id=item.store_id,
        locale=item.locale,
        question=item.question,
        channel=item.channel,
        answer=item.answer,
    )
