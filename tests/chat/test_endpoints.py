"""The shopper's addresses: who may see and say what, what is safe to send twice, and what other sites may read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from chat import actions, queries
from chat.schemas import BOT, Author, NewEvent
from chat.tables import Conversation, ConversationEvent
from connector.tables import Store
from core import clock
from core.database import Database
from customers.tables import Contact
from staff.tables import StaffMember
from tests import factories
from tests.chat.conftest import Browse, Browsing

pytestmark = pytest.mark.database

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def mina(database: Database) -> Author:
    with database.writing() as session:
        made = StaffMember(
            email="mina@secret.example",
            name="Mina",
            role="agent",
            language="ko",
            password_hash="",
            created_at=clock.now(),
        )
        session.add(made)
        session.flush()
        return Author("agent", made.id)


def number_of(database: Database, public_id: str) -> int:
    with database.reading() as session:
        return int(queries.conversation_named(session, public_id).id or 0)


def do(database: Database, talk: str, act: Callable[..., Any], **given: Any) -> None:
    with database.writing() as session:
        act(session, number_of(database, talk), **given)


# -- saying ------------------------------------------------------------------------------------------------------


def test_a_conversation_begins_with_its_first_message(browse: Browse, database: Database):
    shopper = browse()
    answer = shopper.ask(
        "POST",
        "/conversations",
        json={
            "client_id": "first-0001",
            "text": "언제 오나요?",
            "name": " 김\u202e 민지 ",
            "email": "MinJi@Example.com",
            "consent": True,
            "order_number": "1042",
            "page": "https://shop.example/cart#x",
        },
    )
    assert answer.status_code == 201
    said = answer.json()
    assert (said["event"]["seq"], said["event"]["client_id"]) == (1, "first-0001")
    assert said["event"]["data"] == {}
    assert (said["conversation"]["state"], said["conversation"]["held_by"]) == ("open", "bot")
    with database.reading() as session:
        contact = session.get(Contact, shopper.contact.id)
        assert (contact.name, contact.email, contact.email_proven_at) == (
            "김 민지",
            "minji@example.com",
            None,
        )
        assert contact.consented_at is not None
        found = queries.conversation_named(session, said["conversation"]["id"])
        assert found.page == "https://shop.example/cart"
        first = queries.events(session, found.id, since=0, public_only=True)[0]
        assert first.data == {"order_number": "1042"}


def test_what_is_proven_is_not_replaced_by_what_is_said(browse: Browse, database: Database):
    shopper = browse()
    with database.writing() as session:
        contact = session.get(Contact, shopper.contact.id)
        contact.email, contact.email_proven_at = "minji@example.com", clock.now()
        session.add(contact)
    shopper.begin(email="somebody@else.example")
    with database.reading() as session:
        assert session.get(Contact, shopper.contact.id).email == "minji@example.com"


def test_beginning_twice_at_the_same_moment_is_one_conversation(browse: Browse, database: Database):
    shopper = browse()
    given = {"client_id": "twice-0001", "text": "hello"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shopper.ask("POST", "/conversations", json=given), range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["conversation"]["id"] for one in answers}) == 1
    with database.reading() as session:
        assert len(session.exec(select(Conversation)).all()) == 1
        assert len(session.exec(select(ConversationEvent)).all()) == 1


def test_two_people_with_the_same_client_id_have_two_conversations(browse: Browse):
    assert browse().begin(client_id="same-0001") != browse().begin(client_id="same-0001")


def test_a_message_sent_again_is_the_same_message(browse: Browse):
    shopper = browse()
    talk = shopper.begin()
    first, again = (shopper.say(talk, "second", "msg-00001") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["event"]["seq"] == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"text": "가" * 2730}, 201),
        ({"text": "가" * 2731}, 400),
        ({"text": "x" * 100_000}, 413),
        ({"text": "   "}, 400),
        ({"text": "a\0b"}, 400),
        ({"client_id": "short"}, 400),
        ({"client_id": "x" * 65}, 400),
        ({"client_id": "with blank"}, 400),
        ({"attachments": ["x"] * 6}, 400),
    ],
)
def test_only_what_is_a_message_is_taken(browse: Browse, given: dict[str, Any], status: int):
    shopper = browse()
    talk = shopper.begin()
    said = {"text": "hello", "client_id": "msg-00001", **given}
    assert shopper.ask("POST", f"/conversations/{talk}/messages", json=said).status_code == status


def test_who_is_blocked_is_told_and_changes_nothing(browse: Browse, database: Database):
    shopper = browse()
    talk = shopper.begin()
    with database.writing() as session:
        contact = session.get(Contact, shopper.contact.id)
        contact.blocked_at = clock.now()
        session.add(contact)
    given = {"client_id": "more-00001", "text": "again", "score": 1}
    for path in (
        "/conversations",
        f"/conversations/{talk}/messages",
        f"/conversations/{talk}/person",
        f"/conversations/{talk}/rating",
    ):
        answer = shopper.ask("POST", path, json=given)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "blocked"
    with database.reading() as session:
        assert len(session.exec(select(ConversationEvent)).all()) == 1


# -- reading -----------------------------------------------------------------------------------------------------


def test_a_shopper_is_told_nothing_that_is_for_people_of_the_shop(
    browse: Browse, database: Database, mina: Author
):
    shopper = browse()
    talk = shopper.begin()
    do(database, talk, actions.post, new=NewEvent("note", mina, "difficult customer"))
    do(database, talk, actions.post_message, author=mina, text="Hello, this is Mina.", client_id="agent-id-1")
    do(database, talk, actions.set_state, author=mina, state="spam")
    answer = shopper.ask("GET", f"/conversations/{talk}")
    said = answer.json()
    assert [(one["kind"], one["name"], one["client_id"]) for one in said["events"]] == [
        ("message", "", "begin-0001"),
        ("message", "Mina", None),
    ]
    assert said["conversation"]["state"] == "open"
    assert said["conversation"]["agent"] == {"name": "Mina"}
    for secret in ("difficult", "secret.example", "spam", "agent-id-1", "staff_id"):
        assert secret not in answer.text


def test_a_bots_text_comes_as_harmless_html_and_everybody_elses_as_text_alone(
    browse: Browse, database: Database
):
    shopper = browse()
    talk = shopper.begin(text=EVIL)
    do(database, talk, actions.post_message, author=BOT, text=f"**Here** {EVIL} [x](javascript:alert(1))")
    mine, bots = shopper.ask("GET", f"/conversations/{talk}").json()["events"]
    assert (mine["text"], mine["html"]) == (EVIL, "")
    assert "<strong>Here</strong>" in bots["html"]
    assert "<img" not in bots["html"]
    assert "href" not in bots["html"]


def test_unread_are_the_answers_after_the_mark(browse: Browse, database: Database, mina: Author):
    shopper = browse()
    talk = shopper.begin()
    for text in ("one", "two"):
        do(database, talk, actions.post_message, author=mina, text=text)

    def unread() -> int:
        return shopper.ask("GET", "/conversations").json()["conversations"][0]["unread"]

    assert unread() == 2
    assert shopper.ask("POST", f"/conversations/{talk}/read", json={"seq": 2}).status_code == 204
    assert unread() == 1
    shopper.ask("POST", f"/conversations/{talk}/read", json={"seq": 1})
    assert unread() == 1
    assert shopper.ask("GET", f"/conversations/{talk}").json()["read"] == {"shopper": 2, "agent": 0}


def test_older_events_come_by_pages(browse: Browse, database: Database, mina: Author):
    shopper = browse()
    talk = shopper.begin()
    with database.writing() as session:
        for place in range(2, 206):
            actions.post_message(session, number_of(database, talk), author=mina, text=f"m{place}")
    newest = shopper.ask("GET", f"/conversations/{talk}").json()
    assert ([newest["events"][0]["seq"], newest["events"][-1]["seq"]], newest["more"]) == ([6, 205], True)
    older = shopper.ask("GET", f"/conversations/{talk}?before=6").json()
    assert ([one["seq"] for one in older["events"]], older["more"]) == ([1, 2, 3, 4, 5], False)


# -- person, rating, end -----------------------------------------------------------------------------------------


def test_a_person_is_asked_for_once(browse: Browse, database: Database):
    shopper = browse()
    talk = shopper.begin()
    given = {"client_id": "person-001", "email": "Me@Example.com"}
    first, again = (shopper.ask("POST", f"/conversations/{talk}/person", json=given) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    said = shopper.ask("GET", f"/conversations/{talk}").json()["conversation"]
    assert (said["held_by"], said["waiting"]) == ("people", True)
    with database.reading() as session:
        assert session.get(Contact, shopper.contact.id).email == "me@example.com"


def test_ending_and_rating(browse: Browse):
    shopper = browse()
    talk = shopper.begin()
    ends = [shopper.ask("POST", f"/conversations/{talk}/end", json={"client_id": "end-00001"}) for _ in "ab"]
    assert [one.status_code for one in ends] == [201, 200]
    assert shopper.ask("GET", f"/conversations/{talk}").json()["conversation"]["state"] == "resolved"
    for score, status in ((0, 400), (6, 400), (5, 201)):
        given = {"client_id": "rate-00001", "score": score, "comment": "고마워요"}
        assert shopper.ask("POST", f"/conversations/{talk}/rating", json=given).status_code == status
    last = shopper.ask("GET", f"/conversations/{talk}").json()["events"][-1]
    assert (last["kind"], last["data"]) == ("rating", {"score": 5, "comment": "고마워요"})


def test_a_transcript_goes_to_ones_own_address_alone(browse: Browse):
    shopper = browse()
    talk = shopper.begin(email="me@example.com")
    path = f"/conversations/{talk}/transcript"
    assert shopper.ask("POST", path, json={"email": "Me@Example.com"}).status_code == 202
    assert shopper.ask("POST", path, json={"email": "other@example.com"}).status_code in (400, 403)
    assert shopper.ask("POST", path, json={"email": "no address"}).status_code == 400


def test_what_is_said_to_a_merged_conversation_lands_in_the_other(browse: Browse, database: Database):
    shopper = browse()
    old, new = shopper.begin(client_id="old-000001"), shopper.begin(client_id="new-000001")
    with database.writing() as session:
        merged = queries.conversation_named(session, old)
        merged.merged_into_id = queries.conversation_named(session, new).id
        session.add(merged)
    first, again = (shopper.say(old, "where does it go?", "late-00001") for _ in "ab")
    assert (first.status_code, again.status_code) == (201, 200)
    events = shopper.ask("GET", f"/conversations/{new}").json()["events"]
    assert [one["text"] for one in events][1:] == ["where does it go?"]


# -- who may -----------------------------------------------------------------------------------------------------

ROUTES = [
    ("GET", "/conversations/{talk}", None),
    ("POST", "/conversations/{talk}/messages", {"client_id": "other-0001", "text": "hi"}),
    ("POST", "/conversations/{talk}/read", {"seq": 1}),
    ("POST", "/conversations/{talk}/person", {"client_id": "other-0001"}),
    ("POST", "/conversations/{talk}/rating", {"client_id": "other-0001", "score": 1}),
    ("POST", "/conversations/{talk}/end", {"client_id": "other-0001"}),
    ("POST", "/conversations/{talk}/transcript", {"email": "other@example.com"}),
    ("POST", "/conversations/{talk}/typing", None),
    ("GET", "/conversations/{talk}/events", None),
]


def others(browse: Browse, database: Database, owner: Browsing) -> dict[str, tuple[Browsing, int, str]]:
    with database.writing() as session:
        elsewhere = factories.store(session)
    return {
        "another shopper": (browse(), 404, "conversation_not_found"),
        "another shop": (browse(store=elsewhere), 404, "conversation_not_found"),
        "a token of another shop": (browse(store=elsewhere, token=owner.token), 401, "no_such_device"),
        "a wrong token": (browse(token="wrong"), 401, "no_such_device"),
        "no token": (browse(token=" "), 401, "no_such_device"),
    }


@pytest.mark.parametrize(("method", "path", "given"), ROUTES, ids=[path for _, path, _ in ROUTES])
def test_nobody_else_sees_or_changes_a_conversation(
    browse: Browse, database: Database, method: str, path: str, given: dict[str, Any] | None
):
    owner = browse()
    talk = owner.begin(text="my secret")
    for name, (other, status, code) in others(browse, database, owner).items():
        answer = other.ask(method, path.format(talk=talk), json=given)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), name
        assert "my secret" not in answer.text, name
    with database.reading() as session:
        assert queries.conversation_named(session, talk).last_seq == 1
        assert queries.read_marks(session, number_of(database, talk)) == {}


def test_a_list_holds_ones_own_conversations_alone(browse: Browse):
    mine, other = browse(), browse()
    talk = mine.begin()
    other.begin()
    found = mine.ask("GET", "/conversations").json()["conversations"]
    assert [one["id"] for one in found] == [talk]


def test_only_the_shops_own_pages_may_read_answers_and_errors(browse: Browse, shop: Store):
    shopper = browse()
    talk = shopper.begin()
    for path, origin, readable in (
        (f"/conversations/{talk}", shop.home_address, True),
        ("/conversations/nothing", shop.home_address, True),
        (f"/conversations/{talk}", "https://evil.example", False),
    ):
        answer = shopper.ask("GET", path, headers={"origin": origin})
        assert answer.headers.get("access-control-allow-origin") == (origin if readable else None)
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["vary"] == "Origin"
    asks = {"access-control-request-method": "POST"}
    allowed = shopper.ask("OPTIONS", "/conversations", headers=asks)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, shop.home_address)
    refused = shopper.ask("OPTIONS", "/conversations", headers={**asks, "origin": "https://evil.example"})
    assert refused.status_code == 403


def test_who_writes_too_often_is_told_to_wait(browse: Browse):
    shopper = browse()
    talk = shopper.begin()
    found = [shopper.say(talk, "again", f"flood-{place:04}").status_code for place in range(40)]
    assert found[:30] == [201] * 30
    assert set(found[30:]) == {429}
    assert browse().begin()  # Somebody else at the same address still may.
