"""The web application: every room's routes behind one front door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from aftercart import health, wiring
from aftercart.checklist import checklist
from aftercart.service import Service
from chat.answers import Telling
from chat.hub import Hub
from chat.safety_net import running
from core import web
from invoices import overview
from staff import queries as staff
from staff import sessions

# Forms are read before anybody is asked who they are; the largest honest body is a webhook of some 60 KB.
LARGEST_BODY_BYTES = 4 * 1024 * 1024


def _put_together(app: FastAPI) -> None:
    """Have every route's parts made now: by itself that happens with the first request, and holds up all others for a second."""
    nowhere = {"type": "http", "method": "GET", "path": "/nowhere", "root_path": "", "headers": []}
    for route in app.routes:
        route.matches(nowhere)


def make_app(service: Service, *, run_jobs: bool) -> FastAPI:
    """The application over those parts; with `run_jobs` it also works through the queues (the SQLite shape)."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        _put_together(app)
        # The jobs engine must not be started inside a running event loop; its calls block.
        if run_jobs:
            await asyncio.to_thread(service.start_jobs)
        async with running(app.state.hub):
            yield
        if run_jobs:
            await asyncio.to_thread(service.stop_jobs)
        await asyncio.to_thread(service.close)

    app = FastAPI(
        title="Aftercart",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        max_body_size=LARGEST_BODY_BYTES,
    )
    app.state.runs_jobs = run_jobs
    for name, part in {**service.collaborators(), "database": service.database, "jobs": service.jobs}.items():
        setattr(app.state, name, part)
    app.state.hub = Hub(service.database, service.fanout, Telling(service.keys, service.settings.address))
    app.state.templates = web.environment(wiring.TEMPLATES)
    app.state.navigation = wiring.NAVIGATION
    app.state.panels = wiring.PANELS
    app.state.order_links = partial(overview.order_links, keys=service.keys, settings=service.settings)
    app.state.checklist = partial(checklist, settings=service.settings)
    app.state.identify = staff.identify
    app.state.keep_alive = sessions.keep_alive
    web.install(app)
    app.include_router(health.router)
    for router in wiring.ROUTERS:
        app.include_router(router)
    return app
