"""A PostgreSQL server of the suite's own: made in a temporary folder, unprivileged, gone at the end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

OPTIONS = ["jit=off", "max_connections=300"]
# Nothing of a test has to survive a power cut.
SPEED = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class PostgresqlMissing(Exception):
    """The server's programs are not on this machine."""


def _programs() -> Path:
    found = shutil.which("postgres")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return Path(found).resolve().parent
    if not folders:
        raise PostgresqlMissing("PostgreSQL's server programs are missing: apt-get install postgresql")
    return folders[-1]


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands the folder to somebody and becomes them.

    The server gets SIGINT (its fast shutdown) when the tests die without saying goodbye.
    """
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    names = {entry.pw_name for entry in pwd.getpwall()}
    somebody = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    who = [f"--reuid={somebody.pw_uid}", f"--regid={somebody.pw_gid}", "--clear-groups"]
    return ["setpriv", *who, "--pdeathsig", "INT"]


class Server:
    """A running server; `address` names its maintenance database. A `durable` one waits for its disk, as real ones do."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aftercart-pg-"))
        prefix = _as_somebody(self.folder)
        programs = _programs()
        cluster = str(self.folder / "cluster")
        initdb = ["-D", cluster, "-U", "aftercart", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        made = subprocess.run(
            [*prefix, str(programs / "initdb"), *initdb], capture_output=True, text=True, cwd="/"
        )
        if made.returncode:
            raise PostgresqlMissing(f"initdb failed: {made.stderr}")
        port = _free_port()
        options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={self.folder}"]
        options += OPTIONS if durable else [*OPTIONS, *SPEED]
        given = [part for option in options for part in ("-c", option)]
        self.log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [*prefix, str(programs / "postgres"), "-D", cluster, *given],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd="/",
        )
        self.address = f"postgresql+psycopg://aftercart@127.0.0.1:{port}/postgres"
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.address.replace("+psycopg", "")).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / "log").read_text()
                    raise PostgresqlMissing(f"PostgreSQL did not start:\n{said}") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End the server and remove all that it kept."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
