"""The process that prints documents: `python -m invoices.printing_process <socket> <seconds> <scratch folder>`.

It reads documents as JSON from the socket it was given and answers with a mark, then either the letters that no font
has, a line end and the PDF, or the problem. It loads no database and no web server, so it stays small. When the other end is gone, also by kill -9, its next read ends it; a
document that takes too long ends it by the alarm, even when nobody is left to stop it.
"""

import shutil
import signal
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from invoices import printing_fonts
from invoices.printing_marks import BROKEN, FAILED, PRINTED


def main(socket: int, seconds: float, scratch: str) -> None:
    """Answer until the other end goes away; the scratch folder goes then too."""
    # A stop of the service reaches the whole group; documents in work are finished first, the closed socket ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    fonts = printing_fonts.shelf()
    tempfile.tempdir = scratch
    try:
        with Connection(socket) as requests:
            _serve(requests, seconds, fonts)
    except (EOFError, ConnectionError):
        return
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _serve(requests: Connection, seconds: float, fonts: Path | None) -> None:
    try:
        # Not at the top: a missing system library must be told through the socket, not by a silent death.
        from invoices.printing import Printer  # noqa: PLC0415

        printer = Printer(fonts)
    except Exception as problem:
        requests.recv_bytes()
        requests.send_bytes(BROKEN + _told(problem))
        return
    while True:
        asked = requests.recv_bytes()
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            printed = printer.pdf_of(asked)
            answer = PRINTED + "".join(sorted(printed.lacking)).encode() + b"\n" + printed.pdf
        except Exception as problem:  # Whatever it is, the asker must hear it; the next document may be fine.
            answer = FAILED + _told(problem)
        signal.setitimer(signal.ITIMER_REAL, 0)
        requests.send_bytes(answer)


def _told(problem: Exception) -> bytes:
    return f"{type(problem).__name__}: {problem}".encode()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
