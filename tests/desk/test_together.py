"""A shopper and people of the shop, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from chat import saved_replies
from core.security import SignedIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "ko")])
def test_a_shopper_is_handed_over_and_answered_while_both_look(shop, visit, agent, width, language) -> None:
    clerk = agent("Jun", width=width, language=language).open("/conversations?view=open")
    shopper = visit(language=language).come()
    shopper.open()
    shopper.ask("Is a person there?")
    expect(clerk.page.get_by_text("Is a person there?").first).to_be_visible()
    clerk.rows.filter(has_text="Is a person there?").first.locator(".row-link").click()
    expect(clerk.said).to_have_count(1)
    clerk.text.press_sequentially("I am")
    expect(shopper.panel.get_by_text("Jun")).to_be_visible()
    clerk.send("I am here now")
    expect(clerk.said).to_have_count(2)
    expect(shopper.panel.get_by_text("I am here now")).to_be_visible()
    shopper.say("Wonderful, thank you")
    expect(clerk.said).to_have_count(3)
    expect(clerk.said.nth(2)).to_contain_text("Wonderful, thank you")
    expect(clerk.page.locator("[data-seen]")).to_be_visible()
    assert clerk.complaints == []
    assert shopper.complaints == []


def test_two_who_answer_at_once_do_not_answer_over_each_other(talk, agent) -> None:
    found = talk("Who answers?", name="Anna")
    one, two = agent("Jun"), agent("Lea")
    for clerk in (one, two):
        clerk.open(f"/conversations/{found.public_id}")
    expect(two.page.locator("[data-others]")).to_contain_text("Jun")
    two.text.fill("The second answer")
    # Lea's page hears nothing for a while, as on a train.
    two.page.context.set_offline(True)
    one.send("The first answer")
    expect(one.said).to_have_count(2)
    two.page.context.set_offline(False)
    two.text.press("Control+Enter")
    expect(two.page.locator("[data-meanwhile]")).to_be_visible()
    expect(two.page.locator("[data-meanwhile]")).to_contain_text("Jun answered meanwhile")
    expect(two.page.locator("[data-meanwhile] blockquote")).to_have_text("The first answer")
    expect(two.text).to_have_value("The second answer")
    two.text.press("Control+Enter")
    expect(two.said).to_have_count(3)
    expect(two.page.locator("[data-meanwhile]")).to_be_hidden()
    expect(one.said).to_have_count(3)


def test_a_message_changes_title_count_and_list_at_once(shop, talk, agent) -> None:
    talk("Here before", name="Ada")
    clerk = agent("Mina").open("/conversations")
    count = clerk.page.locator(".rail-count b")
    expect(count).to_be_visible()
    rows, waiting = clerk.rows.count(), int(count.inner_text())
    talk("New and waiting", name="Omar")
    expect(clerk.rows).to_have_count(rows + 1)
    expect(count).to_have_text(str(waiting + 1))
    expect(clerk.page).to_have_title(f"({waiting + 1}) Inbox · Aftercart")
    expect(clerk.page.locator(".desk-row.unread", has_text="Omar")).to_have_count(1)


def test_without_a_socket_the_page_asks_by_itself(talk, agent) -> None:
    clerk = agent("Nari")
    clerk.page.route_web_socket("**/console/chat/socket", lambda socket: socket.close())
    clerk.open("/conversations")
    talk("Found by asking", name="Pia")
    expect(clerk.page.locator(".desk-row", has_text="Pia")).to_have_count(1, timeout=15_000)


def test_a_draft_is_there_again_on_the_next_visit_and_gone_once_sent(talk, agent) -> None:
    one, two = talk("First", name="A"), talk("Second", name="B")
    clerk = agent("Ona").open(f"/conversations/{one.public_id}")
    clerk.text.fill("Half an answer")
    clerk.page.locator(f"[data-id='{two.public_id}'] .row-link").click()
    expect(clerk.said.first).to_contain_text("Second")
    expect(clerk.text).to_have_value("")
    clerk.open(f"/conversations/{one.public_id}")
    expect(clerk.text).to_have_value("Half an answer")
    clerk.text.press("Control+Enter")
    expect(clerk.said).to_have_count(2)
    clerk.open(f"/conversations/{one.public_id}")
    expect(clerk.text).to_have_value("")


def test_a_saved_reply_takes_three_keys_and_is_not_sent_unfilled(shop, talk, agent) -> None:
    with shop.writing() as session:
        who = SignedIn(shop.staff_id, "Mina", "m@x.example", "agent", "en", "")
        texts = {"en": "Order {{order.number}} is on its way."}
        saved_replies.save(session, who, shortcut="track", title="On its way", texts=texts)
        saved_replies.save(
            session, who, shortcut="hi", title="Greeting", texts={"en": "Hello, how can I help?"}
        )
    clerk = agent("Pau").open(f"/conversations/{talk('Hello', name='C').public_id}")
    clerk.text.focus()
    clerk.page.keyboard.type("/h")
    clerk.page.keyboard.press("Enter")
    expect(clerk.text).to_have_value("Hello, how can I help?")
    clerk.text.fill("/tr")
    expect(clerk.page.locator("[data-choices] > li")).to_contain_text("/track · On its way")
    clerk.page.keyboard.press("Enter")
    clerk.text.press("Control+Enter")
    expect(clerk.page.locator("[data-problem]")).to_contain_text("order.number")
    expect(clerk.said).to_have_count(1)


def test_a_file_goes_to_the_shopper_with_the_answer(shop, visit, agent, tmp_path) -> None:
    shopper = visit().come()
    shopper.open()
    shopper.ask("Please send me the sheet")
    clerk = agent("Rin").open("/conversations?view=open")
    clerk.rows.filter(has_text="Please send me the sheet").locator(".row-link").click()
    sheet = tmp_path / "size sheet.txt"
    sheet.write_text("S, M, L")
    clerk.page.locator("[data-attach]").set_input_files(sheet)
    expect(clerk.page.locator("[data-files] li")).to_contain_text("size sheet.txt")
    clerk.send("Here it is")
    expect(clerk.said.last.locator(".files a")).to_contain_text("size sheet.txt")
    expect(clerk.page.locator("[data-files] li")).to_have_count(0)
    expect(shopper.panel.get_by_text("size sheet.txt")).to_be_visible()
