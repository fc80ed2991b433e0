"""What people of the shop do with conversations."""

from datetime import timedelta

import pytest
from sqlmodel import select

from chat import actions, handling, labels, rounds
from chat.desk_tables import Mention
from chat.errors import Blocked, HandlingRefused
from chat.schemas import SHOPPER
from connector.tables import Store
from core.database import Database
from core.errors import NotAllowed, NotFound
from core.security import SignedIn
from customers.tables import Contact
from tests import factories
from tests.standins import Clock

from .handlers import kept, member, now, talk

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def mina(database: Database, clock: Clock) -> SignedIn:
    with database.writing() as session:
        return member(session, "Mina")


def test_a_reader_only_looks(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        reader, found = member(session, "Ruth", "reader"), talk(session, store, "hi")
        label = labels.save(session, name="late", colour="red")
        for attempt in (
            lambda: handling.resolve(session, found.id, reader),
            lambda: handling.snooze(session, found.id, reader, until=clock.now() + timedelta(hours=1)),
            lambda: handling.mark_spam(session, found.id, reader),
            lambda: handling.set_priority(session, found.id, reader, priority=1),
            lambda: handling.link_order(session, found.id, reader, order_id=None),
            lambda: handling.note(session, found.id, reader, text="x"),
            lambda: handling.block(session, found.id, reader),
            lambda: labels.add(session, found.id, reader, label_id=label.id),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert [one.kind for one in kept(database, found)] == ["message"]


def test_a_snoozed_conversation_wakes_when_its_time_has_come_and_not_before(
    database: Database, store: Store, mina: SignedIn, clock: Clock
):
    with database.writing() as session:
        found = talk(session, store, "hi")
        until = clock.now() + timedelta(hours=2)
        assert handling.snooze(session, found.id, mina, until=until) is not None
        assert handling.snooze(session, found.id, mina, until=until) is None
    clock.advance(hours=1, minutes=59)
    rounds.wake_snoozed(database)
    assert now(database, found).state == "snoozed"
    clock.advance(minutes=1)
    rounds.wake_snoozed(database)
    rounds.wake_snoozed(database)
    assert (now(database, found).state, now(database, found).snoozed_until) == ("open", None)
    assert [one.data.get("to") for one in kept(database, found) if one.kind == "state"] == ["snoozed", "open"]


def test_a_shoppers_message_wakes_at_once(database: Database, store: Store, mina: SignedIn, clock: Clock):
    with database.writing() as session:
        found = talk(session, store, "hi")
        handling.snooze(session, found.id, mina, until=clock.now() + timedelta(days=2))
        actions.post_message(session, found.id, author=SHOPPER, text="and?")
    assert now(database, found).state == "open"


def test_nothing_is_put_aside_until_the_past(database: Database, store: Store, mina: SignedIn, clock: Clock):
    with database.writing() as session:
        found = talk(session, store, "hi")
        with pytest.raises(HandlingRefused):
            handling.snooze(session, found.id, mina, until=clock.now())


def test_what_is_so_already_makes_no_second_event(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        found = talk(session, store, "hi")
        order = factories.order(session, store)
        label = labels.save(session, name="late", colour="red")
        for _ in range(2):
            handling.set_priority(session, found.id, mina, priority=2)
            handling.link_order(session, found.id, mina, order_id=order.id)
            labels.add(session, found.id, mina, label_id=label.id)
            handling.resolve(session, found.id, mina)
    events = [(one.kind, one.data) for one in kept(database, found)][1:]
    assert events == [
        ("priority", {"from": 0, "to": 2}),
        ("order", {"from": None, "to": order.id}),
        ("label", {"added": ["late"], "removed": []}),
        ("state", {"from": "open", "to": "resolved"}),
    ]


def test_an_order_of_another_shop_cannot_be_linked(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        found = talk(session, store, "hi")
        other = factories.order(session, factories.store(session))
        with pytest.raises(NotFound):
            handling.link_order(session, found.id, mina, order_id=other.id)


def test_a_blocked_contact_cannot_write_anywhere_until_heard_again(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        found = talk(session, store, "buy this")
        contact = session.get(Contact, found.contact_id)
        other = talk(session, store, "and this", contact=contact)
        handling.mark_spam(session, found.id, mina, block_contact=True)
        for one in (found, other):
            with pytest.raises(Blocked):
                actions.post_message(session, one.id, author=SHOPPER, text="again")
        assert handling.block(session, found.id, mina) is None
        handling.unblock(session, found.id, mina)
        actions.post_message(session, other.id, author=SHOPPER, text="sorry")
    assert now(database, found).state == "spam"


def test_a_repeated_message_of_a_blocked_contact_is_still_the_first_one(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        found = talk(session, store)
        first = actions.post_message(session, found.id, author=SHOPPER, text="x", client_id="a")
        handling.block(session, found.id, mina)
        again = actions.post_message(session, found.id, author=SHOPPER, text="x", client_id="a")
    assert again.event.seq == first.event.seq


def test_who_is_named_in_a_note_finds_it(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        found = talk(session, store, "hi")
        minji = member(session, "김민지", email="minji@shop.example")
        jun = member(session, "Jun Park")
        member(session, "Jun Lee", email="lee@shop.example")
        gone = member(session, "Gone", disabled_at=mina and found.created_at)
        text = "@김민지님 look, @jun.park and @Jun and @mina2, @Gone; mail me@mina.example"
        posted = handling.note(session, found.id, mina, text=text, client_id="n")
        again = handling.note(session, found.id, mina, text=text, client_id="n")
        assert again.event.seq == posted.event.seq
        named = session.exec(select(Mention.staff_id).where(Mention.seq == posted.event.seq)).all()
    assert set(named) == {minji.staff_id}
    assert posted.event.data["mentions"] == [minji.staff_id]
    assert not posted.event.public
    assert {jun.staff_id, gone.staff_id}.isdisjoint(named)


def test_a_label_has_one_name_and_a_known_colour(database: Database, store: Store):
    with database.writing() as session:
        labels.save(session, name="  Late   parcel ", colour="red")
        for name, colour in (("late parcel", "red"), ("", "red"), ("x" * 41, "red"), ("new", "pink")):
            with pytest.raises(HandlingRefused):
                labels.save(session, name=name, colour=colour)
        assert [one.name for one in labels.labels(session)] == ["Late parcel"]
