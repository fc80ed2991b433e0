"""Whether an article helped, said by a plain form; the same browser's next word replaces its last one."""

import re
import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from core.database import Reading, database_of
from core.security import RateLimits
from core.web import SameOrigin, client_address, see_other
from faq import asking, voting
from faq.addresses import article_path
from faq.answering import answer
from faq.help_article import opened
from faq.schemas import VoteReason
from faq.visits import VOTES, Visit, address_word, visit_of

router = APIRouter(include_in_schema=False)

# Known to the article's own address alone, so that no two articles tell of one reader.
KEY_COOKIE = "aftercart_vote"
KEY_SECONDS = 30 * 24 * 3600
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def limited(request: Request) -> None:
    """Refuse too many votes from one network address. Raises TooMany."""
    limits: RateLimits = request.app.state.limits
    limits.take(VOTES, "help-votes", client_address(request))


def confidence_of(visit: Visit, *, article_id: int, question: str) -> float | None:
    """How sure search was that the article answers the question; None where another one came first, or no question."""
    if not question:
        return None
    said = answer(
        visit.session, question=question, locale=visit.locale, reader=visit.reader, meaning=visit.meaning
    )
    first = said.hits[0].article_id if said.hits else 0
    return said.confidence if first == article_id else None


def keep(visit: Visit, *, article_id: int, key: str, helped: bool, reason: VoteReason, question: str) -> None:
    """Write the vote; whatever had to be read for it was read before."""
    confidence = confidence_of(visit, article_id=article_id, question=question)
    with database_of(visit.request).writing() as session:
        voting.vote(
            session,
            article_id=article_id,
            locale=visit.locale,
            key=key,
            helped=helped,
            reason="" if helped else reason,
            question=question,
            confidence=confidence,
        )


@router.post("/help/{centre}/{locale}/{slug}/vote", dependencies=[SameOrigin, Depends(limited)])
def vote(
    request: Request,
    session: Reading,
    *,
    centre: str,
    locale: str,
    slug: str,
    helped: Annotated[Literal["yes", "no"], Form()],
    reason: Annotated[VoteReason, Form()] = "",
    key: Annotated[str, Form()] = "",
    q: Annotated[str, Form()] = "",
) -> Response:
    """Keep the vote and show the article with a word of thanks. Raises ArticleNotFound."""
    visit = visit_of(request, session, centre, locale)
    found = opened(visit, address_word(slug))
    page_key = next(
        (one for one in (request.cookies.get(KEY_COOKIE, ""), key) if KEY.fullmatch(one)),
        secrets.token_urlsafe(18),
    )
    question = asking.asked(q)
    keep(
        visit,
        article_id=found.text.article_id,
        key=page_key,
        helped=helped == "yes",
        reason=reason,
        question=question,
    )
    said = "helped" if helped == "yes" else "reason" if reason else "not"
    path = article_path(visit.centre, visit.locale, found.text.slug, question=question)
    answer = see_other(f"{path}{'&' if question else '?'}voted={said}#vote")
    answer.set_cookie(
        KEY_COOKIE,
        page_key,
        max_age=KEY_SECONDS,
        path=article_path(visit.centre, visit.locale, found.text.slug),
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return answer
