"""The pages on which a shop's chat is set up, and who may open them."""

import csv
import io
import json

import pytest

from chat import actions, assigning, handling, hours, labels, rating, saved_replies, settings
from chat.hours import Holiday, Span
from chat.schemas import Author
from connector.tables import Store
from core.database import Database
from core.security import Keys, SignedIn
from tests import factories
from tests.standins import Clock

from .handlers import talk, waiting
from .signed_in import Browser, words

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database: Database) -> Store:
    with database.writing() as session:
        return factories.store(session, name="Mori")


def chat_form(**changes: str) -> dict[str, str]:
    return {
        "on": "true",
        "bot": "true",
        "rating": "true",
        "assignment": "round_robin",
        "minutes_chat": "3",
        "minutes_other": "60",
        "warn_at": "80",
        "keep_months": "12",
        "model_tokens": "0",
        **changes,
    }


def now_set(database: Database, shop: Store) -> settings.Setting:
    with database.reading() as session:
        return settings.of_store(session, shop.id)


# -- who may -----------------------------------------------------------------------------------------------------

FOR_ALL_STAFF = ["/console/chat/settings", "/settings/chat/teams", "/settings/chat/labels"]
FOR_ALL_STAFF += ["/settings/chat/replies", "/conversations/figures", "/console/chat/figures-today"]
FOR_OWNERS = [
    "/settings/chat/1",
    "/settings/chat/1/look",
    "/settings/chat/1/hours",
    "/conversations/export?shop=1",
]


@pytest.mark.parametrize("address", [*FOR_ALL_STAFF, *FOR_OWNERS, "/settings/chat/replies/new"])
def test_pages_open_for_their_roles_only(shop: Store, browser: Browser, address: str):
    allowed = {"owner"} if address in FOR_OWNERS else {"owner", "agent", "reader"}
    allowed -= {"reader"} if address.endswith("/new") else set()
    assert browser().get(address).status_code in (303, 401)
    for role in ("owner", "agent", "reader"):
        assert browser(role).get(address).status_code == (200 if role in allowed else 403), role


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/settings/chat/1", {"owner"}),
        ("/settings/chat/1/look", {"owner"}),
        ("/settings/chat/1/hours", {"owner"}),
        ("/settings/chat/teams", {"owner"}),
        ("/settings/chat/teams/1/forget", {"owner"}),
        ("/settings/chat/labels", {"owner", "agent"}),
        ("/settings/chat/labels/1/forget", {"owner", "agent"}),
        ("/settings/chat/replies/new", {"owner", "agent"}),
        ("/settings/chat/replies/1", {"owner", "agent"}),
        ("/settings/chat/replies/1/forget", {"owner", "agent"}),
        ("/console/chat/letters", {"owner", "agent"}),
    ],
)
def test_forms_are_taken_from_their_roles_only_and_with_their_proof(
    shop: Store, browser: Browser, address: str, allowed: set[str]
):
    assert browser().post(address).status_code in (303, 401)
    for role in ("owner", "agent", "reader"):
        status = browser(role).post(address).status_code
        assert (status != 403) == (role in allowed), role
        assert browser(role).post(address, headers={"x-csrf": "other"}).status_code == 403


# -- what it does ------------------------------------------------------------------------------------------------


def test_an_owner_sets_up_what_the_chat_does(database: Database, shop: Store, browser: Browser):
    owner = browser("owner")
    assert owner.get(f"/settings/chat/{shop.id}").text.count(shop.public_id) == 1
    answer = owner.post(f"/settings/chat/{shop.id}", data=chat_form(bot=""))
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    found = now_set(database, shop)
    assert (found.on, found.bot, found.rating, found.assignment) == (True, False, True, "round_robin")
    assert (found.targets.of("chat"), found.targets.of("email"), found.targets.warn_at) == (3, 60, 80)
    assert (found.keep_months, found.model.on) == (12, False)
    assert "by turns" in words(owner.get("/console/chat/settings"))


def test_what_was_measured_and_the_look_outlive_a_change(database: Database, shop: Store, browser: Browser):
    with database.writing() as session:
        targets = settings.Targets(measured=9.5)
        settings.change(session, shop, targets=targets, look={"colour": "#112233"})
    browser("owner").post(f"/settings/chat/{shop.id}", data=chat_form())
    found = now_set(database, shop)
    assert (found.targets.measured, found.look["colour"]) == (9.5, "#112233")


def test_the_models_key_is_kept_hidden_and_never_shown(
    database: Database, shop: Store, browser: Browser, keys: Keys
):
    owner, address = browser("owner"), f"/settings/chat/{shop.id}"
    model = {
        "model_on": "true",
        "model_address": "https://models.example/v1",
        "model_name": "small",
        "model_tokens": "5000",
    }
    owner.post(address, data=chat_form(**model, model_key=" sk-secret "))
    hidden = now_set(database, shop).model.key_hidden
    assert keys.reveal(hidden) == "sk-secret"
    assert "sk-secret" not in owner.get(address).text + hidden
    owner.post(address, data=chat_form(**model))
    assert now_set(database, shop).model.key_hidden == hidden
    owner.post(address, data=chat_form(**model, forget_key="true"))
    assert now_set(database, shop).model.key_hidden == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes_chat": "0"},
        {"minutes_chat": "x"},
        {"minutes_other": "10001"},
        {"warn_at": "101"},
        {"keep_months": "-1"},
        {"assignment": "magic"},
        {"model_address": "ftp://models.example"},
        {"model_address": "https://user:pass@models.example"},
        {"model_on": "true", "model_address": "https://m.example", "model_tokens": "9"},
        {"model_on": "true", "model_address": "https://m.example", "model_name": "x", "model_tokens": "0"},
    ],
)
def test_a_mistake_changes_nothing_and_shows_the_form_as_it_was(
    database: Database, shop: Store, browser: Browser, wrong: dict[str, str]
):
    answer = browser("owner").post(f"/settings/chat/{shop.id}", data=chat_form(**{"warn_at": "77", **wrong}))
    assert answer.status_code == 400
    assert answer.text.count('aria-invalid="true"') == 1
    assert now_set(database, shop).targets.of("chat") == 5


# -- look and hours ----------------------------------------------------------------------------------------------


def test_an_owner_sets_the_look(database: Database, shop: Store, browser: Browser):
    form = {
        "colour": "#AA3366",
        "corner": "left",
        "language": ["en", "ko"],
        "greeting": ["Hello <b>", "안녕하세요"],
        "launcher": ["", ""],
        "consent": ["I agree", ""],
        "people": "Minji Kim, 박준",
        "asks_email": "required",
    }
    owner, address = browser("owner"), f"/settings/chat/{shop.id}/look"
    assert owner.post(address, data=form).status_code == 303
    found = now_set(database, shop).look
    assert (found["colour"], found["corner"]) == ("#aa3366", "left")
    assert found["greetings"] == {"en": "Hello <b>", "ko": "안녕하세요"}
    shown = owner.get(address)
    assert "Hello <b>" not in shown.text
    assert 'fill="#aa3366"' in shown.text
    assert owner.post(address, data={**form, "colour": "red"}).status_code == 400


def hours_form(**changes: object) -> dict[str, object]:
    return {
        "zone": "Asia/Seoul",
        "country": "KR",
        "day": ["0", "0", "0", "5", "6"],
        "opens": ["13:00", "09:00", "", "22:00", ""],
        "closes": ["18:00", "12:00", "", "00:00", ""],
        "holiday": ["Summer", "Founding day", ""],
        "first": ["2026-08-03", "2020-05-05", ""],
        "last": ["2026-08-07", "", ""],
        "yearly": ["no", "yes", "no"],
        **changes,
    }


def test_an_owner_sets_hours_and_holidays(database: Database, shop: Store, browser: Browser):
    owner, address = browser("owner"), f"/settings/chat/{shop.id}/hours"
    answer = owner.post(address, data=hours_form())
    assert answer.status_code == 303
    found = now_set(database, shop).hours
    assert found.week[0] == (Span(540, 720), Span(780, 1080))
    assert found.week[5] == (Span(1320, 1440),)
    assert found.week[1] == ()
    assert [(one.name, one.yearly) for one in found.holidays] == [("Founding day", True), ("Summer", False)]
    shown = words(owner.get(answer.headers["location"]))
    assert "There is room for another row" in shown
    assert owner.get(address).text.count('name="opens"') == 3 + 7
    assert "설날" in owner.get(address, headers={"accept-language": "ko"}).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"country": "XX"},
        {"opens": ["18:00", "09:00", "", "22:00", ""]},
        {"closes": ["", "12:00", "", "00:00", ""]},
        {"opens": ["1pm", "09:00", "", "22:00", ""]},
        {"last": ["2026-08-01", "", ""]},
        {"first": ["soon", "2020-05-05", ""]},
    ],
)
def test_hours_that_make_no_sense_are_not_kept(
    database: Database, shop: Store, browser: Browser, wrong: dict[str, object]
):
    answer = browser("owner").post(f"/settings/chat/{shop.id}/hours", data=hours_form(**wrong))
    assert answer.status_code == 400
    assert "field-problem" in answer.text
    assert now_set(database, shop).hours.week == settings.OFFICE_WEEK


def test_the_panel_says_when_people_answer_next(
    database: Database, shop: Store, browser: Browser, clock: Clock
):
    with database.writing() as session:
        settings.change(session, shop, hours=hours.Hours("Asia/Seoul", ((),) * 7))
    assert "never, by the hours" in words(browser("owner").get("/console/chat/settings"))
    with database.writing() as session:
        holiday = Holiday("x", clock.now().date(), clock.now().date())
        settings.change(session, shop, hours=hours.Hours("Asia/Seoul", settings.OFFICE_WEEK, (holiday,)))
    assert "again from November 24, 2026, 09:00" in words(browser("owner").get("/console/chat/settings"))


# -- teams, labels, replies --------------------------------------------------------------------------------------


def test_a_team_is_made_changed_and_dissolved(
    database: Database, shop: Store, browser: Browser, staff: dict[str, SignedIn]
):
    owner = browser("owner")
    everybody = [one.staff_id for one in staff.values()]
    owner.post("/settings/chat/teams", data={"name": " Parcels ", "member": everybody})
    assert owner.post("/settings/chat/teams", data={"name": "parcels"}).status_code == 400
    with database.writing() as session:
        (team,) = assigning.teams(session)
        members = assigning.members_of(session, team.id)
        assert members == [staff["owner"].staff_id, staff["agent"].staff_id]
        found = talk(session, shop, "hi")
        assigning.hand_to_team(session, found.id, staff["agent"], team_id=team.id)
    data = {"name": "Returns", "member": [staff["agent"].staff_id], "team_id": team.id}
    assert owner.post("/settings/chat/teams", data=data).status_code == 303
    assert "Returns Agent" in words(browser("reader").get("/settings/chat/teams"))
    assert owner.post(f"/settings/chat/teams/{team.id}/forget").status_code == 303
    with database.reading() as session:
        assert assigning.teams(session) == []
        assert session.get(type(found), found.id).team_id is None


def test_a_label_is_made_changed_and_thrown_away(
    database: Database, shop: Store, browser: Browser, staff: dict[str, SignedIn]
):
    agent = browser("agent")
    agent.post("/settings/chat/labels", data={"name": "late <i>", "colour": "red"})
    with database.writing() as session:
        (label,) = labels.labels(session)
        found = talk(session, shop, "hi")
        labels.add(session, found.id, staff["agent"], label_id=label.id)
    shown = agent.get("/settings/chat/labels")
    assert "late <i>" not in shown.text
    assert "Red · 1 conversation" in words(shown)
    agent.post("/settings/chat/labels", data={"name": "later", "colour": "blue", "label_id": label.id})
    agent.post(f"/settings/chat/labels/{label.id}/forget")
    with database.reading() as session:
        assert labels.labels_of(session, [found.id]) == {found.id: []}


def reply_form(**changes: object) -> dict[str, object]:
    return {
        "shortcut": "/Hello",
        "title": "Hello",
        "language": ["en", "ko", "xx"],
        "text": ["Dear {{ customer.name }}, I am {{agent.name}}.", "{{customer.name}}님", "x"],
        **changes,
    }


def test_a_reply_is_written_in_two_languages(database: Database, shop: Store, browser: Browser):
    agent = browser("agent")
    assert agent.post("/settings/chat/replies/new", data=reply_form()).status_code == 303
    with database.reading() as session:
        (reply,) = saved_replies.replies(session)
    assert (reply.shortcut, set(reply.texts)) == ("hello", {"en", "ko"})
    assert "{{customer.name}}님" in agent.get(f"/settings/chat/replies/{reply.id}").text
    changed = reply_form(shortcut="hi", store=str(shop.id))
    assert agent.post(f"/settings/chat/replies/{reply.id}", data=changed).status_code == 303
    assert "/hi Hello Only for Mori" in words(browser("reader").get("/settings/chat/replies"))
    assert agent.post(f"/settings/chat/replies/{reply.id}/forget").status_code == 303
    assert agent.get(f"/settings/chat/replies/{reply.id}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shortcut": "two words"}, "one word"),
        ({"title": " "}, "title"),
        ({"text": ["", "", ""]}, "at least one language"),
        ({"text": ["{{customer.password}}", "", ""]}, "customer.password"),
        ({"text": ["{{shop.nothing}}", "", ""]}, "shop.nothing"),
    ],
)
def test_a_reply_with_a_mistake_is_shown_as_it_was_filled_in(
    shop: Store, browser: Browser, wrong: dict[str, object], said: str
):
    answer = browser("agent").post("/settings/chat/replies/new", data=reply_form(**wrong))
    assert answer.status_code == 400
    assert said in words(answer)


# -- figures and export ------------------------------------------------------------------------------------------


@pytest.fixture
def answered(database: Database, shop: Store, staff: dict[str, SignedIn], clock: Clock):
    """A conversation with all that an export must hold."""
    with database.writing() as session:
        contact = factories.contact(session, shop, name="=cmd()", email="minji@example.com")
        found = waiting(session, shop, contact=contact)
        clock.advance(minutes=3)
        agent = Author("agent", staff["agent"].staff_id)
        actions.post_message(session, found.id, author=agent, text='Here, "now"\n+82 2')
        handling.note(session, found.id, staff["agent"], text="@owner look")
        handling.resolve(session, found.id, staff["agent"])
        rating.rate(session, found.id, score=5)
        return found


def test_the_figures_are_shown_with_a_table_beside_each_drawing(answered, shop: Store, browser: Browser):
    shown = browser("reader").get("/conversations/figures")
    text = words(shown)
    assert "Cases 1" in text
    assert "Everyone gets a reply 100 % 1 of 1 answered or closed" in text
    assert "Satisfied 100 % 1 rating" in text
    assert "Until resolved 3 min 1 resolved; without a person: 0" in text
    assert shown.text.count('<table class="unseen">') == 2
    assert "/conversations/export" not in shown.text
    assert "Cases 1" in words(browser("agent").get("/console/chat/figures-today"))


@pytest.mark.parametrize("query", ["shop=99", "days=8", "days=x"])
def test_figures_of_nothing_are_not_shown(shop: Store, browser: Browser, query: str):
    assert browser("agent").get(f"/conversations/figures?{query}").status_code in (404, 422, 400)


def test_the_export_holds_every_event(answered, shop: Store, browser: Browser):
    answer = browser("owner").get(f"/conversations/export?format=json&shop={shop.id}")
    assert answer.headers["content-disposition"].endswith('.json"')
    (one,) = json.loads(answer.text)["conversations"]
    assert (one["conversation"], one["customer_email"]) == (answered.public_id, "minji@example.com")
    kinds = [event["kind"] for event in one["events"]]
    assert kinds == ["message", "handed_over", "message", "note", "state", "rating"]
    assert [event["seq"] for event in one["events"]] == [1, 2, 3, 4, 5, 6]
    assert one["events"][3]["public"] is False


def test_the_csv_has_a_row_for_each_event_and_no_formula(answered, shop: Store, browser: Browser):
    answer = browser("owner").get(f"/conversations/export?format=csv&shop={shop.id}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["seq"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[0]["customer_name"] == "'=cmd()"
    assert rows[2]["text"] == 'Here, "now"\n+82 2'
    assert json.loads(rows[5]["data"]) == {"score": 5, "comment": ""}


def test_an_export_of_many_conversations_leaves_none_out(database: Database, shop: Store, browser: Browser):
    with database.writing() as session:
        for n in range(120):
            talk(session, shop, f"m{n}")
        talk(session, factories.store(session), "of another shop")
    answer = browser("owner").get(f"/conversations/export?format=json&shop={shop.id}")
    found = json.loads(answer.text)["conversations"]
    assert [one["events"][0]["text"] for one in found] == [f"m{n}" for n in range(120)]
    assert browser("owner").get("/conversations/export").status_code == 404
