"""The demo's inbox: something to answer, something answered, something for later, and nobody who could sign in by it."""

import pytest
from sqlmodel import select

from aftercart.demo_inbox import AGENT, SCRIPTS, begin_conversations
from aftercart.service import Service
from chat import desk
from chat.desk import Wanted
from chat.tables import Conversation
from connector.tables import Store
from customers.tables import Contact
from staff import queries as staff
from staff.links import first_owner_link
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture(params=["KRW", "EUR"])
def shop(service: Service, request: pytest.FixtureRequest) -> Store:
    with service.database.writing() as session:
        store = factories.store(session, currency=request.param)
        factories.order(session, store)
    return store


def test_a_shops_inbox_holds_conversations_in_every_state(service: Service, shop: Store) -> None:
    begin_conversations(service, shop)
    with service.database.reading() as session:
        held = {
            view: len(desk.conversations(session, Wanted(view=view)).rows)
            for view in ("waiting", "open", "snoozed", "resolved", "spam")
        }
        languages = set(session.exec(select(Conversation.language)))
    assert held == {"waiting": 2, "open": 3, "snoozed": 1, "resolved": 1, "spam": 0}
    assert languages == {script.language for script in SCRIPTS[shop.currency]}


def test_the_buyer_is_proven_and_the_conversation_is_about_their_order(service: Service, shop: Store) -> None:
    begin_conversations(service, shop)
    with service.database.reading() as session:
        talk = session.exec(select(Conversation).where(Conversation.order_id.is_not(None))).one()  # type: ignore[union-attr]
        contact = session.get_one(Contact, talk.contact_id)
    assert contact.email == "minji@example.com"
    assert contact.email_proven_at is not None


def test_the_colleague_who_answered_is_no_owner_so_the_first_one_is_still_invited(
    service: Service, shop: Store
) -> None:
    begin_conversations(service, shop)
    with service.database.writing() as session:
        member = staff.member_of_address(session, AGENT)
        assert member is not None
        assert member.role == "agent"
        assert first_owner_link(session)
