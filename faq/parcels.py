"""Files as they come: a folder, a zip or an upload, each file by its name, none of them trusted."""

import io
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core.languages import Text
from faq.carried import Refusal
from faq.errors import BadParcel

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_WHOLE = (
    400 * MEGABYTE
)  # Ten thousand articles with some hundred pictures; counted as they are unpacked.
MOST_FILES = 30_000
MARKER = "aftercart.json"  # Stands at the top of our own exports, so that a zip's top is known.

Load = Callable[[], bytes]


@dataclass
class Files:
    """The files by their name ("guides/returns.ko.md"), and what was left out with its reason."""

    loads: dict[str, Load] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, place: str, sentence: Text) -> None:
        self.refused.append(Refusal(place[:200], sentence))


def in_folder(folder: Path) -> Files:
    """The files of a folder and its sub folders. Links are not followed: they may lead out of it."""
    found = Files()
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            name = path.relative_to(folder).as_posix()
            if path.name.startswith((".", "__MACOSX")):
                continue
            if path.is_symlink():
                found.refuse(name, Text("It is a link to another file; only files themselves are taken."))
            elif path.is_dir():
                waiting.append(path)
            elif path.is_file():
                found.loads[name] = _reader(path, name)
        _at_most(len(found.loads))
    return found


def _reader(path: Path, name: str) -> Load:
    def load() -> bytes:
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as problem:
            raise BadParcel(
                Text("%(name)s cannot be read: %(problem)s.", name=name, problem=problem.strerror or "")
            ) from problem
        return _whole(content, name)

    return load


def _whole(content: bytes, name: str) -> bytes:
    if len(content) > LARGEST_FILE:
        raise BadParcel(
            Text("%(name)s is larger than %(most)s MB.", name=name[:200], most=LARGEST_FILE // MEGABYTE)
        )
    return content


def _at_most(count: int) -> None:
    if count > MOST_FILES:
        raise BadParcel(Text("There are more than %(most)s files.", most=MOST_FILES))


def in_zip(content: bytes) -> Files:
    """The files of a zip, unpacked in memory one by one as they are asked for. Raises BadParcel."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError, EOFError) as problem:
        raise BadParcel(Text("The zip is damaged, or it is none.")) from problem
    _at_most(len(opened.infolist()))
    found = Files()
    budget = _Budget()
    for entry in opened.infolist():
        parts = entry.filename.split("/")
        why_not = _problem_of(entry)
        if why_not is not None:
            found.refuse(entry.filename, why_not)
        elif entry.is_dir() or parts[-1].startswith(".") or "__MACOSX" in parts:
            continue
        elif entry.filename in found.loads:
            found.refuse(entry.filename, Text("The zip holds this name twice; only the first was taken."))
        else:
            found.loads[entry.filename] = _unpacker(opened, entry, budget)
    return Files(_from_their_top(found.loads), found.refused)


def _problem_of(entry: zipfile.ZipInfo) -> Text | None:
    name = entry.filename
    if name.startswith(("/", "\\")) or "\\" in name or ":" in name.split("/")[0] or ".." in name.split("/"):
        return Text("Its name leads out of the zip.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Text("It is a link to another file; only files themselves are taken.")
    if entry.flag_bits & 1:
        return Text("It is protected by a password.")
    return None


@dataclass
class _Budget:
    """What may still be unpacked: sizes that a zip states are not believed."""

    left: int = field(default_factory=lambda: LARGEST_WHOLE)

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise BadParcel(Text("The zip unpacks to more than %(most)s MB.", most=LARGEST_WHOLE // MEGABYTE))


def _unpacker(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> Load:
    def load() -> bytes:
        try:
            with opened.open(entry) as file:
                content = file.read(LARGEST_FILE + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as problem:
            raise BadParcel(
                Text("%(name)s cannot be unpacked: the zip is damaged.", name=entry.filename[:200])
            ) from problem
        budget.take(len(content))
        return _whole(content, entry.filename)

    return load


def _from_their_top(loads: Mapping[str, Load]) -> dict[str, Load]:
    """Names without the one folder that somebody zipped as a whole."""
    tops = {name.partition("/")[0] for name in loads}
    if MARKER in loads or len(tops) != 1 or any("/" not in name for name in loads):
        return dict(loads)
    return {name.partition("/")[2]: load for name, load in loads.items()}


def uploaded(files: Sequence[tuple[str, bytes]]) -> Files:
    """Files as a browser sends them: their last name counts."""
    found = Files()
    for name, content in files:
        last = posixpath.basename(name.replace("\\", "/"))
        if last in found.loads:
            found.refuse(last, Text("Two files have this name; only the first was taken."))
        elif last and not last.startswith("."):
            found.loads[last] = partial(_whole, content, last)
    return found


def decoded(content: bytes, name: str) -> str:
    """The file's text, with or without a byte order mark. Raises BadParcel that names file and line."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadParcel(Text("%(name)s is written in UTF-16. Please save it as UTF-8.", name=name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadParcel(
            Text(
                "%(name)s, line %(line)s: this is not UTF-8. Please save the file as UTF-8.",
                name=name,
                line=content.count(b"\n", 0, problem.start) + 1,
            )
        ) from problem
    if "\0" in text:
        raise BadParcel(
            Text(
                "%(name)s, line %(line)s: the text holds characters that are no text.",
                name=name,
                line=text.count("\n", 0, text.index("\0")) + 1,
            )
        )
    return text


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of those files; the same files give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, files[name])
    return written.getvalue()


def unfolded(
    files: Mapping[str, bytes], folder: Path, *, progress: Callable[[], None] = lambda: None
) -> None:
    """Write the files into a folder. Raises BadParcel when the disk refuses."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            progress()
    except OSError as problem:
        raise BadParcel(
            Text("%(folder)s cannot be written: %(problem)s.", folder=str(folder), problem=problem.strerror)
        ) from problem
