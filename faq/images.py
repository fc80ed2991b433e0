"""Pictures in articles: kept once as our own drawing of them, served under their digest."""

import re
from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from core import clock
from core.database import upsert
from core.errors import NotFound
from core.files import Files
from core.languages import Text
from faq.pictures import Picture, drawn_anew
from faq.tables import ArticleImage

DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 120
ENDINGS = {"image/webp": "webp", "image/png": "png", "image/jpeg": "jpg"}


def keep(
    session: Session, files: Files, store_id: int, content: bytes, name: str, *, source: str = ""
) -> ArticleImage:
    """Draw the picture anew, store it and note it for the shop; the same bytes again change nothing.

    Slow: where other writers wait, call `drawn_anew` and `Files.keep` before the session, then `note`.
    Raises BadImage.
    """
    picture = drawn_anew(content)
    return note(session, store_id, picture, files.keep(picture.content), name, source=source)


def note(
    session: Session, store_id: int, picture: Picture, digest: str, name: str, *, source: str = ""
) -> ArticleImage:
    """Note a stored picture for the shop. `source` names where it was imported from; the first note stands."""
    row = {
        "store_id": store_id,
        "digest": digest,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "bytes": len(picture.content),
        "name": _readable(name),
        "source": source,
        "added_at": clock.now(),
    }
    upsert(session, ArticleImage, [row], key=["store_id", "digest"], update=[])
    return session.exec(
        select(ArticleImage).where(ArticleImage.store_id == store_id, ArticleImage.digest == digest)
    ).one()


def drawn_here(session: Session, store_id: int, digest: str) -> ArticleImage | None:
    """The picture of those bytes when we drew them ourselves, for whatever shop; noted for this one."""
    known = session.exec(select(ArticleImage).where(ArticleImage.digest == digest)).first()
    if known is None or known.store_id == store_id:
        return known
    row = known.model_dump(exclude={"id"}) | {"store_id": store_id, "added_at": clock.now()}
    upsert(session, ArticleImage, [row], key=["store_id", "digest"], update=[])
    return session.exec(
        select(ArticleImage).where(ArticleImage.store_id == store_id, ArticleImage.digest == digest)
    ).one()


def address_of(image: ArticleImage) -> str:
    """Where readers find it."""
    return f"/help/images/{image.digest}.{ENDINGS[image.media_type]}"


def markdown_of(image: ArticleImage) -> str:
    """The picture as it stands in a text, described by its name until somebody describes it better."""
    described = re.sub(r"[\[\]\\]", "", image.name.rpartition(".")[0] or image.name)
    return f"![{described}]({address_of(image)})"


def image(session: Session, digest: str, ending: str) -> ArticleImage:
    """The picture at that address, of whatever shop: only who was given its digest knows it. Raises NotFound."""
    # What is no digest is not asked for: PostgreSQL refuses a text with a NUL in it.
    chosen = select(ArticleImage).where(ArticleImage.digest == digest)
    found = session.exec(chosen).first() if DIGEST.fullmatch(digest) else None
    if found is None or ENDINGS.get(found.media_type) != ending:
        raise NotFound(Text("There is no such picture."))
    return found


def sizes(session: Session, store_id: int, digests: Collection[str]) -> Mapping[str, tuple[int, int]]:
    """Width and height of those pictures that the shop has, by digest."""
    chosen = select(ArticleImage).where(
        ArticleImage.store_id == store_id, col(ArticleImage.digest).in_(digests)
    )
    return {row.digest: (row.width, row.height) for row in session.exec(chosen)}


def images_of(session: Session, store_id: int, *, limit: int = 100) -> Sequence[ArticleImage]:
    """The shop's pictures, newest first."""
    chosen = select(ArticleImage).where(ArticleImage.store_id == store_id)
    return session.exec(chosen.order_by(col(ArticleImage.id).desc()).limit(limit)).all()


def image_from(session: Session, store_id: int, source: str) -> ArticleImage | None:
    """The shop's picture that was imported from there, so that a repeat does not fetch it again."""
    chosen = select(ArticleImage).where(
        ArticleImage.store_id == store_id, ArticleImage.source == source, ArticleImage.source != ""
    )
    return session.exec(chosen).first()


def _readable(name: str) -> str:
    """A file's name without folders and signs that nobody sees."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:LONGEST_NAME]
