"""The pages on which saved replies are written."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from chat import saved_replies
from chat.desk_tables import SavedReply
from chat.errors import HandlingRefused
from chat.setting_forms import paired
from connector import queries as shops
from core import languages
from core.database import Reading, Writing
from core.languages import LANGUAGES
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq.locale_names import language_name

router = APIRouter(include_in_schema=False)


class ReplyForm(BaseModel):
    """A saved reply as it was filled in. `store` is "" for every shop."""

    shortcut: str = ""
    title: str = ""
    store: str = ""
    language: list[str] = []
    text: list[str] = []

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts by language; others than ours cannot come from the form."""
        return {one: text for one, text in paired(self.language, self.text).items() if one in LANGUAGES}

    @property
    def store_id(self) -> int | None:
        """The shop, None for every one."""
        return int(self.store) if self.store.isdecimal() else None


def _form(reply: SavedReply | None) -> ReplyForm:
    kept = reply.texts if reply else {}
    return ReplyForm(
        shortcut=reply.shortcut if reply else "",
        title=reply.title if reply else "",
        store=str(reply.store_id or "") if reply else "",
        language=list(LANGUAGES),
        text=[kept.get(one, "") for one in LANGUAGES],
    )


@router.get("/settings/chat/replies")
def all_replies(request: Request, session: Reading, who: AnyStaff) -> Response:
    names = {shop.id: shop.name for shop in shops.stores(session)}
    return page(
        request,
        "chat/replies.html",
        replies=saved_replies.replies(session),
        shop_names=names,
        named=lambda code: language_name(code, languages.current()),
    )


@router.get("/settings/chat/replies/new")
def new(request: Request, session: Reading, who: Agent) -> Response:
    return _page(request, session, None, _form(None), {})


@router.get("/settings/chat/replies/{reply_id}")
def one(request: Request, session: Reading, who: Agent, reply_id: int) -> Response:
    reply = saved_replies.reply(session, reply_id)
    return _page(request, session, reply, _form(reply), {})


@router.post("/settings/chat/replies/new", dependencies=[ProvenForm])
def make(request: Request, session: Writing, who: Agent, form: Annotated[ReplyForm, Form()]) -> Response:
    return _kept(request, session, who, form, None)


@router.post("/settings/chat/replies/{reply_id}", dependencies=[ProvenForm])
def save(
    request: Request, session: Writing, who: Agent, reply_id: int, form: Annotated[ReplyForm, Form()]
) -> Response:
    return _kept(request, session, who, form, saved_replies.reply(session, reply_id))


@router.post("/settings/chat/replies/{reply_id}/forget", dependencies=[ProvenForm])
def forget(session: Writing, who: Agent, reply_id: int) -> Response:
    saved_replies.forget(session, who, reply_id)
    return see_other("/settings/chat/replies")


def _kept(
    request: Request, session: Session, who: Agent, form: ReplyForm, reply: SavedReply | None
) -> Response:
    if form.store_id is not None:
        shops.store(session, form.store_id)
    try:
        saved_replies.save(
            session,
            who,
            shortcut=form.shortcut,
            title=form.title,
            texts=form.texts,
            store_id=form.store_id,
            reply_id=reply.id if reply else None,
        )
    except HandlingRefused as problem:
        fields = problem.details["fields"]
        return _page(request, session, reply, form, fields if isinstance(fields, dict) else {})
    return see_other("/settings/chat/replies")


def _page(
    request: Request,
    session: Session,
    reply: SavedReply | None,
    form: ReplyForm,
    problems: Mapping[str, str],
) -> Response:
    return page(
        request,
        "chat/reply.html",
        status=400 if problems else 200,
        reply=reply,
        form=form,
        problems=problems,
        stores=[(str(shop.id), shop.name) for shop in shops.stores(session)],
        variables=saved_replies.names(),
        named=lambda code: language_name(code, languages.current()),
    )
