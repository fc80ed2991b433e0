"""Claims about several renderers side by side."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import OutsideError
from invoices import renderers
from invoices.document import InvoiceDocument
from invoices.renderers import Renderers
from tests.invoices.recorded import invoice


class Slow:
    """A renderer that prints as long as its gate is closed."""

    gate = threading.Event()
    made: list["Slow"]

    def __init__(self, timeout_seconds: float, sleep_seconds: float) -> None:
        self.printing = 0
        self.printed = 0
        self.asleep = True
        Slow.made.append(self)

    def pdf(self, document: InvoiceDocument) -> bytes:
        self.printing, self.asleep = self.printing + 1, False
        assert self.printing == 1, "two documents at a time in one process"
        assert Slow.gate.wait(10)
        self.printing, self.printed = 0, self.printed + 1
        if document.number == "broken":
            raise OutsideError("broken")
        return b"%PDF"

    def warm(self) -> None:
        self.asleep = False

    def close(self) -> None:
        self.asleep = True


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Renderers]:
    Slow.made, Slow.gate = [], threading.Event()
    monkeypatch.setattr(renderers, "Renderer", Slow)
    yield Renderers(2)
    Slow.gate.set()


def test_as_many_documents_as_renderers_are_printed_side_by_side(two: Renderers):
    document = invoice("krw_mixed_tax_classes")
    with ThreadPoolExecutor(5) as threads:
        asked = [threads.submit(two.pdf, document) for _ in range(5)]
        while sum(one.printing for one in Slow.made) < 2:
            threading.Event().wait(0.001)
        Slow.gate.set()
        assert [one.result(10) for one in asked] == [b"%PDF"] * 5
    assert sum(one.printed for one in Slow.made) == 5


def test_documents_one_after_the_other_wake_only_the_first(two: Renderers):
    Slow.gate.set()
    two.warm()
    for _ in range(3):
        two.pdf(invoice("krw_mixed_tax_classes"))
    assert [one.printed for one in Slow.made] == [3, 0]
    assert [one.asleep for one in Slow.made] == [False, True]
    assert not two.asleep
    two.close()
    assert two.asleep


def test_a_renderer_that_failed_prints_the_next_document(two: Renderers):
    Slow.gate.set()
    broken = invoice("krw_mixed_tax_classes").model_copy(update={"number": "broken"})
    for _ in range(3):
        with pytest.raises(OutsideError):
            two.pdf(broken)
    assert two.pdf(invoice("krw_mixed_tax_classes")) == b"%PDF"
