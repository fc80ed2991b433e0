"""The packaged fonts, unpacked. Unpacking one takes seconds, so the result is kept beside other temporary files."""

import hashlib
import os
import stat
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import woff2  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "fonts"


def names() -> list[str]:
    """The file names of the packaged fonts."""
    return sorted(font.name for font in FOLDER.glob("*.woff2"))


def shelf() -> Path | None:
    """The folder for unpacked fonts, ours alone; None where there can be no such folder."""
    folder = Path(tempfile.gettempdir()) / f"aftercart-fonts-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    # Anyone may have made a folder of that name before us; what others can write, we do not read.
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if ours else None


def unpacked(name: str, kept_in: Path | None) -> bytes:
    """The packaged font of that file name as TrueType, from the folder if it is there, else put there."""
    packed = (FOLDER / name).read_bytes()
    if kept_in is None:
        return _unpack(packed)
    kept = kept_in / f"{hashlib.sha256(packed).hexdigest()}.ttf"
    try:
        return kept.read_bytes()
    except OSError:
        font = _unpack(packed)
        _keep(font, kept)
        return font


def _unpack(packed: bytes) -> bytes:
    font = BytesIO()
    woff2.decompress(BytesIO(packed), font)
    return font.getvalue()


def _keep(font: bytes, kept: Path) -> None:
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(font)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(kept)
    except OSError:
        draft.unlink(missing_ok=True)  # No room: the next start unpacks again.
