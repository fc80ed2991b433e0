"""The desk's list: which conversations it shows, in which order, how they are counted, filtered and found."""

from datetime import timedelta

import pytest

from chat import actions, handling, labels
from chat import desk as lists
from chat.desk import Wanted
from chat.schemas import BOT, SHOPPER, Author
from connector.tables import Store
from core.database import Database
from tests import factories

from .at_desk import Desk, Talk, answer

pytestmark = pytest.mark.database


def names(database: Database, **wanted) -> list[str]:
    with database.reading() as session:
        return [row.person for row in lists.conversations(session, Wanted(**wanted)).rows]


def test_who_waits_longest_stands_first_and_nobody_else_waits(database, talk: Talk, clock) -> None:
    talk("first", name="A")
    clock.advance(minutes=5)
    talk("second", name="B")
    talk("asks the bot", name="C", waits=False)
    clock.advance(minutes=5)
    with database.writing() as session:
        actions.post_message(session, 1, author=SHOPPER, text="still there?")
    assert names(database) == ["A", "B"]
    assert names(database, view="open") == ["A", "C", "B"]


def test_an_answer_takes_a_conversation_off_the_waiting_ones_and_makes_it_ones_own(
    database, talk: Talk, desk: Desk
) -> None:
    me, found = desk("agent").who, talk("hello", name="A")
    assert names(database, view="unassigned") == ["A"]
    with database.writing() as session:
        answer(session, found, me.staff_id, "Hello")
    assert names(database) == []
    assert names(database, view="unassigned") == []
    assert names(database, view="mine", staff_id=me.staff_id) == ["A"]


def test_what_the_bot_holds_is_open_but_nobody_need_take_it(database, talk: Talk) -> None:
    found = talk("hello", name="A", waits=False)
    with database.writing() as session:
        actions.post_message(session, found.id, author=BOT, text="Hello")
    assert (names(database, view="open"), names(database, view="unassigned")) == (["A"], [])


def test_snoozed_resolved_and_spam_stand_each_in_their_own_view(
    database, talk: Talk, desk: Desk, clock
) -> None:
    me = desk("agent").who
    one, two, three = (talk("x", name=name) for name in "ABC")
    with database.writing() as session:
        handling.snooze(session, one.id, me, until=clock.now() + timedelta(hours=1))
        handling.resolve(session, two.id, me)
        handling.mark_spam(session, three.id, me)
    views = {view: names(database, view=view) for view in ("snoozed", "resolved", "spam", "open", "waiting")}
    assert views == {"snoozed": ["A"], "resolved": ["B"], "spam": ["C"], "open": [], "waiting": []}


def test_counts_agree_with_the_lists_under_every_filter(database, talk: Talk, desk: Desk) -> None:
    me = desk("agent", "Jun").who
    for number in range(5):
        found = talk("x", name=str(number), language="en" if number % 2 else "ko")
        if number > 2:
            with database.writing() as session:
                answer(session, found, me.staff_id, "y")
    with database.writing() as session:
        handling.note(session, 1, me, text="@Jun look")
        for given in ({}, {"language": "en"}, {"channel": "email"}):
            counted = desk_counts(session, me.staff_id, given)
            listed = {view: len(desk_rows(session, me.staff_id, view, given)) for view in counted}
            assert counted == listed
            assert given == {"channel": "email"} or any(counted.values())


def desk_counts(session, staff_id: int, given) -> dict:
    return dict(lists.counts(session, Wanted(staff_id=staff_id, **given)))


def desk_rows(session, staff_id: int, view, given):
    return lists.conversations(session, Wanted(staff_id=staff_id, view=view, **given)).rows


def test_filters_narrow_by_shop_channel_language_label_team_and_order(
    database, talk: Talk, desk: Desk
) -> None:
    me = desk("agent").who
    with database.writing() as session:
        other = factories.store(session, currency="EUR")
        paid = factories.order(session, other)
        unpaid = factories.order(session, other, paid=False)
        label = labels.save(session, name="VIP", colour="green")
    talk("x", name="A", language="ko")
    b = talk("x", name="B", language="de", store=other, order_id=paid.id, channel="email")
    talk("x", name="C", language="de", store=other, order_id=unpaid.id)
    with database.writing() as session:
        labels.add(session, b.id, me, label_id=label.id)
    assert names(database, store_id=other.id) == ["B", "C"]
    assert names(database, channel="email") == ["B"]
    assert names(database, language="ko") == ["A"]
    assert names(database, label_id=label.id) == ["B"]
    assert names(database, team_id=99) == []
    assert (
        names(database, order="paid"),
        names(database, order="unpaid"),
        names(database, order="none"),
    ) == (
        ["B"],
        ["C"],
        ["A"],
    )


def test_pages_follow_one_another_without_a_gap_or_a_double(database, talk: Talk, clock, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 4)
    for number in range(10):
        talk("x", name=str(number))
        clock.advance(seconds=number % 2)  # Two and two at the same moment.
    for view, expected in (("waiting", "0123456789"), ("open", "9876543210")):
        seen, after = [], ""
        with database.reading() as session:
            while True:
                found = lists.conversations(session, Wanted(view=view, after=after))
                seen += [row.person for row in found.rows]
                after = found.after
                if not after:
                    break
        assert "".join(seen) == expected


@pytest.mark.parametrize("cursor", ["x", "1.", "1.2026", ".", "9" * 60, "1.2026-99-99", "\0.\0"])
def test_a_cursor_that_nobody_gave_out_begins_at_the_top(database, talk: Talk, cursor: str) -> None:
    talk("x", name="A")
    assert names(database, after=cursor) in (["A"], [])


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("#4711", "A"),
        ("4711", "A"),
        ("민지", "A"),
        ("김민지", "A"),
        ("김 민지", "A"),
        ("MINJI@", "A"),
        ("찻잔이", "A"),
        ("도착 찻잔", "A"),
        ("teapot", "B"),
        ("TEAPOT broken", "B"),
        ("weber anna", "B"),
        ("colleagues only", "B"),
        ("100%", "B"),
        ("471", ""),
        ("teapot 찻잔", ""),
        ("100_", ""),
    ],
)
def test_search_finds_number_name_address_and_words(
    database, talk: Talk, desk: Desk, shop: Store, words: str, finds: str
) -> None:
    me = desk("agent").who
    with database.writing() as session:
        order = factories.order(session, shop, remote_id=4711)
    talk("찻잔이 언제 도착하나요?", name="김민지", email="minji@example.com", order_id=order.id)
    other = talk("The teapot is broken, 100% sure", name="Anna Weber", email="anna@x.example", language="en")
    with database.writing() as session:
        handling.note(session, other.id, me, text="For colleagues only")
        handling.resolve(session, other.id, me)
    expected = {"A": ["김민지"], "B": ["Anna Weber"], "": []}[finds]
    assert names(database, words=words) == expected


def test_an_order_number_finds_the_conversations_of_its_customer(database, talk: Talk, shop: Store) -> None:
    with database.writing() as session:
        order = factories.order(session, shop, customer_remote_id=7)
    talk("hello", name="A", customer_remote_id=7)
    talk("hello", name="B", email="minji@example.com")
    talk("hello", name="C", customer_remote_id=8)
    assert sorted(names(database, words=order.number)) == ["A", "B"]


def test_spam_is_found_only_among_spam(database, talk: Talk, desk: Desk) -> None:
    found = talk("buy watches", name="A")
    with database.writing() as session:
        handling.mark_spam(session, found.id, desk("agent").who)
    assert names(database, words="watches") == []
    assert names(database, words="watches", view="spam") == ["A"]


def test_a_row_tells_the_last_word_or_the_one_that_was_searched_for(database, talk: Talk, desk: Desk) -> None:
    me, found = desk("agent").who, talk("The first  line\nof it", "the second")
    with database.writing() as session:
        actions.post_message(session, found.id, author=Author("agent", me.staff_id), text="the third")
    with database.reading() as session:
        row = desk_row(session, "open", "")
        assert (row.said, row.author) == ("the third", "agent")
        assert desk_row(session, "open", "first").said == "The first line of it"


def desk_row(session, view, words):
    return lists.conversations(session, Wanted(view=view, words=words)).rows[0]


def test_unread_is_what_the_shopper_said_since_one_read(database, talk: Talk, desk: Desk) -> None:
    me, other, found = desk("agent").who, desk("owner").who, talk("hello")
    with database.writing() as session:
        actions.mark_read(session, found, reader=f"staff:{me.staff_id}", seq=5)
        assert lists.conversations(session, Wanted(staff_id=me.staff_id)).rows[0].unread_seq == 0
        assert lists.conversations(session, Wanted(staff_id=other.staff_id)).rows[0].unread_seq == 1
        actions.post_message(session, found.id, author=SHOPPER, text="anybody?")
        assert lists.conversations(session, Wanted(staff_id=me.staff_id)).rows[0].unread_seq == 3


def test_the_count_in_the_rail_leaves_out_what_is_in_a_colleagues_hands(
    database, talk: Talk, desk: Desk
) -> None:
    me, other = desk("agent").who, desk("agent").who
    talk("x")
    talk("x", assignee_id=me.staff_id)
    talk("x", assignee_id=other.staff_id)
    with database.reading() as session:
        assert desk_waiting(session, me.staff_id) == 2


def desk_waiting(session, staff_id: int) -> int:
    return lists.waiting_count(session, staff_id)
