"""From a document to its PDF, in a process of its own that is kept warm, watched, and put to sleep when idle."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from types import TracebackType
from typing import Self

from core.errors import NotConfigured, OutsideError
from core.languages import Text
from core.logs import log
from invoices.document import InvoiceDocument
from invoices.printing_marks import BROKEN, PRINTED

# The printing process stops itself a little after the asker gave up: only needed when there is no asker left.
GRACE_SECONDS = 5


class Renderer:
    """Makes PDFs, one at a time, in a child process.

    The child is started by `warm` or by the first document, ends after `sleep_seconds` without work, and is started
    again when needed. It never outlives this process.
    """

    def __init__(self, timeout_seconds: float = 60, sleep_seconds: float = 300) -> None:
        self._timeout = timeout_seconds
        self._sleep = sleep_seconds
        self._turn = threading.Lock()
        self._child: _Child | None = None
        self._clock: threading.Timer | None = None

    def pdf(self, document: InvoiceDocument) -> bytes:
        """The document's PDF; the same document gives the same bytes.

        Raises OutsideError when it takes too long or the child dies (another try starts a new one), a permanent one
        when this document cannot be printed, and NotConfigured when a system library is missing.
        """
        with self._turn:
            self._stop_clock()
            if self._child is None or not self._child.alive:
                self._end_child()
                self._child = _Child(self._timeout)
            try:
                mark, answer = self._child.ask(document.model_dump_json().encode(), self._timeout)
            except OutsideError:
                self._end_child()
                raise
            self._start_clock()
        if mark == PRINTED:
            lacking, _, pdf = answer.partition(b"\n")
            if lacking:
                log("invoices").warning("letters_without_font", letters=lacking.decode())
            return pdf
        problem = answer.decode(errors="replace")
        if mark == BROKEN:
            raise NotConfigured(
                Text(
                    "PDFs cannot be made here: %(problem)s. Install the libraries Pango and HarfBuzz"
                    " (on Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0).",
                    problem=problem,
                )
            )
        raise OutsideError(
            Text("The document could not be printed: %(problem)s.", problem=problem), permanent=True
        )

    def warm(self) -> None:
        """Start the child, without waiting for it, so that the first document need not."""
        with self._turn:
            self._stop_clock()
            if self._child is None or not self._child.alive:
                self._end_child()
                self._child = _Child(self._timeout)
            self._start_clock()

    @property
    def asleep(self) -> bool:
        """Whether there is no child now."""
        return self._child is None or not self._child.alive

    def close(self) -> None:
        """End the child once its document is done. The renderer may be used again."""
        with self._turn:
            self._stop_clock()
            self._end_child()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start_clock(self) -> None:
        self._clock = threading.Timer(self._sleep, self.close)
        self._clock.daemon = True
        self._clock.start()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """The printing process and the line to it."""

    def __init__(self, timeout: float) -> None:
        # Not multiprocessing's spawn: that imports our entry module again in the child (67 MB more, measured), and
        # keeps a second helper process alive for ever.
        self._scratch = tempfile.mkdtemp(prefix="aftercart-printing-")
        self._line, theirs = multiprocessing.Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "invoices.printing_process",
                    str(theirs.fileno()),
                    str(timeout + GRACE_SECONDS),
                    self._scratch,
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
            )
        log("invoices").debug("printer_started", process=self._process.pid)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, document: bytes, timeout: float) -> tuple[bytes, bytes]:
        """The mark and the rest of its answer. Raises OutsideError when it gives none in time, or dies."""
        try:
            self._line.send_bytes(document)
            if not self._line.poll(timeout):
                raise OutsideError(
                    Text("The document was not printed within %(seconds)s seconds.", seconds=f"{timeout:g}")
                )
            answer = self._line.recv_bytes()
        except (EOFError, OSError) as problem:
            raise OutsideError(Text("The process that prints documents ended unexpectedly.")) from problem
        return answer[:1], answer[1:]

    def end(self) -> None:
        """End the process at once; it holds nothing that could be lost."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
