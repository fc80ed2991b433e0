"""Two conversations become one: nothing lost, nothing twice, in order."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from chat import actions, handling, labels, merging, queries
from chat.desk_tables import Mention, ReplyDraft
from chat.errors import ConversationNotFound, HandlingRefused
from chat.schemas import SHOPPER, Author
from chat.tables import ChatAttachment
from connector.tables import Store
from core.database import Database
from core.security import SignedIn
from customers.schemas import Shopper
from customers.tables import Contact
from tests import factories
from tests.standins import Clock

from .handlers import kept, member, now, talk, waiting

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def mina(database: Database, clock: Clock) -> SignedIn:
    with database.writing() as session:
        return member(session, "Mina")


def pair(session, store):
    """Two conversations of one contact: "a1 a2" and "b1 b2 b3"."""
    contact = factories.contact(session, store)
    return (
        talk(session, store, "a1", "a2", contact=contact),
        talk(session, store, "b1", "b2", "b3", contact=contact),
    )


def texts(events) -> list[str]:
    return [one.text for one in events if one.kind == "message"]


def test_all_events_stand_in_the_other_one_once_and_in_order(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        first, second = pair(session, store)
        assert merging.merge(session, first.id, second.id, mina) is not None
        assert merging.merge(session, first.id, second.id, mina) is None
    events = kept(database, second)
    assert texts(events) == ["b1", "b2", "b3", "a1", "a2"]
    assert [one.seq for one in events] == list(range(1, 7))
    assert (events[-1].kind, events[-1].data["first"], events[-1].data["last"]) == ("merged", 4, 5)
    assert now(database, second).last_seq == 6
    assert [(one.kind, one.data) for one in kept(database, first)] == [("merged", {"into": second.public_id})]


def test_later_messages_land_in_the_other_one_and_old_ones_are_known_there(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        first, second = pair(session, store)
        said = actions.post_message(session, first.id, author=SHOPPER, text="a3", client_id="x").event
        merging.merge(session, first.id, second.id, mina)
        again = actions.post_message(session, first.id, author=SHOPPER, text="a3", client_id="x")
        assert (again.fresh, again.event.conversation_id, again.event.seq) == (False, second.id, said.seq + 3)
        later = actions.post_message(session, first.id, author=SHOPPER, text="a4", client_id="y")
        assert later.event.conversation_id == second.id
    assert texts(kept(database, second)) == ["b1", "b2", "b3", "a1", "a2", "a3", "a4"]


def test_the_same_number_of_a_sender_in_both_breaks_nothing(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        first, second = pair(session, store)
        for one in (first, second):
            actions.post_message(session, one.id, author=SHOPPER, text="same", client_id="x")
        merging.merge(session, first.id, second.id, mina)
    assert texts(kept(database, second)).count("same") == 2


def test_a_chain_of_merges_ends_in_the_last_one(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        first, second = pair(session, store)
        third = talk(session, store, "c1", contact=session.get(Contact, first.contact_id))
        merging.merge(session, first.id, second.id, mina)
        merging.merge(session, second.id, third.id, mina)
        actions.post_message(session, first.id, author=SHOPPER, text="a3")
        shopper = Shopper(store.id, first.contact_id, 1)
        assert queries.conversation_seen_by(session, shopper, first.public_id).id == third.id
        assert [one.id for one in queries.conversations_seen_by(session, shopper)] == [third.id]
    assert texts(kept(database, third)) == ["c1", "b1", "b2", "b3", "a1", "a2", "a3"]


def test_what_hangs_on_events_moves_with_them(database: Database, store: Store, mina: SignedIn, clock: Clock):
    with database.writing() as session:
        first, second = pair(session, store)
        note = handling.note(session, first.id, mina, text="see @mina").event.seq
        session.add(
            ChatAttachment(
                public_id="p",
                conversation_id=first.id,
                seq=2,
                author="shopper",
                digest="d",
                name="a.png",
                content_type="image/png",
                size=1,
                created_at=clock.now(),
            )
        )
        session.add(
            ReplyDraft(
                conversation_id=first.id,
                staff_id=mina.staff_id,
                text="Dear",
                note=False,
                changed_at=clock.now(),
            )
        )
        label = labels.save(session, name="late", colour="red")
        labels.add(session, first.id, mina, label_id=label.id)
        merging.merge(session, first.id, second.id, mina)
    with database.reading() as session:
        attachment = session.exec(select(ChatAttachment)).one()
        mention = session.exec(select(Mention)).one()
        draft = session.exec(select(ReplyDraft)).one()
        assert (attachment.conversation_id, attachment.seq) == (second.id, 5)
        assert (mention.conversation_id, mention.seq) == (second.id, note + 3)
        assert (draft.conversation_id, draft.text) == (second.id, "Dear")
        assert [one.name for one in labels.labels_of(session, [second.id])[second.id]] == ["late"]


@pytest.mark.parametrize(
    ("read_first", "read_second", "expected"), [(2, 3, 5), (1, 3, 4), (2, 2, 2), (0, 3, 3)]
)
def test_what_was_read_stays_read_and_nothing_unread_is_taken_for_read(
    database: Database, store: Store, mina: SignedIn, read_first: int, read_second: int, expected: int
):
    with database.writing() as session:
        first, second = pair(session, store)
        if read_first:
            actions.mark_read(session, first, reader="shopper", seq=read_first)
        actions.mark_read(session, second, reader="shopper", seq=read_second)
        merging.merge(session, first.id, second.id, mina)
        assert queries.read_marks(session, second.id) == {"shopper": expected}


def test_the_one_that_stays_waits_if_the_other_did(
    database: Database, store: Store, mina: SignedIn, clock: Clock
):
    with database.writing() as session:
        first = waiting(session, store)
        clock.advance(minutes=3)
        second = talk(session, store, "b1", contact=session.get(Contact, first.contact_id))
        actions.set_state(session, second.id, author=Author("agent", mina.staff_id), state="resolved")
        since = first.waiting_since
        merging.merge(session, first.id, second.id, mina)
    found = now(database, second)
    assert (found.state, found.held_by, found.waiting_since) == ("open", "people", since)
    assert now(database, first).waiting_since is None


def test_what_does_not_belong_together_is_not_merged(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        first, _ = pair(session, store)
        stranger = talk(session, store, "c")
        other_shop = talk(session, factories.store(session), "d")
        for other in (first, stranger, other_shop):
            with pytest.raises(HandlingRefused):
                merging.merge(session, first.id, other.id, mina)
        with pytest.raises(HandlingRefused):
            merging.merge(session, first.id, other_shop.id, mina, other_person=True)
        assert merging.merge(session, first.id, stranger.id, mina, other_person=True) is not None
        shopper = Shopper(store.id, first.contact_id, 1)
        with pytest.raises(ConversationNotFound):
            queries.conversation_seen_by(session, shopper, stranger.public_id)
        assert queries.conversation_seen_by(session, shopper, first.public_id).id == first.id


def test_merging_crosswise_while_both_are_written_in_loses_nothing(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        first, second = pair(session, store)

    def work(n: int) -> None:
        with database.writing() as session:
            if n in (5, 6):
                one, other = (first, second) if n == 5 else (second, first)
                merging.merge(session, one.id, other.id, mina)
            else:
                actions.post_message(
                    session, (first, second)[n % 2].id, author=SHOPPER, text=f"m{n}", client_id=f"c{n}"
                )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(16)))
    events = [*kept(database, first), *kept(database, second)]
    stays = second if now(database, first).merged_into_id else first
    assert sorted(texts(events)) == sorted(
        ["a1", "a2", "b1", "b2", "b3", *(f"m{n}" for n in range(16) if n not in (5, 6))]
    )
    assert [one.seq for one in kept(database, stays)] == list(range(1, now(database, stays).last_seq + 1))
