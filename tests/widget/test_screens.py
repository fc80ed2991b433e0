"""Claims about every screen of the widget: it can be read, reached by keys, and fits, in both languages, light and dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [
    {"width": 1280, "scheme": "light", "language": "en"},
    {"width": 360, "scheme": "dark", "language": "ko"},
    {"width": 320, "scheme": "light", "language": "ko"},
    {"width": 1280, "scheme": "dark", "language": "en"},
]
WORDS = {
    "en": {
        "find": "Find my order",
        "say": "How long do I have to return something?",
        "search": "return",
        "answer": "Hello, this is Mina. See https://shop.example/a-rather-long-address/that-does-not-break-by-itself",
    },
    "ko": {
        "find": "내 주문 찾기",
        "say": "반품은 며칠 안에 해야 하나요?",
        "search": "반품",
        "answer": "안녕하세요, 민지예요. https://shop.example/a-rather-long-address/that-does-not-break-by-itself",
    },
}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
TOO_WIDE = """() => { const panel = document.querySelector("aftercart-chat").shadowRoot.querySelector("dialog");
  const edge = panel.getBoundingClientRect();
  return [...panel.querySelectorAll("*")].filter((one) => one.checkVisibility() && !one.closest("table, svg"))
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.right > edge.right + 1 || box.left < edge.left - 1)).map(([html]) => html) }"""
SMALL = """() => [...document.querySelector("aftercart-chat").shadowRoot.querySelectorAll("button, summary, textarea, input:not([type=checkbox])")]
  .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44).map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


def walk(visitor: Any, shop: Any, look: Any) -> Any:
    """Go through the screens; yields the name of each."""
    words, panel = WORDS[look["language"]], visitor.panel
    visitor.open()
    panel.locator("[role=search]").wait_for()
    yield "home"
    panel.locator("[type=search]").fill(words["search"])
    panel.locator("[role=search] .choice").first.wait_for()
    yield "search"
    panel.locator("[role=search] .choice").first.click()
    panel.locator("article h2").wait_for()
    yield "article"
    panel.locator("header .icon").first.click()
    panel.get_by_role("button", name=words["find"]).click()
    yield "orders"
    panel.locator("form .main").click()
    yield "orders with faults"
    panel.locator("[name=order_number]").fill("1001")
    panel.locator("[name=email]").fill("nobody@example.com")
    panel.locator("form .main").click()
    panel.locator("[name=code]").wait_for()
    yield "code"
    panel.locator("header .icon").first.click()
    visitor.ask(words["say"])
    shop.work()
    panel.locator(".quick").wait_for()
    yield "bot"
    shop.answer(words["answer"])
    panel.get_by_text("shop.example/a-rather").wait_for()
    panel.locator("summary").click()
    yield "menu"
    panel.locator("details button").nth(1).click()
    yield "transcript"
    panel.locator(".foot .quiet").click()
    panel.locator("summary").click()
    panel.locator("details button").nth(2).click()
    panel.locator(".foot .main").click()
    panel.locator(".event .quick").wait_for()
    yield "rating"
    panel.locator(".event .quick button").nth(3).click()
    panel.locator("[name=comment]").wait_for()
    yield "rated"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_screen_can_be_read_fits_and_breaks_no_rule(visit, shop, look, request) -> None:
    visitor, axe, wrong = visit(**look).come(lang=look["language"], path="/loose"), Axe(), {}
    if look["width"] > 1000:
        shop.set(look={"colour": "#ffdd00", "people": ["Mina Kim"]})
    try:
        for screen in walk(visitor, shop, look):
            visitor.page.wait_for_timeout(250)
            found = [
                f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
                for one in axe.run(visitor.page, "aftercart-chat", RULES).response["violations"]
            ]
            found += [f"too wide: {one}" for one in visitor.page.evaluate(TOO_WIDE)]
            found += [f"small: {one}" for one in visitor.page.evaluate(SMALL)]
            if found or visitor.complaints:
                wrong[screen] = found + visitor.complaints
            visitor.complaints.clear()
    finally:
        shop.set(look={})
    assert not wrong, "\n".join(f"{screen}: {fault}" for screen, found in wrong.items() for fault in found)


def active(visitor: Any) -> str:
    return str(
        visitor.page.evaluate(
            "() => { const one = document.querySelector('aftercart-chat').shadowRoot.activeElement; return one ? one.className || one.localName : '' }"
        )
    )


def test_it_is_used_by_keys_alone_and_gives_the_keyboard_back(visit, shop) -> None:
    visitor = visit().come()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Tab")
    assert active(visitor) == "launcher"
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel).to_be_visible()
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel.locator("textarea")).to_be_focused()
    visitor.page.keyboard.type("By keys")
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel.locator(".row.mine")).to_contain_text("By keys")
    visitor.page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    assert active(visitor) == "launcher"


def test_beside_the_page_the_keyboard_is_not_trapped_and_on_a_phone_nothing_lies_behind(visit, shop) -> None:
    visitor = visit().come()
    visitor.open()
    visitor.page.locator("#buy").focus()
    expect(visitor.page.locator("#buy")).to_be_focused()
    expect(visitor.panel).to_be_visible()
    phone = visit(width=320).come()
    phone.open()
    for _ in range(12):
        phone.page.keyboard.press("Tab")
        assert phone.page.evaluate("document.activeElement.id") != "buy"
    phone.page.keyboard.press("Escape")
    expect(phone.panel).to_be_hidden()


def test_what_comes_in_is_read_out_once_and_the_panel_has_a_name(visit, shop) -> None:
    visitor = visit().come()
    visitor.open()
    expect(visitor.page.get_by_role("dialog", name="How can we help?")).to_be_visible()
    visitor.ask("Hello?")
    log = visitor.panel.get_by_role("log", name="Messages")
    expect(log.locator(".row")).to_have_count(1)
    visitor.page.evaluate("""() => { window.made = []; new MutationObserver((all) => { for (const one of all) for (const node of one.addedNodes) window.made.push(node.textContent) })
        .observe(document.querySelector("aftercart-chat").shadowRoot.querySelector(".log"), {childList: true}) }""")
    shop.answer("Yes?")
    expect(log.get_by_text("Yes?")).to_be_visible()
    visitor.page.wait_for_timeout(300)
    (said,) = visitor.page.evaluate("window.made")
    assert "Yes?" in said


def test_nothing_moves_for_who_wants_it_still(visit) -> None:
    visitor = visit(reduced_motion="reduce").come()
    visitor.open()
    assert visitor.panel.evaluate("(one) => getComputedStyle(one).animationName") == "none"


def test_right_to_left_it_is_mirrored(visit) -> None:
    visitor = visit().come()
    visitor.open()
    visitor.panel.evaluate("(one) => one.dir = 'rtl'")
    close = visitor.panel.get_by_role("button", name="Close chat").bounding_box()
    box = visitor.panel.bounding_box()
    assert close["x"] < box["x"] + box["width"] / 2
