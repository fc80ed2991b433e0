"""What all pages share: headers, languages, error answers, static files, templates."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from jinja2 import UndefinedError
from starlette.testclient import TestClient

from core import web
from core.errors import Conflict, OutsideError
from core.headers import own_address
from core.languages import Text, gettext

HERE = Path(web.__file__).parent


@pytest.fixture
def app() -> FastAPI:
    found = FastAPI()
    web.install(found)
    found.state.templates = web.environment(["core"])

    @found.get("/api/conflict")
    @found.get("/conflict")
    def conflict() -> None:
        raise Conflict(Text("The shop “%(name)s” is <here> already.", name="<b>Tea</b>"), store=3)

    @found.get("/outside")
    def outside() -> None:
        raise OutsideError("The shop did not answer.")

    @found.get("/crash")
    def crash() -> None:
        raise ValueError("a secret detail")

    @found.get("/number/{number}")
    def number(number: int) -> dict[str, int]:
        return {"number": number}

    @found.get("/language")
    def language() -> str:
        return gettext("Today")

    return found


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


HTML = {"accept": "text/html", "accept-language": "en"}


# -- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/conflict", "/crash", "/nothing", "/language", "/static/console.js"])
def test_every_answer_carries_the_security_headers_once(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"):
        assert len(answer.headers.get_list(name)) == 1, name


def test_no_page_may_run_a_script_or_style_that_is_not_a_file_of_ours(client: TestClient) -> None:
    policy = client.get("/nothing", headers=HTML).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_https_is_remembered_by_browsers_only_when_it_was_used(app: FastAPI) -> None:
    assert (
        "strict-transport-security" in TestClient(app, base_url="https://x.example").get("/language").headers
    )
    assert "strict-transport-security" not in TestClient(app).get("/language").headers


def test_no_template_holds_inline_script_or_style() -> None:
    rooms = [folder for folder in HERE.parent.iterdir() if (folder / "templates").is_dir()]
    pages = [path for room in rooms for path in (room / "templates").glob("*.html")]
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    # Letters and documents are no pages: mail programs and the printer read styles only inline.
    pages = [path for path in pages if "core/layout.html" in path.read_text() or path.parent.parent == HERE]
    assert len(pages) > 10
    assert [str(path) for path in pages if inline.search(path.read_text())] == []


# -- error answers -----------------------------------------------------------------------------------------------


def test_a_program_gets_code_sentence_and_details(client: TestClient) -> None:
    answer = client.get("/api/conflict", headers=HTML)
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "conflict",
        "message": "The shop “<b>Tea</b>” is <here> already.",
        "details": {"store": 3},
    }


def test_a_person_gets_a_page_with_nothing_unescaped(client: TestClient) -> None:
    answer = client.get("/conflict", headers=HTML)
    assert answer.status_code == 409
    assert "&lt;b&gt;Tea&lt;/b&gt;" in answer.text
    assert "<b>Tea" not in answer.text


def test_a_crash_tells_a_stranger_nothing(client: TestClient) -> None:
    for headers in (HTML, {"accept": "application/json"}):
        answer = client.get("/crash", headers=headers)
        assert answer.status_code == 500
        assert "Nothing was lost" in answer.text
        assert "secret detail" not in answer.text


def test_an_unknown_address_and_a_bad_number_are_answered_in_words(client: TestClient) -> None:
    assert "nothing at this address" in client.get("/nothing", headers=HTML).text
    bad = client.get("/number/seven", headers=HTML)
    assert bad.status_code == 400
    assert "Please check these fields: number." in bad.text


def test_an_outside_failure_keeps_its_status(client: TestClient) -> None:
    assert client.get("/outside", headers=HTML).status_code == 502


# -- languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({"headers": {"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"}}, "ko"),
        ({"headers": {"accept-language": "de-AT,fr;q=0.5"}}, "en"),
        ({"headers": {"accept-language": "de, ko;q=0.4"}}, "ko"),
        ({"headers": {"accept-language": "en", "cookie": "aftercart_language=ko"}}, "ko"),
        ({"headers": {"accept-language": "en", "cookie": "aftercart_language=xx"}}, "en"),
        ({"headers": {"accept-language": "en"}, "params": {"lang": "ko"}}, "ko"),
        ({"headers": {"accept-language": ";;;q=x,,"}}, "en"),
    ],
)
def test_the_page_speaks_the_readers_language(client: TestClient, given, language: str) -> None:
    given = {"headers": {"accept": "text/html", **given["headers"]}, "params": given.get("params")}
    assert f'<html lang="{language}">' in client.get("/nothing", **given).text


def test_a_choice_of_language_is_kept_and_leads_back(client: TestClient) -> None:
    answer = client.post("/language", data={"to": "ko", "next": "/orders?state=paid"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders?state=paid")
    assert "aftercart_language=ko" in answer.headers["set-cookie"]


def test_an_unknown_language_is_not_kept(client: TestClient) -> None:
    assert "set-cookie" not in client.post("/language", data={"to": "xx", "next": "/"}).headers


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/orders?state=paid", "/orders?state=paid"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nset-cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(asked: str, given: str) -> None:
    assert own_address(asked) == given


# -- static files and templates ----------------------------------------------------------------------------------


def test_a_versioned_file_is_kept_for_ever_and_a_bare_one_is_not(client: TestClient) -> None:
    assert "immutable" in client.get(web.static_address("console.js")).headers["cache-control"]
    assert "immutable" not in client.get("/static/console.js").headers["cache-control"]


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (HERE / "static" / "icons.svg").read_text()))
    used = {"good", "warn", "bad", "wait", "still"}
    for template in HERE.parent.glob("*/templates/*.html"):
        text = template.read_text()
        used |= set(re.findall(r'icon\("([\w-]+)"', text)) | set(re.findall(r'picture="([\w-]+)"', text))
    assert used - {""} <= drawn


def test_a_macros_keywords_become_attributes() -> None:
    page = web.environment(["core"]).from_string(
        '{% from "core/macros.html" import button %}'
        '{{ button("Copy", aria_label="<it>", data_copy="x", disabled=True, autofocus=False) }}'
    )
    tag = page.render().split(">Copy")[0]
    assert 'aria-label="&lt;it&gt;" data-copy="x" disabled=""' in tag
    assert "autofocus" not in tag


def test_a_misspelt_name_in_a_template_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        web.environment(["core"]).from_string("{{ ordr.number }}").render()
