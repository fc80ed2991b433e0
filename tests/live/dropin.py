"""The SQLite drop-in that lets WordPress run without a database server, fetched once and kept in the user's cache."""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

# The only place a registry has the drop-in: one small zip inside this package.
PACKAGE = "@wp-playground/cli"
MEMBER = "package/sqlite-database-integration.zip"
FOLDER = "plugin-sqlite-database-integration"


def unpack(content: Path) -> None:
    """Put the drop-in into a `wp-content` folder. Raises RuntimeError when the zip cannot be had."""
    home = content / "mu-plugins" / "sqlite-database-integration"
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(_zip()) as bundle:
            for member in bundle.namelist():
                bundle.extract(member, scratch)
        shutil.copytree(Path(scratch) / FOLDER, home)
    template = (home / "db.copy").read_text(encoding="utf-8")
    text = template.replace("{SQLITE_IMPLEMENTATION_FOLDER_PATH}", str(home))
    text = text.replace("{SQLITE_PLUGIN}", "sqlite-database-integration/load.php")
    (content / "db.php").write_text(text, encoding="utf-8")


def _zip() -> io.BytesIO:
    given = os.environ.get("AFTERCART_SQLITE_DROPIN")
    if given:
        return io.BytesIO(Path(given).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aftercart"
    kept = cache / "sqlite-database-integration.zip"
    if not kept.exists():
        content = _packed()
        cache.mkdir(parents=True, exist_ok=True)
        part = cache / f"dropin.{os.getpid()}"
        part.write_bytes(content)
        part.replace(kept)
    return io.BytesIO(kept.read_bytes())


def _packed() -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        try:
            done = subprocess.run(
                ["npm", "pack", PACKAGE, "--silent"], cwd=scratch, capture_output=True, text=True, timeout=120
            )
        except OSError as fault:
            raise RuntimeError(
                f"npm is needed once to fetch {PACKAGE}: install it, or name the zip in AFTERCART_SQLITE_DROPIN"
            ) from fault
        if done.returncode:
            raise RuntimeError(f"npm pack {PACKAGE} failed: {done.stderr.strip()}")
        with tarfile.open(Path(scratch) / done.stdout.split()[-1]) as bundle:
            member = bundle.extractfile(MEMBER)
            if member is None:
                raise RuntimeError(f"{PACKAGE} no longer holds {MEMBER}")
            return member.read()
