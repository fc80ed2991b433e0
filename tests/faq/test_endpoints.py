"""Claims about the addresses of pictures: what readers are given, and what staff may hand in."""

import pytest
from starlette.testclient import TestClient

from core.web import SESSION_COOKIE
from faq import image_console, images
from faq.pictures import MOST_BYTES
from staff import actions, passwords, sessions
from tests import factories
from tests.pages.site import app_of

from .pictures import opened, picture

pytestmark = pytest.mark.database


@pytest.fixture
def app(database, settings):
    return app_of(database, settings)


@pytest.fixture
def shop(database):
    with database.writing() as session:
        return factories.store(session).id


@pytest.fixture
def client(app):
    return TestClient(app, base_url="http://service.example", raise_server_exceptions=False)


@pytest.fixture
def kept(app, database, shop):
    with database.writing() as session:
        return images.keep(session, app.state.files, shop, picture("JPEG"), "a.jpg")


def signed_in(client, role):
    with client.app.state.database.writing() as session:
        member = actions.add_member(
            session,
            email=f"{role}@shop.example",
            name=role,
            role=role,
            language="en",
            password_hash=passwords.hashed("seven quiet lanterns"),
        )
        cookie = sessions.open_session(session, staff_id=member.id, device="Test")
    client.cookies.set(SESSION_COOKIE, cookie)
    with client.app.state.database.reading() as session:
        client.headers["x-csrf"] = client.app.state.identify(session, cookie).csrf
    return client


def test_a_picture_is_served_for_good_and_can_do_nothing(client, kept):
    answer = client.get(images.address_of(kept))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert opened(answer.content).size == (40, 30)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def test_who_has_a_picture_is_not_sent_it_again(client, kept):
    answer = client.get(images.address_of(kept), headers={"if-none-match": f'"{kept.digest}"'})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [f"{'0' * 64}.webp", "x.webp", "..%2f..%2fsecret.key.webp", "%00.png", f"{'A' * 64}.html", ".webp"],
)
def test_whatever_is_no_picture_of_ours_is_not_there(client, kept, path):
    assert client.get(f"/help/images/{path}").status_code == 404
    assert client.get(f"/help/images/{kept.digest}.html").status_code == 404


def test_staff_hand_in_a_picture_and_are_told_what_to_write(client, shop):
    staff = signed_in(client, "agent")
    given = {"picture": ("크기표.png", picture(), "text/html")}
    answer = staff.post("/articles/images", data={"store_id": shop}, files=given)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["markdown"] == f"![크기표]({told['address']})"
    assert client.get(told["address"]).headers["content-type"] == "image/webp"


def test_htmx_is_given_a_fragment_with_the_text_to_write(client, shop):
    staff = signed_in(client, "agent")
    given = {"picture": ('"><b>.png', picture())}
    answer = staff.post(
        "/articles/images", data={"store_id": shop}, files=given, headers={"hx-request": "true"}
    )
    assert "![&#34;&gt;&lt;b&gt;](/help/images/" in answer.text or "![%22&gt;&lt;b&gt;](" in answer.text


def test_a_picture_larger_than_other_forms_may_be_is_taken_and_one_too_large_refused_in_words(client, shop):
    staff = signed_in(client, "owner")
    for size, status in ((5 * 1024**2, 200), (MOST_BYTES + 1, 400)):
        content = picture("PNG") + b"\0" * (size - len(picture("PNG")))
        answer = staff.post(
            "/articles/images", data={"store_id": shop}, files={"picture": ("a.png", content)}
        )
        assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == "bad_image"
    assert "8 MB" in answer.json()["error"]["message"]
    content = b"\0" * image_console.LARGEST_UPLOAD_BYTES
    assert staff.post("/articles/images", files={"picture": ("a.png", content)}).status_code == 413


def test_what_is_no_picture_is_refused_and_nothing_is_kept(client, database, shop):
    staff = signed_in(client, "agent")
    given = {"picture": ("a.png", b"<svg onload=alert(1)>", "image/png")}
    answer = staff.post("/articles/images", data={"store_id": shop}, files=given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_image")
    with database.reading() as session:
        assert images.images_of(session, shop) == []


def test_only_staff_who_may_change_things_hand_in_pictures(client, shop):
    def try_it(**headers):
        return client.post(
            "/articles/images",
            data={"store_id": shop},
            files={"picture": ("a.png", picture())},
            headers=headers,
        ).status_code

    assert try_it() == 401
    signed_in(client, "reader")
    assert try_it() == 403
    signed_in(client, "agent")
    assert try_it(**{"x-csrf": "guess"}) == 403
    assert try_it() == 200


def test_a_picture_for_no_shop_is_refused(client, shop):
    staff = signed_in(client, "agent")
    answer = staff.post(
        "/articles/images", data={"store_id": shop + 99}, files={"picture": ("a.png", picture())}
    )
    assert answer.status_code == 404
