"""The help centre as a browser meets it: both languages, both widths, light and dark, by keys alone, without scripts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlmodel import select

from core import settings as core_settings
from core.database import Database
from faq import voting
from faq.tables import ArticleCategory
from tests.browsers import Windows
from tests.databases import Databases
from tests.faq.factories import article, translation
from tests.faq.help_site import centre
from tests.wired import wire

from .conftest import Visit
from .site import app_of, served
from .test_pages import LOOKS, faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENGLISH = """Send it back within **14 days**. [Write to us](https://shop.example/contact) when it is broken.

## What can be returned

- tea in unopened bags
- pots, wrapped as they came

## How

1. Open *My orders*.
2. Choose `Return`.

## What it costs

| Country | Label | Days on the way, as far as the carrier says so in advance |
| --- | --- | --- |
| Germany | free | 2 to 3 |

> Keep the receipt.
"""
KOREAN = "7일 안에 **반품**해 주세요.\n\n## 방법\n\n내 주문에서 신청해요.\n\n## 비용\n\n₩6,000이에요.\n\n## 환불\n\n3일 안에요."


@dataclass
class HelpSite:
    """The running service, with a help centre at /help/teehaus."""

    address: str

    def pages(self, locale: str) -> list[str]:
        home = f"/help/teehaus/{locale}/"
        slug = "returning-an-item" if locale == "en" else quote("반품하기")
        pages = [
            "",
            slug,
            f"{slug}?voted=not",
            "broken-on-arrival",
            "category/returns",
            "search",
            "search?q=e",
            "search?q=반",
            "search?q=xyzzy",
            "nowhere",
        ]
        return [home + page for page in pages]


@pytest.fixture(scope="module")
def help_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HelpSite]:
    folder = tmp_path_factory.mktemp("help-site")
    address = databases.make(folder / "data")
    database = Database(address)
    book = wire(database)
    settings = core_settings.load(
        data_folder=folder / "data", database_url="" if database.on_sqlite else address, node="test"
    )
    with database.writing() as session:
        _write(session)
    with served(app_of(database, settings)) as where:
        yield HelpSite(where)
    book.close()
    database.dispose()
    databases.remove(address)


def _write(session: Any) -> None:
    shop, _ = centre(session, accent="#e91e63", facts={"email": "hello@teehaus.example"})
    returns = article(session, shop, "Returning an item", ENGLISH, category="returns", kind="policy")
    translation(session, returns, "반품하기", KOREAN)
    article(session, shop, "Broken on arrival", "Send us a photo.", category="returns", position=1)
    for number in range(12):
        text = article(session, shop, f"Brewing tea number {number}, slowly and with patience", "Warm.")
        voting.viewed(session, article_id=text.article_id, locale="en")
    for row in session.exec(select(ArticleCategory)):
        row.names = {"en": "Returns and refunds", "ko": "반품·환불"}
        session.add(row)


@pytest.fixture
def help_visit(help_site: HelpSite, windows: Windows) -> Callable[..., Visit]:
    def opened(*, width: int = 1280, **given: Any) -> Visit:
        return Visit(*windows(base_url=help_site.address, width=width, has_touch=width < 720, **given))

    return opened


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_page_fits_can_be_read_and_breaks_no_rule(help_site, help_visit, look) -> None:
    window, axe, wrong = help_visit(**look), Axe(), {}
    for path in help_site.pages(look["language"]):
        window.page.goto(path)
        found = faults(axe, window.page)
        too_wide = window.page.evaluate("document.documentElement.scrollWidth") - look["width"]
        found += [f"{too_wide} px too wide"] if too_wide > 0 else []
        if window.page.evaluate("document.documentElement.lang") != look["language"]:
            found.append("in another language")
        found += [said for said in window.complaints if not ("404" in said and path.endswith("nowhere"))]
        window.complaints.clear()
        if found:
            wrong[path] = found
    assert not wrong, "\n".join(f"{path}: {fault}" for path, found in wrong.items() for fault in found)


SMALL = """() => [...document.querySelectorAll("button, main input:not([type=hidden], [type=radio]), label:not(.unseen), .top a, .end a, .entries a, .crumbs a, .contents a, .hit a")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.outerHTML.slice(0, 90), Math.round(element.getBoundingClientRect().height)])
  .filter(([, height]) => height < 44)"""


def test_everything_to_press_is_at_least_44_pixels_high_on_a_phone(help_site, help_visit) -> None:
    window, small = help_visit(width=360), {}
    for path in help_site.pages("en"):
        window.page.goto(path)
        if found := window.page.evaluate(SMALL):
            small[path] = found
    assert small == {}


def test_a_line_is_about_68_characters_long(help_visit) -> None:
    page = help_visit().page
    page.goto("/help/teehaus/en/returning-an-item")
    width = page.locator(".body > p").first.evaluate("(p) => p.getBoundingClientRect().width")
    letter = page.evaluate(
        """() => { const probe = document.createElement("span");
        probe.textContent = "Send it back within two weeks of the day on which it came to you".repeat(4);
        document.querySelector(".body").append(probe); probe.style.whiteSpace = "nowrap";
        return probe.getBoundingClientRect().width / probe.textContent.length }"""
    )
    assert 60 <= width / letter <= 76


def test_korean_lines_break_between_words(help_visit) -> None:
    page = help_visit(width=360, language="ko").page
    page.goto(f"/help/teehaus/ko/{quote('반품하기')}")
    assert page.locator(".body > p").first.evaluate("(p) => getComputedStyle(p).wordBreak") == "keep-all"


def test_searching_needs_no_mouse(help_visit) -> None:
    page = help_visit().page
    page.goto("/help/teehaus/en/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    field = page.get_by_role("combobox", name="Search the help centre")
    expect(field).to_be_focused()
    page.keyboard.type("return")
    expect(page.get_by_role("option", name="Returning an item")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Returning an item")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=return")
    expect(page.get_by_role("link", name="Returning an item")).to_be_visible()


def test_a_suggestion_opens_its_article(help_visit) -> None:
    window = help_visit()
    window.page.goto("/help/teehaus/en/")
    window.page.get_by_role("combobox").fill("return")
    expect(window.page.get_by_role("option")).to_have_count(1)
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/returning-an-item")
    assert window.complaints == []


def test_suggestions_that_fail_leave_the_search_as_it_is(help_visit) -> None:
    page = help_visit().page
    page.route("**/suggest**", lambda route: route.abort())
    page.goto("/help/teehaus/en/")
    page.get_by_role("combobox").fill("return")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=return")


def test_an_open_list_of_suggestions_breaks_no_rule(help_visit) -> None:
    page = help_visit(scheme="dark", width=360).page
    page.goto("/help/teehaus/en/")
    page.get_by_role("combobox").fill("tea")
    expect(page.get_by_role("option")).to_have_count(6)
    page.keyboard.press("ArrowDown")
    assert faults(Axe(), page) == []


def test_everything_works_without_scripts(help_visit) -> None:
    page = help_visit(java_script_enabled=False).page
    page.goto("/help/teehaus")
    page.get_by_role("searchbox").fill("return")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Returning an item").click()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("I did not understand it").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. That helps others.")).to_be_visible()
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("반품하기")


def test_the_page_for_machines_breaks_no_rule_of_the_policy(help_visit) -> None:
    """Data for machines stands inside the page; only a browser knows whether the policy takes it for a script."""
    window = help_visit()
    window.page.goto("/help/teehaus/en/returning-an-item")
    assert window.page.locator("script[type='application/ld+json']").count() == 2
    assert window.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_has_the_focus_shows_it(help_visit, scheme: str) -> None:
    page = help_visit(scheme=scheme).page
    page.goto("/help/teehaus/en/returning-an-item")
    bare = []
    for _ in range(25):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const e = document.activeElement; if (e === document.body) return true;"
            " const s = getComputedStyle(e); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || e.outerHTML.slice(0, 120) }"
        )
        bare += [] if shown is True else [shown]
    assert bare == []


def test_nothing_but_the_text_is_printed(help_visit) -> None:
    page = help_visit().page
    page.goto("/help/teehaus/en/returning-an-item")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for gone in (".search", ".languages", ".vote", ".contents", ".end"):
        expect(page.locator(gone)).to_be_hidden()
