"""The help centre for programs: what its pages show, as JSON, for the widget and for whoever builds something."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.responses import Response

from core import origins
from core.database import Reading
from core.languages import Text
from faq import asking, help_votes, noting, queries
from faq.addresses import article_path
from faq.answering import answer
from faq.catalogue import Entry
from faq.crossing import ProgramVisit, ShopsOwn, allowed
from faq.errors import ArticleNotFound, HelpCentreNotFound
from faq.help_answers import (
    ArticleAnswer,
    EntryAnswer,
    HitAnswer,
    QuestionAnswer,
    RelatedAnswer,
    SearchAnswer,
    SuggestionAnswer,
    SuggestionsAnswer,
    VoteForm,
    VoteKept,
)
from faq.help_article import RELATED, opened
from faq.search import Hit, suggest
from faq.visits import SEARCHES, SUGGESTIONS, Visit, address_word, answered, in_language, visit_of

REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "The question is missing or longer than 300 characters."},
    404: {"description": "No such help centre or article, or none for this reader."},
    429: {"description": "Too many questions from this address."},
}
router = APIRouter(prefix="/api/help/{centre}", tags=["Help centre"], responses=REFUSED)

Question = Annotated[
    str, Query(alias="q", min_length=1, max_length=asking.LONGEST_QUESTION, description="What is asked.")
]
Limit = Annotated[int, Query(ge=1, le=20)]
SUGGESTED = 6


@router.get("/search", response_model=SearchAnswer)
def search(visit: ProgramVisit, question: Question, limit: Limit = 10) -> Response:
    """The articles that a question hits, in the asked language before any other."""
    visit.limit(SEARCHES, "search")
    clean = asking.asked(question)
    found = asking.results(
        visit.session,
        reader=visit.reader,
        locale=visit.locale,
        locales=visit.centre.locales,
        question=clean,
        limit=limit,
        meaning=visit.meaning,
    )
    said = SearchAnswer(
        question=clean,
        locale=visit.locale,
        outcome=found.answer.outcome,
        confidence=found.answer.confidence,
        hits=[_hit(visit, hit) for hit in found.hits],
    )
    asked = noting.Asked(visit.centre.store_id, visit.locale, clean, "search", found.answer)
    return _json(visit, said, noting.note(visit.request, visit.reader, asked))


@router.get("/suggest", response_model=SuggestionsAnswer)
def suggestions(visit: ProgramVisit, question: Question) -> Response:
    """Titles and sample questions while somebody types, from two letters or one Korean syllable on."""
    visit.limit(SUGGESTIONS, "suggest")
    beginning = asking.asked(question)
    found = (
        suggest(visit.session, reader=visit.reader, locale=visit.locale, beginning=beginning, limit=SUGGESTED)
        if asking.worth_suggesting(beginning)
        else ()
    )
    shown = [
        SuggestionAnswer(
            text=one.text,
            marked=list(one.marked),
            article_id=one.article_id,
            locale=one.locale,
            address=article_path(visit.centre, one.locale, one.slug),
        )
        for one in found
        if one.locale in visit.centre.locales
    ]
    return _json(visit, SuggestionsAnswer(suggestions=shown[:SUGGESTED]))


@router.get("/answer", response_model=QuestionAnswer)
def answer_to(visit: ProgramVisit, question: Question) -> Response:
    """One article when search is sure, up to three to choose from when it is not, or nothing."""
    visit.limit(SEARCHES, "search")
    clean = asking.asked(question)
    said = answer(
        visit.session, question=clean, locale=visit.locale, reader=visit.reader, meaning=visit.meaning
    )
    shown = QuestionAnswer(
        question=clean,
        locale=visit.locale,
        outcome=said.outcome,
        confidence=said.confidence,
        reason=said.reason,
        hits=[_hit(visit, hit) for hit in said.hits],
    )
    asked = noting.Asked(visit.centre.store_id, visit.locale, clean, "chat", said)
    return _json(visit, shown, noting.note(visit.request, visit.reader, asked))


# A number stands where a language would: this address is asked first.
@router.get("/articles/{article_id:int}/related", response_model=RelatedAnswer)
def related(visit: ProgramVisit, article_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """What is shown below that article."""
    _seen(visit, article_id)
    found = visit.shelves.related(visit.session, queries.article(visit.session, article_id), limit=RELATED)
    return _json(visit, RelatedAnswer(articles=[_entry(visit, one) for one in found]))


@router.get("/articles/{locale}/{slug}", response_model=ArticleAnswer)
def article(visit: ProgramVisit, locale: str, slug: str) -> Response:
    """An article in that language, or else in another one, marked as such."""
    found = opened(visit, address_word(slug))
    languages = visit.shelves.languages_of(visit.session, found.text.article_id)
    shown = ArticleAnswer.model_validate(
        {
            "article_id": found.text.article_id,
            "locale": found.text.locale,
            "slug": found.text.slug,
            "title": found.shown.title,
            "html": str(found.shown.html),
            "kind": found.article.kind,
            "audience": found.article.audience,
            "published_at": found.text.published_at,
            "fallback": found.text.locale != locale,
            "address": article_path(visit.centre, found.text.locale, found.text.slug),
            "languages": {one: article_path(visit.centre, one, word) for one, word in languages.items()},
        }
    )
    read = noting.Read(found.text.article_id, found.text.locale)
    return _json(visit, shown, noting.note(visit.request, visit.reader, read))


@router.post("/votes", dependencies=[Depends(help_votes.limited)], response_model=VoteKept)
def vote(visit: ShopsOwn, form: Annotated[VoteForm, Body()]) -> Response:
    """Keep whether an article helped; a page's own key makes a repeat replace it. The shop's own pages may ask too."""
    visit = in_language(visit, form.locale)
    _seen(visit, form.article_id)
    help_votes.keep(
        visit,
        article_id=form.article_id,
        key=form.key,
        helped=form.helped,
        reason=form.reason,
        question=asking.asked(form.question),
    )
    return Response(
        VoteKept().model_dump_json(),
        media_type="application/json",
        headers={**allowed(visit), "Cache-Control": "no-store", "Vary": "Origin"},
    )


@router.options("/{rest:path}", include_in_schema=False)
def preflight(request: Request, session: Reading, centre: str, rest: str) -> Response:
    """Let the shop's own pages send their customer's token, and a vote. Raises NotAllowed for every other site."""
    try:
        home = visit_of(request, session, centre).store.home_address
    except HelpCentreNotFound:
        home = ""
    origin = request.headers.get("origin", "")
    headers = origins.preflight(
        origin, home, methods="GET, POST", headers="Authorization, Content-Type, Accept-Language"
    )
    return Response(status_code=204, headers=headers)


# -- parts -------------------------------------------------------------------------------------------------------


def _seen(visit: Visit, article_id: int) -> None:
    if not visit.shelves.of(visit.session, [article_id]):
        raise ArticleNotFound(Text("There is no such article here."))


def _hit(visit: Visit, hit: Hit) -> HitAnswer:
    return HitAnswer(
        article_id=hit.article_id,
        locale=hit.locale,
        slug=hit.slug,
        title=hit.title,
        passage=asking.excerpt(hit.passage),
        anchor=hit.anchor,
        score=hit.score,
        fallback=hit.fallback,
        address=article_path(visit.centre, hit.locale, hit.slug, anchor=hit.anchor),
    )


def _entry(visit: Visit, one: Entry) -> EntryAnswer:
    return EntryAnswer(
        article_id=one.article_id,
        locale=one.locale,
        slug=one.slug,
        title=one.title,
        fallback=one.fallback,
        address=article_path(visit.centre, one.locale, one.slug),
    )


def _json(visit: Visit, said: BaseModel, background: BackgroundTask | None = None) -> Response:
    found = answered(
        visit,
        said.model_dump_json(),
        media_type="application/json",
        also_by="Origin, Accept-Language",
        background=background,
    )
    found.headers.update(allowed(visit))
    return found
