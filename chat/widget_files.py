"""The widget's own files as they are sent: made small, packed once, under an address of their contents.

They are kept as they are written; nothing has to be built before the service starts.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import minify

from chat import widget_texts
from core.languages import LANGUAGES

FOLDER = Path(__file__).parent / "widget"
LAUNCHER = "launcher.js"
PANEL = (
    "styles", "chat", "panel", "dom", "connection", "article", "home", "orders", "service", "conversation",
    "bubbles", "forms", "composer",
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
    launcher = small("{" + (FOLDER / LAUNCHER).read_text() + "}")
    return Edition(name, {name: file(text) for name, text in files.items()}, launcher)


def joined() -> str:
    """The panel's modules one after the other: one request in place of a dozen, and fewer bytes.

    Each stands behind those that it needs while it is read; their names differ, which a test watches.
    """
    modules = "".join(_alone((FOLDER / f"{name}.js").read_text()) for name in PANEL)
    return small(f"export const make=(()=>{{{modules}return make}})()")


def file(text: str) -> File:
    """The text, plain and packed; packed alike every time."""
    plain = text.encode()
    return File(plain, gzip.compress(plain, 9, mtime=0))


def small(script: str) -> str:
    """The script without comments and spaces and with short names, and the styles in it likewise."""
    styled = re.sub(r"(?<=replaceSync\(`)[^`]*", lambda found: minify.string("text/css", found[0]), script)
    return str(minify.string("text/javascript", styled))


def _alone(source: str) -> str:
    """The module without the words by which modules know each other."""
    without = re.sub(r'^import .*? from "\./\w+\.js";\n', "", source, flags=re.MULTILINE)
    return re.sub(r"^export ", "", without, flags=re.MULTILINE)
