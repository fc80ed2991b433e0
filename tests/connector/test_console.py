"""The shop's pages for staff."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from connector import queries, syncing
from connector.tables import Store
from core import clock
from core.database import Database
from core.languages import Text
from core.settings import Settings
from staff import actions, sessions
from tests import factories
from tests.pages.site import app_of

pytestmark = pytest.mark.database


@pytest.fixture
def app(database: Database, settings: Settings) -> FastAPI:
    return app_of(database, settings)


@pytest.fixture
def client(app: FastAPI, database: Database) -> TestClient:
    """An owner's browser."""
    found = TestClient(app, headers={"accept": "text/html", "accept-language": "en"}, follow_redirects=False)
    with database.writing() as session:
        owner = actions.add_member(
            session, email="o@shop.example", name="O", role="owner", language="en", password_hash="-"
        )
        cookie = sessions.open_session(session, staff_id=int(owner.id or 0), device="")
    with database.reading() as session:
        found.headers["x-csrf"] = app.state.identify(session, cookie).csrf
    found.cookies.set("aftercart_session", cookie)
    return found


@pytest.fixture
def store(database: Database) -> Store:
    with database.writing() as session:
        return factories.store(
            session,
            webhook_secret_hidden="veiled-1",
            key_hidden="veiled-2",
            secret_hidden="veiled-3",
            gateways={"bacs": "계좌 이체", "card": "카드"},
            statuses={"shipped": "배송중"},
        )


# -- orders ------------------------------------------------------------------------------------------------------


def test_filters_stand_in_the_address_and_the_search_keeps_them(database, client, store) -> None:
    with database.writing() as session:
        factories.order(session, store, number="77", status="shipped")
    page = client.get("/orders?state=paid&q=김민지").text
    assert "#77" in page
    assert "배송중" in page
    assert 'href="/orders?state=paid&amp;q=%EA%B9%80%EB%AF%BC%EC%A7%80" aria-current="true"' in page
    assert 'href="/orders?state=unpaid&amp;q=' in page
    assert '<input type="hidden" name="state" value="paid">' in page


def test_shops_are_chips_only_where_there_are_several(database, client, store) -> None:
    assert "All shops" not in client.get("/orders").text
    with database.writing() as session:
        factories.store(session, currency="EUR")
    page = client.get("/orders").text
    assert "All shops" in page
    assert f'href="/orders?store={store.id}"' in page


def test_nothing_found_offers_the_way_back(client, store) -> None:
    assert 'href="/orders"' in client.get("/orders?q=nobody").text
    assert "No order matches" in client.get("/orders?q=nobody").text
    assert "No orders yet" in client.get("/orders").text


@pytest.mark.parametrize("query", ["state=king", "page=0", "page=x", "store=x"])
def test_a_filter_that_does_not_exist_is_refused_in_words(client, query: str) -> None:
    answer = client.get(f"/orders?{query}")
    assert answer.status_code == 400
    assert "Please check these fields" in answer.text


def test_the_order_page_shows_lines_totals_and_the_shops_own_page(database, client, store) -> None:
    with database.writing() as session:
        lines = [
            factories.line(35455, 3545, quantity="2"),
            factories.line(2727, 273, kind="shipping", name="택배"),
        ]
        order = factories.order(session, store, lines, customer_note="문 앞에 <b>놓아</b> 주세요")
        factories.refund(session, store, order, amount_minor=1000, reason="포장 파손")
    page = client.get(f"/orders/{order.id}").text
    assert "₩42,000" in page
    assert "부가세 10 %" in page
    assert "Shipping: 택배" in page
    assert "포장 파손" in page
    assert "-₩1,000" in page
    assert "Partly refunded" in page
    assert "김민지" in page
    assert "문 앞에 &lt;b&gt;놓아&lt;/b&gt; 주세요" in page
    assert f"{store.address}/wp-admin/post.php?post={order.remote_id}&amp;action=edit" in page


def test_the_order_page_loads_what_other_rooms_say_of_that_order(app, database, client, store) -> None:
    app.state.panels = {"order": ["/console/invoices/order-panel?order_id={order_id}"]}
    with database.writing() as session:
        order = factories.order(session, store)
    page = client.get(f"/orders/{order.id}").text
    assert f'hx-get="/console/invoices/order-panel?order_id={order.id}"' in page


def test_an_order_that_is_not_here_is_not_found(client) -> None:
    assert client.get("/orders/4711").status_code == 404


def test_a_deleted_order_says_so(database, client, store) -> None:
    with database.writing() as session:
        order = factories.order(session, store, status="trash")
    assert "The shop has deleted this order" in client.get(f"/orders/{order.id}").text


# -- parts of Today, Health and Settings -------------------------------------------------------------------------


def fail(database: Database, store: Store) -> None:
    with database.writing() as session:
        since = clock.now() - timedelta(hours=2)
        syncing.fail(
            session, int(store.id or 0), "orders", sentence=Text("Please sign in."), code="x", now=since
        )


def test_today_is_empty_while_every_shop_can_be_read(client, store) -> None:
    assert client.get("/console/connector/today").text.strip() == ""


def test_today_says_in_words_which_shop_cannot_be_read_and_since_when(database, client, store) -> None:
    fail(database, store)
    page = client.get("/console/connector/today").text
    assert f"{store.name} cannot be read" in page
    assert "Please sign in." in page
    assert "2 hours ago" in page


def test_health_shows_progress_of_the_first_sync_and_looks_again_by_itself(database, client, store) -> None:
    with database.writing() as session:
        syncing.advance(session, int(store.id or 0), "orders", now=clock.now(), seen=40, expected=120)
    page = client.get("/console/connector/health").text
    assert '<progress value="40" max="120"' in page
    assert "First sync runs" in page
    assert 'hx-trigger="load delay:2s"' in page


def test_health_is_still_when_everything_is_mirrored(database, client, store) -> None:
    with database.writing() as session:
        for resource in ("orders", "refunds", "customers", "products"):
            syncing.advance(session, int(store.id or 0), resource, now=clock.now(), complete=True)
    page = client.get("/console/connector/health").text
    assert "In step" in page
    assert "hx-trigger" not in page


def test_health_shows_the_fault_while_the_shop_cannot_be_read(database, client, store) -> None:
    fail(database, store)
    page = client.get("/console/connector/health").text
    assert "Cannot be read" in page
    assert "Please sign in." in page


def test_sync_now_asks_for_one_visit_however_often_it_is_pressed(database, client, store) -> None:
    for _ in range(3):
        assert client.post(f"/console/connector/stores/{store.id}/sync").headers["location"] == "/health"
    waiting = [job for job in database.attached["jobs"].unfinished() if job.name == "woo.sync"]
    assert [job.arguments["store_id"] for job in waiting] == [store.id]


def test_the_ways_that_pay_later_are_kept_and_unknown_ones_are_not(database, client, store) -> None:
    address = f"/console/connector/stores/{store.id}/pays-later"
    assert client.post(address, data={"gateway": ["card", "invented"]}).headers["location"] == "/settings"
    with database.reading() as session:
        assert queries.store(session, int(store.id or 0)).pays_later == ["card"]
    client.post(address)
    with database.reading() as session:
        assert queries.store(session, int(store.id or 0)).pays_later == []


def test_settings_show_each_shop_without_its_keys(database, client, store) -> None:
    page = client.get("/console/connector/settings").text
    assert store.address in page
    assert "계좌 이체" in page
    assert "veiled" not in page


def test_without_a_shop_settings_say_how_to_connect_one(client) -> None:
    assert "aftercart connect" in client.get("/console/connector/settings").text
