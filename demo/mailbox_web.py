"""The web side of the demo mailbox: a list of letters, each letter with its PDF, and JSON for tests."""

import base64
import re
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demo.letters import Letters, attached_parts
from demo.looks import Words, page
from demo.receiving import Receiver, refusal_of

LETTER_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
"""A letter may look as it likes and do nothing: no scripts, no forms, nothing fetched. Its links open a new tab."""

HARMLESS = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
"""Types shown in the browser; everything else is only downloaded."""

ZONE = ZoneInfo("UTC")


def words_of(request: Request) -> Words:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "en")[:2]
    return Words(asked)


def shown_html(message: EmailMessage) -> str:
    """The HTML part with its enclosed pictures in place and links that leave the frame. Raises LookupError."""
    rich = message.get_body(("html",))
    if rich is None:
        raise LookupError("no HTML part")
    text: str = rich.get_content()
    for part in message.walk():
        name, content = str(part.get("Content-ID", "")).strip("<> "), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            text = text.replace(
                f"cid:{name}", f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"
            )
    return re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', text, count=1)


class Web:
    """The pages over one folder of letters."""

    def __init__(self, letters: Letters, receiver: Receiver | None) -> None:
        self.letters = letters
        self.receiver = receiver

    def home(self, request: Request) -> Response:
        return page("mailbox.html", words_of(request), letters=self.letters.all(), zone=ZONE)

    def one(self, request: Request) -> Response:
        letter_id = request.path_params["id"]
        message = self.letters.message(letter_id)
        plain, rich = message.get_body(("plain",)), message.get_body(("html",))
        return page(
            "letter.html",
            words_of(request),
            letter=self.letters.letter(letter_id),
            text=plain.get_content() if plain else "",
            has_html=rich is not None,
            harmless=HARMLESS,
            zone=ZONE,
        )

    def html(self, request: Request) -> Response:
        message = self.letters.message(request.path_params["id"])
        return HTMLResponse(shown_html(message), headers={"Content-Security-Policy": LETTER_POLICY})

    def source(self, request: Request) -> Response:
        return PlainTextResponse(self.letters.source(request.path_params["id"]).decode(errors="replace"))

    def attachment(self, request: Request) -> Response:
        parts = attached_parts(self.letters.message(request.path_params["id"]))
        part, content = parts[request.path_params["number"]]
        kind = part.get_content_type()
        inline = kind in HARMLESS and "download" not in request.query_params
        response = Response(content, media_type=kind if inline else "application/octet-stream")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if not inline:
            name = (part.get_filename() or "attachment").encode("ascii", "replace").decode().replace('"', "")
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def messages(self, request: Request) -> Response:
        """Letters as JSON, newest first; `to`, `subject` (part of it) and `message_id` narrow them."""
        rows = [letter.shown() for letter in self.letters.all()]
        asked = request.query_params
        if "to" in asked:
            rows = [row for row in rows if asked["to"].lower() in (one.lower() for one in row["to"])]
        if "subject" in asked:
            rows = [row for row in rows if asked["subject"] in row["subject"]]
        if "message_id" in asked:
            rows = [row for row in rows if row["message_id"] == asked["message_id"]]
        return JSONResponse(rows)

    def accepted(self, request: Request) -> Response:
        return JSONResponse(self.letters.accepted())

    def clear(self, request: Request) -> Response:
        self.letters.clear()
        return JSONResponse({"letters": 0})

    def set_refusals(self, texts: list[str]) -> list[str]:
        if self.receiver is None:
            raise LookupError
        self.receiver.refusals = [refusal_of(text) for text in texts]
        return texts


def make_mailbox_app(letters: Letters, receiver: Receiver | None = None) -> Starlette:
    web = Web(letters, receiver)

    async def refusals(request: Request) -> Response:
        """POST a JSON list such as `["bounce@*=550", "later@*=451:2"]`; it replaces the rules before."""
        return JSONResponse(await run_in_threadpool(web.set_refusals, await request.json()))

    def missing(request: Request, error: Exception) -> Response:
        return PlainTextResponse("There is no such letter.", 404)

    return Starlette(
        routes=[
            Route("/", web.home),
            Route("/messages", web.messages),
            Route("/accepted", web.accepted),
            Route("/refusals", refusals, methods=["POST"]),
            Route("/clear", web.clear, methods=["POST"]),
            Route("/letters/{id}", web.one),
            Route("/letters/{id}/html", web.html),
            Route("/letters/{id}/source", web.source),
            Route("/letters/{id}/attachments/{number:int}", web.attachment),
        ],
        exception_handlers={LookupError: missing},
    )
