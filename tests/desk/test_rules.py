"""The inbox in both languages, both widths, light and dark: it fits, breaks no rule, and is large enough to be touched."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.test_pages import LOOKS, SMALL, faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def places(talk) -> list[str]:
    found = talk("Hello there", *["a long line without end " * 20] * 3, name="N" * 70, email="n@x.example")
    nobody = talk("Who am I?")
    return [
        "/conversations",
        f"/conversations/{found.public_id}",
        f"/conversations/{nobody.public_id}",
        "/conversations?view=resolved",
        "/conversations?q=nothing-at-all",
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_state_of_the_inbox_fits_and_breaks_no_rule(agent, places, look) -> None:
    clerk, axe, wrong = agent("Xan", **look), Axe(), {}

    def looked_at(what: str) -> None:
        found = faults(axe, clerk.page)
        too_wide = clerk.page.evaluate("document.documentElement.scrollWidth") - look["width"]
        found += [f"{too_wide} px too wide"] if too_wide > 0 else []
        found += clerk.complaints
        clerk.complaints.clear()
        if found:
            wrong[what] = found

    for place in places:
        clerk.open(place)
        looked_at(place)
    clerk.open(places[1])
    for menu in ("snooze", "labels", "more"):
        clerk.page.locator(f"[data-menu-name={menu}] > summary").click()
        looked_at(menu)
        clerk.page.keyboard.press("Escape")
    clerk.text.fill("/")
    clerk.page.locator("[name=note][value=true]").check(force=True)
    looked_at("note")
    if look["width"] < 720:
        clerk.page.locator("[data-side-open]").click()
        looked_at("customer")
    assert not wrong, "\n".join(f"{what}: {fault}" for what, found in wrong.items() for fault in found)


def test_everything_to_press_is_at_least_44_pixels_high_on_a_phone(agent, places) -> None:
    clerk, small = agent("Yun", width=360), {}
    for place in places:
        clerk.open(place)
        if found := clerk.page.evaluate(SMALL):
            small[place] = found
    assert small == {}
