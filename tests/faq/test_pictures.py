"""Claims about pictures that people hand in: drawn anew, nothing else kept, and bombs refused in words."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from core import languages
from faq import pictures
from faq.errors import BadImage
from faq.pictures import drawn_anew

from .pictures import opened, picture

GPS, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_usual_pictures_become_webp(kind):
    drawn = drawn_anew(picture(kind))
    found = opened(drawn.content)
    assert (found.format, found.size, drawn.media_type) == ("WEBP", (40, 30), "image/webp")
    assert (drawn.width, drawn.height) == (40, 30)
    red, green, blue = found.convert("RGB").getpixel((20, 15))
    assert max(abs(red - 200), abs(green - 30), abs(blue - 30)) < 8


def test_what_a_camera_noted_is_gone_and_the_picture_stands_upright():
    noted = Image.Exif()
    noted[ORIENTATION], noted[ARTIST] = 6, "Minji Kim"
    noted.get_ifd(GPS)[2] = (37.0, 33.0, 58.0)
    drawn = drawn_anew(picture("JPEG", exif=noted, comment=b"secret words"))
    found = opened(drawn.content)
    assert found.size == (30, 40)
    assert not found.getexif()
    assert set(found.info) <= {"loop", "background", "timestamp", "duration"}
    assert b"Minji" not in drawn.content
    assert b"secret" not in drawn.content


def test_a_large_picture_is_made_smaller_and_keeps_its_shape():
    drawn = drawn_anew(picture("JPEG", (4000, 1000)))
    assert (drawn.width, drawn.height) == (1600, 400)
    assert opened(drawn.content).size == (1600, 400)


def test_transparency_stays():
    drawn = drawn_anew(picture("PNG", colour=(0, 0, 0, 0)))
    assert opened(drawn.content).convert("RGBA").getpixel((5, 5))[3] == 0


def test_of_an_animation_the_first_picture_is_taken():
    target = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    found = opened(drawn_anew(target.getvalue()).content)
    assert getattr(found, "n_frames", 1) == 1
    assert found.convert("RGB").getpixel((5, 5))[0] > 240


def test_a_drawing_stays_sharp_and_a_noisy_one_small():
    sharp = Image.new("RGB", (100, 100), "white")
    sharp.paste((1, 2, 3), (0, 0, 50, 100))
    target = BytesIO()
    sharp.save(target, "PNG")
    assert opened(drawn_anew(target.getvalue()).content).convert("RGB").getpixel((49, 50)) == (1, 2, 3)
    noise, target = Image.effect_noise((700, 700), 90).convert("RGB"), BytesIO()
    noise.save(target, "PNG")
    assert len(drawn_anew(target.getvalue()).content) < len(target.getvalue()) / 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_same_bytes_give_the_same_picture(kind):
    assert drawn_anew(picture(kind)).content == drawn_anew(picture(kind)).content


def test_what_hides_behind_a_picture_is_not_kept():
    hidden = b"<script>alert(1)</script><?php system('x') ?>PK\x03\x04"
    for kind in ("PNG", "JPEG", "GIF"):
        assert b"script" not in drawn_anew(picture(kind) + hidden).content


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NONE = {
    "nothing": b"",
    "svg": SVG,
    "svg with a declaration": b'<?xml version="1.0"?>' + SVG,
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "html that begins like a GIF": b"GIF89a/*<script>alert(1)</script>*/=1;",
    "a cut picture": picture("PNG", (300, 300))[:60],
    "a cut photograph": picture("JPEG", (300, 300))[:300],
    "a pdf": b"%PDF-1.7\n",
    "a bitmap": picture("BMP"),
    "a tiff": picture("TIFF"),
    "an icon": picture("ICO"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "text": "사진".encode(),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_picture_is_refused_in_both_languages(name):
    with pytest.raises(BadImage) as refused:
        drawn_anew(NONE[name])
    assert "PNG, JPEG, WebP" in str(refused.value.sentence)
    with languages.speaking("ko"):
        assert "그림" in str(refused.value.sentence)


def png_that_claims(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )


@pytest.mark.parametrize(
    "size", [(6000, 6000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (30_000_000, 1)]
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(size):
    with pytest.raises(BadImage, match="too many pixels"):
        drawn_anew(png_that_claims(*size))


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(BadImage, match="larger than 8 MB"):
        drawn_anew(picture("PNG") + b"\0" * pictures.MOST_BYTES)


def test_a_text_chunk_that_unpacks_without_end_is_refused():
    chunk = b"a\0\0" + zlib.compress(b"x" * 80_000_000)
    whole = picture("PNG")
    bomb = struct.pack(">I", len(chunk)) + b"zTXt" + chunk + struct.pack(">I", zlib.crc32(b"zTXt" + chunk))
    with pytest.raises(BadImage):
        drawn_anew(whole[:33] + bomb + whole[33:])
