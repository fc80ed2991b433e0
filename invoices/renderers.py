"""Several renderers behind the face of one, so that a backlog is printed on more than one processor."""

import queue

from invoices.document import InvoiceDocument
from invoices.rendering import Renderer


class Renderers:
    """Makes PDFs, as many at a time as there are renderers.

    Whichever was used last is used next: while one is enough the others sleep, and take no memory.
    """

    def __init__(self, count: int, *, timeout_seconds: float = 60, sleep_seconds: float = 300) -> None:
        self._all = [Renderer(timeout_seconds, sleep_seconds) for _ in range(count)]
        self._free: queue.LifoQueue[Renderer] = queue.LifoQueue()
        for renderer in reversed(self._all):
            self._free.put(renderer)

    def pdf(self, document: InvoiceDocument) -> bytes:
        """The document's PDF, when its turn has come. Raises what `Renderer.pdf` raises."""
        renderer = self._free.get()
        try:
            return renderer.pdf(document)
        finally:
            self._free.put(renderer)

    def warm(self) -> None:
        """Start the first, without waiting for it, so that the first document need not."""
        self._all[0].warm()

    @property
    def asleep(self) -> bool:
        """Whether no process of theirs lives now."""
        return all(renderer.asleep for renderer in self._all)

    def close(self) -> None:
        """End all once their documents are done. They may be used again."""
        for renderer in self._all:
            renderer.close()
