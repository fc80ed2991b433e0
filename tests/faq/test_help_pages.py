"""Claims about the help centre's pages: what a visitor finds, in which language, and what nobody is told."""

import gzip
import json
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlmodel import select

from core.database import Database
from core.web import STATIC
from faq import asking, editing, publishing, queries, voting
from faq.answering import Answer
from faq.editing import save_article
from faq.noting import Read, _write
from faq.question_tables import ArticleDay, ArticleVote, AskedQuestion
from faq.schemas import ArticleForm, Reader, TextForm
from faq.search import search
from faq.tables import ArticleCategory
from tests.faq.factories import article, translation
from tests.faq.help_site import ADDRESS, Page, app_of, centre, proved, staff, visitor

pytestmark = pytest.mark.database

LONG = "Before.\n\n## What\n\nThis.\n\n## How\n\nSo.\n\n## When\n\nThen.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"


@pytest.fixture
def app(database, settings, keys, clock):
    return app_of(database, settings, keys)


@pytest.fixture
def shop(database: Database, clock):
    """A help centre with articles in both languages, one in English alone, one for customers, one for staff."""
    with database.writing() as session:
        found, _centre = centre(session)
        returns = article(session, found, "Returning an item", LONG, category="returns", kind="guide")
        translation(session, returns, "반품하고 싶어요", "7일 안에 보내 주세요.")
        article(session, found, "Broken on arrival", "Send us a photo.", category="returns", position=1)
        article(session, found, "Paying later", "Within three days.")
        article(session, found, "For members", "Only you.", category="returns", audience="customers")
        article(session, found, "How we check", "Look twice.", category="secret", audience="staff")
        for row in session.exec(select(ArticleCategory)):
            row.names = {"returns": {"en": "Returns", "ko": "반품"}, "secret": {"en": "Inside"}}[row.slug]
            session.add(row)
    return found


def open_page(client, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return Page(answer.text)


KO = f"/help/teehaus/ko/{quote('반품하고-싶어요')}"


# -- languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "locale"),
    [
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("fr,ko;q=0.1", "ko"),
        ("x;q=y,,;", "en"),
    ],
)
def test_a_visitor_comes_to_the_language_wanted_most(app, shop, wanted, locale):
    answer = visitor(app, **{"accept-language": wanted}).get("/help/teehaus")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/help/teehaus/{locale}/")
    assert answer.headers["vary"] == "Accept-Language"


def test_the_language_of_the_address_rules_whatever_the_browser_wants(app, shop):
    page = open_page(visitor(app, **{"accept-language": "en"}), "/help/teehaus/ko/")
    assert page.all("html") == [{"lang": "ko", "dir": "ltr"}]
    assert "무엇을 도와드릴까요?" in page.text


def test_the_switch_leads_to_the_linked_translation_and_back(app, shop):
    client = visitor(app)
    english = open_page(client, "/help/teehaus/en/returning-an-item")
    assert english.all("a", hreflang="ko")[0]["href"] == KO
    assert open_page(client, KO).all("a", hreflang="en")[0]["href"] == "/help/teehaus/en/returning-an-item"


def test_an_article_without_this_language_is_shown_in_another_one_and_says_so(app, shop):
    page = open_page(visitor(app), "/help/teehaus/ko/broken-on-arrival")
    assert "이 글은 아직 한국어로 준비되지 않아서 영어로 보여 드려요." in page.text
    assert page.all("html")[0]["lang"] == "ko"
    assert page.all("article")[0] == {"class": "reading body", "lang": "en", "dir": "ltr"}
    assert page.all("link", rel="canonical")[0]["href"] == f"{ADDRESS}/help/teehaus/en/broken-on-arrival"


def test_the_address_word_of_another_language_leads_to_the_right_one(app, shop):
    answer = visitor(app).get("/help/teehaus/ko/returning-an-item")
    assert (answer.status_code, answer.headers["location"]) == (302, KO)


def test_a_language_that_we_do_not_speak_has_an_english_frame_around_its_own_text(app, database):
    with database.writing() as session:
        found, _ = centre(session, slug="bayt", locales=["ar", "en"])
        article(session, found, "إرجاع", "أربعة عشر يوما", locale="ar")
    page = open_page(visitor(app), "/help/bayt/ar/")
    assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
    link = next(one for one in page.all("a") if one["href"].startswith("/help/bayt/ar/%D8"))
    assert (link["lang"], link["dir"]) == ("ar", "rtl")
    inside = open_page(visitor(app), link["href"])
    assert inside.all("article")[0]["dir"] == "rtl"
    assert "Did this help?" in inside.text


def test_a_text_in_a_language_that_the_centre_does_not_have_is_not_shown(app, shop, database):
    with database.writing() as session:
        article(session, shop, "Retour", "Voilà.", locale="fr")
    client = visitor(app)
    assert "Retour" not in client.get("/help/teehaus/en/").text
    assert client.get("/help/teehaus/fr/retour").status_code == 404
    assert client.get("/help/teehaus/en/retour").status_code == 404


def test_a_slug_typed_with_separate_letters_is_the_same_slug(app, shop):
    taken_apart = quote(unicodedata.normalize("NFD", "반품하고-싶어요"))
    assert taken_apart not in KO
    assert visitor(app).get(f"/help/teehaus/ko/{taken_apart}").status_code == 200


# -- what there is -----------------------------------------------------------------------------------------------


def test_the_home_page_has_the_search_first_then_categories_with_their_articles(app, shop):
    page = open_page(visitor(app), "/help/teehaus/en/")
    names = [name for name, _ in page.elements]
    assert names.index("form") < names.index("section")
    assert page.all("form")[0]["action"] == "/help/teehaus/en/search"
    assert "Returns" in page.text and "Returning an item" in page.text
    assert "More articles" in page.text and "Paying later" in page.text


def test_a_category_without_anything_for_this_reader_is_not_named(app, shop):
    assert "Inside" not in open_page(visitor(app), "/help/teehaus/en/").text
    assert visitor(app).get("/help/teehaus/en/category/secret").status_code == 404
    assert "Inside" in open_page(staff(app), "/help/teehaus/en/").text


def test_only_the_first_articles_of_a_long_category_stand_on_the_home_page(app, shop, database):
    with database.writing() as session:
        for number in range(80):
            article(session, shop, f"Number {number:02}", "x", category="returns", position=10 + number)
    client = visitor(app)
    home = open_page(client, "/help/teehaus/en/")
    assert "All 82 articles" in home.text and "Number 04" not in home.text
    first = open_page(client, "/help/teehaus/en/category/returns")
    second = open_page(client, "/help/teehaus/en/category/returns?page=2")
    assert "Number 00" in first.text and "Number 79" not in first.text
    assert "Number 79" in second.text and "Number 00" not in second.text
    assert client.get("/help/teehaus/en/category/returns?page=3").status_code == 404


def test_what_is_read_most_stands_on_the_home_page_of_a_large_centre(app, shop, database):
    with database.writing() as session:
        texts = [article(session, shop, f"Number {number:02}", "x") for number in range(12)]
        for _ in range(3):
            voting.viewed(session, article_id=texts[7].article_id, locale="ko")
    page = open_page(visitor(app), "/help/teehaus/en/")
    assert "Most read Number 07" in page.text


def test_titles_are_those_of_the_published_version(app, shop, database):
    with database.writing() as session:
        text = queries.published_text(session, staff_reader(shop), "en", "paying-later")[1]
        row = queries.article(session, text.article_id)
        form = TextForm(title="Not yet said", body="Draft.")
        editing.save_text(session, row, locale="en", form=form, by="Mina")
    for path in ("/help/teehaus/en/", "/help/teehaus/en/paying-later", "/help/teehaus/en/category/-"):
        assert "Not yet said" not in visitor(app).get(path).text


def staff_reader(shop):
    return Reader(shop.id, "staff")


def test_a_long_article_has_a_table_of_contents_that_leads_to_its_headings(app, shop):
    page = open_page(visitor(app), "/help/teehaus/en/returning-an-item")
    assert [link for link in page.links if link.startswith("#") and link != "#content"] == [
        "#s-what",
        "#s-how",
        "#s-when",
    ]
    assert {given.get("id") for given in page.all("h2")} >= {"s-what", "s-how", "s-when"}
    assert "On this page" not in open_page(visitor(app), "/help/teehaus/en/paying-later").text


def test_an_article_says_what_the_shop_says_now_also_to_machines(app, database):
    with database.writing() as session:
        found, _ = centre(session, facts={"return_days": "30"})
        article(session, found, "How long", "Within {{ shop.return_days }} days.")
    html = visitor(app).get("/help/teehaus/en/how-long").text
    assert "Within 30 days." in Page(html).text
    assert blocks(html)[0]["mainEntity"][0]["acceptedAnswer"]["text"] == "Within 30 days."
    assert "shop.return_days" not in html


def test_related_articles_are_the_owners_choice_before_the_neighbours(app, shop, database):
    client = visitor(app)
    assert (
        "Related articles Broken on arrival" in open_page(client, "/help/teehaus/en/returning-an-item").text
    )
    with database.writing() as session:
        rows = {
            slug: queries.published_text(session, staff_reader(shop), "en", slug)[0]
            for slug in ("returning-an-item", "paying-later", "how-we-check")
        }
        chosen = (rows["how-we-check"].id, rows["paying-later"].id)
        save_article(session, rows["returning-an-item"], ArticleForm(category="returns", related=chosen))
    said = open_page(client, "/help/teehaus/en/returning-an-item").text
    assert "Related articles Paying later Broken on arrival" in said
    assert "How we check" not in said


def test_articles_about_the_same_product_are_related(app, shop, database):
    with database.writing() as session:
        article(session, shop, "Washing the pot", "Warm.", products=(7,))
        article(session, shop, "Filling the pot", "Slowly.", products=(7, 8))
    assert (
        "Related articles Filling the pot" in open_page(visitor(app), "/help/teehaus/en/washing-the-pot").text
    )


def test_an_article_named_like_a_page_of_ours_has_another_address(app, shop, database):
    with database.writing() as session:
        text = article(session, shop, "Search", "How to search.")
    assert text.slug == "search-2"
    assert "How to search." in open_page(visitor(app), "/help/teehaus/en/search-2").text


# -- who may read ------------------------------------------------------------------------------------------------


def test_a_restricted_article_is_the_same_404_as_one_that_is_not_there(app, shop):
    client = visitor(app)
    answers = [
        client.get(f"/help/teehaus/en/{slug}") for slug in ("for-members", "how-we-check", "not-there")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_staff_reads_restricted_articles_with_a_badge_and_the_page_is_kept_by_nobody(app, shop):
    answer = staff(app).get("/help/teehaus/en/how-we-check")
    assert answer.status_code == 200
    assert "Staff only" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert '"noindex, follow"' in answer.text and "ld+json" not in answer.text


def test_a_customer_reads_what_is_for_customers_and_not_what_is_for_staff(app, shop, database, keys):
    client = visitor(app, **proved(database, keys, shop))
    answer = client.get("/help/teehaus/en/for-members")
    assert answer.status_code == 200 and "Customers only" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert client.get("/help/teehaus/en/how-we-check").status_code == 404


def test_another_shops_article_is_not_here(app, shop, database):
    with database.writing() as session:
        other, _ = centre(session, slug="other")
        article(session, other, "Elsewhere", "x")
    assert visitor(app).get("/help/other/en/elsewhere").status_code == 200
    assert visitor(app).get("/help/teehaus/en/elsewhere").status_code == 404


def test_a_closed_help_centre_and_none_look_the_same(app, database):
    with database.writing() as session:
        centre(session, slug="closed", open=False)
    client = visitor(app)
    answers = [client.get(f"/help/{slug}/en/") for slug in ("closed", "never")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace("closed", "never") == answers[1].text


def test_a_page_that_is_not_there_offers_the_search_and_a_person(app, shop):
    for path in (
        "/help/teehaus/en/nowhere",
        "/help/teehaus/en/a/b/c",
        "/help/teehaus/xx/",
        "/help/teehaus/en/category/no",
    ):
        answer = visitor(app).get(path)
        page = Page(answer.text)
        assert answer.status_code == 404, path
        assert page.all("form", role="search"), path
        assert shop.home_address in page.links, path
        assert "noindex" in answer.text


@pytest.mark.parametrize(
    "crafted", ["%00", "a%00b", "a%0ab", "%E2%80%AE", "..%2f..%2fetc", "'--", "%F0%9F%92%A9", "x" * 3000]
)
def test_hostile_addresses_are_nothing_at_all(app, shop, crafted):
    client = visitor(app)
    for path in (
        f"/help/{crafted}/en/",
        f"/help/teehaus/{crafted}/",
        f"/help/teehaus/en/{crafted}",
        f"/help/teehaus/en/category/{crafted}",
    ):
        assert client.get(path).status_code in (301, 404), path
    assert client.get(f"/help/teehaus/en/search?q={crafted}").status_code == 200


# -- search ------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_on_a_page_that_can_be_shared(app, shop):
    answer = visitor(app).get("/help/teehaus/en/search", params={"q": "Returning"})
    page = Page(answer.text)
    assert page.all("input", name="q")[0]["value"] == "Returning"
    assert any(link.startswith("/help/teehaus/en/returning-an-item?q=Returning") for link in page.links)
    assert answer.headers["cache-control"].startswith("public, max-age=60")
    assert page.all("meta", name="robots")[0]["content"] == "noindex, follow"


def test_a_sure_answer_is_marked_and_an_unsure_one_is_a_choice(app, shop, monkeypatch):
    def answering(outcome, many):
        def said(session, *, question, locale, reader, meaning=None):
            hits = search(session, reader=reader, locale=locale, question=question).hits[:many]
            return Answer(outcome, hits, 0.5, "said")

        return said

    client, path = visitor(app), "/help/teehaus/en/search?q=item photo days"
    monkeypatch.setattr(asking, "answer", answering("did_you_mean", 2))
    assert "Did you mean one of these?" in client.get(path).text
    monkeypatch.setattr(asking, "answer", answering("answer", 1))
    page = open_page(client, path)
    assert page.all("section", **{"class": "answer"})
    assert "Did you mean" not in page.text and "More articles" in page.text


def test_nothing_found_says_so_and_shows_the_way_to_a_person(app, database):
    with database.writing() as session:
        centre(session, facts={"email": "hello@teehaus.example"})
    page = open_page(visitor(app), "/help/teehaus/en/search?q=xyzzy")
    assert "Nothing found for “xyzzy”" in page.text
    assert "mailto:hello@teehaus.example" in page.links


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({"email": "a@b.example?bcc=evil@x.example"}, "https://home.example"),
        ({"email": "javascript:alert(1)"}, "https://home.example"),
        ({"contact_page": "javascript:alert(1)"}, "https://home.example"),
        ({"contact_page": "https://home.example/contact"}, "https://home.example/contact"),
    ],
)
def test_the_way_to_a_person_is_never_a_script(app, database, facts, address):
    with database.writing() as session:
        shop, _ = centre(session, facts=facts)
        shop.home_address = "https://home.example"
        session.add(shop)
    assert address in open_page(visitor(app), "/help/teehaus/en/search?q=xyzzy").links


def test_a_result_in_another_language_is_marked_as_such(app, shop):
    page = open_page(visitor(app), "/help/teehaus/ko/search?q=photo")
    assert page.all("span", **{"class": "tag", "lang": "en"})


def test_what_is_asked_stands_on_the_page_as_text(app, shop):
    evil = '"><script>alert(1)</script>{{ 7*7 }}'
    answer = visitor(app).get("/help/teehaus/en/search", params={"q": evil})
    assert (
        "<script>alert" not in answer.text
        and "49" not in Page(answer.text).all("input", name="q")[0]["value"]
    )
    assert Page(answer.text).all("input", name="q")[0]["value"] == evil


def test_searching_too_often_is_refused(app, shop):
    client = visitor(app)
    answers = [client.get("/help/teehaus/en/search?q=tea").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert client.get("/help/teehaus/en/").status_code == 200


# -- notes -------------------------------------------------------------------------------------------------------


def views(database) -> int:
    with database.reading() as session:
        return sum(row.views for row in session.exec(select(ArticleDay)))


def questions(database) -> list[AskedQuestion]:
    with database.reading() as session:
        return list(session.exec(select(AskedQuestion)))


def test_reading_counts_and_looking_ahead_does_not(app, shop, database):
    path = "/help/teehaus/en/paying-later"
    visitor(app).get(path)
    assert views(database) == 1
    visitor(app).head(path)
    visitor(app, **{"sec-purpose": "prefetch;prerender"}).get(path)
    visitor(app, purpose="prefetch").get(path)
    visitor(app, **{"user-agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"}).get(path)
    staff(app).get(path)
    visitor(app).get("/help/teehaus/en/nowhere")
    assert views(database) == 1


def test_asking_is_noted_without_who_asked_and_staff_is_not_noted(app, shop, database):
    visitor(app).get("/help/teehaus/en/search?q=  lost   parcel ")
    staff(app).get("/help/teehaus/en/search?q=trying")
    visitor(app).get("/help/teehaus/en/search?q=")
    assert [(one.question, one.locale, one.channel, one.outcome) for one in questions(database)] == [
        ("lost parcel", "en", "search", "nothing")
    ]


def test_a_note_that_cannot_be_written_does_not_harm_the_page(app, shop, database, monkeypatch):
    def broken(*given, **more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(voting, "viewed", broken)
    assert visitor(app).get("/help/teehaus/en/paying-later").status_code == 200
    assert views(database) == 0


def test_one_note_that_cannot_be_written_leaves_the_others(shop, database):
    with database.reading() as session:
        known = queries.published_text(session, staff_reader(shop), "en", "paying-later")[0]
    with database.writing() as session:
        _write(session, [Read(999_999, "en"), Read(known.id, "en")])
    assert views(database) == 1


# -- votes -------------------------------------------------------------------------------------------------------


def votes(database) -> list[tuple[bool, str, str]]:
    with database.reading() as session:
        return [(one.helped, one.reason, one.question) for one in session.exec(select(ArticleVote))]


def vote(client, **form: str):
    return client.post("/help/teehaus/en/paying-later/vote", data=form)


def test_a_vote_needs_no_script_and_the_same_browsers_next_one_replaces_it(app, shop, database):
    client = visitor(app)
    answer = vote(client, helped="no", q="pay")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/help/teehaus/en/paying-later?q=pay&voted=not#vote",
    )
    assert "What was wrong with it?" in client.get(answer.headers["location"]).text
    assert votes(database) == [(False, "", "pay")]
    vote(client, helped="no", reason="unclear")
    assert votes(database) == [(False, "unclear", "")]
    assert vote(client, helped="yes").headers["location"].endswith("?voted=helped#vote")
    assert votes(database) == [(True, "", "")]


def test_two_browsers_have_two_votes_and_a_pages_key_only_one(app, shop, database):
    vote(visitor(app), helped="yes")
    vote(visitor(app), helped="yes")
    for _ in range(2):
        vote(visitor(app), helped="no", key="0123456789abcdef")
    assert sorted(votes(database)) == [(False, "", ""), (True, "", ""), (True, "", "")]


def test_the_votes_cookie_is_known_to_this_article_alone(app, shop):
    cookie = vote(visitor(app), helped="yes").headers["set-cookie"]
    assert "Path=/help/teehaus/en/paying-later" in cookie
    assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=lax" in cookie


def test_a_vote_from_another_site_or_for_nothing_is_refused(app, shop, database):
    assert vote(visitor(app, **{"sec-fetch-site": "cross-site"}), helped="yes").status_code == 403
    assert vote(visitor(app, origin="https://evil.example"), helped="yes").status_code == 403
    assert vote(visitor(app), helped="perhaps").status_code == 400
    assert vote(visitor(app), helped="no", reason="<b>").status_code == 400
    assert visitor(app).post("/help/teehaus/en/how-we-check/vote", data={"helped": "yes"}).status_code == 404
    assert votes(database) == []


def test_voting_too_often_is_refused(app, shop):
    client = visitor(app)
    assert [vote(client, helped="yes").status_code for _ in range(41)] == [303] * 40 + [429]


# -- machines ----------------------------------------------------------------------------------------------------


def test_a_page_names_its_address_and_its_languages_to_machines(app, shop):
    page = open_page(visitor(app), "/help/teehaus/en/returning-an-item?q=x&voted=helped")
    english = f"{ADDRESS}/help/teehaus/en/returning-an-item"
    assert page.all("link", rel="canonical") == [{"rel": "canonical", "href": english}]
    assert {one["hreflang"]: one["href"] for one in page.all("link", rel="alternate")} == {
        "en": english,
        "ko": f"{ADDRESS}{KO}",
        "x-default": english,
    }
    assert page.all("meta", name="robots")[0]["content"] == "index, follow"
    assert page.all("meta", property="og:title")[0]["content"] == "Returning an item"
    assert page.all("meta", name="description")[0]["content"].startswith("Before. This.")


def blocks(html: str) -> list[dict]:
    return [
        json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    ]


def test_machines_read_articles_and_questions_and_the_way_to_them(app, shop):
    client = visitor(app)
    guide, way = blocks(client.get("/help/teehaus/en/returning-an-item").text)
    assert (guide["@type"], guide["headline"], guide["inLanguage"]) == ("Article", "Returning an item", "en")
    assert [step["name"] for step in way["itemListElement"]] == [
        "Help centre",
        "Returns",
        "Returning an item",
    ]
    question, _ = blocks(client.get("/help/teehaus/en/paying-later").text)
    assert question["@type"] == "FAQPage"
    assert question["mainEntity"][0]["acceptedAnswer"]["text"] == "Within three days."


def test_no_text_ends_the_block_that_machines_read(app, shop, database):
    title = "</script><script>alert(1)</script><!--"
    with database.writing() as session:
        text = article(session, shop, title, "a & b < c")
    html = visitor(app).get(f"/help/teehaus/en/{text.slug}").text
    assert "<script>alert" not in html
    assert blocks(html)[0]["mainEntity"][0]["name"] == title


def test_the_sitemap_lists_every_public_page_in_its_languages_and_nothing_else(app, shop):
    answer = visitor(app).get("/help/teehaus/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    listed = re.findall(r"<loc>([^<]*)</loc>", answer.text)
    assert f"{ADDRESS}{KO}" in listed and f"{ADDRESS}/help/teehaus/en/" in listed
    assert f"{ADDRESS}/help/teehaus/en/category/returns" in listed
    assert not [one for one in listed if "members" in one or "check" in one or "secret" in one]
    assert f'hreflang="ko" href="{ADDRESS}{KO}"' in answer.text
    assert "<lastmod>2026-11-23</lastmod>" in answer.text


# -- what each answer carries ------------------------------------------------------------------------------------

PAGES = [
    "/help/teehaus/en/",
    "/help/teehaus/ko/",
    "/help/teehaus/en/category/returns",
    "/help/teehaus/en/returning-an-item",
    "/help/teehaus/en/returning-an-item?voted=not",
    "/help/teehaus/en/search?q=e",
    "/help/teehaus/en/search",
    "/help/teehaus/en/nowhere",
]


def test_no_page_has_a_script_or_a_style_inside(app, shop):
    for path in PAGES:
        page = Page(visitor(app).get(path).text)
        inside = [
            one for one in page.all("script") if "src" not in one and one.get("type") != "application/ld+json"
        ]
        assert not inside, path
        assert not page.all("style"), path
        assert not [
            one for _, one in page.elements if "style" in one or any(n.startswith("on") for n in one)
        ], path


def test_a_page_is_kept_for_a_minute_and_asked_for_again_by_its_tag(app, shop):
    client = visitor(app)
    answer = client.get("/help/teehaus/en/paying-later")
    assert answer.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert "Cookie" in answer.headers["vary"] and "Authorization" in answer.headers["vary"]
    again = client.get(
        "/help/teehaus/en/paying-later", headers={"if-none-match": f'"x", {answer.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/help/teehaus/en/nowhere").headers["cache-control"] == "no-cache"


def test_an_edit_changes_the_tag(app, shop, database):
    client = visitor(app)
    before = client.get("/help/teehaus/en/paying-later").headers["etag"]
    with database.writing() as session:
        text = queries.published_text(session, staff_reader(shop), "en", "paying-later")[1]
        row = queries.article(session, text.article_id)
        text = editing.save_text(
            session, row, locale="en", form=TextForm(title="Paying later", body="Two."), by="x"
        )
        publishing.publish(session, text)
    assert client.get("/help/teehaus/en/paying-later", headers={"if-none-match": before}).status_code == 200


def test_the_shops_colour_is_a_stylesheet_of_its_own(app, database):
    with database.writing() as session:
        centre(session, accent="#ffe100")
    client = visitor(app)
    address = next(
        one["href"]
        for one in Page(client.get("/help/teehaus/en/").text).all("link")
        if "theme" in one["href"]
    )
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--accent:" in answer.text and "#ffe100" not in answer.text.partition("@media")[0]


def test_a_colour_that_is_none_is_no_style(app, database):
    with database.writing() as session:
        centre(session, accent="red;}body{display:none}")
    assert visitor(app).get("/help/teehaus/theme.css").text == ""


def test_styles_and_script_of_a_page_are_within_30_kilobytes():
    files = [Path(STATIC) / name for name in ("tokens.css", "help.css", "help.js")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 30 * 1024
    assert "@font-face" not in "".join(file.read_text() for file in files)
