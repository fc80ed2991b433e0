"""The frozen bytes of a document as an answer to a browser."""

from urllib.parse import quote

from starlette.responses import Response

from core.files import Files
from invoices.tables import Invoice

# A token may stand in the address: no other site may hear of it, and no machine keep what it opens.
SECRET_ADDRESS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def pdf(files: Files, invoice: Invoice, *, shop: str, attached: bool) -> Response:
    """The PDF, shown or saved under its name. Raises NotFound while it is not made, OutsideError when it is damaged."""
    headers = {**SECRET_ADDRESS, "Content-Disposition": _disposition(invoice.number, shop, attached=attached)}
    return Response(files.read(invoice.pdf_digest or ""), media_type="application/pdf", headers=headers)


def _disposition(number: str, shop: str, *, attached: bool) -> str:
    """The file's name by RFC 6266: the number for old programs, with the shop's name (RFC 5987) for all others."""
    name = " ".join(f"{shop} {number}".replace("/", " ").replace("\\", " ").split())
    place = "attachment" if attached else "inline"
    return f"{place}; filename=\"{number}.pdf\"; filename*=UTF-8''{quote(name, safe='')}.pdf"
