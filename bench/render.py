"""What a PDF costs: the first one of a fresh process, the following ones, and the same with plain WeasyPrint calls.

A plain call reads style sheet, fonts and template anew for each document, as a simple program would; it runs in this
process, without the way to the child and back.
"""

import argparse
import time
from collections.abc import Callable

from rich.progress import track

from bench.stage.measuring import machine, median, share
from core import logs
from invoices import printing_fonts
from invoices.document import InvoiceDocument
from invoices.printing import Printer
from invoices.rendering import Renderer
from tests.invoices.recorded import invoice

DOCUMENTS = ("krw_mixed_tax_classes", "krw_coupon_two", "eur_two_rates_coupon", "krw_long_name")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def documents(count: int) -> list[InvoiceDocument]:
    """Recorded orders of usual size, in both languages, each with another number."""
    return [
        invoice(DOCUMENTS[place % len(DOCUMENTS)], language=("ko", "en")[place % 2], number=f"INV-{place:06}")
        for place in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=30, help="warm documents")
    parser.add_argument("--cold", type=int, default=3, help="fresh processes")
    chosen = parser.parse_args()
    logs.start(level="WARNING")
    print(machine())
    made = documents(chosen.documents)
    fonts = printing_fonts.shelf()
    Printer(fonts).pdf(made[0])  # Unpacks the fonts on a machine that never printed.
    cold, warm, plain = [], [], []
    for _ in track(range(chosen.cold), description="cold", transient=True):
        with Renderer() as fresh:
            cold.append(seconds(lambda: fresh.pdf(made[0])))
    with Renderer() as renderer:
        renderer.pdf(made[0])
        # In turns, so that a busy moment of the machine meets both.
        for document in track(made, description="warm and plain", transient=True):
            warm.append(seconds(lambda document=document: renderer.pdf(document)))
            plain.append(seconds(lambda document=document: Printer(fonts).pdf(document)))
    print(f"cold (start of the process included): median {median(cold) * 1000:.0f} ms of {len(cold)}")
    for name, values in (("warm", warm), ("plain", plain)):
        print(
            f"{name}: median {median(values) * 1000:.0f} ms, p95 {share(values, 0.95) * 1000:.0f} ms"
            f" of {len(values)}"
        )
    print(f"ratio warm / plain: {median([a / b for a, b in zip(warm, plain, strict=True)]):.2f}")


if __name__ == "__main__":
    main()
