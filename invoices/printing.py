"""From a document's contents to the bytes of its PDF, within one process; it needs nothing but packaged files.

The same document gives the same bytes wherever the same fonts and libraries are: dates in the file are the document's,
its identifier is made from its contents.
"""

import hashlib
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core import languages
from invoices.document import InvoiceDocument
from invoices.printing_page import Page, kept_whole

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"


class PackagedOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Gives the packaged fonts and nothing else: a document never asks the network or the disk."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme != "packaged" or name not in {font.name for font in FONTS.glob("*.woff2")}:
            raise ValueError("A document may use only the packaged fonts.")
        return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})


class Printer:
    """Prints documents; fonts, style sheet and template are read once."""

    def __init__(self) -> None:
        self._fetcher = PackagedOnly()
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
        self._template = environment.get_template("document.html")

    def pdf(self, document: InvoiceDocument) -> bytes:
        """The PDF of the document, in its language."""
        with languages.speaking(document.language):
            html = self._template.render(document=document, page=Page(document))
        identifier = hashlib.sha256(document.model_dump_json().encode()).hexdigest()[:32]
        printed = HTML(string=html, base_url="packaged:", url_fetcher=self._fetcher).write_pdf(
            stylesheets=[self._style], font_config=self._fonts, pdf_identifier=identifier, pdf_tags=True
        )
        return bytes(printed)

    def pdf_of(self, snapshot: bytes) -> bytes:
        """The PDF of a document that comes as its JSON snapshot."""
        return self.pdf(InvoiceDocument.model_validate_json(snapshot))
