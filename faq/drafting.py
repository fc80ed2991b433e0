"""What the editor's forms bring, and keeping it: all or nothing, also when somebody else was faster."""

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field
from sqlmodel import Session

from faq import categories, editing, indexing, picking, publishing, queries
from faq.schemas import ArticleForm, ArticleKind, Audience, Policy, TextForm
from faq.tables import Article, ArticleText

Then = Literal["draft", "publish"]


class WrittenText(BaseModel):
    """One language of an article as a form brings it. `over` is a newer version that it may replace knowingly."""

    title: str = ""
    body: str = ""
    samples: str = ""  # One in a line.
    slug: str = ""
    opened_version: int = 0
    over: int = 0
    follows: bool = False  # It says what the main language says now.
    then: Then = "draft"

    def text_form(self) -> TextForm:
        """The text with one kind of line end, as it is kept."""
        samples = dict.fromkeys(line.strip() for line in self.samples.splitlines() if line.strip())
        body = self.body.replace("\r\n", "\n").replace("\r", "\n")
        return TextForm(title=self.title, body=body, slug=self.slug, samples=tuple(samples))


class WrittenArticle(WrittenText):
    """The editor's whole form: one language, and what all languages share."""

    store: int = 0
    locale: str = ""
    kind: ArticleKind = "faq"
    policy: Policy = ""
    category: str = ""
    new_category: Annotated[str, Field(max_length=categories.LONGEST_NAME)] = ""
    audience: Audience = "public"
    position: Annotated[int, Field(ge=0, le=100_000)] = 0
    related: list[str] = []
    related_numbers: str = ""
    product: list[str] = []
    product_numbers: str = ""

    def related_ids(self) -> list[int]:
        """The articles that were ticked, and those whose numbers were typed."""
        return picking.numbers([*self.related, *self.related_numbers.replace(",", " ").split()])

    def product_ids(self) -> list[int]:
        """The products that were ticked, and those whose numbers were typed."""
        return picking.numbers([*self.product, *self.product_numbers.replace(",", " ").split()])


def written(article: Article, text: ArticleText) -> WrittenText:
    """The form that shows the text as it stands."""
    return WrittenText(
        title=text.title,
        body=text.body,
        samples="\n".join(text.samples),
        slug=text.slug,
        opened_version=text.version,
    )


def written_article(session: Session, article: Article, text: ArticleText) -> WrittenArticle:
    """The editor's form as the article stands."""
    number = int(article.id or 0)
    shared = categories.slug_by_id(session, article.category_id)
    products = [one.remote_id for one in queries.subjects_of(session, number) if one.kind == "product"]
    return WrittenArticle(
        **written(article, text).model_dump(),
        store=article.store_id,
        locale=text.locale,
        kind=next((kind for kind in get_args(ArticleKind) if kind == article.kind), "faq"),
        policy=next((policy for policy in get_args(Policy) if policy == article.policy), ""),
        category=shared,
        audience=next((one for one in get_args(Audience) if one == article.audience), "staff"),
        position=article.position,
        related=[str(one) for one in queries.related_of(session, number)],
        product=[str(one) for one in products],
    )


def create(session: Session, form: WrittenArticle, *, by: str) -> ArticleText:
    """A new article. Raises BadArticle and NotReady, and then nothing is kept."""
    with session.begin_nested():
        shared = _article_form(session, form.store, form.locale, form, None)
        text = editing.create(
            session, form.store, locale=form.locale, form=shared, text=form.text_form(), by=by
        )
        _publish(session, text, form.then)
    return text


def keep(session: Session, article: Article, form: WrittenArticle, *, locale: str, by: str) -> ArticleText:
    """What the editor brought. Raises BadArticle, ChangedMeanwhile and NotReady, and then nothing is kept."""
    with session.begin_nested():
        text = _keep_text(session, article, form, locale=locale, by=by)
        shared = _article_form(session, article.store_id, locale, form, article)
        editing.save_article(session, article, shared)
        indexing.index_article(session, article)
        _publish(session, text, form.then)
    return text


def keep_translation(
    session: Session, article: Article, form: WrittenText, *, locale: str, by: str
) -> ArticleText:
    """One language alone; what all share stays. Raises BadArticle, ChangedMeanwhile and NotReady."""
    with session.begin_nested():
        text = _keep_text(session, article, form, locale=locale, by=by)
        _publish(session, text, form.then)
    return text


def mark_up_to_date(session: Session, article: Article, text: ArticleText, *, by: str) -> None:
    """The translation says what the main language says now; its own words stay, so there is no new version."""
    form = TextForm(title=text.title, body=text.body, slug=text.slug, samples=tuple(text.samples))
    editing.save_text(session, article, locale=text.locale, form=form, by=by)


def _keep_text(session: Session, article: Article, form: WrittenText, *, locale: str, by: str) -> ArticleText:
    before = queries.text_in(session, int(article.id or 0), locale)
    followed = before.follows_version if before else None
    opened = form.over or form.opened_version
    text = editing.save_text(
        session, article, locale=locale, form=form.text_form(), by=by, opened_version=opened
    )
    # Mending a word in a translation does not make it say what the main language says now.
    if followed is not None and not form.follows:
        text.follows_version = followed
        session.add(text)
        session.flush()
    return text


def _publish(session: Session, text: ArticleText, then: Then) -> None:
    if then == "publish":
        publishing.publish(session, text)


def _article_form(
    session: Session, store_id: int, locale: str, form: WrittenArticle, article: Article | None
) -> ArticleForm:
    category = form.category
    if form.new_category.strip():
        category = categories.add(session, store_id, {locale: form.new_category.strip()}).slug
    elif category and queries.category_of(session, store_id, category) is None:
        category = ""
    related = picking.related(session, store_id, form.related_ids())
    return ArticleForm(
        kind=form.kind,
        policy=form.policy,
        category=category,
        audience=form.audience,
        position=form.position,
        source=article.source if article else "",
        example=article.example if article else False,
        products=tuple(form.product_ids()),
        product_categories=_kept_categories(session, article),
        related=tuple(choice.number for choice in related),
    )


def _kept_categories(session: Session, article: Article | None) -> Sequence[int]:
    """Links to product categories come by imports; the editor keeps them as they are."""
    subjects = queries.subjects_of(session, int(article.id or 0)) if article else ()
    return tuple(one.remote_id for one in subjects if one.kind == "product_category")
