"""Claims about what goes by itself: codes, proofs and browsers past their end, and people who never wrote."""

from datetime import timedelta

import pytest
from sqlmodel import select

from chat import erasing
from chat.actions import post_message
from chat.schemas import SHOPPER
from chat.tables import Conversation, ConversationEvent
from core import clock as wall
from customers import actions, forgetting, queries
from customers.tables import Contact, ContactDevice, OrderCode, OrderProof
from tests import factories

pytestmark = pytest.mark.database


def counted(session, table) -> int:
    return len(session.exec(select(table)).all())


def test_what_is_over_goes_and_what_is_not_stays(session, shop, clock):
    order = factories.order(session, shop)
    device = factories.device(session, factories.contact(session, shop))
    now = wall.now()
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(hours=2))):
        session.add(
            OrderCode(
                public_id=name,
                store_id=shop.id,
                device_id=device.id,
                code_digest="",
                created_at=now - age,
                expires_at=now - age,
            )
        )
    session.add(OrderProof(device_id=device.id, order_id=order.id, proven_at=now, expires_at=now))
    session.flush()
    forgetting.forget_old(session)
    assert session.exec(select(OrderCode.public_id)).all() == ["new"]
    assert (counted(session, OrderProof), counted(session, ContactDevice)) == (0, 1)
    clock.advance(days=30)
    forgetting.forget_old(session)
    assert [counted(session, table) for table in (OrderCode, ContactDevice)] == [0, 0]


def test_people_who_never_wrote_go_a_month_after_their_last_visit(session, shop, clock):
    silent = factories.contact(session, shop)
    named = factories.contact(session, shop, name="민지", email="m@example.com")
    blocked = factories.contact(session, shop, blocked_at=wall.now())
    wrote = factories.contact(session, shop)
    factories.conversation(session, shop, wrote)
    opened = factories.contact(session, shop)
    factories.device(session, opened, expires_at=wall.now() + timedelta(days=60))
    joined = factories.contact(session, shop)
    actions.join(session, joined, wrote)
    kept, others = {wrote.id, opened.id, blocked.id}, {silent.id, named.id, joined.id}
    erasing.forget_silent(session)
    assert counted(session, Contact) == 6
    clock.advance(days=31)
    erasing.forget_silent(session)
    assert set(session.exec(select(Contact.id))) == kept
    assert others.isdisjoint(kept)


def test_somebody_whose_contact_others_were_joined_into_goes_after_them(session, shop, clock):
    first, second = factories.contact(session, shop), factories.contact(session, shop)
    actions.join(session, first, second)
    clock.advance(days=31)
    erasing.forget_silent(session)
    erasing.forget_silent(session)
    assert counted(session, Contact) == 0


def test_the_nights_jobs_do_it(database, shop, clock, jobs, run_jobs):
    with database.writing() as session:
        factories.device(session, factories.contact(session, shop))
    clock.advance(days=31)
    for name in ("customers.forget_old", "chat.forget_silent"):
        jobs.perform(name, "{}", f"{name}:night")
    with database.reading() as session:
        assert counted(session, ContactDevice) == counted(session, Contact) == 0


def test_erasing_takes_joined_contacts_conversations_and_what_others_merged_into_them(session, shop):
    who, other = factories.contact(session, shop), factories.contact(session, shop)
    gone = factories.conversation(session, shop, who)
    post_message(session, gone.id, author=SHOPPER, text="비밀")
    stays = factories.conversation(session, shop, other)
    post_message(session, stays.id, author=SHOPPER, text="남아요")
    stays.merged_into_id = gone.id
    session.add(stays)
    earlier = factories.contact(session, shop)
    actions.join(session, earlier, who)
    erasing.erase(session, who)
    assert session.exec(select(Contact.id)).all() == [other.id]
    assert session.exec(select(Conversation.id)).all() == [stays.id]
    assert [event.text for event in session.exec(select(ConversationEvent))] == ["남아요"]


def test_a_browser_that_is_forgotten_speaks_for_nobody(session, shop):
    device = factories.device(session, factories.contact(session, shop), "token")
    assert queries.device_with(session, shop.id, "token") is not None
    actions.forget_device(session, device)
    assert queries.device_with(session, shop.id, "token") is None
