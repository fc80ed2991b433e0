"""Articles from a real WordPress and back to it, by REST and by XML-RPC."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from aftercart.service import Service, build
from connector.wordpress.asking import Line
from connector.wordpress.client import WordpressClient
from connector.wordpress.connections import prove
from connector.wordpress.tables import WordpressSite
from connector.wordpress.xmlrpc import XmlrpcClient
from core.database import Database
from core.files import Files
from core.settings import Settings
from faq.exchange_jobs import from_site
from faq.giving_out import give_out
from faq.site_publishing import publish_all
from faq.tables import Article
from faq.taking import Wish
from tests import factories
from tests.faq import factories as articles

from .store import LiveStore

POSTS = 50


@dataclass(frozen=True)
class Editor:
    """Somebody who may edit the live site."""

    url: str
    user: str
    password: str


@pytest.fixture(scope="session")
def editor(live_store: LiveStore) -> Editor:
    """The site with fifty posts, their pictures and categories, and a password for it."""
    done = subprocess.run(
        ["php", "-d", "memory_limit=512M", "articles.php"],
        cwd=live_store.folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Editor(live_store.url, told["user"], told["password"])


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[Service]:
    built = build(settings)
    yield built
    built.close()


@pytest.fixture(params=["rest", "xmlrpc"])
def shop(request: pytest.FixtureRequest, service: Service, editor: Editor) -> int:
    """A shop whose WordPress is connected that way."""
    with service.database.writing() as session:
        store_id = int(factories.store(session).id or 0)
        service.websites.keep(
            session, store_id=store_id, address=editor.url, user=editor.user, password=editor.password
        )
    service.websites.ask(service.database, store_id)  # type: ignore[attr-defined]
    with service.database.writing() as session:
        row = session.get(WordpressSite, store_id)
        assert row is not None
        assert (row.state, row.way, row.problem) == ("ready", "rest", "")
        row.way = request.param
        session.add(row)
    return store_id


def imported(service: Service, store_id: int, **how: Any) -> dict[str, int]:
    taken = from_site(
        service.database,
        Wish(store_id, "Mina", **how),
        service.websites,
        service.files,
        options={"kinds": "posts", "drafts": True},
    )
    counts: dict[str, int] = {}
    for one in taken:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
        assert one.outcome != "refused", one
    return counts


def test_fifty_posts_come_with_pictures_and_categories_and_come_once(service: Service, shop: int) -> None:
    first = imported(service, shop, publish=True)
    assert first["new"] >= POSTS
    assert imported(service, shop, publish=True) == {"unchanged": first["new"]}
    with service.database.reading() as session:
        found = {one.main.title: one for one in give_out(session, store_id=shop)}
    blocks, classic, draft = (found[f"질문 {n} & Question {n}"] for n in (7, 5, 10))
    assert blocks.main.body.startswith("## Step 7\n\n질문 7의 답입니다. **Return** within 7 days.")
    assert "](/help/images/" in blocks.main.body
    assert "| Size | 7 |" in blocks.main.body
    assert classic.main.body.startswith("Plain words of post 5.\n\n![Box 5](/help/images/")
    assert "Caption 5" in classic.main.body
    assert "kept words" in classic.main.body
    assert "[" not in classic.main.body.replace("![Box 5]", "")
    assert {one.category for one in found.values()} >= {"반품", "shipping"}
    assert (blocks.main.state, draft.main.state) == ("published", "draft")


def test_a_changed_post_changes_and_a_deleted_one_is_reported(
    service: Service, shop: int, editor: Editor
) -> None:
    api, who = f"{editor.url}/wp-json/wp/v2/posts", (editor.user, editor.password)
    made = [
        requests.post(
            api, json={"title": t, "content": "<p>Old.</p>", "status": "publish"}, auth=who, timeout=60
        ).json()
        for t in ("Changes", "Goes")
    ]
    imported(service, shop)
    requests.post(f"{api}/{made[0]['id']}", json={"content": "<p>New.</p>"}, auth=who, timeout=60)
    requests.delete(f"{api}/{made[1]['id']}", params={"force": "true"}, auth=who, timeout=60)
    counts = imported(service, shop)
    assert (counts["changed"], counts["gone"]) == (1, 1)
    requests.delete(f"{api}/{made[0]['id']}", params={"force": "true"}, auth=who, timeout=60)


@pytest.mark.parametrize("kind", ["post", "page"])
def test_publishing_twice_and_after_a_crash_makes_one_entry(
    service: Service, shop: int, editor: Editor, kind: Any
) -> None:
    title = f"Back {uuid.uuid4()}"
    with service.database.writing() as session:
        store = factories.store(session)
        body = "Send **it** back.\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        article_id = articles.article(session, store, title, body).article_id
        store_id = int(store.id or 0)

    def published() -> list[str]:
        with service.websites.of_store(service.database, shop) as website:
            return [
                one.outcome
                for one in publish_all(
                    service.database, store_id, website, kind=kind, home="https://h.example"
                )
            ]

    assert published() == ["new"]
    assert published() == ["unchanged"]
    with service.database.writing() as session:  # As after a crash between their yes and our note of it.
        article = session.get(Article, article_id)
        assert article is not None
        article.published_to = {}
        session.add(article)
    assert published() == ["new"]
    rows = requests.get(
        f"{editor.url}/wp-json/wp/v2/{kind}s",
        params={"search": title},
        auth=(editor.user, editor.password),
        timeout=60,
    ).json()
    same = [row for row in rows if row["title"]["rendered"] == title]
    assert len(same) == 1
    assert "<strong>it</strong>" in same[0]["content"]["rendered"]
    assert "<table>" in same[0]["content"]["rendered"]


def test_a_wrong_password_is_named_though_public_lists_would_answer(editor: Editor) -> None:
    for password in ("wrong", "abcd efgh ijkl mnop qrst uvwx"):
        with pytest.raises(Exception, match="application password"):
            prove(editor.url, editor.user, password, timeout_seconds=60)


def test_both_ways_tell_the_same_posts(editor: Editor) -> None:
    with Line(editor.url, editor.user, editor.password, timeout_seconds=60) as line:
        rest = {one.number: one for one in WordpressClient(line).entries(["post"])}
        xmlrpc = {
            one.number: one for one in XmlrpcClient(line, editor.user, editor.password).entries(["post"])
        }
    assert {n: (e.title, e.state, [c.slug for c in e.categories]) for n, e in rest.items()} == {
        n: (e.title, e.state, [c.slug for c in e.categories]) for n, e in xmlrpc.items()
    }


def test_a_picture_comes_from_the_site_itself_alone(editor: Editor, files: Files, tmp_path: Path) -> None:
    with Line(editor.url, editor.user, editor.password, timeout_seconds=60) as line:
        client = WordpressClient(line)
        for address in (
            "http://169.254.169.254/latest/x.png",
            "http://localhost:1/x.png",
            f"{editor.url}/wp-admin/options.php",
            f"{editor.url}@10.0.0.1/x.png",
        ):
            with pytest.raises(Exception, match="not one of this site"):
                client.picture(address)
