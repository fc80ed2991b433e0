import pytest

from connector import actions
from core import clock
from faq import editing, publishing, queries, waiting
from faq.help_centres import help_centre_of
from faq.schemas import TextForm
from tests import factories as shops

from . import factories
from .test_picking import product

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return shops.store(session, locale="ko_KR")


def test_nothing_waits_when_all_is_published_filled_in_and_up_to_date(session, shop):
    main = factories.article(session, shop, body="{{ shop.name }}", locale="ko")
    factories.translation(session, main, "Returns", "In English.", locale="en")
    assert (waiting.outdated_count(session), waiting.draft_count(session)) == (0, 0)
    assert (waiting.missing_facts(session), waiting.unfilled(session)) == ([], [])


def forget_facts(session, shop):
    """As when an owner empties the form after the articles were published."""
    help_centre_of(session, shop.id).facts = {}
    session.flush()


@pytest.fixture
def facts(session, shop):
    help_centre_of(session, shop.id).facts = {"carrier": "CJ", "return_days": "14"}
    session.flush()


@pytest.mark.usefixtures("facts")
def test_facts_that_several_articles_miss_are_one_thing_to_do_for_their_shop(session, shop):
    factories.article(session, shop, body="{{ shop.carrier }} {{shop.return_days}}", locale="ko")
    factories.article(session, shop, title="Other", body="{{ shop.carrier }}", locale="ko")
    forget_facts(session, shop)
    [found] = waiting.missing_facts(session)
    assert (found.store_id, found.facts, found.articles) == (shop.id, ["carrier", "return_days"], 2)
    help_centre_of(session, shop.id).facts = {"carrier": "CJ", "return_days": "14"}
    session.flush()
    assert waiting.missing_facts(session) == []


def test_a_variable_that_nothing_fills_in_is_mended_in_its_text(session, shop):
    actions.mirror_products(session, shop, [product(12, "Tea"), product(13, "Cup")], now=clock.now())
    text = factories.article(session, shop, body="{{ product.12.price }} {{ product.13.price }}", locale="ko")
    assert waiting.unfilled(session) == []
    actions.remove_products(session, shop, [13], now=clock.now())
    [found] = waiting.unfilled(session)
    assert (found.article_id, found.names) == (text.article_id, ["product.13.price"])


@pytest.mark.usefixtures("facts")
def test_only_what_readers_see_counts_as_a_gap(session, shop):
    text = factories.article(session, shop, body="No gap.", locale="ko")
    article = queries.article(session, text.article_id)
    form = TextForm(title=text.title, body="{{ shop.carrier }}")
    editing.save_text(session, article, locale="ko", form=form, by="Mina")
    forget_facts(session, shop)
    assert waiting.missing_facts(session) == []
    assert waiting.draft_count(session) == 1
    help_centre_of(session, shop.id).facts = {"carrier": "CJ"}
    session.flush()
    publishing.publish(session, text)
    forget_facts(session, shop)
    assert len(waiting.missing_facts(session)) == 1
