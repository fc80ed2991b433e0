"""The console as a browser meets it: the app on a free port of this machine, in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

import connector.console
import staff.console
from core import web
from core.database import Database
from core.security import RateLimits
from core.settings import Settings
from staff import queries, sessions
from tests.standins import until

NAVIGATION = (
    ("today", "/"),
    ("orders", "/orders"),
    ("invoices", "/invoices"),
    ("settings", "/settings"),
    ("health", "/health"),
)
PANELS = {
    "today": ["/console/connector/today"],
    "order": [],
    "settings": ["/console/connector/settings"],
    "health": ["/console/connector/health"],
}


def app_of(database: Database, settings: Settings, **state: Any) -> FastAPI:
    """The rooms' pages over that database."""
    app = FastAPI()
    web.install(app)
    app.state.templates = web.environment(["core", "connector", "staff"])
    app.state.identify, app.state.keep_alive = queries.identify, sessions.keep_alive
    app.state.navigation, app.state.panels = NAVIGATION, PANELS
    app.state.database, app.state.settings = database, settings
    app.state.jobs, app.state.limits = database.attached["jobs"], RateLimits()
    for name, value in state.items():
        setattr(app.state, name, value)
    app.include_router(connector.console.router)
    app.include_router(staff.console.router)
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which the app answers."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
