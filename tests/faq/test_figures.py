"""Claims about what became of articles."""

import pytest

from faq import figures, voting
from faq.figures import WantedFigures
from tests import factories

from .factories import article, translation

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session, clock):
    return factories.store(session)


def read(session, text, *, views=0, asked=0, yes=0, no=0, locale="en"):
    for _ in range(views):
        voting.viewed(session, article_id=text.article_id, locale=locale)
    for _ in range(asked):
        voting.asked_person(session, article_id=text.article_id, locale=locale)
    for place in range(yes + no):
        key = f"{locale}{place}"
        voting.vote(session, article_id=text.article_id, locale=locale, key=key, helped=place < yes)


def found(session, **wanted):
    return figures.figures(session, WantedFigures(**wanted))[0]


def test_an_articles_shares_and_what_they_rest_on(session, shop):
    read(session, article(session, shop), views=40, asked=4, yes=9, no=3)
    one = found(session)[0]
    assert (one.views, one.votes, one.asked, one.helped, one.solved) == (40, 12, 4, 0.75, 0.9)
    assert (one.few_votes, one.few_views) == (False, False)


def test_without_readers_and_votes_there_is_no_share_and_few_are_marked(session, shop):
    unread, few = article(session, shop, "A"), article(session, shop, "B")
    read(session, few, views=9, yes=1)
    assert [(one.helped, one.solved) for one in found(session, sort="title", up=True)] == [
        (None, None),
        (1.0, 1.0),
    ]
    assert found(session)[0].few_votes
    assert found(session)[0].few_views
    assert unread.state == "published"


def test_more_who_asked_than_read_is_no_negative_share(session, shop):
    read(session, article(session, shop), views=1, asked=3)
    assert found(session)[0].solved == 0


def test_only_the_wanted_days_count(session, shop, clock):
    text = article(session, shop)
    read(session, text, views=5, yes=1)
    clock.advance(days=10)
    read(session, text, views=2, locale="ko", no=1)
    assert [one.views for one in found(session, days=7)] == [2]
    assert [(one.views, one.votes) for one in found(session, days=30)] == [(7, 2)]


def test_languages_are_added_up_or_shown_alone(session, shop):
    text = article(session, shop, "Returns")
    translation(session, text, "반품", "14일")
    read(session, text, views=3)
    read(session, text, views=4, locale="ko")
    assert [(one.title, one.views) for one in found(session)] == [("Returns", 7)]
    assert [(one.title, one.views) for one in found(session, locale="ko")] == [("반품", 4)]


def test_drafts_are_left_out_until_somebody_read_them(session, shop):
    draft = article(session, shop, "Draft", published=False)
    assert found(session) == []
    read(session, draft, views=1)
    assert [(one.title, one.state) for one in found(session)] == [("Draft", "draft")]


@pytest.mark.parametrize(
    ("sort", "up", "order"),
    [
        ("title", True, "ABC"), ("title", False, "CBA"), ("views", False, "BAC"), ("views", True, "CAB"),
        ("helped", False, "ABC"), ("helped", True, "BAC"), ("votes", False, "ABC"), ("asked", False, "ABC"),
        ("solved", False, "BAC"), ("solved", True, "ABC"),
    ],
)  # fmt: skip
def test_every_column_sorts_and_articles_without_the_number_stand_last(session, shop, sort, up, order):
    a, b, _c = (article(session, shop, title) for title in "ABC")
    read(session, a, views=5, asked=2, yes=3)
    read(session, b, views=8, asked=1, yes=1, no=1)
    assert "".join(one.title for one in found(session, sort=sort, up=up)) == order


def test_shops_and_pages_are_chosen(session, shop, monkeypatch):
    monkeypatch.setattr(figures, "PAGE", 2)
    for title in "ABC":
        article(session, shop, title)
    other = factories.store(session)
    article(session, other, "D")
    assert [one.title for one in found(session, store_id=other.id)] == ["D"]
    wanted = WantedFigures(sort="title", up=True, page=2)
    assert [one.title for one in figures.figures(session, wanted)[0]] == ["C", "D"]


def test_one_article_has_its_figures_and_what_was_written_by_those_it_did_not_help(session, shop):
    text = article(session, shop)
    article(session, shop, "Another")
    for place in range(3):
        reason = "Out of date" if place else "Too long"
        voting.vote(
            session, article_id=text.article_id, locale="en", key=f"k{place}", helped=False, reason=reason
        )
    voting.vote(session, article_id=text.article_id, locale="en", key="k3", helped=True, reason="Thanks")
    assert figures.figures_of(session, text.article_id, days=30).votes == 4
    assert figures.figures_of(session, 999, days=30) is None
    written = figures.unhelped(session, text.article_id, days=30)
    assert [(one.reason, one.times) for one in written] == [("Out of date", 2), ("Too long", 1)]
