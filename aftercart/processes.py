"""The child processes of the demo: started with free ports, waited for, and ended together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from aftercart.terminal import pause
from core.errors import OutsideError
from core.languages import Text

START_SECONDS = 60.0
END_SECONDS = 20.0


def free_port(wished: int = 0) -> int:
    """The wished port of this machine if nobody listens there, else a free one."""
    for port in (wished, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OutsideError(Text("No port is free on this machine."))


class Processes:
    """A group of child processes with their output kept in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, module: str, arguments: Sequence[str], *, settings: Mapping[str, str]) -> None:
        """Run `python -m module` in a group of its own; its output goes to `<name>.log`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **settings},
                start_new_session=True,
            )

    def await_answer(self, name: str, address: str) -> None:
        """Wait until the address answers. Raises OutsideError with the process' last words when it ends instead."""
        self.await_that(name, lambda: _answers(address))

    def await_that(self, name: str, holds: Callable[[], bool]) -> None:
        """Wait until that holds, as long as the process lives and a minute at most."""
        started = time.monotonic()
        while not holds():
            ended = self.running[name].poll() is not None
            if ended or time.monotonic() - started > START_SECONDS:
                said = (self.folder / f"{name}.log").read_text(errors="replace")[-1500:]
                raise OutsideError(Text("“%(name)s” did not start:\n%(said)s", name=name, said=said))
            pause(0.1)

    def end(self) -> None:
        """Ask all to end, wait, and end the rest by force."""
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


@contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    """Child processes that end with the block, whatever happens in it; SIGTERM ends the block."""
    with ExitStack() as stack:
        before = signal.signal(signal.SIGTERM, _leave)
        stack.callback(signal.signal, signal.SIGTERM, before)
        group = Processes(folder)
        stack.callback(group.end)
        yield group
