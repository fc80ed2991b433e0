"""The MIME message: what a reader's program sees, and that nothing from outside can become a header."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outbox.email.addresses import mailbox
from outbox.email.message import LONGEST_LINE, build, one_line
from outbox.mailer import Enclosure, OutgoingLetter
from tests.outbox.factories import outgoing

OURS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}
NASTY = st.text(st.characters(codec="utf-8"), max_size=300) | st.text(
    "가나다 달빛상점,\"'()<>@;:\\.=?_-é漢😀\r\n\t\u2028abcXYZ019", max_size=300
)


def bytes_of(letter: OutgoingLetter) -> bytes:
    return build(
        letter,
        sender=mailbox("orders@shop.example"),
        to=mailbox(letter.to_address),
        reply_to=mailbox("help@shop.example"),
    )


def read(letter: OutgoingLetter) -> EmailMessage:
    found = message_from_bytes(bytes_of(letter), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def decoded(raw: bytes, header: str) -> str:
    """The header's text as RFC 2047 has it; the newer parser of the library adds spaces inside long names."""
    return str(make_header(decode_header("".join(message_from_bytes(raw)[header].splitlines()))))


def test_a_korean_letter_reads_as_it_was_written():
    found = read(outgoing())
    assert found["Subject"] == "주문 1001의 인보이스"
    assert found["From"].addresses[0].display_name == "달빛 상점"
    assert found["From"].addresses[0].addr_spec == "orders@shop.example"
    assert found["To"].addresses[0].display_name == "김민지"
    assert found["Reply-To"] == "help@shop.example"
    assert found["Message-ID"] == "<0123456789abcdef@shop.example>"
    assert found["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert found["Content-Language"] == "ko"
    assert found["Auto-Submitted"] == "auto-generated"


def test_text_html_and_file_arrive_unchanged():
    found = read(outgoing())
    text, html = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None and html is not None
    assert text.get_content().splitlines() == outgoing().text.splitlines()
    assert html.get_content().strip() == "<p>인보이스를 보내드려요.</p>"
    attached = next(found.iter_attachments())
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == b"%PDF-1.7\n\x00\xff"
    assert attached.get_filename() == "인보이스-2026-000001.pdf"


def test_a_korean_file_name_is_written_after_rfc_2231():
    assert b"filename*=utf-8''%EC%9D%B8" in bytes_of(outgoing())


def test_a_letter_without_a_file_has_only_its_two_texts():
    found = read(outgoing(enclosures=()))
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]


def test_a_message_is_ascii_with_crlf_unless_an_address_is_not():
    narrow, wide = bytes_of(outgoing()), bytes_of(outgoing(to_address="민지@example.com"))
    assert narrow.isascii()
    assert not wide.isascii()
    for raw in (narrow, wide):
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_wide_letter_names_its_reader_in_utf8():
    raw = bytes_of(outgoing(to_address="민지@example.com"))
    assert 'To: "김민지"\r\n <민지@example.com>\r\n'.encode() in raw
    assert "Subject: 주문 1001의 인보이스\r\n".encode() in raw


@settings(max_examples=300, deadline=None)
@given(name=NASTY, subject=NASTY, filename=NASTY)
@example(name="Kim\r\nBcc: all@example.com", subject="Hi\r\n\r\nbody", filename="a\r\nX-Evil: 1.pdf")
@example(name="Kim, Minji <other@example.com>", subject="=?utf-8?q?x?=", filename="../../etc/passwd")
@example(name="달" * 120 + " " + "빛" * 80, subject="주문 " * 60, filename="인보이스 " * 30)
@pytest.mark.filterwarnings("ignore")
def test_no_text_from_outside_adds_a_header_or_a_reader(name, subject, filename):
    raw = bytes_of(
        outgoing(
            sender_name=name,
            to_name=name,
            subject=subject,
            enclosures=(Enclosure(f"{filename}.pdf", "application/pdf", b"%PDF"),),
        )
    )
    found = message_from_bytes(raw, policy=policy.default)
    assert set(found.keys()) <= OURS
    assert len(found.keys()) == len(set(found.keys()))
    assert [address.addr_spec for address in found["To"].addresses] == ["minji@example.com"]
    assert [address.addr_spec for address in found["From"].addresses] == ["orders@shop.example"]
    assert "/" not in (next(found.iter_attachments()).get_filename() or "")
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@settings(max_examples=300, deadline=None)
@given(text=st.text("가나다 달빛상점,()é漢😀abc019", max_size=300))
def test_a_long_name_or_subject_keeps_every_letter_and_space(text):
    raw = bytes_of(outgoing(sender_name=text, subject=text))
    shown = one_line(text)
    assert decoded(raw, "Subject") == shown
    name = str(
        make_header(decode_header(parseaddr("".join(message_from_bytes(raw)["From"].splitlines()))[0]))
    )
    assert name == shown


def test_a_line_is_cut_at_its_longest_and_has_no_invisible_letters():
    assert one_line("a\u200b\u202eb\x00c\r\nd") == "ab c d"
    assert len(one_line("달" * 1000)) == LONGEST_LINE
