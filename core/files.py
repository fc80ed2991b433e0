"""Stored bytes: named by their SHA-256, written whole or not at all, never changed."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Set as AbstractSet
from pathlib import Path

from core.errors import NotFound, OutsideError
from core.languages import Text


class Files:
    """A folder of content-addressed files, `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not all(letter in "0123456789abcdef" for letter in digest):
            raise NotFound(Text("There is no such file."))
        return self.folder / digest[:2] / digest

    def keep(self, content: bytes, *, renew: bool = False) -> str:
        """Store the bytes and return their SHA-256; storing the same bytes again changes nothing, or mends damage.

        With `renew` they count as new again for `forget_all_but`.

        Raises OutsideError when the disk is full or refuses; nothing half-written stays.
        """
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(digest)
        if self._whole(place, digest):
            if renew:
                os.utime(place)
            return digest
        draft = place.with_name(f".{digest[:12]}.{secrets.token_hex(6)}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
            for folder in (place.parent, self.folder):
                self._sync_folder(folder)
        except OSError as problem:
            with contextlib.suppress(OSError):
                draft.unlink()
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OutsideError(
                    Text("The disk is full; free some space, the work goes on by itself.")
                ) from problem
            raise OutsideError(
                Text("A file could not be stored: %(problem)s.", problem=str(problem))
            ) from problem
        return digest

    @staticmethod
    def _whole(place: Path, digest: str) -> bool:
        try:
            return hashlib.sha256(place.read_bytes()).hexdigest() == digest
        except OSError:
            return False

    @staticmethod
    def _sync_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, digest: str) -> bytes:
        """The bytes of that SHA-256. Raises NotFound, and OutsideError when the stored bytes are damaged."""
        place = self._place(digest)
        try:
            content = place.read_bytes()
        except FileNotFoundError as problem:
            raise NotFound(Text("There is no such file.")) from problem
        if hashlib.sha256(content).hexdigest() != digest:
            raise OutsideError(Text("A stored file is damaged; restore it from a backup."), permanent=True)
        return content

    def forget_all_but(self, kept: AbstractSet[str], *, older_than_seconds: float) -> int:
        """Delete the files of this folder whose digest is not among these and that are older; returns how many."""
        gone = 0
        before = time.time() - older_than_seconds
        for place in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            with contextlib.suppress(FileNotFoundError):  # Another process was faster.
                if place.stat().st_mtime < before and place.name not in kept:
                    place.unlink()
                    gone += 1
        return gone

    def free_bytes(self) -> int:
        """Free space on the disk of the files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free
