"""Claims about a page of the shop that has the widget: what it costs before and after it is opened, in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.standins import until

from .conftest import TALKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHIFTS = """() => new Promise((done) => { let sum = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) sum += one.value }).observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 600) })"""
STORED = "() => [document.cookie, localStorage.length, sessionStorage.length]"


def paths(visitor):
    return [url.removeprefix(visitor.shop.address).partition("?")[0] for url in visitor.asked]


def test_a_visitor_costs_one_request_and_nothing_is_stored_before_the_first_click(visit):
    visitor = visit().come()
    visitor.page.wait_for_timeout(800)
    assert paths(visitor) == ["/widget.js"]
    assert visitor.page.evaluate(STORED) == ["", 0, 0]
    assert visitor.page.context.cookies() == []
    visitor.open()
    expect(visitor.panel.get_by_text("We are")).to_be_visible()
    assert [part for part in paths(visitor)[1:3] if "/widget/" in part]
    assert visitor.page.evaluate("Object.keys(localStorage)") == [f"aftercart:{visitor.shop.public_id}"]
    assert visitor.page.context.cookies() == []
    assert visitor.complaints == [], "the strictest policy of a page is enough"


def test_the_page_keeps_its_layout(visit):
    visitor = visit().come()
    before = visitor.page.evaluate("() => [document.body.offsetHeight, document.documentElement.scrollWidth]")
    visitor.open()
    after = visitor.page.evaluate("() => [document.body.offsetHeight, document.documentElement.scrollWidth]")
    assert after == before
    assert visitor.page.evaluate(SHIFTS) == 0


def test_a_pages_own_styles_do_not_reach_it(visit):
    visitor = visit().come("/loose")
    visitor.page.add_style_tag(
        content="* { margin: 40px !important; position: static !important } aftercart-chat { opacity: 0 !important; scale: 0 !important; display: none } button { all: initial !important }"
    )
    expect(visitor.launcher).to_be_visible()
    box = visitor.launcher.bounding_box()
    assert box["x"] + box["width"] == 1260
    assert visitor.launcher.evaluate("(one) => getComputedStyle(one).position") == "fixed"


def test_the_script_alone_makes_the_element_and_a_second_one_changes_nothing(visit):
    visitor = visit().come("/loose", alone="yes")
    visitor.page.add_script_tag(
        url=f"{visitor.shop.address}/widget.js?shop={visitor.shop.public_id}", type="module"
    )
    visitor.page.wait_for_timeout(300)
    assert visitor.page.locator("aftercart-chat").count() == 1
    assert visitor.complaints == []


def test_it_opens_within_100_milliseconds_once_its_files_are_there(visit):
    visitor = visit().come()
    visitor.launcher.hover()
    visitor.page.wait_for_timeout(600)
    opening = """async () => { const chat = document.querySelector("aftercart-chat"); const from = performance.now();
        await Promise.race([chat.open(), new Promise((done) => { const look = () => chat.shadowRoot.querySelector("dialog[open]") ? done() : setTimeout(look, 2); look(); })]);
        return performance.now() - from }"""
    took = []
    for _ in range(5):  # The best of them: what else this machine does is not the widget's.
        took.append(visitor.page.evaluate(opening))
        expect(visitor.panel).to_be_visible()
        visitor.page.evaluate("document.querySelector('aftercart-chat').close()")
        expect(visitor.panel).to_be_hidden()
    assert min(took) < 100


def test_attributes_of_the_page_win_over_the_shops_look(visit):
    attributes = {
        "colour": "#ffdd00",
        "corner": "left",
        "locale": "ko-KR",
        "greeting": "Moin",
        "launcher": "Fragen?",
    }
    visitor = visit(language="de").come(attributes=json.dumps(attributes))
    assert visitor.launcher.bounding_box()["x"] == 20
    assert visitor.launcher.inner_text() == "Fragen?"
    assert visitor.launcher.get_attribute("aria-label") == "채팅 열기"
    colours = visitor.launcher.evaluate(
        "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    )
    assert colours == ["rgb(255, 221, 0)", "rgb(0, 0, 0)"]
    visitor.open()
    expect(visitor.panel.get_by_role("heading", name="Moin")).to_be_visible()
    assert visitor.panel.bounding_box()["x"] == 20


def test_it_stands_above_a_bar_of_the_page(visit):
    visitor = visit(width=360).come("/loose", bar="yes")
    visitor.page.add_style_tag(
        content="#bar { position: fixed; inset: auto 0 0; height: 64px; background: #eee }"
    )
    visitor.page.mouse.wheel(0, 10)

    def end():
        box = visitor.launcher.bounding_box()
        visitor.page.wait_for_timeout(50)
        return box["y"] + box["height"]

    until(lambda: end() <= 760 - 64)


def test_a_returning_visitor_sees_what_waits_by_one_request_more(visit, shop):
    visitor = visit().come()
    visitor.open()
    visitor.ask("Is anybody there?")
    expect(visitor.panel.get_by_text("Sent")).to_be_visible()
    visitor.page.goto("about:blank")
    shop.answer("Yes, here I am.")
    visitor.asked.clear()
    visitor.come()
    expect(visitor.page.locator(".badge")).to_have_text("1")
    expect(visitor.launcher).to_have_attribute("aria-label", "Open chat, 1 unread")
    assert sorted(paths(visitor)) == [f"/api/chat/{shop.public_id}/unread", "/widget.js"]
    visitor.open()
    visitor.panel.locator(TALKS).first.click()
    expect(visitor.panel.get_by_text("New messages")).to_be_visible()
    expect(visitor.page.locator(".badge")).to_have_text("")


def test_the_shops_word_makes_its_customer_known_and_a_wrong_one_a_stranger(visit, shop):
    shop.pages.identity = shop.word
    known = visit().come(attributes=json.dumps({"identity": "/identity"}))
    assert shop.pages.asked_identity == 0, "nobody is asked before the chat is opened"
    known.open()
    expect(known.panel.get_by_role("button", name="My orders")).to_be_visible()
    for word in ({"token": "no.real.one"}, shop.word(minutes=-10), {}, {"token": None}):
        shop.pages.identity = lambda word=word: word
        stranger = visit().come(attributes=json.dumps({"identity": "/identity"}))
        stranger.open()
        expect(stranger.panel.get_by_role("button", name="Find my order")).to_be_visible()
        assert stranger.panel.get_by_role("alert").inner_text() == ""
    elsewhere = visit().come(attributes=json.dumps({"identity": f"{shop.address}/identity"}))
    elsewhere.open()
    expect(elsewhere.panel.get_by_role("button", name="Find my order")).to_be_visible()
    assert f"{shop.address}/identity" not in elsewhere.asked


def test_a_service_that_cannot_be_reached_is_said_so_and_the_next_click_tries_again(visit):
    visitor = visit().come()
    visitor.page.route("**/panel.js", lambda route: route.abort())
    visitor.launcher.click()
    expect(visitor.launcher).to_have_attribute("aria-label", "The chat cannot be reached just now.")
    visitor.page.unroute("**/panel.js")
    visitor.launcher.click()
    expect(visitor.panel).to_be_visible()


def test_a_chat_that_is_off_leaves_the_page_as_it_is(visit, shop):
    shop.set(on=False)
    try:
        visitor = visit()
        visitor.page.goto(shop.pages.origin)
        visitor.page.wait_for_timeout(500)
        assert visitor.page.locator(".launcher").count() == 0
        assert visitor.complaints == []
    finally:
        shop.set(on=True)


def test_where_nothing_can_be_stored_the_chat_lives_as_long_as_the_page(visit):
    visitor = visit()
    visitor.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    visitor.come().open()
    visitor.ask("Hello?")
    expect(visitor.panel.get_by_text("Sent")).to_be_visible()
    assert visitor.complaints == []
