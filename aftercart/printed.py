"""Reading a printed document back, to see that it says what it should."""

from io import BytesIO


def text_of(pdf: bytes) -> str:
    """All text of that PDF."""
    # Not at the top: only `doctor` and `demo` read PDFs, and the service would carry some 12 MB for nothing.
    from pypdf import PdfReader  # noqa: PLC0415

    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
