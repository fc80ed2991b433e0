"""What becomes of a group of questions: an article takes it up, search answers it by now, or it is set aside."""

from sqlmodel import Session, col, select

from core import clock
from core.languages import Text
from faq import editing, publishing, queries
from faq.answering import answer
from faq.errors import ArticleNotFound, NotReady, QuestionNotFound
from faq.meaning import Meaning
from faq.question_tables import AskedQuestion, QuestionGroup
from faq.schemas import LONGEST_TITLE, ArticleForm, Reader, TextForm
from faq.tables import Article, ArticleText

# Of the newest wordings of a group this many are asked again, and half of them must be answered: one odd wording
# keeps no group open, and one lucky one closes none.
ASKED_AGAIN = 5


def group(session: Session, group_id: int) -> QuestionGroup:
    """That group. Raises QuestionNotFound."""
    found = session.get(QuestionGroup, group_id)
    if found is None:
        raise QuestionNotFound(Text("There is no such question here. Questions are kept for 180 days."))
    return found


# -- by a person -------------------------------------------------------------------------------------------------


def take_as_sample(session: Session, found: QuestionGroup, *, article_id: int, by: str) -> ArticleText:
    """Make the question a sample question of that article in the question's language.

    Where readers see the newest version, they see this one at once and the group is answered. A draft, or a text with
    changes that nobody has published yet, keeps the sample for its next publication; until then the group is open.
    Raises ArticleNotFound, NotReady without a text in that language, and BadArticle with too many samples.
    """
    text = _text_of(session, found, article_id)
    seen = is_seen(text)
    editing.add_sample(session, text, found.question, by=by)
    if seen:
        publishing.publish(session, text)
        _close(found, "answered", by=by)
    found.article_id = article_id
    session.add(found)
    session.flush()
    return text


def take_back_sample(session: Session, found: QuestionGroup, *, by: str) -> None:
    """Undo `take_as_sample`: the article loses the sample question, and the group is open again."""
    text = queries.text_in(session, found.article_id, found.locale) if found.article_id else None
    if text is not None and found.question in text.samples:
        seen = is_seen(text)
        left = tuple(one for one in text.samples if one != found.question)
        form = TextForm(title=text.title, body=text.body, samples=left)
        article = queries.article(session, text.article_id)
        editing.save_text(session, article, locale=text.locale, form=form, by=by, note="sample")
        if seen:
            publishing.publish(session, text)
    open_again(session, found)


def draft(session: Session, found: QuestionGroup, *, by: str) -> ArticleText:
    """A draft with the question as its title; asked for again, the draft that is there."""
    if found.article_id is not None and found.state == "open":
        text = queries.text_in(session, found.article_id, found.locale)
        if text is not None and text.state == "draft":
            return text
    text = editing.create(
        session,
        found.store_id,
        locale=found.locale,
        form=ArticleForm(),
        text=TextForm(title=found.question[:LONGEST_TITLE], samples=_longer_than_a_title(found.question)),
        by=by,
    )
    found.article_id = text.article_id
    session.add(found)
    session.flush()
    return text


def set_aside(session: Session, found: QuestionGroup, *, by: str) -> None:
    """Nobody needs to write about this; further questions of the kind go to the group and leave it there."""
    _close(found, "ignored", by=by)
    session.add(found)
    session.flush()


def open_again(session: Session, found: QuestionGroup) -> None:
    """The group needs a hand (again)."""
    found.state, found.article_id, found.closed_at, found.closed_by = "open", None, None, ""
    session.add(found)
    session.flush()


def is_seen(text: ArticleText) -> bool:
    """Whether readers see the text just as it stands, so that publishing shows them nothing unfinished."""
    return text.state == "published" and text.published_version == text.version


def _longer_than_a_title(question: str) -> tuple[str, ...]:
    return (question,) if len(question) > LONGEST_TITLE else ()


def _text_of(session: Session, found: QuestionGroup, article_id: int) -> ArticleText:
    article = session.get(Article, article_id)
    if article is None or article.store_id != found.store_id:
        raise ArticleNotFound(Text("There is no such article here."))
    text = queries.text_in(session, article_id, found.locale)
    if text is None:
        raise NotReady(
            Text("This article does not exist in the question's language yet. Translate it first.")
        )
    return text


def _close(found: QuestionGroup, state: str, *, by: str) -> None:
    found.state, found.closed_at, found.closed_by = state, clock.now(), by


# -- by search itself --------------------------------------------------------------------------------------------


def open_groups(session: Session, store_id: int, *, after_id: int, limit: int) -> list[QuestionGroup]:
    """The shop's next open groups after that one."""
    chosen = select(QuestionGroup).where(
        QuestionGroup.store_id == store_id, QuestionGroup.state == "open", col(QuestionGroup.id) > after_id
    )
    return list(session.exec(chosen.order_by(col(QuestionGroup.id)).limit(limit)))


def open_group(session: Session, group_id: int) -> QuestionGroup | None:
    """That group while it is open."""
    found = session.get(QuestionGroup, group_id)
    return found if found is not None and found.state == "open" else None


def answering_article(session: Session, found: QuestionGroup, *, meaning: Meaning | None) -> int | None:
    """The article that answers the group by now, in its own language; None when search is not sure."""
    article_id = _answered_by(session, found, found.question, meaning)
    if article_id is None:
        return None
    rows = session.exec(
        select(AskedQuestion.question)
        .where(AskedQuestion.group_id == found.id)
        .order_by(col(AskedQuestion.id).desc())
        .limit(10 * ASKED_AGAIN)
    )
    wordings = list(dict.fromkeys(rows))[:ASKED_AGAIN]
    answered = sum(_answered_by(session, found, one, meaning) is not None for one in wordings)
    return article_id if 2 * answered >= len(wordings) else None


def _answered_by(
    session: Session, found: QuestionGroup, question: str, meaning: Meaning | None
) -> int | None:
    # As any reader asks: an article for customers or staff alone answers nobody in the help centre.
    said = answer(
        session, question=question, locale=found.locale, reader=Reader(found.store_id), meaning=meaning
    )
    if said.outcome != "answer" or said.hits[0].fallback:
        return None
    return said.hits[0].article_id


def close_answered(session: Session, group_id: int, *, article_id: int) -> bool:
    """Close the group because search answers it now; one that a person has closed meanwhile stays as it is."""
    found = session.get(QuestionGroup, group_id, with_for_update=True)
    if found is None or found.state != "open" or session.get(Article, article_id) is None:
        return False
    _close(found, "answered", by="")
    found.article_id = article_id
    session.add(found)
    session.flush()
    return True
