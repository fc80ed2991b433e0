"""Claims about the pages on questions and figures: who sees and does what, and what they show."""

import re

import pytest
from fastapi.testclient import TestClient

from faq import jobs, queries, settling, voting
from faq.help_centres import help_centre_of
from faq.question_tables import QuestionGroup
from staff import actions, sessions
from tests import factories
from tests.pages.site import app_of

from .asking import ask
from .factories import article

pytestmark = pytest.mark.database

PAGES = [
    "/articles/questions",
    "/articles/questions?show=ignored&days=7&locale=en&store=1",
    "/articles/questions/1",
    "/articles/figures",
    "/articles/figures?sort=solved&up=true&days=180",
    "/console/faq/gaps-today",
    "/console/faq/article-figures?article_id=1",
]
FORMS = ["sample", "take-back", "draft", "set-aside", "open"]


@pytest.fixture
def shop(database):
    """Three asked for gift wrapping and two to cancel; one article speaks of both."""
    with database.writing() as session:
        shop = factories.store(session)
        help_centre_of(session, int(shop.id))
        ask(session, shop, "gift wrap", times=3)
        ask(session, shop, "cancel order", times=2, outcome="did_you_mean")
    # The article comes later: search would answer them by it, and an answered question is no gap.
    jobs.group_questions(database)
    with database.writing() as session:
        article(session, shop, "Orders", "About gift wrap, and cancel order.")
    return shop


@pytest.fixture
def visitor(database, settings, shop):
    """`visitor()` is a stranger, `visitor("agent")` a signed-in member of that role."""
    app = app_of(database, settings)

    def come(role=""):
        headers = {"accept": "text/html", "accept-language": "en"}
        client = TestClient(app, base_url="http://service.example", headers=headers, follow_redirects=False)
        if role:
            with database.writing() as session:
                member = actions.add_member(
                    session,
                    email=f"{role}@shop.example",
                    name=role.title(),
                    role=role,
                    language="en",
                    password_hash="-",
                )
                cookie = sessions.open_session(session, staff_id=int(member.id), device="Test")
            client.cookies.set("aftercart_session", cookie)
            with database.reading() as session:
                client.headers["x-csrf"] = app.state.identify(session, cookie).csrf
        return client

    return come


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def state(database, number=1):
    with database.reading() as session:
        found = session.get(QuestionGroup, number)
        return (found.state, found.article_id)


# -- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_staff_alone_and_every_role_sees_it(visitor, path):
    assert visitor().get(path).status_code == 303
    for role in ("reader", "agent", "owner"):
        assert visitor(role).get(path).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_for_agents_and_owners_with_the_pages_proof(visitor, database, form):
    path, data = f"/articles/questions/1/{form}", {"article_id": "1"}
    assert visitor().post(path, data=data).status_code == 401
    assert visitor("reader").post(path, data=data).status_code == 403
    agent = visitor("agent")
    proof = agent.headers.pop("x-csrf")
    assert agent.post(path, data=data).status_code == 403
    assert agent.post(path, data={**data, "csrf": "wrong"}).status_code == 403
    assert state(database) == ("open", None)
    assert agent.post(path, data={**data, "csrf": proof}).status_code == 303
    assert visitor("owner").post(path, data=data).status_code == 303


def test_a_reader_is_offered_no_button_and_an_agent_is(visitor):
    reader, agent = visitor("reader"), visitor("agent")
    for path in ("/articles/questions", "/articles/questions/1"):
        assert 'action="/articles/' not in reader.get(path).text
        assert 'action="/articles/' in agent.get(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/articles/questions?days=31",
        "/articles/questions?show=x",
        "/articles/figures?sort=x",
        "/articles/questions?page=0",
    ],
)
def test_what_no_filter_offers_is_refused(visitor, path):
    assert visitor("owner").get(path).status_code == 400


def test_a_question_that_is_not_there_is_not_found(visitor):
    agent = visitor("agent")
    assert agent.get("/articles/questions/99").status_code == 404
    assert agent.post("/articles/questions/99/set-aside").status_code == 404
    assert agent.get("/console/faq/article-figures?article_id=99").status_code == 404


# -- what they show ----------------------------------------------------------------------------------------------


def test_the_list_shows_questions_with_counts_nearest_article_and_a_table_of_weeks(visitor):
    answer = visitor("agent").get("/articles/questions")
    said = words(answer)
    assert said.index("gift wrap") < said.index("cancel order")
    for shown in ("3× found nothing", "2× unsure", "Nearest article: Orders", "To do 2", "Repeated 1"):
        assert shown in said
    assert answer.text.count("<polyline") == 2
    assert answer.text.count("Questions in each of the last 12 weeks") == 2
    assert "style=" not in answer.text


def test_a_question_cannot_carry_html_into_the_page(visitor, database, shop):
    with database.writing() as session:
        ask(session, shop, "<script>alert(1)</script> & more", times=9)
    jobs.group_questions(database)
    for path in ("/articles/questions", "/articles/questions/3"):
        answer = visitor("agent" if path.endswith("3") else "owner").get(path)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in answer.text


def test_an_empty_list_says_why(visitor, database):
    with database.writing() as session:
        for number in (1, 2):
            settling.set_aside(session, settling.group(session, number), by="Mina")
    agent = visitor("agent")
    assert "got an answer, or nobody asked" in words(agent.get("/articles/questions"))
    assert "Nothing was asked three times" in words(agent.get("/articles/questions?show=repeated"))
    assert "No question matches" in words(agent.get("/articles/questions?show=in_work"))


def test_one_click_makes_the_question_a_sample_and_one_more_takes_it_back(visitor, database):
    agent = visitor("agent")
    back = "/articles/questions?days=7"
    answer = agent.post("/articles/questions/1/sample", data={"article_id": "1", "next": back})
    assert answer.headers["location"] == f"{back}&done=1"
    assert state(database) == ("answered", 1)
    with database.reading() as session:
        text = queries.text_in(session, 1, "en")
        assert (text.samples, text.published_version, text.saved_by) == (["gift wrap"], text.version, "Agent")
    said = agent.get(answer.headers["location"])
    assert "is a sample question of “Orders” now" in words(said)
    assert 'action="/articles/questions/1/take-back"' in said.text
    agent.post("/articles/questions/1/take-back", data={"next": back})
    assert state(database) == ("open", None)
    with database.reading() as session:
        assert queries.text_in(session, 1, "en").samples == []


def test_a_draft_opens_in_the_editor_with_the_question_as_its_title(visitor, database):
    agent = visitor("agent")
    answer = agent.post("/articles/questions/1/draft")
    assert answer.headers["location"] == "/articles/2/en"
    assert agent.post("/articles/questions/1/draft").headers["location"] == "/articles/2/en"
    with database.reading() as session:
        assert (queries.text_in(session, 2, "en").title, queries.text_in(session, 2, "en").state) == (
            "gift wrap",
            "draft",
        )
    assert "“gift wrap” takes this up." in words(agent.get("/articles/questions"))


def test_setting_aside_can_be_undone_from_the_page_it_leads_to(visitor, database):
    agent = visitor("agent")
    there = agent.post("/articles/questions/1/set-aside").headers["location"]
    said = agent.get(there)
    assert "“gift wrap” is set aside." in words(said)
    assert 'action="/articles/questions/1/open"' in said.text
    agent.post("/articles/questions/1/open")
    assert state(database) == ("open", None)


def test_no_form_leads_away_from_the_service(visitor):
    agent = visitor("agent")
    for form in ("set-aside", "open", "sample", "take-back"):
        data = {"next": "https://evil.example/", "article_id": "1"}
        assert agent.post(f"/articles/questions/1/{form}", data=data).headers["location"].startswith("/")


def test_an_article_in_another_language_is_to_be_translated_not_to_take_the_question(visitor, database, shop):
    with database.writing() as session:
        ask(session, shop, "gift", locale="ko", times=5)
    jobs.group_questions(database)
    answer = visitor("agent").get("/articles/questions/3")
    assert "Only in English" in words(answer)
    assert 'href="/articles/1/ko"' in answer.text
    assert "/3/sample" not in answer.text


def test_today_has_a_task_only_while_a_question_without_an_article_keeps_coming(visitor, database):
    agent = visitor("agent")
    assert "“gift wrap” was asked 3 times in 7 days." in words(agent.get("/console/faq/gaps-today"))
    agent.post("/articles/questions/1/set-aside")
    assert agent.get("/console/faq/gaps-today").text.strip() == ""


def test_articles_that_did_not_help_stand_below_the_questions(visitor, database):
    with database.writing() as session:
        voting.vote(session, article_id=1, locale="en", key="k", helped=False, question="Without a box?")
    said = words(visitor("agent").get("/articles/questions"))
    assert "Read, but it did not help" in said
    assert "“Without a box?”" in said


def test_figures_show_shares_with_what_they_rest_on_and_their_definition(visitor, database):
    with database.writing() as session:
        for place in range(20):
            voting.viewed(session, article_id=1, locale="en")
            voting.vote(
                session,
                article_id=1,
                locale="en",
                key=f"k{place}",
                helped=place > 4,
                reason="" if place else "Old",
            )
        voting.asked_person(session, article_id=1, locale="en")
    agent = visitor("agent")
    said = words(agent.get("/articles/figures"))
    assert "75% of 20" in said
    assert "95% of 20" in said
    assert "readings after which nobody asked a person, of all readings" in said
    part = words(agent.get("/console/faq/article-figures?article_id=1"))
    assert "75% of 20" in part
    assert "Old" in part


def test_a_column_sorts_by_its_heading_and_says_so(visitor):
    answer = visitor("agent").get("/articles/figures?sort=helped")
    assert 'aria-sort="descending"' in answer.text
    assert 'href="/articles/figures?sort=helped&amp;up=true"' in answer.text
    assert 'href="/articles/figures?sort=title&amp;up=true"' in answer.text
