"""Questions without an article and figures, as a person at a browser goes through them."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANADA = "Do you ship to Canada?"


@pytest.mark.parametrize(
    "given", [{"width": 1280}, {"width": 360}, {"width": 1280, "java_script_enabled": False}]
)
def test_a_question_becomes_a_sample_in_one_click_and_goes_back_in_one_more(visit, given) -> None:
    page = visit("agent", **given).page
    page.goto("/articles/questions")
    page.get_by_role("button", name=f"Add “{CANADA}” to “How do I return or cancel?”").click()
    expect(page.get_by_role("status")).to_contain_text(
        "is a sample question of “How do I return or cancel?” now"
    )
    expect(page.get_by_role("link", name=CANADA)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=CANADA)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_setting_aside_is_undone_from_the_same_page(visit, language: str) -> None:
    page = visit("owner", language=language, width=360).page
    page.goto("/articles/questions?days=7")
    page.get_by_role("button", name=f"{'Set aside' if language == 'en' else '보류'}: {CANADA}").click()
    page.wait_for_url("**/articles/questions?days=7&done=*")
    page.get_by_role("button", name="Undo" if language == "en" else "되돌리기").click()
    page.wait_for_url("**/articles/questions?days=7")
    expect(page.get_by_role("link", name=CANADA)).to_be_visible()


def test_questions_are_walked_through_by_keys_and_opened(visit) -> None:
    page = visit("reader").page
    page.goto("/articles/questions")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(CANADA)
    page.get_by_text("Week by week").click()
    expect(page.locator("table.weeks").get_by_role("row", name="This week 7")).to_be_visible()


def test_the_numbers_of_the_line_are_a_table_for_those_who_do_not_see_it(visit) -> None:
    page = visit("reader").page
    page.goto("/articles/questions")
    weeks = page.get_by_role("table", name="Questions in each of the last 12 weeks").first
    expect(weeks.get_by_role("row")).to_have_count(13)
    expect(weeks.get_by_role("row", name="This week 7")).to_be_attached()


def test_a_heading_sorts_the_figures_and_the_order_stands_in_the_address(visit) -> None:
    page = visit("reader").page
    page.goto("/articles/figures")
    page.get_by_role("link", name="Helped").click()
    page.wait_for_url("**/articles/figures?sort=helped")
    page.get_by_role("link", name="Helped").click()
    page.wait_for_url("**/articles/figures?sort=helped&up=true")
    expect(page.locator("tbody tr").first).to_contain_text("선물 포장 안내")
