"""Files of conversations: taken apart and made anew before they are kept, and bound to the message that sends them."""

import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from sqlalchemy import func
from sqlmodel import Session, col, select

from chat.errors import AttachmentNotFound, BadAttachment, MessageRefused
from chat.schemas import Author, NewEvent
from chat.tables import ChatAttachment, Conversation, ConversationEvent
from core import clock
from core.files import Files
from core.languages import Text
from faq.errors import BadImage
from faq.pictures import drawn_anew

MOST_BYTES = 10 * 1024 * 1024
MOST_TEXT_BYTES = 1024 * 1024
MOST_UNSENT = 20  # Of one conversation: nobody sends more with a message or two.
MOST_BYTES_OF_CONVERSATION = 200 * 1024 * 1024
UNSENT_FOR = timedelta(hours=24)
LONGEST_NAME = 100

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
# What a text holds besides letters: tab, line ends, page break.
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")
PDF_SECONDS = 20
ENDINGS = {"image/webp": ".webp", "application/pdf": ".pdf", "text/plain": ".txt"}


@dataclass(frozen=True)
class Examined:
    """A file that may be kept, as we keep it."""

    content: bytes
    content_type: str
    name: str
    width: int = 0
    height: int = 0


def chat_files(files: Files) -> Files:
    """Where files of conversations lie: apart from documents and articles, since only these are ever deleted."""
    return Files(files.folder / "chat")


def examined(content: bytes, name: str) -> Examined:
    """What the bytes are, whatever their name says. Slow; never inside a writing session. Raises BadAttachment."""
    if not content:
        raise BadAttachment(Text("The file is empty."))
    if len(content) > MOST_BYTES:
        raise _too_large(MOST_BYTES)
    if content.startswith(PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return _picture(content, name)
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return Examined(content, "application/pdf", readable(name, "application/pdf"))
    return _text(content, name)


def _picture(content: bytes, name: str) -> Examined:
    try:
        drawn = drawn_anew(content, most_bytes=MOST_BYTES)
    except BadImage as problem:
        raise BadAttachment(problem.sentence) from problem
    kept = readable(name, drawn.media_type)
    return Examined(drawn.content, drawn.media_type, kept, drawn.width, drawn.height)


def _check_pdf(content: bytes) -> None:
    """Read it in a process that may take so much time and memory and no more."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "chat.pdf_process"],
            input=content,
            capture_output=True,
            timeout=PDF_SECONDS,
        )
        readable_pdf = done.returncode == 0
    except subprocess.TimeoutExpired:
        readable_pdf = False
    if not readable_pdf:
        raise BadAttachment(Text("This PDF cannot be read. Please save it again, or send a picture of it."))


def _text(content: bytes, name: str) -> Examined:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if NO_TEXT.search(text):
            break
        if len(content) > MOST_TEXT_BYTES:
            raise _too_large(MOST_TEXT_BYTES)
        return Examined(text.encode(), "text/plain", readable(name, "text/plain"))
    raise BadAttachment(Text("Only pictures (PNG, JPEG, WebP, GIF), PDF and plain text can be sent."))


def _too_large(most: int) -> BadAttachment:
    return BadAttachment(
        Text("The file is larger than %(most)s MB. Please make it smaller.", most=most // 1024**2)
    )


def readable(name: str, content_type: str) -> str:
    """The file's name without folders and signs that nobody sees, ending as what it is."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem = PurePosixPath(shown.strip(" .")).stem.strip(" .")[:LONGEST_NAME] or "file"
    return stem + ENDINGS[content_type]


def keep(
    session: Session, conversation: Conversation, author: Author, examined: Examined, digest: str
) -> ChatAttachment:
    """Note a stored file for a message that is still being written. Raises BadAttachment when there are too many."""
    own = ChatAttachment.conversation_id == conversation.id
    unsent = select(func.count()).select_from(ChatAttachment).where(own, col(ChatAttachment.seq).is_(None))
    if session.exec(unsent).one() >= MOST_UNSENT:
        raise BadAttachment(Text("Many files wait to be sent already. Please send them first."))
    total = session.exec(select(func.coalesce(func.sum(ChatAttachment.size), 0)).where(own)).one()
    if total + len(examined.content) > MOST_BYTES_OF_CONVERSATION:
        raise BadAttachment(Text("This conversation holds as many files as it may."))
    row = ChatAttachment(
        public_id=secrets.token_urlsafe(18),
        conversation_id=int(conversation.id or 0),
        author=author.kind,
        staff_id=author.staff_id,
        digest=digest,
        name=examined.name,
        content_type=examined.content_type,
        size=len(examined.content),
        width=examined.width,
        height=examined.height,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def free(session: Session, conversation: Conversation, new: NewEvent) -> Sequence[ChatAttachment]:
    """The files that a new message names, none of them sent before and all its author's. Raises MessageRefused."""
    named = (new.data or {}).get("attachments", ())
    if not named:
        return []
    chosen = select(ChatAttachment).where(
        col(ChatAttachment.public_id).in_(named),
        ChatAttachment.conversation_id == conversation.id,
        col(ChatAttachment.seq).is_(None),
        ChatAttachment.author == new.author.kind,
    )
    found = session.exec(chosen).all()
    if len(found) != len(set(named)) or len(set(named)) != len(named):
        raise MessageRefused(Text("A file is not there any more. Please attach it again."))
    return found


def bind(session: Session, files: Sequence[ChatAttachment], event: ConversationEvent) -> None:
    """Let the files belong to that message."""
    for file in files:
        file.seq = event.seq
        session.add(file)


def attachment(session: Session, public_id: str) -> ChatAttachment:
    """The file of that name. Raises AttachmentNotFound."""
    found = session.exec(select(ChatAttachment).where(ChatAttachment.public_id == public_id)).first()
    if found is None:
        raise AttachmentNotFound(Text("There is no such file."))
    return found


def kept(session: Session) -> set[str]:
    """The digests of all files that some conversation has."""
    return set(session.exec(select(ChatAttachment.digest).distinct()))


def forget_unsent(session: Session) -> int:
    """Forget the files that were never sent; returns how many."""
    old = select(ChatAttachment).where(
        col(ChatAttachment.seq).is_(None), col(ChatAttachment.created_at) < clock.now() - UNSENT_FOR
    )
    found = session.exec(old.limit(500)).all()
    for row in found:
        session.delete(row)
    session.flush()
    return len(found)
