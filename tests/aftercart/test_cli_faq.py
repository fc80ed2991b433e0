"""`aftercart faq search` and `aftercart faq index`."""

import json

import pytest

from core.database import Database
from faq import rebuilding
from tests import factories
from tests.aftercart.conftest import Command
from tests.faq.factories import article

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def articles(database: Database) -> None:
    with database.writing() as session:
        shop = factories.store(session)
        article(session, shop, "Gift wrapping", "We wrap every order.")
        article(session, shop, "Opening hours", "From nine to six.")


def test_a_question_is_answered_for_people_and_for_scripts(command: Command):
    shown = command("faq", "search", "gift wrapping", "--locale", "en")
    assert shown.returncode == 0, shown.stderr
    assert "Gift wrapping" in shown.stdout
    assert "We wrap every order." in shown.stdout
    told = json.loads(command("faq", "search", "gift wrapping", "--locale", "en", "--json").stdout)
    assert (told["outcome"], told["hits"][0]["title"]) == ("answer", "Gift wrapping")


def test_a_shop_that_is_not_there_is_an_error(command: Command):
    refused = command("faq", "search", "gift", "--shop", "4711")
    assert refused.returncode == 1
    assert "There is no such shop." in refused.stderr


def test_the_index_is_made_anew_on_demand(command: Command, database: Database):
    with database.writing() as session:
        rebuilding.mark_all(session)
        assert rebuilding.progress(session) == (2, 2)
    shown = command("faq", "index")
    assert shown.returncode == 0, shown.stderr
    assert "2 texts" in shown.stdout
    with database.reading() as session:
        assert rebuilding.progress(session) == (2, 0)
    assert command("faq", "index", "--rebuild").returncode == 0
