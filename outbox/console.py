"""The outbox's pages for staff: the list of letters, one letter, and its parts of Today, order, Settings and Health."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session
from starlette.responses import Response

from core.database import Reading, Writing
from core.headers import CONTENT_POLICY, own_address
from core.languages import Text
from core.languages import gettext as _
from core.settings import Settings
from core.web import Agent, AnyStaff, Owner, ProvenForm, page, see_other
from outbox import actions, legal, own_letters, queries
from outbox.errors import LetterNotFound

router = APIRouter(include_in_schema=False)

Shown = Literal["", "planned", "waiting", "sending", "sent", "failed", "cancelled"]
Next = Annotated[str, Form(alias="next")]
FAILED_ON_TODAY = 5

# A letter's HTML is shown alone in a frame where nothing runs, nothing is fetched and no link leads anywhere.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


# -- letters -----------------------------------------------------------------------------------------------------


@router.get("/letters")
def letters(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    state: Shown = "",
    q: str = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    found = queries.letters(session, state=state, words=q, before_id=before)
    older = _address(state=state, q=q, before=found[-1].id) if len(found) == queries.PAGE else ""
    return page(
        request,
        "outbox/letters.html",
        letters=found,
        words=q,
        state=state,
        chips=_chips(session, state, q),
        silent=queries.waiting_counts(session)["release"] if state == "waiting" else 0,
        newest=_address(state=state, q=q) if before else "",
        older=older,
    )


def _address(**asked: Any) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return "/letters" + (f"?{urlencode(kept)}" if kept else "")


def _chips(session: Session, state: str, words: str) -> list[tuple[str, str, bool]]:
    names = {
        "": _("All"),
        "planned": _("Planned"),
        "waiting": _("Waiting"),
        "sent": _("Sent"),
        "failed": _("Failed"),
        "cancelled": _("Set aside"),
    }
    counts = queries.counts(session)
    return [
        (
            f"{name} {counts[shown]}"
            if shown in ("planned", "waiting", "failed") and counts[shown]
            else name,
            _address(state=shown, q=words),
            shown == state,
        )
        for shown, name in names.items()
    ]


@router.get("/letters/{letter_id}")
def letter(request: Request, session: Reading, who: AnyStaff, letter_id: int) -> Response:
    found = queries.letter(session, letter_id)
    answer = page(
        request,
        "outbox/letter.html",
        letter=found,
        attempts=queries.attempts_of(session, letter_id),
        private=found.purpose in legal.PRIVATE,
        left_behind=found.state == "sending" and actions.left_behind(found),
    )
    answer.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return answer


@router.get("/letters/{letter_id}/preview")
def preview(session: Reading, who: AnyStaff, letter_id: int) -> Response:
    """The letter's HTML as its reader sees it. Letters that open an account are nobody else's to read."""
    found = queries.letter(session, letter_id)
    if found.purpose in legal.PRIVATE:
        raise LetterNotFound(Text("There is no such letter here."))
    return HTMLResponse(
        found.html,
        headers={
            "Content-Security-Policy": PREVIEW_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "private, no-store",
        },
    )


@router.post("/letters/{letter_id}/send", dependencies=[ProvenForm])
def send(session: Writing, who: Agent, letter_id: int, back: Next = "") -> Response:
    actions.send_now(session, letter_id)
    return see_other(own_address(back or f"/letters/{letter_id}"))


@router.post("/letters/{letter_id}/cancel", dependencies=[ProvenForm])
def cancel(session: Writing, who: Agent, letter_id: int, back: Next = "") -> Response:
    actions.cancel(session, letter_id)
    return see_other(own_address(back or f"/letters/{letter_id}"))


# -- parts of Today, order, Settings and Health --------------------------------------------------------------------


@router.get("/console/outbox/today")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """What keeps letters from leaving, and the letters that failed; empty when all is well."""
    settings: Settings = request.app.state.settings
    return page(
        request,
        "outbox/today.html",
        missing=_missing(settings),
        waiting=queries.waiting_counts(session),
        settings=settings,
        switch=queries.switch(session),
        questions=[
            (pause, queries.shop_name(session, pause.store_id))
            for pause in queries.pauses(session)
            if not pause.answer
        ],
        troubles=queries.troubles(session),
        failed=queries.letters(session, state="failed")[:FAILED_ON_TODAY],
        failed_count=queries.counts(session)["failed"],
    )


def _missing(settings: Settings) -> str:
    """The setting without which no letter can leave; "" when all are there."""
    if not settings.smtp_host:
        return "AFTERCART_SMTP_HOST"
    return "" if settings.mail_from else "AFTERCART_MAIL_FROM"


@router.get("/console/outbox/order-panel")
def order_panel(request: Request, session: Reading, who: AnyStaff, order_id: int) -> Response:
    return page(
        request,
        "outbox/order_panel.html",
        order_id=order_id,
        letters=[
            (found, queries.attempts_of(session, found.id))
            for found in queries.letters_of_order(session, order_id)
        ],
        private=legal.PRIVATE,
    )


@router.get("/console/outbox/settings")
def settings_panel(request: Request, session: Reading, who: AnyStaff) -> Response:
    settings: Settings = request.app.state.settings
    return page(
        request,
        "outbox/settings.html",
        settings=settings,
        missing=_missing(settings),
        switch=queries.switch(session),
        pauses=[(pause, queries.shop_name(session, pause.store_id)) for pause in queries.pauses(session)],
    )


@router.get("/console/outbox/health")
def health(request: Request, session: Reading, who: AnyStaff) -> Response:
    return page(request, "outbox/health.html", counts=queries.counts(session))


@router.post("/console/outbox/release", dependencies=[ProvenForm])
def release(
    session: Writing, who: Agent, silent: Annotated[bool, Form()] = False, back: Next = "/"
) -> Response:
    """Let go of what waits; with `silent` of the letters that were made without being sent."""
    actions.release(session, silent=silent)
    return see_other(own_address(back))


@router.post("/console/outbox/switch", dependencies=[ProvenForm])
def switch(session: Writing, who: Owner, on: Annotated[bool, Form()], back: Next = "/settings") -> Response:
    actions.switch_sending(session, on=on, by=who.name)
    return see_other(own_address(back))


@router.post("/console/outbox/stores/{store_id}/resume", dependencies=[ProvenForm])
def resume(session: Writing, who: Owner, store_id: int, back: Next = "/") -> Response:
    actions.resume_store(session, store_id, by=who.name)
    return see_other(own_address(back))


@router.post("/console/outbox/stores/{store_id}/keep-paused", dependencies=[ProvenForm])
def keep_paused(session: Writing, who: Owner, store_id: int, back: Next = "/") -> Response:
    actions.keep_paused(session, store_id, by=who.name)
    return see_other(own_address(back))


@router.post("/console/outbox/test-letter", dependencies=[ProvenForm])
def send_test_letter(session: Writing, who: Owner, to: Annotated[str, Form(max_length=254)]) -> Response:
    """Send a test letter and show what becomes of it."""
    letter_id = own_letters.hand_in_test_letter(session, to_address=to, name="", language=who.language)
    return see_other(f"/letters/{letter_id}")
