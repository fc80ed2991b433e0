"""Pictures that people hand in, drawn anew: whatever else a file carried is gone, and what is no picture is refused."""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

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


def drawn_anew(content: bytes) -> Picture:
    """The picture (of an animation the first one) as WebP, upright, at most 1600 pixels long, without metadata.

    Takes up to a second or so: never call it inside a writing session. Raises BadImage.
    """
    if len(content) > MOST_BYTES:
        raise BadImage(
            Text(
                "The picture is larger than %(most)s MB. Please make it smaller.", most=MOST_BYTES // 1024**2
            )
        )
    with _ONE:
        try:
            return _drawn(Image.open(BytesIO(content), formats=FORMATS), len(content))
        except BadImage:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
            raise _too_many_pixels() from problem
        except Exception as problem:  # Decoders of hostile files fail in every way there is.
            raise BadImage(
                Text("This file is no picture that can be shown. Please take a PNG, JPEG, WebP or GIF file.")
            ) from problem


def _too_many_pixels() -> BadImage:
    return BadImage(Text("The picture has too many pixels. Please make it smaller."))


def _drawn(opened: Image.Image, size: int) -> Picture:
    kind = opened.format
    # A photograph as PNG has some two bytes a pixel, and without loss it would take seconds to draw.
    is_drawn = size < opened.width * opened.height / 2 or size < MOST_LOSSLESS_BYTES
    if opened.width * opened.height > (MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS):
        raise _too_many_pixels()
    if kind == "JPEG":
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.seek(0)
    opened.load()
    # What can be made small as it is comes first: every step after it then needs a fraction of the memory.
    if opened.mode in ("L", "RGB", "RGBA"):
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(opened, in_place=True)
    plain = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain.info.clear()
    saved = _saved(plain, lossless=True) if kind in DRAWN and is_drawn else b""
    if not saved or len(saved) > MOST_LOSSLESS_BYTES:
        saved = _saved(plain, lossless=False)
    return Picture(saved, "image/webp", plain.width, plain.height)


def _saved(picture: Image.Image, *, lossless: bool) -> bytes:
    target = BytesIO()
    picture.save(
        target, "WEBP", lossless=lossless, quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b""
    )
    return target.getvalue()
