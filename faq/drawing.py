"""Drawing a picture anew with Pillow; loaded with the first picture, since most days bring none (2 MB)."""

from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from faq.pictures import (
    DRAWN,
    FORMATS,
    LONGEST_SIDE,
    MOST_JPEG_PIXELS,
    MOST_LOSSLESS_BYTES,
    MOST_PIXELS,
    QUALITY,
    Picture,
    too_many_pixels,
)


def drawn(content: bytes) -> Picture:
    """The picture in those bytes. Raises BadImage for one of too many pixels, and whatever decoders raise."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # Other libraries switch it on for the whole process.
    try:
        return _drawn(Image.open(BytesIO(content), formats=FORMATS), len(content))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise too_many_pixels() from problem


def _drawn(opened: Image.Image, size: int) -> Picture:
    kind = opened.format
    # A photograph as PNG has some two bytes a pixel, and without loss it would take seconds to draw.
    is_drawn = size < opened.width * opened.height / 2 or size < MOST_LOSSLESS_BYTES
    if opened.width * opened.height > (MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS):
        raise too_many_pixels()
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
