"""Files of conversations: by their content, made anew, opened by a signed link for a short time, and never run."""

import os
import time
from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from pypdf import PdfWriter
from sqlmodel import select

from chat import actions, attachment_jobs, attachments, queries
from chat.schemas import SYSTEM, NewEvent
from chat.tables import ChatAttachment
from core.database import Database
from core.files import Files
from tests.chat.conftest import Browse, Browsing
from tests.standins import Clock

pytestmark = pytest.mark.database

SECRET_PLACE = b"GPS 37.5665 N"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **given: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **given)
    return target.getvalue()


def pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def hand_in(who: Browsing, talk: str, content: bytes, name: str = "a.bin") -> Any:
    return who.ask("POST", f"/conversations/{talk}/attachments", files={"file": (name, content)})


def path_of(address: str) -> str:
    return address.removeprefix("https://help.shop.example")


@pytest.mark.parametrize(
    ("content", "name", "kind", "kept"),
    [
        (picture("PNG"), "screen.exe", "image/webp", "screen.webp"),
        (picture("JPEG"), "../../etc/비밀.jpg", "image/webp", "비밀.webp"),
        (picture("WEBP"), "a.webp", "image/webp", "a.webp"),
        (picture("GIF"), "", "image/webp", "file.webp"),
        (pdf(), "invoice.html", "application/pdf", "invoice.pdf"),
        ("배송 문의\n".encode(), "note.txt", "text/plain", "note.txt"),
        ("배송 문의\n".encode("cp949"), "a<b>.txt", "text/plain", "ab.txt"),
    ],
)
def test_a_file_is_what_it_holds_whatever_it_is_called(
    browse: Browse, content: bytes, name: str, kind: str, kept: str
):
    shopper = browse()
    talk = shopper.begin()
    answer = hand_in(shopper, talk, content, name or "x")
    assert answer.status_code == 201, answer.text
    found = answer.json()["attachment"]
    assert (found["type"], found["name"]) == (kind, kept if name else "x.webp")
    said = shopper.say(talk, "", "file-00001", attachments=[found["id"]]).json()["event"]
    assert said["data"]["attachments"][0]["id"] == found["id"]
    opened = shopper.client.get(path_of(said["data"]["attachments"][0]["address"]))
    assert opened.status_code == 200
    assert opened.headers["content-type"].partition(";")[0] == kind
    assert opened.headers["content-disposition"].startswith("attachment;")
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert opened.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "etc" not in opened.headers["content-disposition"]


def test_a_picture_is_drawn_anew_without_what_else_it_carried(browse: Browse):
    exif = Image.Exif()
    exif[0x010E] = SECRET_PLACE.decode()
    content = picture(exif=exif) + b"<script>alert(1)</script>"
    assert SECRET_PLACE in content
    shopper = browse()
    found = hand_in(shopper, shopper.begin(), content).json()["attachment"]
    drawn = shopper.client.get(path_of(found["address"])).content
    assert SECRET_PLACE not in drawn
    assert b"<script" not in drawn
    assert (found["width"], found["height"]) == (60, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04archive",
        b"\x89PNG\r\n\x1a\nbroken",
        b"%PDF-1.7 broken",
        b"a\x00b",
        b"\xff\xfe\xfa\xfb",
        b"x" * (1024 * 1024 + 1),
        b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024),
    ],
    ids=["empty", "exe", "elf", "zip", "png", "pdf", "nul", "bytes", "long text", "large picture"],
)
def test_what_is_none_of_these_is_refused_with_a_word(browse: Browse, content: bytes, files: Files):
    shopper = browse()
    answer = hand_in(shopper, shopper.begin(), content)
    assert answer.status_code in (400, 413)
    assert answer.json()["error"]["code"] in ("bad_attachment", "http")
    assert (
        answer.headers["access-control-allow-origin"] == shopper.store.home_address
        or answer.status_code == 413
    )
    assert list(attachments.chat_files(files).folder.rglob("*")) == []


def test_html_and_svg_are_kept_as_text_that_cannot_run(browse: Browse):
    shopper = browse()
    talk = shopper.begin()
    for content in (b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>"):
        found = hand_in(shopper, talk, content, "page.html").json()["attachment"]
        opened = shopper.client.get(path_of(found["address"]))
        assert opened.headers["content-type"] == "text/plain; charset=utf-8"
        assert found["name"] == "page.txt"


def test_a_link_that_was_changed_or_is_old_opens_nothing(browse: Browse, clock: Clock):
    shopper = browse()
    address = path_of(hand_in(shopper, shopper.begin(), b"hello").json()["attachment"]["address"])
    head, _, tail = address.rpartition(".")
    assert shopper.client.get(f"{head}.{'A' * len(tail)}").status_code == 404
    assert shopper.client.get("/api/chat/attachments/a.b.c").status_code == 404
    assert shopper.client.get(address).status_code == 200
    clock.advance(hours=3)
    assert shopper.client.get(address).status_code == 410


def test_a_file_is_sent_once_and_by_whom_it_was_handed_in(browse: Browse, database: Database):
    shopper, other = browse(), browse()
    talk, elsewhere = shopper.begin(), other.begin()
    file = hand_in(shopper, talk, b"hello").json()["attachment"]["id"]
    assert hand_in(other, talk, b"hello").status_code == 404
    for who, where, named in (
        (other, elsewhere, [file]),
        (shopper, talk, [file, file]),
        (shopper, talk, ["nothing"]),
    ):
        answer = who.say(where, "take this", "file-00001", attachments=named)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "message_refused")
    assert shopper.say(talk, "", "file-00001", attachments=[file]).status_code == 201
    assert shopper.say(talk, "", "file-00001", attachments=[file]).status_code == 200
    assert shopper.say(talk, "", "file-00002", attachments=[file]).status_code == 400
    with database.writing() as session:
        number = queries.conversation_named(session, talk).id
        assert session.exec(select(ChatAttachment.seq)).one() == 2
        with pytest.raises(Exception, match="not there"):
            actions.post(session, number, NewEvent("message", SYSTEM, "x", data={"attachments": [file]}))


def test_so_many_files_wait_and_no_more(browse: Browse, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attachments, "MOST_UNSENT", 2)
    shopper = browse()
    talk = shopper.begin()
    assert [hand_in(shopper, talk, b"%d" % n).status_code for n in range(3)] == [201, 201, 400]


def test_files_that_nobody_sent_are_forgotten_with_their_bytes(
    browse: Browse, database: Database, files: Files, clock: Clock
):
    shopper = browse()
    talk = shopper.begin()
    sent = hand_in(shopper, talk, b"sent").json()["attachment"]
    shopper.say(talk, "", "file-00001", attachments=[sent["id"]])
    left = hand_in(shopper, talk, b"left").json()["attachment"]
    kept = attachments.chat_files(files)
    attachment_jobs.forget_unsent(database, files=files)
    assert len(list(kept.folder.glob("*/*"))) == 2
    clock.advance(hours=25)
    for place in kept.folder.glob("*/*"):
        os.utime(place, (time.time() - 7200,) * 2)
    attachment_jobs.forget_unsent(database, files=files)
    assert len(list(kept.folder.glob("*/*"))) == 1
    with database.reading() as session:
        assert session.exec(select(ChatAttachment.public_id)).all() == [sent["id"]]
    assert shopper.client.get(path_of(left["address"])).status_code in (404, 410)


def test_the_desk_hands_in_by_its_proof_alone(browse: Browse, app: FastAPI):
    talk = browse().begin()
    stranger = browse().client
    answer = stranger.post(f"/conversations/{talk}/attachments", files={"file": ("a.txt", b"x")})
    assert answer.status_code in (401, 403)
