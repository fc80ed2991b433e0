"""Saved replies: filled for the conversation at hand, and never given out with a gap."""

import pytest

from chat import handling, saved_replies
from chat.desk_tables import SavedReply
from chat.errors import HandlingRefused
from connector.tables import Store
from core.database import Database
from core.errors import NotAllowed
from core.security import SignedIn
from faq import centre_settings
from faq.centre_settings import CentreForm
from tests import factories
from tests.standins import Clock

from .handlers import member, talk

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        made = factories.store(session, statuses={"processing": "상품 준비 중"})
        form = CentreForm(slug="mori", main="ko", fact_name=["return_days"], fact=["14"])
        centre_settings.save(session, int(made.id or 0), form)
        return made


@pytest.fixture
def mina(database: Database, clock: Clock) -> SignedIn:
    with database.writing() as session:
        return member(session, "Mina")


def a_reply(session, who: SignedIn, shortcut: str = "hello", *, store_id=None, **texts: str) -> SavedReply:
    return saved_replies.save(
        session, who, shortcut=shortcut, title=shortcut.title(), texts=texts, store_id=store_id
    )


def test_all_variables_are_filled_from_one_source(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        order = factories.order(session, store)
        found = talk(session, store, contact=factories.contact(session, store, name="민지"))
        handling.link_order(session, found.id, mina, order_id=order.id)
        reply = a_reply(
            session,
            mina,
            ko="{{customer.name}}님, {{ order.number }} {{order.total}} {{order.state}}. "
            "{{shop.name}} {{shop.return_days}}일. {{agent.name}}",
        )
        filled = saved_replies.filled(session, found, reply, mina)
    assert filled.text == f"민지님, {order.number} ₩39,000 상품 준비 중. 다온찻집 14일. Mina"
    assert (filled.unfilled, filled.language) == ((), "ko")


def test_what_has_no_value_is_named(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        found = talk(session, store)
        reply = a_reply(session, mina, en="{{customer.name}} {{order.number}} {{shop.carrier}} {{shop.name}}")
        filled = saved_replies.filled(session, found, reply, mina)
    assert filled.unfilled == ("customer.name", "order.number", "shop.carrier")


def test_a_customer_named_like_a_variable_stays_text(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        contact = factories.contact(session, store, name="{{agent.name}} *x* {{shop.email}}")
        reply = a_reply(session, mina, ko="{{customer.name}}!")
        filled = saved_replies.filled(session, talk(session, store, contact=contact), reply, mina)
    assert (filled.text, filled.unfilled) == ("{{agent.name}} *x* {{shop.email}}!", ())


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("en", {"ko": "가", "en": "a"}, "a"),
        ("ko", {"ko": "가", "en": "a"}, "가"),
        ("en-GB", {"ko": "가", "en": "a"}, "a"),
        ("de", {"ko": "가", "en": "a"}, "가"),
        ("ko", {"en": "a"}, "a"),
    ],
)
def test_the_conversations_language_comes_first_then_the_shops(
    database: Database, store: Store, mina: SignedIn, language: str, texts: dict[str, str], expected: str
):
    with database.writing() as session:
        found = talk(session, store, language=language)
        assert saved_replies.filled(session, found, a_reply(session, mina, **texts), mina).text == expected


def test_shortcuts_come_before_titles_and_the_most_used_first(
    database: Database, store: Store, mina: SignedIn
):
    with database.writing() as session:
        other = factories.store(session)
        for name in ("refund", "return", "late", "tea"):
            a_reply(session, mina, name, en="x")
        a_reply(session, mina, "reship", en="x", store_id=other.id)
        returned = saved_replies.offered(session, store.id, "return")[0]
        saved_replies.count_use(session, returned.id)
        assert [one.shortcut for one in saved_replies.offered(session, store.id, "RE")] == [
            "return",
            "refund",
        ]
        assert [one.shortcut for one in saved_replies.offered(session, store.id, "at")] == ["late"]
        assert saved_replies.offered(session, store.id, "%") == []
        assert "reship" in [one.shortcut for one in saved_replies.replies(session, other.id)]


def test_a_shortcut_names_one_reply_and_readers_write_none(database: Database, store: Store, mina: SignedIn):
    with database.writing() as session:
        reply = a_reply(session, mina, en="x")
        with pytest.raises(HandlingRefused):
            a_reply(session, mina, en="y")
        reader = member(session, "Ruth", "reader")
        with pytest.raises(NotAllowed):
            a_reply(session, reader, "other", en="y")
        with pytest.raises(NotAllowed):
            saved_replies.forget(session, reader, reply.id)
