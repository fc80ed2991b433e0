"""Every page in both languages, both widths, light and dark: it fits, it can be read, and nothing is refused."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Each language, width and scheme meets each other at least once.
LOOKS = [
    {"language": "en", "width": 1280, "scheme": "light"},
    {"language": "ko", "width": 1280, "scheme": "dark"},
    {"language": "en", "width": 360, "scheme": "dark"},
    {"language": "ko", "width": 360, "scheme": "light"},
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# A 404 is what /nowhere is for, and the browser says so of the page itself.
EXPECTED = re.compile(r"Failed to load resource.*404")


def faults(axe: Axe, page) -> list[str]:
    """What axe found, one line each: the rule and where."""
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in axe.run(page, options=RULES).response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
@pytest.mark.parametrize("who", ["owner", ""])
def test_every_page_fits_can_be_read_and_breaks_no_rule(site, visit, look, who: str) -> None:
    window, axe, wrong = visit(who, **look), Axe(), {}
    for path in site.staff_pages if who else site.open_pages:
        window.open(path)
        found = faults(axe, window.page)
        too_wide = window.page.evaluate("document.documentElement.scrollWidth") - look["width"]
        if too_wide > 0:
            found.append(f"{too_wide} px too wide")
        if window.page.evaluate("document.documentElement.lang") != look["language"]:
            found.append("in another language")
        found += [said for said in window.complaints if not EXPECTED.search(said)]
        window.complaints.clear()
        if found:
            wrong[path] = found
    assert not wrong, "\n".join(f"{path}: {fault}" for path, found in wrong.items() for fault in found)


def test_a_readers_pages_break_no_rule_either(site, visit) -> None:
    window, axe, wrong = visit("reader", width=360), Axe(), {}
    for path in site.staff_pages:
        if path.startswith(("/settings/seller", "/settings/help", "/articles/new")):
            continue  # Only those who may change something may open it.
        window.open(path)
        if found := faults(axe, window.page):
            wrong[path] = found
    assert not wrong, "\n".join(f"{path}: {fault}" for path, found in wrong.items() for fault in found)


SMALL = """() => [...document.querySelectorAll(
    ".button, .chip, .rail-places a, .places a, summary, select, textarea, .choice, input:not([type=checkbox], [type=radio], [type=hidden])"
  )]
  .filter((element) => element.checkVisibility() && !element.classList.contains("unseen") && !element.classList.contains("skip"))
  .map((element) => [element.outerHTML.slice(0, 90), Math.round(element.getBoundingClientRect().height)])
  .filter(([, height]) => height < 44)"""


def test_everything_to_press_is_at_least_44_pixels_high_on_a_phone(site, visit) -> None:
    window, small = visit("owner", width=360), {}
    for path in site.staff_pages:
        window.open(path)
        if found := window.page.evaluate(SMALL):
            small[path] = found
    assert small == {}


def test_the_bottom_bar_hides_no_end_of_a_page(site, visit) -> None:
    window = visit("owner", width=360)
    for path in ("/settings/profile", "/orders", "/articles"):
        window.open(path)
        window.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        last = window.page.locator("main .page > :last-child").bounding_box()
        bar = window.page.locator(".rail-places").bounding_box()
        assert last["y"] + last["height"] <= bar["y"]


def test_nothing_moves_for_those_who_asked_for_stillness(visit) -> None:
    window = visit("owner", reduced_motion="reduce")
    window.open("/orders")
    moving = window.page.evaluate(
        "[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 }).length"
    )
    assert moving == 0


# -- fragments ---------------------------------------------------------------------------------------------------


@pytest.fixture
def all_set_up(site) -> Iterator[None]:
    """Nothing is left on the set-up checklist."""
    before, site.app.state.checklist = site.app.state.checklist, lambda session: []
    yield
    site.app.state.checklist = before


def test_today_is_one_calm_sentence_when_no_room_has_a_task(all_set_up, visit) -> None:
    window = visit("owner")
    window.page.route("**/console/*/*today", lambda route: route.fulfill(body="\n", content_type="text/html"))
    window.open("/")
    expect(window.page.get_by_text("Nothing needs a hand")).to_be_visible()
    expect(window.page.locator(".skeleton")).to_have_count(0)


def test_the_calm_sentence_gives_way_to_a_task(all_set_up, visit) -> None:
    window = visit("owner")
    window.open("/")
    expect(window.page.locator(".task").first).to_be_visible()
    expect(window.page.get_by_text("Nothing needs a hand")).to_be_hidden()


@pytest.mark.parametrize("failure", ["abort", "500"])
def test_a_fragment_that_fails_says_so_and_leaves_the_rest(visit, failure: str) -> None:
    window = visit("owner")
    window.page.route(
        "**/console/connector/today",
        lambda route: route.abort() if failure == "abort" else route.fulfill(status=500, body="x"),
    )
    window.open("/")
    expect(window.page.get_by_text("This part could not be loaded.")).to_be_visible()
    expect(window.page.get_by_role("heading", name="Today")).to_be_visible()


def test_a_session_that_ended_meanwhile_leads_to_signing_in(visit) -> None:
    window = visit("owner")

    def ended(route) -> None:
        window.page.context.clear_cookies()
        route.continue_(headers={**route.request.headers, "cookie": ""})

    window.page.route("**/console/connector/health", ended)
    window.page.goto("/health")
    window.page.wait_for_url("**/sign-in")


def test_an_inline_script_does_not_run(visit) -> None:
    window = visit("owner")
    window.open("/orders?q=%3Cscript%3Edocument.title%3D%27taken%27%3C/script%3E")
    window.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = \"document.title = 'taken'\";"
        " document.body.append(s) }"
    )
    assert "taken" not in window.page.title()
    assert any("Content Security Policy" in said for said in window.complaints)


def test_the_pages_work_without_scripts(site, visit) -> None:
    window = visit(java_script_enabled=False)
    window.page.goto("/orders")
    window.page.get_by_label("E-mail address").fill("owner@shop.example")
    window.page.get_by_label("Password").fill("seven quiet lanterns")
    window.page.get_by_role("button", name="Sign in").click()
    window.page.get_by_role("link", name="Refunded").click()
    expect(window.page.locator("tbody tr").first).to_be_visible()
    window.page.locator(".row-link").first.click()
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("Order")


@pytest.mark.parametrize("clipboard", [True, False])
def test_a_shown_link_is_copied_or_at_least_selected(visit, clipboard: bool) -> None:
    window = visit("owner", permissions=["clipboard-read", "clipboard-write"])
    if not clipboard:
        window.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    window.open("/settings/team")
    window.page.get_by_role("button", name="Show a link").first.click()
    shown = window.page.locator("#shown-link").inner_text()
    window.page.get_by_role("button", name="Copy").click()
    assert "/welcome/" in shown
    assert window.page.evaluate("getSelection().toString().trim()") == shown
    if clipboard:
        expect(window.page.locator("button use[href$='#check']")).to_have_count(1)
        assert window.page.evaluate("navigator.clipboard.readText()") == shown
    assert window.complaints == []
