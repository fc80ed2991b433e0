"""Writing articles in a browser: by keyboard alone, with a preview, and with nothing lost."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted} by Tab")


def kept(page: Page) -> int:
    """How many unsaved texts the browser keeps."""
    found = page.evaluate(
        "Object.keys(sessionStorage).filter((name) => name.startsWith('aftercart:')).length"
    )
    return int(found)


def test_an_article_is_written_published_and_found_without_a_mouse(site, visit) -> None:
    window = visit("agent")
    page = window.page
    window.open("/articles")
    tab_to(page, "a[href^='/articles/new']")
    keys(page, "Enter")
    page.wait_for_url("**/articles/new")
    tab_to(page, f"a[href='/articles/new?store={site.store_id}']")
    keys(page, "Enter")
    page.wait_for_url("**/articles/new?store=*")
    tab_to(page, "#field-title")
    page.keyboard.type("Do you wrap gifts?")
    tab_to(page, "[data-mark=heading]")
    keys(page, "Enter")
    expect(page.locator("#field-body")).to_be_focused()
    page.keyboard.type("How it works")
    keys(page, "End", "Enter", "Enter")
    keys(page, "Control+b")
    page.keyboard.type("Yes")
    keys(page, "End")
    page.keyboard.type(", choose it at the till.")
    expect(page.locator("#preview h2, #preview h3")).to_have_text("How it works")
    expect(page.locator("#preview strong")).to_have_text("Yes")
    tab_to(page, "button[name=then][value=publish]")
    keys(page, "Enter")
    expect(page.get_by_text("Published. Readers see it now.")).to_be_visible()
    page.goto("/articles")
    keys(page, "/")
    page.keyboard.type("wrap gifts")
    keys(page, "Enter")
    page.wait_for_url("**/articles?q=*")
    keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/articles/\d+/\w+$"))
    assert page.input_value("#field-body") == "## How it works\n\n**Yes**, choose it at the till."
    assert window.complaints == []


MARKS = [
    ("bold", "word", "**word**"),
    ("link", "word", "[word](https://)"),
    ("picture", "word", "![word](/help/images/)"),
    ("bullets", "one\ntwo", "- one\n- two"),
    ("heading", "word", "## word"),
]


@pytest.mark.parametrize(("mark", "before", "after"), MARKS)
def test_a_mark_goes_around_what_is_chosen_and_undo_takes_it_back(visit, site, mark, before, after) -> None:
    page = visit("agent").page
    page.goto(f"/articles/new?store={site.store_id}")
    text = page.locator("#field-body")
    text.fill(before)
    text.select_text()
    page.locator(f"[data-mark={mark}]").click()
    expect(text).to_have_value(after)
    page.keyboard.press("Control+z")
    expect(text).to_have_value(before)


def test_marks_of_lines_are_taken_off_again_and_a_table_stands_alone(visit, site) -> None:
    page = visit("agent").page
    page.goto(f"/articles/new?store={site.store_id}")
    text = page.locator("#field-body")
    text.fill("- one\n- two")
    text.select_text()
    page.locator("[data-mark=bullets]").click()
    expect(text).to_have_value("one\ntwo")
    text.press("Control+End")
    page.locator("[data-mark=table]").click()
    expect(text).to_have_value(re.compile(r"one\ntwo\n\n\| Column 1 \| Column 2 \|\n\| --- \| --- \|\n"))
    page.get_by_label("Insert a variable").select_option("shop.carrier")
    expect(text).to_have_value(re.compile(r"\{\{ shop\.carrier \}\}"))


def test_leaving_with_unsaved_text_asks_and_the_text_can_be_put_back(visit, site) -> None:
    page = visit("agent").page
    page.goto(f"/articles/{site.article_id}/ko")
    before = page.input_value("#field-body")
    page.locator("#field-body").fill("Half a sentence")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    assert page.input_value("#field-body") == before
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#field-body")).to_have_value("Half a sentence")
    expect(page.locator("#preview")).to_contain_text("Half a sentence")
    page.locator("#field-body").fill(before)
    page.wait_for_timeout(500)  # Longer than the script waits before it keeps what was typed.
    assert kept(page) == 0
    page.goto("/articles")
    assert asked == ["beforeunload"]


def test_what_a_clash_refused_stays_in_the_form_and_in_the_browser(visit, site) -> None:
    mine, theirs = visit("agent").page, visit("owner").page
    for page, title in ((mine, "Mine"), (theirs, "Theirs")):
        page.goto(f"/articles/{site.article_id}/en")
        page.fill("#field-title", title)
    theirs.locator("[data-save]").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Theirs")
    mine.keyboard.press("Control+s")
    expect(mine.get_by_text("saved this text after you opened it")).to_be_visible()
    expect(mine.locator("#field-title")).to_have_value("Mine")
    assert kept(mine) == 1
    mine.get_by_role("button", name="Save mine as the newest").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Mine")
    assert kept(mine) == 0


def test_products_are_found_while_typing_and_ticked_ones_are_kept(visit, site) -> None:
    page = visit("agent").page
    page.goto(f"/articles/{site.article_id}/ko")
    page.locator("#field-product-words").fill("teapot 3")
    page.get_by_label("Teapot 3").check()
    page.locator("#field-product-words").fill("nothing like it")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    expect(page.get_by_label("Teapot 3")).to_be_checked()
    page.locator("[data-save]").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    for name in ("Teapot 1", "Teapot 2", "Teapot 3"):
        expect(page.get_by_label(name)).to_be_checked()


def test_rows_are_ticked_by_key_and_counted(visit) -> None:
    page = visit("agent").page
    page.goto("/articles")
    keys(page, "j", "x", "j", "x")
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_label("Tick all").check()
    assert page.locator(".tick input:not(:checked)").count() == 0


def test_the_editor_works_without_scripts(site, visit) -> None:
    page = visit("agent", java_script_enabled=False).page
    page.goto(f"/articles/{site.article_id}/ko")
    expect(page.locator("[data-toolbar]")).to_be_hidden()
    page.get_by_label("Numbers of further ones").last.fill("3")
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Teapot 3")).to_be_checked()
