import pytest

from faq import centre_settings
from faq.centre_settings import CentreForm
from faq.help_centres import help_centre_of
from tests import factories as shops

pytestmark = pytest.mark.database


def form(**changes):
    given = {"slug": "mori", "main": "ko", "locale": ["en"], "open": True}
    return CentreForm(**given | changes)


def test_the_main_language_comes_first_and_each_comes_once():
    assert form(locale=["en", "ko"], another="pt-BR, en").locales() == ["ko", "en", "pt-BR"]


def test_what_was_filled_in_is_kept_and_other_facts_stay(session):
    shop = shops.store(session)
    help_centre_of(session, shop.id).facts = {"own": "kept", "carrier": "old"}
    filled = form(
        accent=" #AA0000 ",
        weekly_letter=False,
        title_locale=["ko", "en"],
        title=["모리", " "],
        fact_name=["return_days", "carrier", "sneaked"],
        fact=["14", " ", "in"],
    )
    assert filled.problems(session, shop.id) == {}
    centre = centre_settings.save(session, shop.id, filled)
    assert (centre.slug, centre.locales, centre.title) == ("mori", ["ko", "en"], {"ko": "모리"})
    assert (centre.accent, centre.open, centre.weekly_letter) == ("#aa0000", True, False)
    assert centre.facts == {"own": "kept", "return_days": "14"}
    assert centre_settings.form_of(centre).facts() == {"return_days": "14"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "a b"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"main": "", "locale": []}, "another"),
        ({"another": "klingon!"}, "another"),
        ({"accent": "green"}, "accent"),
        ({"title": ["x" * 101]}, "title"),
        ({"fact": ["x" * 501]}, "fact"),
    ],
)
def test_a_mistake_is_told_at_its_field(session, changes, field):
    help_centre_of(session, shops.store(session, name="Taken").id)
    shop = shops.store(session)
    assert list(form(**changes).problems(session, shop.id)) == [field]
