"""Claims about PDFs and about the process that makes them. Texts are read back from the bytes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from core import money
from core.errors import NotConfigured, OutsideError
from core.languages import day, gettext, speaking
from invoices.document import InvoiceDocument
from invoices.rendering import Renderer
from tests.invoices.recorded import credit_note, invoice, refunds_of

LOOKED_AT = (
    "krw_mixed_tax_classes",
    "krw_long_name",
    "krw_coupon_two",
    "krw_zero_total_free_product",
    "eur_two_rates_coupon",
    "eur_negative_fee",
    "usd_la_compound_coupon_fee",
    "usd_or_no_tax",
)
STATE = Path("/proc/{}/stat")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as shared:
        yield shared


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def renamed(document: InvoiceDocument, name: str) -> InvoiceDocument:
    first, *rest = document.lines
    return document.model_copy(update={"lines": (first.model_copy(update={"name": name}), *rest)})


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def ended(process: int) -> bool:
    """Gone, or dead and not yet buried by whoever adopted it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("scenario", LOOKED_AT)
def test_the_printed_total_is_the_orders_total_in_the_readers_language(
    renderer: Renderer, scenario: str, language: str
) -> None:
    document = invoice(scenario, language=language, number="2026-000001")
    read = text(renderer.pdf(document))
    with speaking(language):
        total = f"{gettext('Total')} {money.shown(document.total_minor, document.currency, language)}"
        assert gettext("Invoice") in read
    assert read.count(total) == 1
    assert money.shown(document.total_minor, document.currency, language) in read.split("2026-000001")[1]
    assert day(document.issued_on, language) in read
    assert document.order_number in read


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_credit_note_names_the_invoice_and_what_is_given_back(renderer: Renderer, language: str) -> None:
    document = credit_note(refunds_of("eur_refund_full")[0], language=language, number="CN-1")
    read = text(renderer.pdf(document))
    with speaking(language):
        assert gettext("Credit note") in read
        assert gettext("Corrects invoice %(number)s") % {"number": "INV-2026-0001"} in read
    assert money.shown(document.total_minor, "EUR", language) in read
    assert "Widerruf" in read


def test_every_page_of_120_lines_has_its_header_and_its_number(renderer: Renderer) -> None:
    document = invoice("krw_120_lines", number="2026-000001")
    read = pages(renderer.pdf(document))
    assert len(read) > 3
    for number, page in enumerate(read, 1):
        assert f"{number} / {len(read)}" in page
        assert "2026-000001" in page
    assert all("Unit price" in page for page in read[:-1])
    assert "".join(read).count("KR-0") == sum(line.sku.startswith("KR-0") for line in document.lines)


def test_a_long_name_is_printed_whole(renderer: Renderer) -> None:
    document = invoice("krw_long_name", number="1")
    read = "".join(text(renderer.pdf(document)).split())
    for line in document.lines:
        assert "".join(line.name.split()) in read


def test_markup_in_a_name_is_printed_as_text(renderer: Renderer) -> None:
    name = '<b>1 & 1</b><img src="http://127.0.0.1:9/x.png">'
    read = text(renderer.pdf(renamed(invoice("krw_mixed_tax_classes"), name)))
    assert "".join(name.split()) in "".join(read.split())


def test_a_document_without_a_number_says_that_it_is_a_draft(renderer: Renderer) -> None:
    document = invoice("krw_mixed_tax_classes", language="en")
    assert "Draft, not issued" in text(renderer.pdf(document))
    assert "Draft" not in text(renderer.pdf(invoice("krw_mixed_tax_classes", language="en", number="1")))


def test_an_unpaid_order_is_not_called_paid(renderer: Renderer) -> None:
    document = invoice("krw_mixed_tax_classes", language="en", paid=False, paid_at=None)
    read = text(renderer.pdf(document))
    assert "Not paid yet" in read
    assert "Paid" not in read


def test_the_file_tells_title_author_language_and_the_documents_date(renderer: Renderer) -> None:
    reader = PdfReader(BytesIO(renderer.pdf(invoice("krw_mixed_tax_classes", language="ko", number="A-7"))))
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert reader.metadata.title.endswith("A-7")
    assert reader.metadata.author == "주식회사 한결상점"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20261123")
    assert reader.root_object["/Lang"] == "ko"


def test_the_packaged_fonts_are_inside_the_file(renderer: Renderer) -> None:
    reader = PdfReader(BytesIO(renderer.pdf(invoice("krw_mixed_tax_classes", language="ko", number="1"))))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert len(fonts) == 2
    assert all("Pretendard" in font for font in fonts)


def test_the_same_document_has_the_same_bytes_in_another_process(renderer: Renderer) -> None:
    document = invoice("eur_two_rates_coupon", language="ko", number="2026-000001")
    renderer.pdf(invoice("krw_long_name"))
    with Renderer() as other:
        assert renderer.pdf(document) == other.pdf(document)


def test_a_document_that_takes_too_long_ends_its_process_and_the_next_gets_a_new_one() -> None:
    with Renderer() as renderer:
        document = invoice("krw_mixed_tax_classes")
        renderer.warm()
        stuck = renderer._child._process.pid
        os.kill(stuck, signal.SIGSTOP)
        renderer._timeout = 0.2
        with pytest.raises(OutsideError) as problem:
            renderer.pdf(document)
        assert not problem.value.permanent
        assert ended(stuck)
        renderer._timeout = 60
        assert renderer.pdf(document).startswith(b"%PDF")


def test_a_process_that_was_killed_is_replaced() -> None:
    with Renderer() as renderer:
        document = invoice("krw_mixed_tax_classes")
        renderer.warm()
        os.kill(renderer._child._process.pid, signal.SIGKILL)
        # Whether the death is noticed before or while asking, it costs one try at most.
        try:
            renderer.pdf(document)
        except OutsideError as problem:
            assert not problem.permanent
        assert renderer.pdf(document).startswith(b"%PDF")


def test_an_unprintable_document_fails_for_good_and_harms_no_other(renderer: Renderer) -> None:
    document = invoice("krw_mixed_tax_classes")
    renderer.pdf(document)
    process = renderer._child._process.pid
    with pytest.raises(OutsideError) as problem:
        renderer.pdf(document.model_copy(update={"currency": "no currency", "language": "zz"}))
    assert problem.value.permanent
    assert renderer.pdf(document).startswith(b"%PDF")
    assert renderer._child._process.pid == process


def test_an_idle_renderer_falls_asleep_and_wakes_for_the_next_document() -> None:
    with Renderer(sleep_seconds=0.1) as renderer:
        assert renderer.asleep
        renderer.warm()
        assert not renderer.asleep
        process = renderer._child._process.pid
        assert eventually(lambda: renderer.asleep)
        assert ended(process)
        assert renderer.pdf(invoice("krw_mixed_tax_classes")).startswith(b"%PDF")


def test_a_closed_renderer_leaves_no_process_and_no_folder() -> None:
    renderer = Renderer()
    renderer.pdf(invoice("krw_mixed_tax_classes"))
    process, scratch = renderer._child._process.pid, Path(renderer._child._scratch)
    assert scratch.exists()
    renderer.close()
    assert ended(process)
    assert not scratch.exists()


def test_the_printing_process_ends_when_its_parent_is_killed() -> None:
    program = (
        "import os; from invoices.rendering import Renderer; renderer = Renderer(); renderer.warm();"
        "print(renderer._child._process.pid, renderer._child._scratch, flush=True); os.kill(os.getpid(), 9)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert told.returncode == -signal.SIGKILL
    process, scratch = told.stdout.split()[-2:]
    assert eventually(lambda: ended(int(process)))
    assert not Path(scratch).exists()


def test_the_printing_process_loads_no_database_and_no_web_server() -> None:
    program = "import sys, invoices.printing; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    loaded = set(told.stdout.split())
    assert "weasyprint" in loaded
    assert not loaded & {"sqlalchemy", "sqlmodel", "fastapi", "dbos", "requests", "structlog"}


def test_a_machine_without_system_fonts_prints_in_the_packaged_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "missing.conf"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    document = invoice("krw_mixed_tax_classes", language="ko", number="A-1")
    with Renderer() as bare:
        assert "유기농 쌀 10kg" in text(bare.pdf(document))


def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n")
    monkeypatch.syspath_prepend(tmp_path)
    with Renderer() as renderer, pytest.raises(NotConfigured) as problem:
        renderer.pdf(invoice("krw_mixed_tax_classes"))
    assert "libpango-1.0-0" in str(problem.value)
