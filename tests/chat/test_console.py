"""The desk's pages: who may see and do what, what they show, and that nothing anybody writes becomes markup."""

import re
from html.parser import HTMLParser

import pytest

from chat import actions, handling
from chat.schemas import BOT, SHOPPER, Author
from chat.tables import ChatAttachment, ReadMark
from connector.tables import Store
from core import clock
from core.database import Database
from tests import factories

from .at_desk import Desk, Talk, answer, now_of, said_in, words

pytestmark = pytest.mark.database

EVIL = (
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "{{ 7919 * 7907 }} ${7919*7907}",
    "http://x.example/\"onclick=alert(1)//'",
    "[link](javascript:alert(1))",
)
VERBS = (
    "reply",
    "draft",
    "read",
    "state",
    "take",
    "assign",
    "team",
    "labels",
    "priority",
    "snooze",
    "order",
    "merge",
    "spam",
    "unblock",
    "article",
)
READ = ("", "/events", "/earlier", "/head", "/customer")


# -- who may -----------------------------------------------------------------------------------------------------


def test_a_stranger_sees_no_conversation_and_is_led_to_the_way_in(desk: Desk, talk: Talk) -> None:
    found, stranger = talk("secret words"), desk()
    for place in ("/conversations", *(f"/conversations/{found.public_id}{part}" for part in READ)):
        reply = stranger.get(place)
        assert (reply.status_code, reply.text) == (303, ""), place
    for verb in VERBS:
        assert stranger.post(f"/conversations/{found.public_id}/{verb}").status_code == 401, verb


def test_a_reader_reads_everything_and_changes_nothing(desk: Desk, talk: Talk, database: Database) -> None:
    found, reader = talk("secret words"), desk("reader")
    for part in READ:
        assert reader.get(f"/conversations/{found.public_id}{part}").status_code == 200, part
    shown = reader.get(f"/conversations/{found.public_id}")
    assert "secret words" in words(shown)
    assert "data-composer" not in shown.text
    assert 'class="talk-verbs"' not in shown.text
    before = now_of(database, found).model_dump()
    for verb in VERBS:
        reply = reader.post(f"/conversations/{found.public_id}/{verb}", text="x", to="resolved", seq=1)
        assert reply.status_code == 403, verb
    assert now_of(database, found).model_dump() == before


@pytest.mark.parametrize("role", ["agent", "owner"])
def test_agents_and_owners_answer(desk: Desk, talk: Talk, database: Database, role: str) -> None:
    found, me = talk("hello"), desk(role)
    reply = me.post(f"/conversations/{found.public_id}/reply", text="Hello", after=found.last_seq)
    assert (reply.status_code, reply.headers["location"]) == (303, f"/conversations/{found.public_id}")
    assert [(one.author, one.text) for one in said_in(database, found)] == [
        ("shopper", "hello"),
        ("agent", "Hello"),
    ]


def test_no_form_is_taken_without_its_proof_or_from_another_site(desk: Desk, talk: Talk) -> None:
    found, me = talk("hello"), desk("owner")
    foreign = {"sec-fetch-site": "cross-site"}
    for verb in VERBS:
        place = f"/conversations/{found.public_id}/{verb}"
        assert me.client.post(place, data={"text": "x"}, headers=foreign).status_code == 403, verb
        assert me.client.post(place, data={"text": "x"}, headers={"x-csrf": "guess"}).status_code == 403, verb


def test_only_the_unguessable_name_opens_a_conversation(desk: Desk, talk: Talk) -> None:
    found, me = talk("hello"), desk("agent")
    assert re.fullmatch(r"[\w-]{24}", found.public_id)
    for name in (found.id, found.public_id[:-1], f"{found.public_id}x", "0", "..%2f1"):
        assert me.get(f"/conversations/{name}").status_code == 404, name


def test_a_page_without_a_session_any_more_is_sent_to_the_way_in(desk: Desk, talk: Talk) -> None:
    stranger = desk()
    reply = stranger.client.get("/console/chat/list", headers={"HX-Request": "true"})
    assert (reply.status_code, reply.headers["hx-redirect"]) == (401, "/sign-in")


# -- what is written stays text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_a_shopper_gives_becomes_markup(
    desk: Desk, talk: Talk, shop: Store, database: Database, evil: str
) -> None:
    found = talk(evil, name=evil, email=evil, subject=evil, page=evil, channel="chat")
    me, bots = desk("agent", evil), talk(waits=False)
    with database.writing() as session:
        session.add(_file(found, evil))
        session.flush()
        actions.post_message(session, found.id, author=SHOPPER, text=evil, attachments=("file-1",))
        actions.post_message(session, bots.id, author=BOT, text=evil)
    me.post(f"/conversations/{found.public_id}/labels", new=evil[:40])
    me.post(f"/conversations/{found.public_id}/reply", note="true", text=f"@{evil} {evil}")
    me.post(f"/conversations/{found.public_id}/draft", text=evil)
    pages = [f"/conversations/{found.public_id}{part}" for part in READ]
    for place in (
        *pages,
        f"/conversations/{bots.public_id}",
        "/conversations",
        f"/conversations?q={evil[:9]}",
        "/console/chat/today",
    ):
        page = me.get(place, headers={})
        assert page.status_code == 200, place
        assert Markup().of(page.text) == [], place
        assert "62615533" not in words(page)


class Markup(HTMLParser):
    """What would run on a page: scripts of its own text, attributes that are scripts, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def of(self, page: str) -> list[str]:
        self.feed(page)
        return self.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        bad = [name for name in given if name.startswith("on") or name == "style"]
        bad += [
            name for name in ("href", "src", "action") if given.get(name, "").lower().startswith("javascript")
        ]
        if bad or (tag == "script" and "src" not in given) or (tag == "img" and given.get("src") == "x"):
            self.found.append(self.get_starttag_text() or tag)


def _file(found, name: str) -> ChatAttachment:
    return ChatAttachment(
        public_id="file-1",
        conversation_id=found.id,
        author="shopper",
        digest="0" * 64,
        name=name,
        content_type="text/plain",
        size=3,
        created_at=clock.now(),
    )


def test_links_in_messages_open_elsewhere_and_tell_nothing(desk: Desk, talk: Talk) -> None:
    found = talk("see https://shop.example/p?a=1&b=2 please")
    page = desk("agent").get(f"/conversations/{found.public_id}").text
    (tag,) = re.findall(r'<a href="https://shop.example/p[^>]*>', page)
    assert 'target="_blank"' in tag
    assert set(re.search(r'rel="([^"]*)"', tag)[1].split()) >= {"noopener", "noreferrer", "nofollow"}


def test_only_a_page_of_the_shop_itself_is_a_link(desk: Desk, talk: Talk, shop: Store) -> None:
    for address, linked in (
        (f"{shop.home_address}/cup?a=1", True),
        ("https://evil.example/cup", False),
        ("javascript:alert(1)", False),
        ("http://[bad", False),
    ):
        found = talk("x", page=address)
        beside = desk("agent").get(f"/conversations/{found.public_id}/customer").text
        assert ("Looks at" in beside, 'rel="noopener noreferrer nofollow"' in beside) == (True, linked), (
            address
        )


# -- what pages tell ---------------------------------------------------------------------------------------------


def test_the_list_shows_who_waits_and_the_conversation_stands_beside_it(desk: Desk, talk: Talk) -> None:
    talk("어디쯤인가요?", name="김민지")
    other = talk("Hello there", name="Anna Weber")
    page = words(desk("agent").get(f"/conversations/{other.public_id}"))
    assert "어디쯤인가요?" in page
    assert "Hello there" in page
    assert "Waiting" in page


@pytest.mark.parametrize(
    "query", ["?view=resolved", "?view=spam", "?q=nobody", "?language=xx", "?view=mentions", ""]
)
def test_an_empty_list_says_why_in_a_sentence(desk: Desk, query: str) -> None:
    reply = desk("agent").get(f"/conversations{query}")
    assert reply.status_code == 200
    assert 'class="empty"' in reply.text


def test_a_script_is_given_the_conversation_alone(desk: Desk, talk: Talk) -> None:
    found = talk("hello")
    reply = desk("agent").client.get(
        f"/conversations/{found.public_id}?view=open", headers={"HX-Request": "true"}
    )
    assert reply.text.lstrip().startswith("<article")
    assert "<html" not in reply.text


def test_new_events_come_after_the_number_that_a_page_has(desk: Desk, talk: Talk) -> None:
    found = talk("one", "two")
    page = words(desk("agent").get(f"/conversations/{found.public_id}/events?since=1"))
    assert "one" not in page
    assert "two" in page


def test_a_long_conversation_begins_with_its_newest_and_goes_back(
    desk: Desk, talk: Talk, database: Database
) -> None:
    found = talk(*[f"line {number:03}" for number in range(1, 151)], waits=False)
    me = desk("agent")
    page = me.get(f"/conversations/{found.public_id}")
    assert ("line 150" in page.text, "line 051" in page.text, "line 050" in page.text) == (True, True, False)
    before = re.search(r'data-earlier="(\d+)"', page.text)[1]
    older = me.get(f"/conversations/{found.public_id}/earlier?before={before}")
    assert ("line 050" in older.text, "line 001" in older.text, "data-earlier" in older.text) == (
        True,
        True,
        False,
    )


def test_the_customer_is_shown_with_what_is_proven_and_what_is_only_said(
    desk: Desk, talk: Talk, shop: Store, database: Database
) -> None:
    with database.writing() as session:
        order = factories.order(session, shop)
    said = talk("x", email="minji@example.com")
    beside = words(desk("agent").get(f"/conversations/{said.public_id}/customer"))
    assert "Not proven" in beside
    assert f"#{order.number}" in beside
    assert "before it is proven" in beside
    assert "Paid so far" not in beside
    proven = talk("x", email="minji@example.com", email_proven_at=clock.now())
    beside = words(desk("agent").get(f"/conversations/{proven.public_id}/customer"))
    assert "Paid so far ₩39,000" in beside
    assert "before it is proven" not in beside


def test_today_tells_who_waits_and_nothing_when_nobody_does(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me = desk("agent")
    assert me.get("/console/chat/today").text.strip() == ""
    found = talk("어디쯤인가요?", name="김민지")
    assert "김민지 waits for an answer 어디쯤인가요?" in words(me.get("/console/chat/today"))
    with database.writing() as session:
        answer(session, found, me.who.staff_id, "곧 가요")
    assert me.get("/console/chat/today").text.strip() == ""


def test_an_orders_page_shows_what_was_said_about_it_and_nothing_of_who_only_named_its_address(
    desk: Desk, talk: Talk, shop: Store, database: Database
) -> None:
    with database.writing() as session:
        order = factories.order(session, shop)
    me, place = desk("agent"), f"/console/chat/order-panel?order_id={order.id}"
    assert me.get(place).text.strip() == ""
    talk("about it", order_id=order.id)
    talk("proven", email="minji@example.com", email_proven_at=clock.now())
    talk("merely said", email="minji@example.com")
    shown = words(me.get(place))
    assert ("about it" in shown, "proven" in shown, "merely said" in shown) == (True, True, False)


def test_the_rail_counts_who_waits_and_renews_that_somebody_is_here(desk: Desk, talk: Talk) -> None:
    me, reader = desk("agent"), desk("reader")
    talk("x")
    assert "1 waiting" in words(me.send("/console/chat/here"))
    assert "1 waiting" in words(reader.get("/console/chat/here"))
    assert reader.post("/console/chat/here").status_code == 403


def test_news_tells_what_is_unread_for_titles_and_notifications(desk: Desk, talk: Talk) -> None:
    me, found = desk("agent"), talk("anybody?", name="김민지")
    told = me.get("/console/chat/news").json()
    assert told == {
        "waiting": 1,
        "unread": [{"conversation": found.public_id, "seq": 1, "person": "김민지", "text": "anybody?"}],
    }
    me.send(f"/conversations/{found.public_id}/read", seq=2)
    assert me.get("/console/chat/news").json() == {"waiting": 1, "unread": []}


def test_reading_marks_how_far_and_never_beyond_the_end(desk: Desk, talk: Talk, database: Database) -> None:
    me, found = desk("agent"), talk("one", "two")
    for seq, kept in ((1, 1), (999, 3), (1, 3)):
        assert me.send(f"/conversations/{found.public_id}/read", seq=seq).status_code == 204
        with database.reading() as session:
            assert session.get_one(ReadMark, (found.id, f"staff:{me.who.staff_id}")).seq == kept


def test_a_merged_conversation_takes_no_more_answers_on_its_page(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me, kept = desk("agent"), talk("one")
    with database.reading() as session:
        contact = session.get_one(factories.Contact, kept.contact_id)
    gone = talk("two", contact=contact)
    reply = me.post(f"/conversations/{gone.public_id}/merge", into=kept.public_id)
    assert reply.headers["location"] == f"/conversations/{kept.public_id}"
    page = me.get(f"/conversations/{gone.public_id}")
    assert page.status_code == 200
    assert "data-composer" not in page.text
    assert "two" in words(me.get(f"/conversations/{kept.public_id}"))


def test_the_author_of_a_note_and_who_handled_it_are_named(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me, found = desk("agent", "Jun Park"), talk("x")
    with database.writing() as session:
        handling.note(session, found.id, me.who, text="Look at this")
        actions.post_message(session, found.id, author=Author("agent", me.who.staff_id), text="Hello")
        handling.resolve(session, found.id, me.who)
    page = words(me.get(f"/conversations/{found.public_id}"))
    assert "Jun Park Note, for colleagues only Look at this" in page
    assert "Jun Park: resolved" in page
