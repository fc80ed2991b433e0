"""Who may do what: every route of every room in one table, each tried as everybody."""

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
    "GET /invoices": "reader",
    "GET /invoices/held": "reader",
    "GET /console/invoices/{invoice_id}.pdf": "reader",
    "GET /console/invoices/today": "reader",
    "GET /console/invoices/order-panel": "reader",
    "GET /console/invoices/settings": "reader",
    "GET /settings/seller/{store_id}": "owner",
    "POST /settings/seller/{store_id}": "owner",
    "POST /console/invoices/holds/{hold_id}/retry": "agent",
    "POST /console/invoices/holds/{hold_id}/settle": "agent",
    "POST /console/invoices/{invoice_id}/send": "agent",
    "POST /console/invoices/orders/{order_id}/issue": "agent",
    "POST /console/invoices/orders/{order_id}/close-links": "agent",
    "GET /api/stores/{public_id}/orders/{remote_id}/documents": "reader",
    "GET /letters": "reader",
    "GET /letters/{letter_id}": "reader",
    "GET /letters/{letter_id}/preview": "reader",
    "POST /letters/{letter_id}/send": "agent",
    "POST /letters/{letter_id}/cancel": "agent",
    "GET /console/outbox/today": "reader",
    "GET /console/outbox/order-panel": "reader",
    "GET /console/outbox/settings": "reader",
    "GET /console/outbox/health": "reader",
    "POST /console/outbox/release": "agent",
    "POST /console/outbox/switch": "owner",
    "POST /console/outbox/stores/{store_id}/resume": "owner",
    "POST /console/outbox/stores/{store_id}/keep-paused": "owner",
    "POST /console/outbox/test-letter": "owner",
    "GET /articles": "reader",
    "POST /articles/bulk": "agent",
    "POST /articles/delete": "agent",
    "POST /articles/starter": "agent",
    "GET /articles/new": "agent",
    "POST /articles/new": "agent",
    "GET /articles/categories": "reader",
    "POST /articles/categories": "agent",
    "POST /articles/categories/{category_id}": "agent",
    "POST /articles/categories/{category_id}/move": "agent",
    "POST /articles/categories/{category_id}/delete": "agent",
    "GET /articles/{article_id}": "reader",
    "GET /articles/{article_id}/{locale}": "reader",
    "POST /articles/{article_id}/{locale}": "agent",
    "POST /articles/{article_id}/{locale}/state": "agent",
    "GET /articles/{article_id}/{locale}/translate": "reader",
    "POST /articles/{article_id}/{locale}/translate": "agent",
    "POST /articles/{article_id}/{locale}/up-to-date": "agent",
    "GET /articles/{article_id}/{locale}/history": "reader",
    "POST /articles/{article_id}/{locale}/restore": "agent",
    "GET /console/faq/today": "reader",
    "GET /console/faq/settings": "reader",
    "GET /console/faq/related": "reader",
    "GET /console/faq/products": "reader",
    "POST /console/faq/preview": "agent",
    "GET /settings/help/{store_id}": "owner",
    "POST /settings/help/{store_id}": "owner",
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
    # Proven by the link, by the webhook's signature, or telling only whether the service lives.
    "GET /i/{token}": "anyone",
    "POST /i/{token}/renew": "anyone",
    "GET /i/{token}/renew": "anyone",
    "GET /articles/figures": "reader",
    "GET /articles/questions": "reader",
    "GET /articles/questions/{group_id}": "reader",
    "GET /console/faq/article-figures": "reader",
    "GET /console/faq/gaps-today": "reader",
    "GET /articles/export": "agent",
    "GET /articles/export/file": "agent",
    "GET /articles/import": "agent",
    "GET /articles/import/site/state": "agent",
    "GET /articles/import/{run_id}": "agent",
    "GET /articles/import/{run_id}/progress": "agent",
    "POST /articles/images": "agent",
    "POST /articles/import/files": "agent",
    "POST /articles/import/site": "agent",
    "POST /articles/import/{run_id}/take": "agent",
    "POST /articles/questions/{group_id}/draft": "agent",
    "POST /articles/questions/{group_id}/open": "agent",
    "POST /articles/questions/{group_id}/sample": "agent",
    "POST /articles/questions/{group_id}/set-aside": "agent",
    "POST /articles/questions/{group_id}/take-back": "agent",
    "POST /articles/export/site": "owner",
    "POST /articles/import/site/connect": "owner",
    "POST /articles/import/site/forget": "owner",
    "POST /console/chat/duty": "agent",
    "GET /console/chat/figures-today": "reader",
    "GET /console/chat/here": "reader",
    "POST /console/chat/here": "agent",
    "POST /console/chat/letters": "agent",
    "GET /console/chat/list": "reader",
    "GET /console/chat/news": "reader",
    "GET /console/chat/order-panel": "reader",
    "GET /console/chat/settings": "reader",
    "GET /console/chat/today": "reader",
    "GET /conversations": "reader",
    "GET /conversations/export": "owner",
    "GET /conversations/figures": "reader",
    "GET /conversations/{public_id}": "reader",
    "POST /conversations/{public_id}/article": "agent",
    "GET /conversations/{public_id}/articles": "agent",
    "POST /conversations/{public_id}/assign": "agent",
    "POST /conversations/{public_id}/attachments": "agent",
    "GET /conversations/{public_id}/customer": "reader",
    "POST /conversations/{public_id}/draft": "agent",
    "GET /conversations/{public_id}/earlier": "reader",
    "GET /conversations/{public_id}/events": "reader",
    "GET /conversations/{public_id}/head": "reader",
    "GET /conversations/{public_id}/invoices": "agent",
    "POST /conversations/{public_id}/labels": "agent",
    "POST /conversations/{public_id}/merge": "agent",
    "POST /conversations/{public_id}/order": "agent",
    "POST /conversations/{public_id}/priority": "agent",
    "POST /conversations/{public_id}/read": "agent",
    "GET /conversations/{public_id}/replies": "agent",
    "POST /conversations/{public_id}/reply": "agent",
    "POST /conversations/{public_id}/snooze": "agent",
    "POST /conversations/{public_id}/spam": "agent",
    "POST /conversations/{public_id}/state": "agent",
    "POST /conversations/{public_id}/take": "agent",
    "POST /conversations/{public_id}/team": "agent",
    "POST /conversations/{public_id}/unblock": "agent",
    "GET /settings/chat/labels": "reader",
    "POST /settings/chat/labels": "agent",
    "POST /settings/chat/labels/{label_id}/forget": "agent",
    "GET /settings/chat/replies": "reader",
    "GET /settings/chat/replies/new": "agent",
    "POST /settings/chat/replies/new": "agent",
    "GET /settings/chat/replies/{reply_id}": "agent",
    "POST /settings/chat/replies/{reply_id}": "agent",
    "POST /settings/chat/replies/{reply_id}/forget": "agent",
    "GET /settings/chat/teams": "reader",
    "POST /settings/chat/teams": "owner",
    "POST /settings/chat/teams/{team_id}/forget": "owner",
    "GET /settings/chat/{store_id}": "owner",
    "POST /settings/chat/{store_id}": "owner",
    "GET /settings/chat/{store_id}/hours": "owner",
    "POST /settings/chat/{store_id}/hours": "owner",
    "GET /settings/chat/{store_id}/look": "owner",
    "POST /settings/chat/{store_id}/look": "owner",
    "GET /api/help/{centre}/answer": "anyone",
    "GET /api/help/{centre}/articles/{article_id:int}/related": "anyone",
    "GET /api/help/{centre}/articles/{locale}/{slug}": "anyone",
    "GET /api/help/{centre}/search": "anyone",
    "GET /api/help/{centre}/suggest": "anyone",
    "GET /help/images/{digest}.{ending}": "anyone",
    "GET /help/{centre}": "anyone",
    "GET /help/{centre}/": "anyone",
    "GET /help/{centre}/sitemap.xml": "anyone",
    "GET /help/{centre}/theme.css": "anyone",
    "GET /help/{centre}/{locale}": "anyone",
    "GET /help/{centre}/{locale}/": "anyone",
    "GET /help/{centre}/{locale}/category/{slug}": "anyone",
    "GET /help/{centre}/{locale}/search": "anyone",
    "GET /help/{centre}/{locale}/{rest:path}": "anyone",
    "GET /help/{centre}/{locale}/{slug}": "anyone",
    "OPTIONS /api/help/{centre}/{rest:path}": "anyone",
    "POST /api/help/{centre}/votes": "anyone",
    "POST /help/{centre}/{locale}/{slug}/vote": "anyone",
    # A shopper's own, by the token in a header.
    "GET /api/chat/attachments/{token}": "anyone",
    "GET /api/chat/{shop}/conversations": "anyone",
    "POST /api/chat/{shop}/conversations": "anyone",
    "GET /api/chat/{shop}/conversations/{public_id}": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/attachments": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/end": "anyone",
    "GET /api/chat/{shop}/conversations/{public_id}/events": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/messages": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/person": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/rating": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/read": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/transcript": "anyone",
    "POST /api/chat/{shop}/conversations/{public_id}/typing": "anyone",
    "DELETE /api/chat/{shop}/session": "anyone",
    "POST /api/chat/{shop}/session": "anyone",
    "GET /api/chat/{shop}/stream": "anyone",
    "GET /api/chat/{shop}/unread": "anyone",
    "OPTIONS /api/chat/{shop}/{rest:path}": "anyone",
    "POST /api/customers/{shop}/codes": "anyone",
    "POST /api/customers/{shop}/codes/{code_id}": "anyone",
    "GET /api/customers/{shop}/orders": "anyone",
    "OPTIONS /api/customers/{shop}/{rest:path}": "anyone",
    "GET /rate/{token}": "anyone",
    "POST /rate/{token}": "anyone",
    "GET /widget.js": "anyone",
    "GET /widget/{name}/{part}": "anyone",
    "POST /webhooks/woo/{public_id}": "anyone",
    "GET /health/live": "anyone",
    "GET /health/ready": "anyone",
    "GET /api/openapi.json": "anyone",
}
RANK = {"anyone": 0, "reader": 1, "agent": 2, "owner": 3}
GUARDED = [route for route, least in LEAST.items() if least != "anyone"]
# An API answers in JSON, also to a browser.
PAGES = [route for route in GUARDED if route.startswith("GET") and "/api/" not in route]
FORMS = [route for route in GUARDED if route.startswith("POST")]


def routes(app: FastAPI) -> Iterator[str]:
    for found in iter_route_contexts(app.routes):
        path = getattr(found, "path", "")
        if path.startswith("/static"):
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
            invoice_id=4711,
            hold_id=4711,
            letter_id=4711,
            article_id=4711,
            category_id=4711,
            group_id=4711,
            run_id=4711,
            label_id=4711,
            reply_id=4711,
            team_id=4711,
            locale="ko",
            public_id=store.public_id,
            remote_id=order.remote_id,
        )

    return filled


def ask(client, route: str, address, **given):
    return client.request(route.partition(" ")[0], address(route), **given)


def test_a_stranger_is_sent_to_sign_in_or_refused(browser: SignIn, address) -> None:
    stranger, passed = browser(), {}
    for route in GUARDED:
        answer = ask(stranger, route, address)
        asked_to_sign_in = answer.headers.get("location", "").startswith("/sign-in?next=/")
        if (answer.status_code, asked_to_sign_in) != ((303, True) if route in PAGES else (401, False)):
            passed[route] = answer.status_code
    assert passed == {}


@pytest.mark.parametrize("role", ["reader", "agent", "owner"])
def test_a_role_reaches_what_the_table_says_and_no_more(
    role: str, hire: Hire, browser: SignIn, address
) -> None:
    wrong, member = {}, hire(role)
    for route in GUARDED:
        answer = ask(browser(member), route, address)
        refused = answer.status_code == 403 and "Your role does not allow this" in answer.text
        # Beyond the role an empty form may lack something, and what it acts upon may not exist.
        if refused != (RANK[role] < RANK[LEAST[route]]) or answer.status_code in (401, 500):
            wrong[route] = answer.status_code
    assert wrong == {}


def refusals(client, address, **given) -> dict[str, int]:
    """The forms that were taken although they should not have been."""
    answers = {route: ask(client, route, address, **given).status_code for route in FORMS}
    return {route: status for route, status in answers.items() if status != 403}


@pytest.mark.parametrize("proof", [None, "", "a" * 43])
def test_a_form_without_its_proof_is_refused(proof, hire: Hire, browser: SignIn, address) -> None:
    client = browser(hire("owner"))
    del client.headers["x-csrf"]
    if proof is not None:
        client.headers["x-csrf"] = proof
    assert refusals(client, address) == {}


def test_a_form_with_somebody_elses_proof_is_refused(hire: Hire, browser: SignIn, address) -> None:
    mine, theirs = browser(hire("owner")), browser(hire("owner"))
    mine.headers["x-csrf"] = theirs.headers["x-csrf"]
    assert refusals(mine, address) == {}


def test_a_form_from_another_site_is_refused_even_with_its_proof(
    hire: Hire, browser: SignIn, address
) -> None:
    client = browser(hire("owner"))
    assert refusals(client, address, headers={"sec-fetch-site": "cross-site"}) == {}
    assert refusals(client, address, headers={"origin": "https://evil.example"}) == {}


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
