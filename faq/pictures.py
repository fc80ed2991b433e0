"""Pictures that people hand in, drawn anew: whatever else a file carried is gone, and what is no picture is refused."""

import importlib
from dataclasses import dataclass
from threading import Lock

from core.languages import Text
from faq.errors import BadImage

MOST_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 1600  # Pixels; twice the width of an article's column, for sharp screens.
MOST_PIXELS = 25_000_000  # Some 100 MB while it is drawn.
MOST_JPEG_PIXELS = 60_000_000  # A telephone's largest; JPEG alone can be read smaller than it is.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
DRAWN = ("PNG", "GIF")  # Screenshots and drawings keep their sharp edges as long as the file stays small.
MOST_LOSSLESS_BYTES = 400_000
QUALITY = 82

# One at a time: each may take 100 MB, and several at once would take the memory of everything else.
_ONE = Lock()


@dataclass(frozen=True)
class Picture:
    """A picture of ours."""

    content: bytes
    media_type: str
    width: int
    height: int


def drawn_anew(content: bytes, *, most_bytes: int = MOST_BYTES) -> Picture:
    """The picture (of an animation the first one) as WebP, upright, at most 1600 pixels long, without metadata.

    Takes up to a second or so: never call it inside a writing session. Raises BadImage.
    """
    if len(content) > most_bytes:
        raise BadImage(
            Text(
                "The picture is larger than %(most)s MB. Please make it smaller.", most=most_bytes // 1024**2
            )
        )
    with _ONE:
        try:
            found: Picture = importlib.import_module("faq.drawing").drawn(content)
        except BadImage:
            raise
        except Exception as problem:  # Decoders of hostile files fail in every way there is.
            raise BadImage(
                Text("This file is no picture that can be shown. Please take a PNG, JPEG, WebP or GIF file.")
            ) from problem
    return found


def too_many_pixels() -> BadImage:
    """What is said of a picture that would take too much memory."""
    return BadImage(Text("The picture has too many pixels. Please make it smaller."))
