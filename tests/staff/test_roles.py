"""Who may do what: every console route of staff and shops in one table, each tried as everybody."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from connector.tables import Store
from core.database import Database
from staff import links
from staff.tables import StaffMember
from tests import factories
from tests.staff.conftest import Hire, SignIn

pytestmark = pytest.mark.database

# The least role; "anyone" needs no session. A route that is missing here fails the first test.
LEAST = {
    "GET /": "reader",
    "GET /health": "reader",
    "POST /health/jobs/again": "agent",
    "GET /orders": "reader",
    "GET /orders/{order_id}": "reader",
    "GET /console/connector/today": "reader",
    "GET /console/connector/health": "reader",
    "GET /console/connector/settings": "reader",
    "POST /console/connector/stores/{store_id}/sync": "agent",
    "POST /console/connector/stores/{store_id}/pays-later": "owner",
    "GET /settings": "reader",
    "GET /settings/team": "reader",
    "POST /settings/team": "owner",
    "GET /settings/team/{staff_id}": "reader",
    "POST /settings/team/{staff_id}": "owner",
    "POST /settings/team/{staff_id}/disable": "owner",
    "POST /settings/team/{staff_id}/enable": "owner",
    "POST /settings/team/{staff_id}/reset": "owner",
    "POST /settings/team/invitations/{invitation_id}/link": "owner",
    "POST /settings/team/invitations/{invitation_id}/withdraw": "owner",
    # One's own things are everybody's to change.
    "GET /settings/profile": "reader",
    "POST /settings/profile": "reader",
    "POST /settings/profile/password": "reader",
    "POST /settings/profile/sessions/others/end": "reader",
    "POST /settings/profile/sessions/{session_id}/end": "reader",
    "POST /sign-out": "reader",
    "GET /sign-in": "anyone",
    "POST /sign-in": "anyone",
    "GET /reset": "anyone",
    "POST /reset": "anyone",
    "GET /reset/{token}": "anyone",
    "POST /reset/{token}": "anyone",
    "GET /welcome/{token}": "anyone",
    "POST /welcome/{token}": "anyone",
    "POST /language": "anyone",
}
RANK = {"anyone": 0, "reader": 1, "agent": 2, "owner": 3}
GUARDED = [route for route, least in LEAST.items() if least != "anyone"]
FORMS = [route for route in GUARDED if route.startswith("POST")]


def routes(app: FastAPI) -> Iterator[str]:
    for found in iter_route_contexts(app.routes):
        path = getattr(found, "path", "")
        if path.startswith(("/docs", "/redoc", "/openapi", "/static")):
            continue
        for method in getattr(found, "methods", None) or ():
            if method != "HEAD":
                yield f"{method} {path}"


def test_every_route_stands_in_the_table(app: FastAPI) -> None:
    assert sorted(set(routes(app))) == sorted(LEAST)


@pytest.fixture
def other(hire: Hire) -> StaffMember:
    """Somebody to act upon; a second owner, so that no refusal comes from being the last."""
    hire("owner")
    return hire("owner", name="Somebody Else")


@pytest.fixture
def store(database: Database) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def address(database: Database, other: StaffMember, store: Store):
    """`address("POST /settings/team/{staff_id}")`: the path with things that exist."""
    with database.writing() as session:
        order = factories.order(session, store)
        invitation = links.invite(session, email="new@shop.example", role="agent", language="en")

    def filled(route: str) -> str:
        return route.partition(" ")[2].format(
            order_id=order.id,
            store_id=store.id,
            staff_id=other.id,
            invitation_id=invitation.id,
            session_id=0,
        )

    return filled


def ask(client, route: str, address, **given):
    return client.request(route.partition(" ")[0], address(route), **given)


@pytest.mark.parametrize("route", GUARDED)
def test_a_stranger_is_sent_to_sign_in_or_refused(route: str, browser: SignIn, address) -> None:
    answer = ask(browser(), route, address)
    if route.startswith("GET"):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=/")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("role", ["reader", "agent", "owner"])
@pytest.mark.parametrize("route", GUARDED)
def test_a_role_reaches_what_the_table_says(
    route: str, role: str, hire: Hire, browser: SignIn, address
) -> None:
    answer = ask(browser(hire(role)), route, address)
    if RANK[role] >= RANK[LEAST[route]]:
        # Taken, or refused for what the empty form lacks; never for who asks.
        assert answer.status_code not in (401, 403)
        assert answer.status_code < 500
    else:
        assert answer.status_code == 403
        assert "Your role does not allow this" in answer.text


@pytest.mark.parametrize("route", FORMS)
def test_a_form_without_its_proof_is_refused(route: str, hire: Hire, browser: SignIn, address) -> None:
    client = browser(hire("owner"))
    del client.headers["x-csrf"]
    assert ask(client, route, address).status_code == 403
    client.headers["x-csrf"] = "a" * 43
    assert ask(client, route, address).status_code == 403


@pytest.mark.parametrize("route", FORMS)
def test_a_form_with_somebody_elses_proof_is_refused(
    route: str, hire: Hire, browser: SignIn, address
) -> None:
    mine, theirs = browser(hire("owner")), browser(hire("owner"))
    mine.headers["x-csrf"] = theirs.headers["x-csrf"]
    assert ask(mine, route, address).status_code == 403


@pytest.mark.parametrize("route", FORMS)
def test_a_form_from_another_site_is_refused(route: str, hire: Hire, browser: SignIn, address) -> None:
    client = browser(hire("owner"))
    assert ask(client, route, address, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_role_taken_away_holds_from_the_next_click(database, hire: Hire, browser: SignIn) -> None:
    owner, member = browser(hire("owner")), hire("owner")
    client = browser(member)
    assert client.post("/settings/team", data={"email": "x"}).status_code == 400
    owner.post(f"/settings/team/{member.id}", data={"role": "reader"})
    assert client.post("/settings/team", data={"email": "x"}).status_code == 403


def test_a_fragment_asked_for_without_a_session_sends_the_whole_page_to_sign_in(browser: SignIn) -> None:
    answer = browser().get("/console/connector/today", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"
    assert answer.text == ""
