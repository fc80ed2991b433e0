"""Claims about the help centre's JSON: the same answers as the pages, for programs and for the shop's own pages."""

import pytest
from fastapi import FastAPI
from sqlmodel import select

from connector.tables import Store
from core.database import Database
from faq.question_tables import ArticleDay, ArticleVote, AskedQuestion
from tests.faq.factories import article, translation
from tests.faq.help_site import app_of, centre, proved, staff, visitor

pytestmark = pytest.mark.database

API = "/api/help/teehaus"
HOME = "https://shop.example"


@pytest.fixture
def app(database, settings, keys, clock) -> FastAPI:
    return app_of(database, settings, keys)


@pytest.fixture
def numbers(database: Database, clock) -> dict[str, int]:
    """Article numbers by their English address word."""
    with database.writing() as session:
        shop, _ = centre(session)
        shop.home_address = f"{HOME}/store"
        session.add(shop)
        texts = [
            article(session, shop, "Returning an item", "## How\n\nWithin 14 days.", category="returns"),
            article(session, shop, "Returning a gift", "With its slip.", category="returns"),
            article(session, shop, "For members", "Only you.", category="returns", audience="customers"),
        ]
        translation(session, texts[0], "반품하고 싶어요", "7일 안에 보내 주세요.")
    return {text.slug: text.article_id for text in texts} | {"store": shop.id}


@pytest.fixture
def shop(database, numbers):
    with database.reading() as session:
        return session.get(Store, numbers["store"])


def get(app: FastAPI, path: str, **given):
    return visitor(app, accept="application/json", **given.pop("headers", {})).get(API + path, **given)


# -- asking ------------------------------------------------------------------------------------------------------


def test_a_search_gives_hits_with_their_addresses(app, numbers):
    answer = get(app, "/search", params={"q": "Returning", "locale": "en"})
    said = answer.json()
    assert (said["question"], said["locale"]) == ("Returning", "en")
    assert said["outcome"] in ("answer", "did_you_mean")
    assert {hit["address"].partition("#")[0] for hit in said["hits"]} == {
        "/help/teehaus/en/returning-an-item",
        "/help/teehaus/en/returning-a-gift",
    }
    assert answer.headers["cache-control"].startswith("public, max-age=60")


def test_without_a_locale_the_callers_language_is_taken(app, numbers):
    said = get(app, "/search", params={"q": "반품"}, headers={"accept-language": "ko-KR"}).json()
    assert (said["locale"], said["hits"][0]["locale"], said["hits"][0]["fallback"]) == ("ko", "ko", False)


def test_a_hit_in_another_language_is_marked(app, numbers):
    said = get(app, "/search", params={"q": "gift", "locale": "ko"}).json()
    assert [(hit["locale"], hit["fallback"]) for hit in said["hits"]] == [("en", True)]


def test_the_answer_has_an_outcome_and_its_reason(app, numbers):
    assert get(app, "/answer", params={"q": "xyzzy", "locale": "en"}).json() == {
        "question": "xyzzy",
        "locale": "en",
        "outcome": "nothing",
        "confidence": 0.0,
        "reason": "no_hit",
        "hits": [],
    }


@pytest.mark.parametrize(
    ("typed", "locale", "many"),
    [("R", "en", 0), ("Re", "en", 2), ("반", "ko", 1), ("ㅂ", "ko", 0), ("!!", "en", 0)],
)
def test_suggestions_come_from_two_letters_or_one_syllable_on(app, numbers, typed, locale, many):
    said = get(app, "/suggest", params={"q": typed, "locale": locale}).json()
    assert len(said["suggestions"]) == many
    assert all(one["address"].startswith(f"/help/teehaus/{locale}/") for one in said["suggestions"])


def test_at_most_six_are_suggested(app, numbers, database, shop):
    with database.writing() as session:
        for number in range(9):
            article(session, shop, f"Returning number {number}", "x")
    assert len(get(app, "/suggest", params={"q": "Returning", "locale": "en"}).json()["suggestions"]) == 6


@pytest.mark.parametrize("path", ["/search", "/suggest", "/answer"])
@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "x" * 301}])
def test_a_question_that_is_none_is_refused_in_json(app, numbers, path, params):
    answer = get(app, path, params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_input"


@pytest.mark.parametrize("path", ["/search", "/suggest", "/answer"])
@pytest.mark.parametrize(
    "typed", ["\0", "a\0b", "\u202eab", "'; DROP TABLE article; --", "%_%", '"*"', "💩" * 100]
)
def test_hostile_questions_are_questions(app, numbers, path, typed):
    assert get(app, path, params={"q": typed}).status_code == 200


def test_asking_too_often_is_refused_and_typing_may_go_on_longer(app, numbers):
    client = visitor(app, accept="application/json")
    asked = [client.get(f"{API}/answer?q=tea").status_code for _ in range(61)]
    assert asked == [200] * 60 + [429]
    assert client.get(f"{API}/suggest?q=tea").status_code == 200


def test_questions_of_programs_are_noted_and_suggestions_are_not(app, numbers, database):
    get(app, "/search?q=one")
    get(app, "/answer?q=two")
    get(app, "/suggest?q=three")
    staff(app).get(f"{API}/answer?q=four")
    with database.reading() as session:
        noted = [(one.question, one.channel) for one in session.exec(select(AskedQuestion))]
    assert noted == [("one", "search"), ("two", "chat")]


# -- articles ----------------------------------------------------------------------------------------------------


def test_an_article_comes_as_clean_html_with_its_languages(app, numbers, database):
    said = get(app, "/articles/en/returning-an-item").json()
    assert said["article_id"] == numbers["returning-an-item"]
    assert '<h2 id="s-how">How</h2>' in said["html"]
    assert set(said["languages"]) == {"en", "ko"} and said["fallback"] is False
    with database.reading() as session:
        assert [row.views for row in session.exec(select(ArticleDay))] == [1]


def test_an_article_in_another_language_is_marked(app, numbers):
    said = get(app, "/articles/ko/returning-a-gift").json()
    assert (said["locale"], said["fallback"]) == ("en", True)


def test_a_restricted_article_is_the_same_404_as_one_that_is_not_there(app, numbers, database, keys, shop):
    answers = [get(app, f"/articles/en/{slug}") for slug in ("for-members", "nowhere")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    seen = get(app, "/articles/en/for-members", headers=proved(database, keys, shop))
    assert seen.status_code == 200
    assert seen.headers["cache-control"] == "private, no-store"


def test_related_articles_of_one_that_is_not_for_this_reader_are_not_told(app, numbers, database, keys, shop):
    said = get(app, f"/articles/{numbers['returning-an-item']}/related").json()
    assert [one["slug"] for one in said["articles"]] == ["returning-a-gift"]
    hidden = f"/articles/{numbers['for-members']}/related"
    assert get(app, hidden).status_code == 404
    assert get(app, hidden, headers=proved(database, keys, shop)).status_code == 200
    assert get(app, "/articles/999999/related").status_code == 404
    assert get(app, f"/articles/{10**30}/related").status_code == 400


def test_another_shops_articles_are_not_here(app, numbers, database):
    with database.writing() as session:
        other, _ = centre(session, slug="other")
        text = article(session, other, "Elsewhere", "x")
    assert get(app, "/articles/en/elsewhere").status_code == 404
    assert get(app, f"/articles/{text.article_id}/related").status_code == 404


def test_what_did_not_change_is_not_sent_again(app, numbers):
    tag = get(app, "/articles/en/returning-a-gift").headers["etag"]
    assert get(app, "/articles/en/returning-a-gift", headers={"if-none-match": tag}).status_code == 304


# -- votes -------------------------------------------------------------------------------------------------------


def form(numbers, **changes):
    return {
        "article_id": numbers["returning-a-gift"],
        "locale": "en",
        "key": "k" * 20,
        "helped": True,
    } | changes


def kept(database) -> list[tuple]:
    with database.reading() as session:
        return [
            (one.helped, one.reason, one.question, one.confidence)
            for one in session.exec(select(ArticleVote))
        ]


def test_a_vote_is_kept_once_for_a_key_with_how_sure_search_was(app, numbers, database):
    client = visitor(app)
    assert client.post(f"{API}/votes", json=form(numbers)).json() == {"kept": True}
    client.post(f"{API}/votes", json=form(numbers, helped=False, reason="outdated", question="gift"))
    [(helped, reason, question, confidence)] = kept(database)
    assert (helped, reason, question) == (False, "outdated", "gift")
    assert confidence is not None and 0 < confidence <= 1


def test_nobody_is_sure_of_an_article_that_the_question_does_not_find_first(app, numbers, database):
    visitor(app).post(f"{API}/votes", json=form(numbers, question="item"))
    assert kept(database) == [(True, "", "item", None)]


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "short"},
        {"key": "k" * 65},
        {"reason": "x"},
        {"helped": "perhaps"},
        {"confidence": 1},
        {"question": "x" * 301},
        {"article_id": 0},
    ],
)
def test_a_vote_that_is_none_is_refused(app, numbers, database, changes):
    assert visitor(app).post(f"{API}/votes", json=form(numbers, **changes)).status_code == 400
    assert kept(database) == []


def test_a_vote_on_a_hidden_article_or_from_another_site_is_refused(app, numbers, database):
    hidden = form(numbers, article_id=numbers["for-members"])
    assert visitor(app).post(f"{API}/votes", json=hidden).status_code == 404
    evil = {"origin": "https://evil.example"}
    for headers in ({"sec-fetch-site": "cross-site"}, evil, evil | {"sec-fetch-site": "cross-site"}):
        answer = visitor(app, **headers).post(f"{API}/votes", json=form(numbers))
        assert answer.status_code == 403
        assert ALLOWED not in answer.headers
        elsewhere = visitor(app, **headers).post("/api/help/nowhere/votes", json=form(numbers))
        assert elsewhere.status_code == 403
    assert kept(database) == []


def test_the_shops_own_pages_may_vote(app, numbers, database):
    page = visitor(app, **{"origin": HOME, "sec-fetch-site": "cross-site"})
    asked = page.options(f"{API}/votes", headers={"access-control-request-method": "POST"})
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    answer = page.post(f"{API}/votes", json=form(numbers))
    assert (answer.json(), answer.headers[ALLOWED]) == ({"kept": True}, HOME)
    assert "access-control-allow-credentials" not in answer.headers
    assert len(kept(database)) == 1


# -- other sites -------------------------------------------------------------------------------------------------

ALLOWED = "access-control-allow-origin"


def test_the_shops_own_pages_may_read_answers_and_errors_without_cookies(app, numbers):
    for path in ("/search?q=tea", "/suggest?q=tea", "/articles/en/returning-a-gift", "/articles/en/nowhere"):
        answer = get(app, path, headers={"origin": HOME})
        assert answer.headers[ALLOWED] == HOME, path
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://shop.example", f"{HOME}:8443", f"{HOME}.evil.example", "null", "*", ""],
)
def test_no_other_site_may(app, numbers, origin):
    assert ALLOWED not in get(app, "/search?q=tea", headers={"origin": origin}).headers
    preflight = visitor(app, origin=origin).options(f"{API}/search")
    assert preflight.status_code == 403
    assert ALLOWED not in preflight.headers


def test_the_shops_own_pages_may_send_their_customers_token(app, numbers):
    answer = visitor(app, origin=HOME).options(f"{API}/articles/en/for-members")
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type, Accept-Language"


def test_an_answer_for_one_site_is_not_kept_for_another(app, numbers):
    assert "Origin" in get(app, "/search?q=tea").headers["vary"]


def test_every_address_is_described(app):
    paths = app.openapi()["paths"]
    described = {path.rpartition("{centre}/")[2] for path in paths if path.startswith("/api/help/")}
    assert described == {
        "search",
        "suggest",
        "answer",
        "articles/{locale}/{slug}",
        "articles/{article_id}/related",
        "votes",
    }
    search = paths["/api/help/{centre}/search"]["get"]
    assert {one["name"] for one in search["parameters"]} == {"centre", "q", "limit", "locale"}
    assert search["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "SearchAnswer"
    )
