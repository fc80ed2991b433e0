"""From a document's contents to the bytes of its PDF, within one process; it needs nothing but packaged files.

The same document gives the same bytes wherever the same fonts and libraries are: dates in the file are the document's,
its identifier is made from its contents.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core import languages
from invoices import printing_fonts
from invoices.document import InvoiceDocument
from invoices.printing_page import Page, kept_whole

FOLDER = Path(__file__).parent
# Unicode's categories of pictures: other symbols, skin tones, joiners, and what this Python does not know yet.
PICTURES = ("So", "Sk", "Cf", "Cn")
# Asks for the coloured form of a sign; fonts with coloured pictures would add megabytes.
EMOJI_STYLE = 0xFE0F
BOX = "\u25a1"


class PackagedOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Gives the packaged fonts and nothing else: a document never asks the network or the disk."""

    def __init__(self, fonts: Path | None) -> None:
        super().__init__()
        self._fonts = fonts

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme != "packaged" or name not in printing_fonts.names():
            raise ValueError("A document may use only the packaged fonts.")
        return URLFetcherResponse(
            url, printing_fonts.unpacked(name, self._fonts), {"Content-Type": "font/ttf"}
        )


@dataclass(frozen=True)
class Printed:
    """A PDF, and the letters in it for which there was no font."""

    pdf: bytes
    lacking: frozenset[str]


class Printer:
    """Prints documents; fonts, style sheet and template are read once. Unpacked fonts are kept in `fonts`."""

    def __init__(self, fonts: Path | None = None) -> None:
        self._fetcher = PackagedOnly(fonts)
        self._fonts = FontConfiguration()
        self._style = CSS(
            string=(FOLDER / "templates" / "document.css").read_text(),
            base_url="packaged:",
            url_fetcher=self._fetcher,
            font_config=self._fonts,
        )
        environment = Environment(
            loader=PackageLoader("invoices"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)  # type: ignore[attr-defined]
        environment.filters["words"] = kept_whole
        self._lacking = Lacking()
        self._replaced: dict[int, str | None] = {EMOJI_STYLE: None}
        self._template = environment.get_template("document.html")

    def pdf(self, document: InvoiceDocument) -> Printed:
        """The PDF of the document, in its language.

        Pictures in names (🧼) for which no font is at hand are left out; letters that are missing leave a box, and are
        told. The box is a letter of ours: one that no font has would make the whole font's text unreadable to programs.
        """
        with languages.speaking(document.language):
            html = self._template.render(document=document, page=Page(document))
        identifier = hashlib.sha256(document.model_dump_json().encode()).hexdigest()[:32]
        pdf, lacking = self._print(html, identifier)
        if lacking:
            self._replaced |= {
                ord(letter): None if unicodedata.category(letter) in PICTURES else BOX for letter in lacking
            }
            pdf, _ = self._print(html, identifier)
        return Printed(pdf, frozenset(letter for letter in html if self._replaced.get(ord(letter)) == BOX))

    def pdf_of(self, snapshot: bytes) -> Printed:
        """The PDF of a document that comes as its JSON snapshot."""
        return self.pdf(InvoiceDocument.model_validate_json(snapshot))

    def _print(self, html: str, identifier: str) -> tuple[bytes, set[str]]:
        with self._lacking.watching() as lacking:
            made = HTML(
                string=html.translate(self._replaced), base_url="packaged:", url_fetcher=self._fetcher
            ).write_pdf(
                stylesheets=[self._style], font_config=self._fonts, pdf_identifier=identifier, pdf_tags=True
            )
        return bytes(made), lacking


class Lacking(logging.Handler):
    """Collects the letters that WeasyPrint says no font has; it tells them by its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._letters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            self._letters.add(str(record.args[0]))

    @contextmanager
    def watching(self) -> Iterator[set[str]]:
        """The set into which letters are collected inside the block."""
        self._letters = set()
        LOGGER.addHandler(self)
        try:
            yield self._letters
        finally:
            LOGGER.removeHandler(self)
