"""The help centre in Settings."""

import pytest

from faq import queries

from .desk import words

pytestmark = pytest.mark.database


def form(**changes):
    return {
        "slug": "mori",
        "main": "en",
        "locale": ["en", "ko"],
        "open": "true",
        "title_locale": ["ko", "en"],
        "title": ["모리 고객센터", ""],
        "fact_name": ["return_address", "carrier"],
        "fact": ["서울", "CJ"],
        **changes,
    }


def test_the_panel_shows_each_shops_help_centre_and_lets_owners_change_it(desk, shop):
    shown = desk("owner").get("/console/faq/settings")
    assert "Help centre of Mori Open Address /help/mori Languages Korean, English" in words(shown)
    assert f'href="/settings/help/{shop.id}"' in shown.text
    assert "/settings/help/" not in desk("agent").get("/console/faq/settings").text


def test_an_owner_changes_languages_address_and_facts(database, desk, shop):
    answer = desk("owner").post(f"/settings/help/{shop.id}", data=form())
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    with database.reading() as session:
        centre = queries.help_centre(session, shop.id)
    assert (centre.slug, centre.locales, centre.title) == ("mori", ["en", "ko"], {"ko": "모리 고객센터"})
    assert centre.facts == {"return_address": "서울", "carrier": "CJ"}
    assert (centre.open, centre.weekly_letter) == (True, False)
    assert "서울" in desk("owner").get(f"/settings/help/{shop.id}").text


def test_a_closed_help_centre_is_not_linked(desk, shop):
    desk("owner").post(f"/settings/help/{shop.id}", data=form(open=""))
    shown = desk("owner").get("/console/faq/settings")
    assert "Closed" in shown.text
    assert 'href="/help/' not in shown.text


def test_a_mistake_shows_the_form_as_it_was_filled_in(database, desk, shop):
    answer = desk("owner").post(f"/settings/help/{shop.id}", data=form(slug="a b", accent="green"))
    assert answer.status_code == 400
    assert answer.text.count('aria-invalid="true"') == 2
    assert "모리 고객센터" in answer.text
    with database.reading() as session:
        assert queries.help_centre(session, shop.id) is None
