"""The mailbox: accepts by SMTP, keeps for good, shows without harm."""

import hashlib
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.letters import Letters
from demo.mailbox import running_mailbox
from demo.receiving import Receiver, refusal_of

PDF = b"%PDF-1.7 not really"


def letter(to: str = "kim@example.com", number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "서울상점 <shop@example.com>"
    message["To"] = to
    message["Subject"] = f"송장 {number}"
    message["Message-ID"] = f"<invoice-{number}@aftercart.example>"
    message.set_content("안녕하세요")
    message.add_alternative(
        "<html><head></head><body><script>1</script><b>안녕</b></body></html>", subtype="html"
    )
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"송장-{number}.pdf")
    return message


class Post:
    """A sender and reader of one running mailbox."""

    def __init__(self, receiver: Receiver, url: str, folder: Path) -> None:
        self.receiver = receiver
        self.url = url
        self.folder = folder

    def send(self, message: EmailMessage, *to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.receiver.port, timeout=10) as smtp:
            smtp.send_message(message, to_addrs=list(to) or None)

    def get(self, path: str, **params: str) -> requests.Response:
        return requests.get(self.url + path, params=params, timeout=10)

    def messages(self, **params: str) -> Any:
        return self.get("/messages", **params).json()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    rules = [refusal_of("bounce@*=550"), refusal_of("later@*=451:2")]
    with running_mailbox(tmp_path / "mail", rules) as (receiver, url):
        yield Post(receiver, url, tmp_path / "mail")


def test_a_letter_is_told_with_its_pdf(post: Post) -> None:
    post.send(letter(), "kim@example.com", "copy@example.com")
    (row,) = post.messages()
    assert row["to"] == ["kim@example.com", "copy@example.com"]
    assert (row["subject"], row["message_id"]) == ("송장 1", "<invoice-1@aftercart.example>")
    (file,) = row["attachments"]
    assert (file["filename"], file["size"]) == ("송장-1.pdf", len(PDF))
    assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert post.get(f"/letters/{row['id']}/attachments/0").content == PDF


def test_letters_are_found_by_recipient_subject_and_message_id(post: Post) -> None:
    for number in (1, 2):
        post.send(letter(f"p{number}@example.com", number))
    assert [row["subject"] for row in post.messages()] == ["송장 2", "송장 1"]
    assert [row["subject"] for row in post.messages(to="P1@example.com")] == ["송장 1"]
    assert [row["subject"] for row in post.messages(subject="장 2")] == ["송장 2"]
    assert [row["subject"] for row in post.messages(message_id="<invoice-2@aftercart.example>")] == ["송장 2"]


def test_letters_survive_the_process(post: Post) -> None:
    post.send(letter())
    again = Letters(post.folder).all()
    assert [one.subject for one in again] == ["송장 1"]
    assert not list(post.folder.glob(".*"))


def test_a_message_id_that_came_twice_is_counted_twice(post: Post) -> None:
    for number in (1, 1, 2):
        post.send(letter(number=number))
    assert post.get("/accepted").json() == {
        "<invoice-1@aftercart.example>": 2,
        "<invoice-2@aftercart.example>": 1,
    }


def test_a_bouncing_address_is_refused_for_good(post: Post) -> None:
    for _ in range(3):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            post.send(letter("bounce@example.com"))
        assert refused.value.recipients["bounce@example.com"][0] == 550
    assert post.messages() == []


def test_a_busy_address_takes_the_letter_at_the_third_try(post: Post) -> None:
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            post.send(letter("later@example.com"))
        assert refused.value.recipients["later@example.com"][0] == 451
    post.send(letter("later@example.com"))
    assert len(post.messages()) == 1


def test_refusals_can_be_changed_while_it_runs(post: Post) -> None:
    requests.post(f"{post.url}/refusals", json=["kim@*=552"], timeout=10)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post.send(letter())
    post.send(letter("bounce@example.com"))
    assert [row["to"] for row in post.messages()] == [["bounce@example.com"]]


def test_the_html_of_a_letter_can_do_nothing(post: Post) -> None:
    post.send(letter())
    number = post.messages()[0]["id"]
    answer = post.get(f"/letters/{number}/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy
    assert '<base target="_blank">' in answer.text
    page = post.get(f"/letters/{number}").text
    assert '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script" not in page


def test_a_letters_subject_is_shown_as_text(post: Post) -> None:
    message = letter()
    message.replace_header("Subject", "<b>bold</b>")
    post.send(message)
    assert "&lt;b&gt;bold&lt;/b&gt;" in post.get("/").text


def test_files_that_could_run_are_only_downloaded(post: Post) -> None:
    message = letter()
    message.add_attachment(b"<script>1</script>", maintype="text", subtype="html", filename="x.html")
    post.send(message)
    number = post.messages()[0]["id"]
    answer = post.get(f"/letters/{number}/attachments/1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/letters/nothing", "/letters/..%2Fx", "/letters/nothing/attachments/0"])
def test_an_unknown_letter_is_not_found(post: Post, path: str) -> None:
    assert post.get(path).status_code == 404


@pytest.mark.parametrize(("language", "title"), [("ko", "데모 우편함"), ("en", "Demo mailbox")])
def test_the_list_speaks_both_languages(post: Post, language: str, title: str) -> None:
    post.send(letter())
    text = post.get("/", lang=language).text
    assert title in text
    assert "송장 1" in text
