"""The page of categories: their names in each language, their order and their addresses."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.errors import AftercartError
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import categories
from faq.errors import BadArticle
from faq.help_centres import locales_of_shops
from faq.listing import category_name
from faq.saying import named, problems_of

router = APIRouter(include_in_schema=False)


class CategoryForm(BaseModel):
    """A category as it was filled in. `name` and `locale` belong together by place."""

    store: int = 0
    slug: str = ""
    locale: list[str] = []
    name: list[str] = []

    def names(self) -> Mapping[str, str]:
        """The name in each language."""
        return dict(zip(self.locale, self.name, strict=False))


@router.get("/articles/categories")
def all_categories(request: Request, session: Reading, who: AnyStaff) -> Response:
    return _page(request, session)


def _page(
    request: Request,
    session: Session,
    *,
    form: CategoryForm | None = None,
    category_id: int = 0,
    problem: AftercartError | None = None,
) -> Response:
    shops = connector_queries.stores(session)
    return page(
        request,
        "faq/categories.html",
        status=problem.status if problem else 200,
        shops=shops,
        locales=locales_of_shops(session),
        categories=categories.all_of(session, [int(shop.id or 0) for shop in shops]),
        counts={int(shop.id or 0): categories.article_counts(session, int(shop.id or 0)) for shop in shops},
        form=form,
        open_id=category_id,
        problems=problems_of(problem) if problem else {},
        named=named,
        name_of=category_name,
    )


@router.post("/articles/categories", dependencies=[ProvenForm])
def add(request: Request, session: Writing, who: Agent, form: Annotated[CategoryForm, Form()]) -> Response:
    connector_queries.store(session, form.store)
    try:
        categories.add(session, form.store, form.names(), form.slug.strip())
    except BadArticle as problem:
        return _page(request, session, form=form, problem=problem)
    return see_other("/articles/categories")


@router.post("/articles/categories/{category_id}", dependencies=[ProvenForm])
def change(
    request: Request,
    session: Writing,
    who: Agent,
    category_id: int,
    form: Annotated[CategoryForm, Form()],
) -> Response:
    row = categories.category(session, category_id)
    try:
        categories.change(session, row, names=form.names(), slug=form.slug.strip())
    except BadArticle as problem:
        return _page(request, session, form=form, category_id=category_id, problem=problem)
    return see_other("/articles/categories")


@router.post("/articles/categories/{category_id}/move", dependencies=[ProvenForm])
def move(session: Writing, who: Agent, category_id: int, to: Annotated[str, Form()] = "up") -> Response:
    categories.move(session, categories.category(session, category_id), up=to == "up")
    return see_other("/articles/categories")


@router.post("/articles/categories/{category_id}/delete", dependencies=[ProvenForm])
def remove(session: Writing, who: Agent, category_id: int) -> Response:
    """Take the category away; its articles stay, without a category."""
    categories.remove(session, categories.category(session, category_id))
    return see_other("/articles/categories")
