"""The console as a browser meets it: the real front door over a test's database, on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from aftercart.app import make_app
from aftercart.service import Service
from connector.wordpress.connections import WordpressSites
from core.database import Database
from core.files import Files
from core.security import Keys, RateLimits
from core.settings import Settings
from invoices.rendering import Renderer
from outbox.email.smtp import SmtpMailer
from tests.standins import until


def app_of(database: Database, settings: Settings, **state: Any) -> FastAPI:
    """The whole application on that database, running no jobs; its renderer never starts a process."""
    keys = Keys(settings.secret_key.get_secret_value())
    service = Service(
        settings=settings,
        database=database,
        keys=keys,
        files=Files(settings.files_folder),
        limits=RateLimits(),
        renderer=Renderer(timeout_seconds=60, sleep_seconds=60),
        mailer=SmtpMailer(settings),
        websites=WordpressSites(keys, settings),
        fanout=database.attached["fanout"],
        jobs=database.attached["jobs"],
    )
    app = make_app(service, run_jobs=False)
    for name, value in state.items():
        setattr(app.state, name, value)
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which the app answers; its parts stay open, they belong to the test's fixtures."""
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
