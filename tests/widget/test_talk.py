"""Claims about talking through the widget: shopper and shop, cut networks, two tabs; nothing lost and nothing twice."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from chat.tables import Conversation, ConversationEvent

from .conftest import TALKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def messages(shop, author="shopper"):
    """The texts of the newest conversation's messages by that author."""
    with shop.database.reading() as session:
        talk = session.exec(select(Conversation).order_by(Conversation.id.desc())).first()
        chosen = (
            select(ConversationEvent)
            .where(ConversationEvent.conversation_id == talk.id)
            .order_by(ConversationEvent.seq)
        )
        return [one.text for one in session.exec(chosen) if one.kind == "message" and one.author == author]


def kinds(shop):
    with shop.database.reading() as session:
        talk = session.exec(select(Conversation).order_by(Conversation.id.desc())).first()
        chosen = (
            select(ConversationEvent)
            .where(ConversationEvent.conversation_id == talk.id)
            .order_by(ConversationEvent.seq)
        )
        return [(one.kind, one.author) for one in session.exec(chosen)]


@pytest.fixture
def talking(visit):
    """A visitor who has said something."""
    visitor = visit().come()
    visitor.open()
    visitor.ask("How long do I have to return something?")
    expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
    return visitor


def test_a_question_is_answered_handed_over_answered_by_a_person_and_rated(talking, shop):
    panel = talking.panel
    shop.work()
    bot = panel.locator(".row", has_text="Automatic")
    expect(bot).to_contain_text("Send it back within 14 days")
    bot.get_by_role("button", name="From: Returning an item").click()
    expect(panel.get_by_role("cell", name="Germany")).to_be_visible()
    panel.get_by_role("button", name="Back").click()
    panel.locator(".row").get_by_role("button", name="Talk to a person").click()
    leave = panel.get_by_role("button", name="Leave a message")
    if leave.count():  # The shop is closed at this hour of the day.
        panel.get_by_label("E-mail").fill("lea@example.com")
        leave.click()
    expect(panel.locator(".event", has_text="person")).to_be_visible()
    shop.answer("Hello Lea, this is Mina.")
    expect(panel.get_by_text("Hello Lea, this is Mina.")).to_be_visible()
    expect(panel.get_by_role("heading", name="김민지")).to_be_visible()
    panel.get_by_label("More").click()
    panel.get_by_role("button", name="End conversation").click()
    panel.locator(".foot").get_by_role("button", name="End conversation").click()
    panel.get_by_role("button", name="4 of 5").click()
    panel.get_by_label("Anything to add?").fill("Quick.")
    panel.locator(".foot .main").click()
    expect(panel.locator("textarea")).to_be_visible()
    assert kinds(shop)[-3:] == [("state", "shopper"), ("rating", "shopper"), ("rating", "shopper")]
    assert talking.complaints == []


def test_a_message_that_was_not_sent_is_sent_again_under_its_own_name(talking, shop):
    names = []
    talking.page.on(
        "request",
        lambda made: (
            names.append(made.post_data_json["client_id"])
            if made.url.endswith("/messages") and made.method == "POST"
            else None
        ),
    )
    talking.page.route("**/messages", lambda route: route.abort())
    talking.say("Are you there?")
    failed = talking.panel.locator(".row.mine", has_text="Are you there?")
    expect(failed).to_contain_text("Not sent.")
    talking.page.unroute("**/messages")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text("Sent")
    assert len(names) == 2
    assert len(set(names)) == 1
    assert messages(shop).count("Are you there?") == 1


def test_an_answer_that_was_lost_on_its_way_back_makes_no_second_message(talking, shop):
    def lose(route):
        route.fetch()
        route.abort()

    talking.page.route("**/messages", lose)
    talking.say("Only once")
    # The message came over the live connection though its own answer was lost: it stands there, once, as sent.
    expect(talking.panel.locator(".row.mine", has_text="Only once")).to_have_count(1)
    expect(talking.panel.locator(".row.mine", has_text="Only once")).to_contain_text("Sent")
    assert messages(shop).count("Only once") == 1


def test_without_a_connection_it_says_so_and_catches_up_when_it_is_back(talking, shop):
    talking.page.context.set_offline(True)
    expect(talking.panel.get_by_text("No connection.")).to_be_visible()
    talking.say("Written on a train")
    shop.answer("Said while you were away")
    talking.page.context.set_offline(False)
    expect(talking.panel.get_by_text("No connection.")).to_have_count(0)
    expect(talking.panel.get_by_text("Said while you were away")).to_be_visible()
    expect(talking.panel.locator(".row.mine", has_text="Written on a train")).to_contain_text(
        re.compile("Sent|[AP]M$")
    )
    assert messages(shop).count("Written on a train") == 1


def test_a_reload_loses_neither_what_was_said_nor_what_was_being_written(talking, shop):
    talking.panel.locator("textarea").fill("Half a thou")
    talking.page.route("**/messages", lambda route: route.abort())
    talking.panel.locator("textarea").press("End")
    talking.come().open()
    talking.panel.locator(TALKS).first.click()
    expect(talking.panel.locator(".row.mine")).to_contain_text("How long do I have")
    expect(talking.panel.locator("textarea")).to_have_value("Half a thou")


def test_two_tabs_of_one_shopper_agree(talking, shop):
    other = talking.page.context.new_page()
    other.goto(talking.page.url)
    other.locator(".launcher").click()
    other.get_by_role("dialog").locator(TALKS).first.click()
    expect(other.get_by_role("dialog").locator(".row.mine")).to_contain_text("How long do I have")
    talking.say("From the first tab")
    expect(other.get_by_role("dialog").get_by_text("From the first tab")).to_be_visible()
    shop.answer("To both of you")
    for page in (talking.page, other):
        expect(page.get_by_role("dialog").get_by_text("To both of you")).to_be_visible()


@pytest.mark.parametrize("way", ["stream", "poll"])
def test_without_sockets_it_is_live_all_the_same(visit, shop, way):
    visitor = visit()
    visitor.page.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 5) } close() {} }"
    )
    if way == "poll":
        visitor.page.route("**/stream?**", lambda route: route.abort())
    visitor.come().open()
    visitor.ask("By another way?")
    expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
    visitor.page.wait_for_timeout(4000 if way == "stream" else 9000)
    shop.answer("It came")
    expect(visitor.panel.get_by_text("It came")).to_be_visible(timeout=30_000)
    expect(visitor.panel.get_by_text("No connection.")).to_have_count(0)


def test_what_an_agent_does_is_seen_while_it_happens(talking, shop):
    shop.answer("One moment please")
    expect(talking.panel.get_by_text("One moment please")).to_be_visible()
    talking.panel.get_by_role("button", name="Close chat").click()
    shop.answer("Here it is")
    expect(talking.page.locator(".badge")).to_have_text("1")
    talking.open()
    expect(talking.page.locator(".badge")).to_have_text("")
    expect(talking.panel.get_by_text("Here it is")).to_be_visible()


def test_erasing_leaves_nothing_here_or_there(talking, shop):
    panel = talking.panel
    panel.get_by_label("More").click()
    panel.get_by_role("button", name="Erase everything").click()
    panel.locator(".foot").get_by_role("button", name="Erase everything").click()
    expect(panel.get_by_role("button", name="Send us a message")).to_be_visible()
    assert panel.locator(".choice", has_text="How long").count() == 0
    assert talking.page.evaluate("localStorage.length") == 0
    talking.ask("I am somebody new")
    expect(panel.get_by_text("· Sent")).to_be_visible()
    assert messages(shop) == ["I am somebody new"]


def test_the_form_before_a_conversation_asks_what_the_shop_asks_and_names_what_is_missing(visit, shop):
    shop.set(
        look={
            "asks": {"name": "optional", "email": "required"},
            "consent": {"en": "I agree that this chat is kept."},
        }
    )
    try:
        visitor = visit().come()
        visitor.open()
        visitor.panel.get_by_role("button", name="Send us a message").click()
        form = visitor.panel.locator("form", has_text="Start")
        assert form.locator("input").evaluate_all("(all) => all.map((one) => one.name)") == [
            "name",
            "email",
            "consent",
        ]
        form.get_by_role("button", name="Start").click()
        expect(form.get_by_label("E-mail")).to_be_focused()
        expect(form.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        form.get_by_label("E-mail").fill("lea")
        form.get_by_role("button", name="Start").click()
        expect(form).to_contain_text("name@example.com")
        form.get_by_label("E-mail").fill("lea@example.com")
        form.get_by_label("I agree").check()
        form.get_by_role("button", name="Start").click()
        visitor.say("Now we can begin")
        expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
        assert messages(shop) == ["Now we can begin"]
    finally:
        shop.set(look={})


def test_enter_sends_but_not_while_a_syllable_is_put_together(talking, shop):
    field = talking.panel.locator("textarea")
    field.fill("안녕")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(field).to_have_value("안녕")
    field.press("Shift+Enter")
    field.press("Enter")
    expect(field).to_have_value("")
    expect(talking.panel.locator(".row.mine", has_text="안녕")).to_have_count(1)
