"""Reads one PDF from standard input and ends with 0 if it can be read: hostile ones may loop, or want all memory."""

import contextlib
import resource
import sys
from io import BytesIO

MOST_MEMORY_BYTES = 600 * 1024 * 1024
MOST_SECONDS = 10


def main() -> int:
    """Read it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    with contextlib.suppress(Exception):  # Whatever goes wrong says the same: it cannot be read.
        from pypdf import PdfReader  # noqa: PLC0415 - after the limits

        pages = PdfReader(BytesIO(sys.stdin.buffer.read())).pages
        return 0 if len(pages) and pages[0].mediabox else 1
    return 1


if __name__ == "__main__":
    sys.exit(main())
