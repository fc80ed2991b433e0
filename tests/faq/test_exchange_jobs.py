"""Claims about imports and publishings as jobs: a website's articles in, out again, and every run's end."""

import pytest

from connector.websites import SiteUnavailable
from connector.wordpress.connections import WordpressSites
from core.files import Files
from core.languages import recalled
from faq import editing, publishing, queries, runs
from faq.exchange_jobs import exchange
from faq.exchange_tables import ExchangeRun
from faq.giving_out import give_out
from faq.schemas import TextForm
from faq.tables import Article
from tests import factories
from tests.connector.wordpress.blog import PASSWORD, USER, rows, running_blog
from tests.faq import factories as articles

pytestmark = pytest.mark.database


@pytest.fixture
def blog():
    with running_blog() as found:
        yield found


@pytest.fixture
def services(services, keys, settings):
    return {**services, "websites": WordpressSites(keys, settings)}


@pytest.fixture
def shop(database, services, blog, run_jobs):
    """A shop whose website is connected."""
    with database.writing() as session:
        store_id = int(factories.store(session).id)
        services["websites"].keep(
            session, store_id=store_id, address=blog.address, user=USER, password=PASSWORD
        )
    assert run_jobs() == ["wordpress.prove_site"]
    with database.reading() as session:
        assert services["websites"].connected(session, store_id).state == "ready"
    return store_id


@pytest.fixture
def go(database, shop, run_jobs):
    """`go(publish=True)` looks at the website and takes in what it has; returns the counts by outcome."""

    def run(kind="site", *, look=False, **options):
        with database.writing() as session:
            run_id = runs.begin(
                session, store_id=shop, kind=kind, name="x", by="Mina", drafts=True, **options
            ).id
        run_jobs()
        if kind != "publish" and not look:
            with database.writing() as session:
                runs.take(session, runs.run(session, run_id), **options)
            run_jobs()
        with database.reading() as session:
            found = session.get(ExchangeRun, run_id)
        assert found.state == ("tried" if look else "done"), found.problem
        return found.options["counts"]

    return run


def out(database, store_id):
    with database.reading() as session:
        return give_out(session, store_id=store_id)


def test_a_look_writes_nothing_and_taking_in_twice_makes_no_doubles(database, shop, blog, go):
    count = len(rows(blog))
    assert go(look=True) == {"new": count}
    assert out(database, shop) == []
    assert go() == {"new": count}
    assert go() == {"unchanged": count}


def test_articles_come_with_their_picture_category_and_words_as_drafts_unless_wished(
    database, shop, blog, go
):
    go()
    found = {one.main.title: one for one in out(database, shop)}
    second = found["질문 2 & Question 2"]
    assert second.category == "반품"
    assert second.main.category_name == "반품"
    assert second.main.body.startswith(
        "## Step 2\n\n질문 2의 답입니다. **Return** within 2 days.\n\n![Box 2](/help/images/"
    )
    assert {one.main.state for one in found.values()} == {"draft"}
    assert go(publish=True)["changed"] > 0
    states = {one.main.title: one.main.state for one in out(database, shop)}
    assert (states["질문 2 & Question 2"], states["질문 10 & Question 10"]) == ("published", "draft")


def test_a_changed_post_changes_unless_it_was_edited_here_and_a_deleted_one_is_reported(
    database, shop, blog, go
):
    go()
    first = rows(blog)[0]
    blog.extra = {"content": {"rendered": "<p>New.</p>"}}
    assert go()["changed"] == 1
    with database.writing() as session:
        article = queries.article_from(session, shop, f"wordpress:{blog.address[7:]}:post:{first['id']}")
        editing.save_text(session, article, locale="en", form=TextForm(title="Ours", body="Ours."), by="Jun")
    assert "conflict" not in go()
    blog.extra = {"content": {"rendered": "<p>Newer.</p>"}}
    assert go()["conflict"] == 1
    blog.dropped = {rows(blog)[1]["id"]}
    assert go()["gone"] == 1
    assert go(overwrite=True)["changed"] == 1


def test_translations_that_the_site_names_are_one_article(database, shop, blog, go):
    first, second = (row["id"] for row in rows(blog)[:2])
    pair = {"ko": first, "en": second}
    blog.extra = {"lang": "ko", "translations": pair}
    go()
    keys = {one.key for one in out(database, shop)}
    assert f"wordpress:{blog.address[7:]}:post:{first}" in keys
    ours = next(one for one in out(database, shop) if one.key.endswith(f":{first}"))
    assert list(ours.texts) == ["ko"]


def test_a_post_that_is_protected_by_a_password_is_refused_and_said(shop, blog, go):
    blog.protected = True
    assert go()["refused"] == 1


def test_publishing_makes_each_entry_once_and_our_own_entries_do_not_come_back(database, shop, blog, go):
    with database.writing() as session:
        store = session.get(articles.Store, shop)
        text = articles.article(session, store, "Returns", "Send **it** back.")
        articles.article(session, store, "Staff only", "x", audience="staff")
        articles.article(session, store, "Draft", "x", published=False)
    assert go("publish", **{"as": "post"}) == {"new": 1}
    assert go("publish", **{"as": "post"}) == {"unchanged": 1}
    with database.writing() as session:  # As after a crash between the site's yes and our note of it.
        session.get(Article, text.article_id).published_to = {}
    assert go("publish", **{"as": "post"}) == {"new": 1}
    assert [post["title"] for post in blog.posts.values()] == ["Returns"]
    assert go(look=True) == {"new": len(rows(blog)) - 1}
    with database.writing() as session:
        article = session.get(Article, text.article_id)
        changed = editing.save_text(
            session, article, locale="en", form=TextForm(title="Returns", body="New"), by="J"
        )
        publishing.publish(session, changed)
    assert go("publish", **{"as": "page"}) == {"changed": 1}
    assert len(blog.posts) == 1


def test_an_imported_article_is_published_back_to_its_own_post(database, shop, blog, go):
    go(publish=True)
    count = len([one for one in out(database, shop) if one.main.state == "published"])
    assert go("publish", **{"as": "page"}) == {"changed": count}
    assert {post["route"] for post in blog.posts.values()} == {"/posts"}
    assert not any(number >= 500 for number in blog.posts)


def test_a_site_that_is_away_is_tried_again_and_at_last_said(database, shop, blog, services, run_jobs):
    with database.writing() as session:
        run_id = runs.begin(session, store_id=shop, kind="site", name="x", by="Mina").id
    blog.replies["/wp-json/"] = (503, b"busy")
    offered = {name: services[name] for name in ("files", "websites", "settings")}
    with pytest.raises(SiteUnavailable):
        exchange(database, **offered, last_attempt=False, run_id=run_id)
    exchange(database, **offered, last_attempt=True, run_id=run_id)
    with database.reading() as session:
        run = runs.run(session, run_id)
        assert (run.state, "503" in run.problem) == ("failed", True)
        assert [one.id for one in runs.latest(session, shop)] == [run_id]


def test_a_refused_password_is_kept_as_a_sentence_and_the_connection_can_be_forgotten(
    database, services, blog, run_jobs
):
    with database.writing() as session:
        store_id = int(factories.store(session).id)
        services["websites"].keep(
            session, store_id=store_id, address=blog.address, user=USER, password="wrong"
        )
    run_jobs()
    with database.writing() as session:
        found = services["websites"].connected(session, store_id)
        assert (found.state, "application password" in found.problem) == ("refused", True)
        services["websites"].forget(session, store_id)
        assert services["websites"].connected(session, store_id) is None


def test_an_upload_is_looked_at_first_and_then_taken(database, shop, files: Files, run_jobs):
    given = [("a.en.md", b"---\ntitle: A\n---\nx"), ("b.en.md", b"---\nkind: x\n---\n")]
    name, digest = runs.stored_upload(files, given)
    with database.writing() as session:
        run = runs.begin(session, store_id=shop, kind="files", name=name, by="Mina", digest=digest)
    run_jobs()
    assert out(database, shop) == []
    with database.writing() as session:
        run = runs.run(session, run.id)
        assert run.options["counts"] == {"refused": 1, "new": 1}
        assert "b.en.md, line 1" in recalled(run.results[0]["why"])
        runs.take(session, run, publish=True)
        with pytest.raises(Exception, match="runs already"):
            runs.take(session, run)
    run_jobs()
    assert [one.main.state for one in out(database, shop)] == ["published"]
