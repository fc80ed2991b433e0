"""Claims about logs: one format for all, and no secret ever leaves through them."""

import json
import logging
from typing import Any

import pytest

from core import logs

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJvcmRlciI6MX0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "key ck_0123456789abcdef0123456789abcdef01234567",
        "GET https://shop.example/wp-json?consumer_key=ck_1&consumer_secret=anything",
        "oauth_signature=abc%2Fdef%3D&x=1",
        f"opened https://help.example/i/{JWT}",
        f"path /i/{JWT.replace('eyJ', 'abc')}",
        f"token {JWT}",
        "pay at /checkout?key=wc_order_AbCdEf123",
        "postgresql+psycopg://aftercart:p@ss:word@db.example/aftercart",
        "redis://:geheim@cache.example:6379",
        "Authorization: Basic Y2tfMTpjc18y",
        "authorization: bearer abcdefgh12345678",
        "smtp says password=hunter2hunter2",
    ],
)
def test_a_secret_in_a_text_is_blotted_out(text: str):
    shown = logs.without_secrets(text)
    assert logs.HIDDEN in shown
    for secret in (
        "0123456789abcdef", "anything", "abc%2F", JWT, JWT.replace("eyJ", "abc"), "AbCdEf123", "p@ss", "word@",
        "geheim", "Y2tfMTpjc18y", "abcdefgh12345678", "hunter2",
    ):  # fmt: skip
        assert secret not in shown


@pytest.mark.parametrize(
    "text",
    ["order 1234 paid", "https://shop.example/wp-json/wc/v3/orders?page=2", "minji@example.com", "/i/short"],
)
def test_a_text_without_secrets_stays_as_it_is(text: str):
    assert logs.without_secrets(text) == text


def test_our_lines_and_the_libraries_lines_come_in_one_format(capsys: pytest.CaptureFixture[str]):
    logs.start(level="INFO", json=True)
    logs.log("outbox").info("letter_sent", letter_id=3)
    logging.getLogger("a.library").warning("started on %s", "127.0.0.1")
    ours, theirs = written(capsys)
    assert (ours["event"], ours["letter_id"], ours["level"]) == ("letter_sent", 3, "info")
    assert (theirs["event"], theirs["level"]) == ("started on 127.0.0.1", "warning")
    assert ours["timestamp"]
    assert theirs["timestamp"]


def test_fields_with_secret_names_are_hidden_at_any_depth(capsys: pytest.CaptureFixture[str]):
    logs.start(json=True)
    logs.log("woo").info(
        "asked",
        password="geheim",
        headers={"Authorization": "geheim", "X": "fine"},
        tried=[{"consumer_key": "geheim"}],
    )
    line = capsys.readouterr().err
    assert "geheim" not in line
    assert json.loads(line)["headers"]["X"] == "fine"


@pytest.mark.parametrize("ours", [True, False])
def test_secrets_in_a_traceback_are_hidden(capsys: pytest.CaptureFixture[str], ours: bool):
    logs.start(json=True)
    try:
        raise ValueError("refused cs_0123456789abcdef")
    except ValueError:
        if ours:
            logs.log("woo").exception("failed")
        else:
            logging.getLogger("urllib3.connectionpool").exception("failed")
    line = capsys.readouterr().err
    assert "0123456789abcdef" not in line
    assert "ValueError: refused" in line


def test_an_error_given_as_a_field_is_hidden_too(capsys: pytest.CaptureFixture[str]):
    logs.start(json=True)
    logs.log("woo").warning("failed", problem=ValueError("cs_0123456789abcdef"))
    assert "0123456789abcdef" not in capsys.readouterr().err


def test_secrets_of_libraries_lines_are_hidden(capsys: pytest.CaptureFixture[str]):
    logs.start(json=False)
    logging.getLogger("urllib3").warning(
        "retrying %s", "https://shop.example/?consumer_secret=cs_0123456789abcdef"
    )
    assert "0123456789abcdef" not in capsys.readouterr().err


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]):
    logs.start(level="WARNING", json=True)
    logs.log("core").info("quiet")
    logs.log("core").warning("loud")
    assert [line["event"] for line in written(capsys)] == ["loud"]
