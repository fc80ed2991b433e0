"""The outbox's pages alone, for staff who are signed in by a cookie that names their role."""

from fastapi import FastAPI
from sqlmodel import Session

from core import web
from core.database import Database
from core.security import SignedIn
from core.settings import Settings
from outbox import console


def identify(_session: Session, cookie: str) -> SignedIn | None:
    """The cookie is the role, with the language after a dash."""
    role, _, language = cookie.partition("-")
    if role not in ("owner", "agent", "reader"):
        return None
    return SignedIn(
        staff_id=1,
        name="Minji Kim",
        email="minji@shop.example",
        role=role,
        language=language or "en",
        csrf="the-proof",
    )


def app_of(database: Database, settings: Settings) -> FastAPI:
    """The pages over that database."""
    app = FastAPI()
    app.state.database = database
    app.state.settings = settings
    app.state.templates = web.environment(["core", "outbox"])
    app.state.navigation = (("today", "/"), ("health", "/health"))
    app.state.panels = {}
    app.state.identify = identify
    web.install(app)
    app.include_router(console.router)
    return app
