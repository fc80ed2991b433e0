"""What the bot says from the knowledge base: the passage that answers, a choice, or that it does not know."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from chat.bot_turns import LONGEST_TOLD, Asked, Services, Turn, cut
from core.languages import gettext as _
from faq import answering
from faq import search as searching
from faq.addresses import article_path
from faq.answering import Answer
from faq.help_centres import help_centre_as_shown
from faq.meaning import Meaning
from faq.schemas import Reader
from faq.search import Hit
from faq.tables import HelpCentre

# In a chat a choice that misses costs more than on a page of results: below it, nothing fits more often than not.
WORTH_ASKING = 0.45


def answered(session: Session, services: Services, asked: Asked, question: str) -> Answer:
    """What the knowledge base answers to this reader.

    What only lies near in meaning and shares no words that tell anything is asked about, not told: a shopper takes the
    bot by its word.
    """
    found = _answer(session, asked, question, services.meaning)
    if found.outcome != "answer" or services.meaning is None:
        return found
    by_words = _answer(session, asked, question, None)
    return replace(found, outcome="did_you_mean", reason="unsure") if by_words.outcome == "nothing" else found


def _answer(session: Session, asked: Asked, question: str, meaning: Meaning | None) -> Answer:
    return answering.answer(
        session, question=question, locale=asked.locale, reader=_reader(asked), meaning=meaning
    )


def _reader(asked: Asked) -> Reader:
    proven = asked.shopper is not None and asked.shopper.has_proven
    return Reader(asked.store_id, "customers" if proven else "public")


def chosen_before(session: Session, services: Services, asked: Asked) -> Answer | None:
    """The answer where the shopper chose one of the articles that the turn before offered."""
    offered = asked.before.data.get("choices", []) if asked.before else []
    wanted = " ".join(asked.question.split())
    chosen = next((one for one in offered if one.get("id") and one.get("question") == wanted), None)
    if chosen is None:
        return None
    found = searching.search(
        session,
        reader=_reader(asked),
        locale=asked.locale,
        question=wanted,
        meaning=services.meaning,
    )
    hit = next((hit for hit in found.hits if hit.article_id == chosen["id"]), None)
    return Answer("answer", (hit,), 1.0, "chosen") if hit else None


def about_article(session: Session, services: Services, asked: Asked, answer: Answer) -> Turn:
    """The article that answers, a choice of up to three, or that nothing fits."""
    centre = help_centre_as_shown(session, asked.store_id)
    if answer.outcome == "answer":
        return _article(session, services, asked, centre, answer)
    if answer.outcome == "did_you_mean" and answer.confidence >= WORTH_ASKING:
        return Turn(
            "choices",
            _("I am not sure what you mean. Is it one of these?"),
            answer.reason,
            confidence=answer.confidence,
            choices=[_choice(services, centre, hit) for hit in answer.hits],
            answer=answer,
        )
    return _nothing(asked, answer)


def _article(session: Session, services: Services, asked: Asked, centre: HelpCentre, answer: Answer) -> Turn:
    hit = answer.hits[0]
    whole = hit.passage or searching.beginning_of(session, asked.store_id, hit)
    passage = cut(whole.strip(), LONGEST_TOLD)
    return Turn(
        "article",
        passage or hit.title,
        answer.reason,
        confidence=answer.confidence,
        article=article_data(services, centre, hit),
        answer=answer,
        sources=[hit.title, passage],
    )


def article_data(services: Services, centre: HelpCentre, hit: Hit) -> dict[str, Any]:
    """How a turn names an article."""
    return {
        "id": hit.article_id,
        "locale": hit.locale,
        "title": hit.title,
        "address": services.settings.address + article_path(centre, hit.locale, hit.slug, anchor=hit.anchor),
        "anchor": hit.anchor,
    }


def _choice(services: Services, centre: HelpCentre, hit: Hit) -> dict[str, Any]:
    named = article_data(services, centre, hit)
    return {
        "title": hit.title,
        "address": named["address"],
        "question": hit.title,
        "id": hit.article_id,
    }


def _nothing(asked: Asked, answer: Answer) -> Turn:
    again = asked.before is not None and asked.before.data.get("action") == "nothing"
    if again:
        said = _(
            "I am sorry, I have no answer to this either. Shall I pass you to a person? Just say yes, or write a message and somebody will answer it."
        )
        return Turn(
            "nothing", said, "nothing_again", answer.confidence, buttons=("person", "message"), answer=answer
        )
    said = _("I do not know this for sure, and I do not want to guess. A person can help you.")
    return Turn(
        "nothing", said, answer.reason, answer.confidence, buttons=("person", "message"), answer=answer
    )
