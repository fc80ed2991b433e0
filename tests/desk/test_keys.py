"""The inbox without a mouse, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(autouse=True)
def some_wait(talk) -> None:
    for name in ("Key A", "Key B"):
        talk(f"Message of {name}", name=name)


def test_rows_are_walked_opened_and_answered_by_keys_alone(agent) -> None:
    clerk = agent("Sol").open()
    keys = clerk.page.keyboard
    keys.press("j")
    expect(clerk.rows.first.locator(".row-link")).to_be_focused()
    keys.press("j")
    keys.press("k")
    keys.press("o")
    expect(clerk.page.locator("[data-conversation]")).to_be_visible()
    keys.press("r")
    expect(clerk.text).to_be_focused()
    keys.type("jk? are letters here")
    expect(clerk.text).to_have_value("jk? are letters here")
    keys.press("Control+Enter")
    expect(clerk.said.last).to_contain_text("jk? are letters here")
    keys.press("Escape")
    expect(clerk.text).not_to_be_focused()
    keys.press("n")
    expect(clerk.page.locator("[data-composer]")).to_have_class("composer composer-note")
    keys.press("Escape")
    keys.press("e")
    expect(clerk.page.locator("[data-head]")).to_contain_text("Open again")
    keys.press("e")
    expect(clerk.page.locator("[data-head]")).to_contain_text("Resolve")
    assert clerk.complaints == []


def test_letters_of_a_korean_keyboard_are_the_same_keys(agent) -> None:
    clerk = agent("Tae").open()
    clerk.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))"
    )
    expect(clerk.rows.first.locator(".row-link")).to_be_focused()


def test_taking_snoozing_and_labelling_need_no_mouse(talk, agent) -> None:
    found = talk("By keys", name="Key C")
    clerk = agent("Uma").open(f"/conversations/{found.public_id}")
    keys = clerk.page.keyboard
    keys.press("a")
    expect(clerk.page.get_by_label("In whose hands").locator("option:checked")).to_have_text("Uma")
    keys.press("l")
    expect(clerk.page.get_by_label("New label")).to_be_visible()
    clerk.page.get_by_label("New label").fill("Urgent parcel")
    keys.press("Enter")
    expect(clerk.page.locator(".talk-state > .label")).to_have_text("Urgent parcel")
    clerk.page.locator("[data-scroll]").focus()
    keys.press("s")
    expect(clerk.page.get_by_role("button", name="In 3 hours")).to_be_focused()
    keys.press("Enter")
    expect(clerk.page.locator("[data-head]")).to_contain_text("Snoozed")


def test_the_help_sheet_opens_with_a_question_mark_and_takes_no_keys_through(agent) -> None:
    clerk = agent("Val").open()
    clerk.page.keyboard.press("?")
    sheet = clerk.page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("Take it: assign to me")
    clerk.page.keyboard.press("j")
    expect(clerk.rows.first.locator(".row-link")).not_to_be_focused()
    clerk.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    clerk.page.keyboard.press("g")
    clerk.page.keyboard.press("o")
    clerk.page.wait_for_url("**/conversations?view=open")


@pytest.mark.parametrize(("width", "scheme", "language"), [(360, "dark", "ko"), (1280, "light", "en")])
def test_pages_fit_their_window_and_can_be_read(talk, agent, width, scheme, language) -> None:
    found = talk(*[f"{'long words without any end ' * 9} {number}" for number in range(30)], name="N" * 90)
    clerk = agent("Wim", width=width, scheme=scheme, language=language)
    for place in ("/conversations", f"/conversations/{found.public_id}", "/conversations?q=nothing-there"):
        clerk.open(place)
        wide = clerk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, place
    clerk.open(f"/conversations/{found.public_id}")
    expect(clerk.said.last).to_be_in_viewport()
    expect(clerk.text).to_be_in_viewport()
    if width < 720:
        expect(clerk.page.locator(".desk-list")).to_be_hidden()
        clerk.page.locator("[data-side-open]").click()
        expect(clerk.page.locator("[data-customer]")).to_be_visible()
        clerk.page.locator("[data-side-close]").click()
        clerk.page.locator(".talk-back").click()
        expect(clerk.rows.first).to_be_visible()
