"""The list of articles, its bulk steps and its part of Today, as staff of each role meet them."""

import re

import pytest

from connector import actions
from core import clock
from faq import categories, editing, publishing, queries
from faq.help_centres import help_centre_of
from faq.schemas import TextForm
from tests import factories as shops

from . import factories
from .desk import words
from .test_picking import product

pytestmark = pytest.mark.database


@pytest.fixture
def returns(database, shop):
    with database.writing() as session:
        text = factories.article(
            session, shop, "반품은 어떻게 하나요?", "14일 안에", locale="ko", category="returns"
        )
        factories.translation(session, text, "How do I return something?", "In 14 days", locale="en")
        return text.article_id


@pytest.fixture
def draft(database, shop):
    with database.writing() as session:
        return factories.article(session, shop, "배송 안내", "", locale="ko", published=False).article_id


def state(database, number, locale="ko"):
    with database.reading() as session:
        return queries.text_in(session, number, locale).state


# -- the list ----------------------------------------------------------------------------------------------------


def test_a_row_says_title_kind_category_languages_readers_and_when(desk, returns, draft):
    shown = words(desk("reader").get("/articles"))
    for word in (
        "How do I return something?",
        "Question · returns",
        "Korean: published",
        "English: published",
    ):
        assert word in shown
    for word in ("배송 안내", "Korean: draft", "English: missing", "Everybody", "ago"):
        assert word in shown


def test_filters_stand_in_the_address_and_are_taken_off_by_choosing_them_again(desk, returns, draft):
    answer = desk("reader").get("/articles?state=draft&q=배송")
    assert "배송 안내" in answer.text
    assert "How do I return" not in answer.text
    guide = re.search(r'href="([^"]*kind=guide[^"]*)"', answer.text)[1].replace("&amp;", "&")
    assert "state=draft" in guide
    chosen = desk("reader").get(guide).text
    assert "No article matches" in chosen
    assert re.search(r'href="/articles\?state=draft&amp;q=[^"&]*" aria-current="true">Guides', chosen)


def test_shops_are_filters_when_there_are_several(database, desk, shop, returns):
    assert ">Mori<" not in desk("reader").get("/articles").text
    with database.writing() as session:
        shops.store(session, name="Second shop")
    answer = desk("reader").get(f"/articles?store={shop.id}")
    assert "Second shop" in answer.text
    assert "How do I return something?" in answer.text


def test_an_empty_list_offers_to_write_and_only_to_those_who_may(desk, shop):
    assert "Write the first article" in desk("agent").get("/articles").text
    assert "Write the first article" not in desk("reader").get("/articles").text
    assert "New article" not in desk("reader").get("/articles").text


def test_readers_have_no_ticks(desk, returns):
    assert 'name="step"' in desk("agent").get("/articles").text
    shown = desk("reader").get("/articles").text
    assert 'name="step"' not in shown
    assert "/articles/bulk" not in shown


# -- one step for many -------------------------------------------------------------------------------------------


def bulk(desk, **given):
    return desk("agent").post("/articles/bulk", data=given)


def test_a_step_leads_back_to_the_same_filter_and_says_what_was_done_and_what_was_not(
    database, desk, returns, draft
):
    answer = bulk(desk, article=[returns, draft], step="publish", next="/articles?q=a")
    told = answer.headers["location"]
    assert (answer.status_code, told) == (303, f"/articles?q=a&done=publish&count=1&left={draft}")
    shown = words(desk("agent").get(told))
    assert "1 article is published." in shown
    assert "Left as they were, because a text is empty or lacks a fact: 배송 안내" in shown
    assert state(database, draft) == "draft"


@pytest.mark.parametrize(("step", "after"), [("archive", "archived"), ("draft", "draft")])
def test_articles_are_archived_or_taken_back(database, desk, returns, step, after):
    bulk(desk, article=[returns], step=step)
    assert (state(database, returns), state(database, returns, "en")) == (after, after)


def test_articles_move_to_a_category_and_to_other_readers(database, desk, shop, draft):
    with database.writing() as session:
        wanted = categories.add(session, shop.id, {"en": "Delivery"})
    bulk(desk, article=[draft], step="category:delivery")
    bulk(desk, article=[draft], step="audience:customers")
    with database.reading() as session:
        article = queries.article(session, draft)
    assert (article.category_id, article.audience) == (wanted.id, "customers")


def test_deleting_asks_first_and_then_is_final(database, desk, returns, draft):
    asked = bulk(desk, article=[returns], step="delete", next="/articles?kind=faq")
    assert asked.status_code == 200
    assert "cannot be brought back" in asked.text
    assert desk("reader").get(f"/articles/{returns}").status_code == 303
    form = {"article": [returns], "next": "/articles?kind=faq"}
    answer = desk("agent").post("/articles/delete", data=form)
    assert answer.headers["location"] == "/articles?kind=faq&done=delete&count=1&left="
    assert desk("reader").get(f"/articles/{returns}").status_code == 404
    assert desk("reader").get(f"/articles/{draft}").status_code == 303


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/settings", "/articles@evil"]
)
def test_a_step_leads_to_no_other_page(desk, returns, elsewhere):
    answer = bulk(desk, article=[returns], step="archive", next=elsewhere)
    assert answer.headers["location"].startswith("/articles?done=archive")


def test_a_step_that_is_none_and_nothing_ticked_are_told_clearly(desk, returns):
    assert "Please choose what to do" in bulk(desk, article=[returns], step="burn").text
    assert "No article was ticked" in bulk(desk, step="delete").text
    assert bulk(desk, step="archive").headers["location"] == "/articles?done=archive&count=0&left="


# -- Today -------------------------------------------------------------------------------------------------------


def test_today_says_nothing_when_all_is_well(desk, returns):
    assert desk("agent").get("/console/faq/today").text.strip() == ""


def test_today_tells_drafts_outdated_translations_and_gaps_each_with_its_one_action(
    database, desk, shop, returns, draft
):
    with database.writing() as session:
        form = TextForm(title="반품", body="30일 안에")
        article = queries.article(session, returns)
        newer = editing.save_text(session, article, locale="ko", form=form, by="Mina")
        publishing.publish(session, newer)
        actions.mirror_products(session, shop, [product(12, "Tea")], now=clock.now())
        centre = help_centre_of(session, shop.id)
        centre.facts = {"carrier": "CJ"}
        body = "{{ shop.carrier }} {{ product.12.price }}"
        gap = factories.article(session, shop, "Carrier", body, locale="ko")
        centre.facts = {}
        actions.remove_products(session, shop, [12], now=clock.now())
    shown = desk("owner").get("/console/faq/today").text
    assert "1 translation is outdated" in shown
    assert "1 text waits to be published" in shown
    assert "Mori: facts for articles are missing" in shown
    assert f'href="/settings/help/{shop.id}"' in shown
    assert f'href="/articles/{gap.article_id}/ko"' in shown
    assert "/settings/help/" not in desk("agent").get("/console/faq/today").text


# -- who may -----------------------------------------------------------------------------------------------------

PAGES = [
    "/articles",
    "/articles/categories",
    "/articles/{article}/ko",
    "/articles/{article}/en/translate",
    "/articles/{article}/ko/history",
    "/console/faq/today",
    "/console/faq/settings",
    "/console/faq/related?related_words=a",
    "/console/faq/products?product_words=a",
]
ACTIONS = [
    ("/articles/bulk", "agent"),
    ("/articles/delete", "agent"),
    ("/articles/new", "agent"),
    ("/articles/{article}/ko", "agent"),
    ("/articles/{article}/ko/state", "agent"),
    ("/articles/{article}/en/translate", "agent"),
    ("/articles/{article}/en/up-to-date", "agent"),
    ("/articles/{article}/ko/restore", "agent"),
    ("/articles/categories", "agent"),
    ("/articles/categories/{category}", "agent"),
    ("/articles/categories/{category}/move", "agent"),
    ("/articles/categories/{category}/delete", "agent"),
    ("/console/faq/preview", "agent"),
    ("/settings/help/{store}", "owner"),
]


@pytest.fixture
def filled(database, shop, returns):
    with database.reading() as session:
        category = queries.category_of(session, shop.id, "returns")
    return lambda path: path.format(article=returns, store=shop.id, category=category.id)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_staff_alone_and_readers_see_it(desk, filled, path):
    assert desk().get(filled(path)).headers["location"].startswith("/sign-in")
    for role in ("reader", "agent", "owner"):
        assert desk(role).get(filled(path)).status_code == 200


@pytest.mark.parametrize(("path", "least"), ACTIONS)
def test_every_action_asks_for_its_role_and_for_the_pages_proof(desk, filled, path, least):
    assert desk().post(filled(path)).status_code == 401
    refused = {"owner": ["reader", "agent"], "agent": ["reader"]}[least]
    for role in refused:
        assert "Your role does not allow this" in desk(role).post(filled(path)).text
    for proof in ("", "proof-reader"):
        answer = desk(least).post(filled(path), headers={"x-csrf": proof})
        assert answer.status_code == 403
        assert "This page was open too long" in answer.text
    assert desk(least).post(filled(path)).status_code not in (401, 403, 500)


@pytest.mark.parametrize("path", ["/articles/new", "/settings/help/{store}"])
def test_pages_that_only_lead_to_writing_are_not_for_readers(desk, filled, path):
    assert desk("reader").get(filled(path)).status_code == 403
    assert desk("owner").get(filled(path)).status_code == 200


def test_a_look_at_a_page_opens_no_help_centre(database, desk, filled):
    for path in (*PAGES, "/settings/help/{store}", "/articles/new"):
        desk("owner").get(filled(path))
    with database.reading() as session:
        assert queries.help_centre(session, 1) is None
