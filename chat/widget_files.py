"""The widget's own files as they are sent: without indentation and comments, packed once, under an address of their contents."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chat import widget_texts
from core.languages import LANGUAGES

FOLDER = Path(__file__).parent / "widget"
LAUNCHER = "launcher.js"
PANEL = (
    "dom", "service", "connection", "chat", "styles", "forms", "composer", "orders", "article", "bubbles",
    "conversation", "home", "panel",
)  # fmt: skip
DIGEST_LETTERS = 16


@dataclass(frozen=True)
class File:
    """A script, plain and packed."""

    plain: bytes
    packed: bytes


@dataclass(frozen=True)
class Edition:
    """All files of this release; `name` changes with any of them, so what stands below it may be kept for ever."""

    name: str
    files: dict[str, File]
    launcher: str


@cache
def edition() -> Edition:
    """The files of the running release: the opened panel as one script, and its texts by language."""
    files = {"panel.js": joined()} | {f"texts.{one}.js": widget_texts.script(one) for one in LANGUAGES}
    told = "\0".join(f"{name}\0{text}" for name, text in files.items())
    name = hashlib.sha256(told.encode()).hexdigest()[:DIGEST_LETTERS]
    return Edition(
        name, {name: file(text) for name, text in files.items()}, slim((FOLDER / LAUNCHER).read_text())
    )


def joined() -> str:
    """The panel's modules one after the other: one request in place of a dozen, and fewer bytes.

    Each stands behind those that it imports; their names are different from each other, which a test watches.
    """
    return "".join(_alone(slim((FOLDER / f"{name}.js").read_text())) for name in PANEL)


def _alone(source: str) -> str:
    """The module without its imports, and with `make` alone to be imported."""
    without = re.sub(r'^import .*? from "\./\w+\.js";\n', "", source, flags=re.MULTILINE)
    return re.sub(r"^export (?!function make\b)", "", without, flags=re.MULTILINE)


def file(text: str) -> File:
    """The text, plain and packed; packed alike every time."""
    plain = text.encode()
    return File(plain, gzip.compress(plain, 9, mtime=0))


def slim(source: str) -> str:
    """The script without indentation, empty lines and lines that are a comment. No text in them spans such lines."""
    source = re.sub(r"^\s*/\*\*.*?\*/\s*$", "", source, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in source.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
