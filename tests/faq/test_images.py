"""Claims about the pictures of a shop's articles."""

import pytest

from core.errors import NotFound
from faq import images, markdown, targets
from tests import factories

from .pictures import opened, picture

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return factories.store(session)


def test_the_same_picture_twice_is_one(session, files, shop):
    first = images.keep(session, files, shop.id, picture(), "표.png", source="https://shop.example/1.png")
    again = images.keep(session, files, shop.id, picture(), "other.png")
    assert (first.id, first.name, first.source) == (again.id, "표.png", "https://shop.example/1.png")
    assert len(images.images_of(session, shop.id)) == 1


def test_a_picture_is_stored_under_the_digest_of_what_is_served(session, files, shop):
    kept = images.keep(session, files, shop.id, picture("JPEG", (80, 60)), "a.jpg")
    stored = files.read(kept.digest)
    assert opened(stored).size == (kept.width, kept.height) == (80, 60)
    assert kept.bytes == len(stored)


def test_two_shops_may_have_the_same_picture(session, files, shop):
    other = factories.store(session)
    first = images.keep(session, files, shop.id, picture(), "a.png")
    second = images.keep(session, files, other.id, picture(), "b.png")
    assert (first.id == second.id, first.digest == second.digest) == (False, True)
    assert images.sizes(session, other.id, [first.digest]) == {first.digest: (40, 30)}


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("크기표.png", "크기표"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\a](javascript:alert(1)).png", "a(javascript:alert(1))"),
        ("\x00\u202egnp.exe", "gnp"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_picture_in_a_text_is_described_by_its_name(session, files, shop, name, described):
    kept = images.keep(session, files, shop.id, picture(), name)
    html = markdown.html(images.markdown_of(kept), sizes=images.sizes(session, shop.id, [kept.digest]))
    assert f'src="{images.address_of(kept)}" alt="{described}" width="40" height="30"' in html


def test_a_picture_is_found_by_digest_and_its_own_ending_alone(session, files, shop):
    kept = images.keep(session, files, shop.id, picture(), "a.png")
    assert images.image(session, kept.digest, "webp").id == kept.id
    for digest, ending in ((kept.digest, "png"), (kept.digest, "svg"), ("0" * 64, "webp"), ("..", "webp")):
        with pytest.raises(NotFound):
            images.image(session, digest, ending)


def test_an_imported_picture_is_found_by_where_it_came_from(session, files, shop):
    kept = images.keep(session, files, shop.id, picture(), "a.png", source="https://shop.example/a.png")
    images.keep(session, files, shop.id, picture("GIF", colour=(1, 2, 3)), "b.gif")
    assert images.image_from(session, shop.id, "https://shop.example/a.png") == kept
    assert images.image_from(session, shop.id, "") is None


def test_the_pictures_of_a_text_are_read_from_it(session, files, shop):
    kept = images.keep(session, files, shop.id, picture(), "a.png")
    assert targets.image_digests(f"a {images.markdown_of(kept)} b") == {kept.digest}
