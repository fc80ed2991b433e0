"""The knowledge base's work outside requests."""

from collections.abc import Sequence

from sqlmodel import col, select

from connector import queries as connector_queries
from core import clock
from core.database import Database
from core.settings import Settings
from faq import calibration, embedding, gap_letter, grouping, questions, rebuilding, settling
from faq.meaning import Meaning
from faq.tables import HelpCentre

# -- the index ---------------------------------------------------------------------------------------------------


def embed(database: Database, *, meaning: Meaning | None, text_id: int, version: int) -> None:
    """Make the vectors of a text that was indexed; without the extra `semantic` there are none."""
    if meaning:
        embedding.embed_missing(database, meaning, text_id=text_id)


def rebuild_index(database: Database, *, meaning: Meaning | None) -> None:
    """Bring the index to this release's form; usually there is nothing to do."""
    done = sum(rebuilding.rebuild(database))
    if done:
        with database.writing() as session:
            rebuilding.tidy(session)
    if meaning:
        embedding.embed_missing(database, meaning)


def refit_thresholds(database: Database, *, meaning: Meaning | None) -> None:
    """Fit from where on search answers to what each shop's readers voted."""
    with database.writing() as session:
        for store_id in session.exec(select(HelpCentre.store_id).order_by(col(HelpCentre.store_id))).all():
            calibration.refit(session, store_id, meaning)


# -- learning from questions -------------------------------------------------------------------------------------

# Groups asked again between two looks at the clock of a session: 20 groups of 6 questions at 12 ms are 1.5 s.
ASKED_AT_A_TIME = 20
# Another run can only open a group in between if it works on the same questions; after this many it has them all.
MOST_PLANS = 5


def group_questions(database: Database, *, meaning: Meaning | None = None) -> None:
    """Every few minutes: give a group to each question without an answer that has none. A second run changes nothing."""
    with database.reading() as session:
        places = grouping.places(session)
    for place in places:
        while opened := _group_some(database, place):
            _close_answered(database, opened, meaning)


def _group_some(database: Database, place: grouping.Place) -> list[int] | None:
    """Group the place's oldest questions; returns the new groups (perhaps [0] for none), None when nothing waits."""
    for _ in range(MOST_PLANS):
        with database.reading() as session:
            found = grouping.waiting(session, place)
        if not found.questions:
            return None
        made = grouping.plan(found, place.locale)
        with database.writing() as session:
            opened = grouping.carry_out(session, place, found, made)
        if opened is not None:
            _let_the_typical_speak(database, [*made.joined, *opened])
            return opened or [0]
    return None


def _let_the_typical_speak(database: Database, group_ids: Sequence[int]) -> None:
    # After a crash before this the group's question of before speaks on, until the next one joins.
    with database.reading() as session:
        chosen = grouping.typical(session, group_ids)
    if chosen:
        with database.writing() as session:
            grouping.speak(session, chosen)


def ask_again(database: Database, *, meaning: Meaning | None = None, store_id: int = 0) -> None:
    """After publishing, and every night for all shops: close the open groups that search answers by now."""
    with database.reading() as session:
        stores = [store_id] if store_id else [int(one.id or 0) for one in connector_queries.stores(session)]
    for store in stores:
        last: int | None = 0
        while last is not None:
            with database.reading() as session:
                found = settling.open_groups(session, store, after_id=last, limit=ASKED_AT_A_TIME)
            numbers = [int(one.id or 0) for one in found]
            _close_answered(database, numbers, meaning)
            last = numbers[-1] if len(numbers) == ASKED_AT_A_TIME else None


def _close_answered(database: Database, group_ids: list[int], meaning: Meaning | None) -> None:
    answered: dict[int, int] = {}
    with database.reading() as session:
        for number in group_ids:
            found = settling.open_group(session, number)
            article_id = settling.answering_article(session, found, meaning=meaning) if found else None
            if article_id is not None:
                answered[number] = article_id
    if answered:
        with database.writing() as session:
            for number, article_id in answered.items():
                settling.close_answered(session, number, article_id=article_id)


def forget_questions(database: Database) -> None:
    """Every night: forget what was asked, and written with votes, more than 180 days ago."""
    before = clock.now() - questions.KEPT
    more = True
    while more:
        with database.writing() as session:
            more = questions.forget_batch(session, before)
    with database.writing() as session:
        questions.forget_empty_groups(session)
        questions.forget_words_of_votes(session, before)
    with database.reading() as session:
        outlived = questions.outlived(session)
    _let_the_typical_speak(database, outlived)


def weekly_letter(database: Database, *, settings: Settings) -> None:
    """Every hour: hand in last week's letter of each shop for which Monday morning has come and which has none yet."""
    with database.reading() as session:
        stores = [int(one.id or 0) for one in connector_queries.stores(session)]
    for store_id in stores:
        with database.writing() as session:
            gap_letter.hand_in(session, store_id, address=settings.address)
