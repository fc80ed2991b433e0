"""Claims about stored bytes: whole or not at all, and never changed."""

import hashlib
import os
import resource
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotFound, OutsideError
from core.files import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_kept_bytes_come_back_under_their_sha256(files: Files):
    digest = files.keep(b"%PDF-1.7 invoice")
    assert digest == hashlib.sha256(b"%PDF-1.7 invoice").hexdigest()
    assert files.read(digest) == b"%PDF-1.7 invoice"


def test_keeping_the_same_bytes_again_changes_nothing(files: Files):
    digest = files.keep(b"same")
    before = (files.folder / digest[:2] / digest).stat()
    assert files.keep(b"same") == digest
    after = (files.folder / digest[:2] / digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_keeping_the_same_bytes_in_many_threads_leaves_one_file(files: Files):
    threads = [threading.Thread(target=files.keep, args=(b"x" * 100_000,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(everything_in(files.folder)) == 1


def test_a_full_disk_is_told_and_leaves_nothing_behind(files: Files, monkeypatch: pytest.MonkeyPatch):
    opened = Path.open

    def onto_a_full_disk(path: Path, *given: Any, **named: Any) -> Any:
        # /dev/full refuses every write as a full disk does.
        if path.name.startswith("."):
            opened(path, "xb").close()
            return opened(Path("/dev/full"), "wb")
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", onto_a_full_disk)
    with pytest.raises(OutsideError, match="disk is full") as caught:
        files.keep(b"x" * 100_000)
    assert not caught.value.permanent
    assert everything_in(files.folder) == []

    monkeypatch.undo()
    assert files.read(files.keep(b"x" * 100_000)) == b"x" * 100_000


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """Writes past 64 KB fail half way, as the system does it for a user over quota."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_breaks_off_half_way_leaves_nothing_behind(files: Files, small_files_only: None):
    with pytest.raises(OutsideError):
        files.keep(b"x" * 1_000_000)
    assert everything_in(files.folder) == []
    assert files.read(files.keep(b"small")) == b"small"


def test_a_folder_that_cannot_be_made_is_told_as_an_outside_error(tmp_path: Path):
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(OutsideError, match="could not be stored"):
        Files(tmp_path / "files").keep(b"x")


def test_a_draft_left_by_a_crash_is_not_taken_for_a_file(files: Files):
    digest = hashlib.sha256(b"whole").hexdigest()
    place = files.folder / digest[:2]
    place.mkdir(parents=True)
    (place / f".{digest[:12]}.aabbcc").write_bytes(b"wh")
    with pytest.raises(NotFound):
        files.read(digest)
    assert files.read(files.keep(b"whole")) == b"whole"


def test_the_bytes_reach_the_disk_before_their_name_does(files: Files, monkeypatch: pytest.MonkeyPatch):
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (steps.append("sync"), sync(descriptor)))
    monkeypatch.setattr(Path, "replace", lambda path, to: (steps.append("name"), replace(path, to))[1])
    files.keep(b"x")
    assert steps.index("sync") < steps.index("name")
    assert steps[-1] == "sync"


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7 invoicf", b"%PDF-1.7 invoice\n"])
def test_a_damaged_file_is_noticed_and_never_handed_out(files: Files, damage: bytes):
    digest = files.keep(b"%PDF-1.7 invoice")
    (files.folder / digest[:2] / digest).write_bytes(damage)
    with pytest.raises(OutsideError, match="damaged") as caught:
        files.read(digest)
    assert caught.value.permanent


def test_a_damaged_file_is_mended_when_the_same_bytes_are_kept_again(files: Files):
    digest = files.keep(b"%PDF-1.7 invoice")
    (files.folder / digest[:2] / digest).write_bytes(b"%PDF")
    files.keep(b"%PDF-1.7 invoice")
    assert files.read(digest) == b"%PDF-1.7 invoice"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "a" * 65, "/" * 64])
def test_a_name_that_is_no_sha256_finds_nothing(files: Files, name: str):
    with pytest.raises(NotFound):
        files.read(name)


def test_free_space_is_known_before_anything_is_stored(files: Files):
    assert files.free_bytes() > 0
