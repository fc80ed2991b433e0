"""A letter as a MIME message: our own header lines above a body that the library builds.

The library's newer header folding loses or adds spaces where a long Korean subject is cut (Python 3.11 to 3.13), so
header values are encoded by its older, exact `Header`. Every text from outside becomes one clean line first.
"""

import unicodedata
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote

from outbox.email.addresses import Mailbox
from outbox.mailer import Enclosure, OutgoingLetter

LONGEST_LINE = 200  # of a name or a subject, in letters
LONGEST_FILENAME = 100
LINE_BREAKS = {"Cc", "Zl", "Zp"}
INVISIBLE = {"Cf", "Cs"}


def build(letter: OutgoingLetter, *, sender: Mailbox, to: Mailbox, reply_to: Mailbox | None) -> bytes:
    """The message's bytes, lines ended by CR LF; only ASCII unless one of the addresses is not."""
    wide = sender.needs_utf8 or to.needs_utf8 or (reply_to is not None and reply_to.needs_utf8)
    headers = {
        "From": _named("From", letter.sender_name, sender, wide=wide),
        "To": _named("To", letter.to_name, to, wide=wide),
        **({"Reply-To": str(reply_to)} if reply_to is not None else {}),
        "Subject": _encoded("Subject", one_line(letter.subject), wide=wide),
        "Date": format_datetime(letter.moment),
        "Message-ID": f"<{letter.message_id}>",
        "Content-Language": letter.language,
        # RFC 3834: other machines shall not answer (out of office).
        "Auto-Submitted": "auto-generated",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + _body(letter)


def _body(letter: OutgoingLetter) -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for enclosure in letter.enclosures:
        _enclose(message, enclosure)
    return message.as_bytes()


def _enclose(message: EmailMessage, enclosure: Enclosure) -> None:
    main, _, sub = enclosure.content_type.partition("/")
    filename = one_line(enclosure.filename).replace("/", "-")[-LONGEST_FILENAME:].strip()
    message.add_attachment(enclosure.content, maintype=main, subtype=sub, filename=filename)


def _named(header: str, name: str, mailbox: Mailbox, *, wide: bool) -> str:
    shown = one_line(name)
    if not shown:
        return str(mailbox)
    if shown.isascii() or wide:
        return f'"{quote(shown)}"\r\n <{mailbox}>'
    return f"{_encoded(header, shown, wide=wide)}\r\n <{mailbox}>"


def _encoded(header: str, text: str, *, wide: bool) -> str:
    """RFC 2047 words unless the text is ASCII or the whole message speaks UTF-8 (RFC 6532)."""
    if text.isascii() or wide:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def one_line(text: str) -> str:
    """The text without line breaks, control and invisible letters: nothing that could begin a new header."""
    kinds = [(letter, unicodedata.category(letter)) for letter in text]
    kept = "".join(" " if kind in LINE_BREAKS else letter for letter, kind in kinds if kind not in INVISIBLE)
    return " ".join(kept.split())[:LONGEST_LINE].strip()
