"""The console without a mouse."""

import pytest
from playwright.sync_api import expect

from .conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_signing_in_and_opening_an_order_needs_no_mouse(visit) -> None:
    page = visit().page
    page.goto("/orders")
    for key in ("owner@shop.example", "\t", PASSWORD):
        page.keyboard.type(key) if key != "\t" else page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("/orders")
    page.keyboard.press("j")
    expect(page.locator(".row-link").nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")


def test_the_first_tab_offers_to_skip_to_the_content(visit) -> None:
    page = visit("owner").page
    page.goto("/orders")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_slash_searches_and_letters_typed_there_are_letters(visit) -> None:
    page = visit("owner").page
    page.goto("/orders")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jk?/")
    expect(page.get_by_role("searchbox")).to_have_value("jk?/")
    expect(page.locator("dialog")).to_be_hidden()


def test_a_question_mark_shows_the_keys_and_escape_hides_them(visit) -> None:
    page = visit("owner").page
    page.goto("/orders")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".row-link").first).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_account_menu_opens_and_closes_by_keys_and_gives_the_focus_back(visit) -> None:
    page = visit("owner").page
    page.goto("/orders")
    account = page.locator("summary")
    account.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()
    expect(account).to_be_focused()


def test_the_language_is_changed_from_any_page_and_leads_back_there(visit) -> None:
    page = visit("owner").page
    page.goto("/orders?state=refunded")
    page.locator("summary").click()
    page.get_by_role("button", name="한국어").click()
    page.wait_for_url("/orders?state=refunded")
    expect(page.locator("html")).to_have_attribute("lang", "ko")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_has_the_focus_shows_it(visit, scheme: str) -> None:
    page = visit("owner", scheme=scheme).page
    page.goto("/settings/team")
    bare = []
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const e = document.activeElement; if (e === document.body) return true;"
            " return [getComputedStyle(e), getComputedStyle(e, '::after')]"
            ".some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)"
            " || e.outerHTML.slice(0, 120) }"
        )
        if shown is not True:
            bare.append(shown)
    assert bare == []
