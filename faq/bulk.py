"""One step for many articles: each is done or left as it was, and the result says which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, get_args

from sqlmodel import Session

from core.errors import AftercartError
from core.languages import Text
from faq import editing, indexing, publishing, queries
from faq.errors import BadArticle
from faq.schemas import Audience
from faq.tables import Article, ArticleText

MOST_ARTICLES = 200  # Four pages of the list; a writing session must end soon.

Step = Literal["publish", "draft", "archive", "category", "audience", "delete"]


@dataclass
class Done:
    """How many articles the step was taken for, and the numbers of those that were left as they were."""

    step: Step
    count: int = 0
    left: list[int] = field(default_factory=list)


def step_of(wanted: str) -> tuple[Step, str]:
    """The step and what it is given, from "category:returns". Raises BadArticle."""
    name, _, given = wanted.partition(":")
    step = next((one for one in get_args(Step) if one == name), None)
    if step is None or (step == "audience" and given not in get_args(Audience)):
        raise BadArticle(Text("Please choose what to do with the ticked articles."), fields=["step"])
    return step, given


def take(session: Session, article_ids: Sequence[int], step: Step, given: str = "") -> Done:
    """Take the step for each of the articles; one that does not allow it is left as it was."""
    done = Done(step)
    for number in article_ids[:MOST_ARTICLES]:
        article = session.get(Article, number)
        if article is None:
            continue
        try:
            with session.begin_nested():
                _action(step, given)(session, article)
        except AftercartError:
            done.left.append(number)
        else:
            done.count += 1
    return done


def _action(step: Step, given: str) -> Callable[[Session, Article], None]:
    actions: dict[Step, Callable[[Session, Article], None]] = {
        "publish": _publish,
        "draft": partial(_withdraw, archive=False),
        "archive": partial(_withdraw, archive=True),
        "category": partial(_move, slug=given),
        "audience": partial(_open_to, audience=given),
        "delete": editing.delete_article,
    }
    return actions[step]


def _texts(session: Session, article: Article) -> Sequence[ArticleText]:
    number = int(article.id or 0)
    return list(queries.texts_of(session, [number])[number].values())


def _publish(session: Session, article: Article) -> None:
    """Every language, but an archived one only when all are."""
    texts = _texts(session, article)
    for text in [one for one in texts if one.state != "archived"] or texts:
        publishing.publish(session, text)


def _withdraw(session: Session, article: Article, *, archive: bool) -> None:
    for text in _texts(session, article):
        publishing.withdraw(session, text, archive=archive)


def _move(session: Session, article: Article, *, slug: str) -> None:
    category = queries.category_of(session, article.store_id, slug) if slug else None
    if slug and category is None:
        raise BadArticle(Text("There is no such category here."), fields=["category"])
    article.category_id = category.id if category else None
    session.add(article)
    session.flush()


def _open_to(session: Session, article: Article, *, audience: str) -> None:
    article.audience = audience
    session.add(article)
    session.flush()
    indexing.index_article(session, article)
