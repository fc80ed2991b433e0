"""Claims about the script that the shop's pages load: how large it is, how it may be kept, and what it holds."""

import gzip
import json
import re

import pytest
from starlette.testclient import TestClient

from chat import settings as chat_settings
from chat.look import LONGEST_GREETING, Look, initials, look_of
from chat.widget_files import FOLDER, PANEL, edition, joined
from core.colours import contrast
from core.languages import LANGUAGES

pytestmark = pytest.mark.database

BEFORE_OPENING = 3 * 1024
IN_ALL = 15 * 1024


@pytest.fixture
def get(app, shop):
    client = TestClient(app, base_url="https://help.shop.example")
    return lambda path="/widget.js", **given: client.get(
        path, params={"shop": shop.public_id} if path == "/widget.js" else {}, **given
    )


def set_look(database, shop, **look):
    with database.writing() as session:
        chat_settings.change(session, shop, look=Look(**look).kept())


def packed(text: str) -> int:
    return len(gzip.compress(text.encode(), 9))


def test_the_script_is_small_even_with_all_words_of_a_shop(get, database, shop):
    words = {"en": "Hello. How can we help you today?", "ko": "안녕하세요. 무엇을 도와드릴까요?"}
    set_look(
        database,
        shop,
        greetings=words,
        launcher={"en": "Ask us", "ko": "문의하기"},
        people=("김민지", "Jun Park", "Lea Weber"),
    )
    before = packed(get().text)
    assert before <= BEFORE_OPENING
    for language in LANGUAGES:
        opened = [
            get(f"/widget/{edition().name}/{name}").text for name in ("panel.js", f"texts.{language}.js")
        ]
        assert before + sum(map(packed, opened)) <= IN_ALL, language


def test_the_script_knows_the_shops_look_and_its_addresses_change_with_their_contents(get, database, shop):
    set_look(
        database,
        shop,
        colour="#ffdd00",
        corner="left",
        greetings={"ko": "안녕하세요"},
        people=("김민지", "Jun Park"),
    )
    setup = json.loads(re.match(r"const setup=(.*);\n", get().text)[1])
    assert (setup["shop"], setup["corner"], setup["edition"]) == (shop.public_id, "left", edition().name)
    assert setup["greeting"] == {"ko": "안녕하세요"}
    assert setup["people"] == ["민지", "JP"]
    assert contrast(*setup["colour"]) >= 4.5


def test_who_has_the_script_is_told_so_and_a_changed_look_is_new(get, database, shop):
    first = get()
    assert "max-age=300" in first.headers["cache-control"]
    known = {"if-none-match": first.headers["etag"]}
    assert get(headers=known).status_code == 304
    set_look(database, shop, colour="#112233")
    assert get(headers=known).status_code == 200


def test_the_files_are_kept_for_ever_and_an_earlier_release_is_led_to_this_one(get):
    now = edition().name
    found = get(f"/widget/{now}/panel.js")
    assert "immutable" in found.headers["cache-control"]
    old = get("/widget/0123456789abcdef/panel.js", follow_redirects=False)
    assert (old.status_code, old.headers["location"]) == (302, f"../{now}/panel.js")
    assert get("/widget/0123456789abcdef/panel.js").text == found.text
    assert get(f"/widget/{now}/launcher.py").status_code == 404
    assert get(f"/widget/{now}/%2e%2e%2flook.py").status_code == 404


@pytest.mark.parametrize("path", ["/widget.js", "panel"])
def test_pages_of_every_site_may_load_it_and_no_cookie_is_set(get, path):
    found = get(
        path if path != "panel" else f"/widget/{edition().name}/panel.js", headers={"accept-encoding": "gzip"}
    )
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["cross-origin-resource-policy"] == "cross-origin"
    assert found.headers["content-type"].startswith("text/javascript")
    assert found.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in found.headers


def test_a_shop_that_is_not_known_gets_a_remark_and_one_with_its_chat_off_a_script_that_does_nothing(
    get, app, database, shop
):
    unknown = TestClient(app).get("/widget.js?shop=nobody")
    assert unknown.status_code == 404
    with database.writing() as session:
        chat_settings.change(session, shop, on=False)
    off = get()
    assert off.status_code == 200
    for said in (unknown.text, off.text):
        assert all(line.startswith("//") for line in said.splitlines())


def test_all_modules_are_joined_behind_those_that_they_import_and_share_no_name():
    assert {f"{name}.js" for name in (*PANEL, "launcher")} == {path.name for path in FOLDER.glob("*.js")}
    names: list[str] = []
    for name in PANEL:
        source = (FOLDER / f"{name}.js").read_text()
        names += re.findall(
            r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)", source, re.MULTILINE
        )
        assert set(re.findall(r'from "\./(\w+)\.js"', source)) <= set(PANEL), name
    assert len(names) == len(set(names)) > 30
    assert not re.search(r"\bimport\b", joined())


def test_a_look_that_makes_no_sense_is_the_usual_one():
    odd = {
        "colour": "red;}",
        "corner": "top",
        "greetings": ["x"],
        "people": "Mina",
        "asks": {"name": "maybe", "age": "required"},
    }
    assert look_of(odd) == Look()
    assert look_of({}) == Look()
    long = look_of({"greetings": {"en": "x\n y" * 200, "ko": " "}, "people": ["", "A" * 99, "b", "c", "d"]})
    assert len(long.greetings["en"]) == LONGEST_GREETING
    assert "ko" not in long.greetings
    assert [len(name) for name in long.people] == [40, 1, 1]
    assert look_of(long.kept()) == long


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Minji Kim", "MK"), ("김민지", "민지"), ("이 서연", "이서"), ("lea", "L"), ("", "")],
)
def test_initials(name, letters):
    assert initials(name) == letters
