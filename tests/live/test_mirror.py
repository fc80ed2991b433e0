"""Our own connector against a real WooCommerce: what the stand-in promises, asked of the shop itself."""

from collections.abc import Iterator
from typing import Any

import pytest
import stamina
from sqlmodel import select

from aftercart.app import make_app
from aftercart.service import build
from connector.errors import StoreRefused
from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.tables import ShopOrder
from connector.woo import care, client, jobs, passes, payloads
from connector.woo.intake import look_into
from connector.woo.passes import Place
from connector.woo.shops import prove
from connector.woo.tables import WebhookDelivery
from core import money
from core.database import Database
from core.security import Keys
from core.settings import Settings
from demo.serving import address_of, listening, running
from tests.connector.woo.conftest import ShopWorker
from tests.connector.woo.mirrors import Mirrored, holds
from tests.contract.making import Maker
from tests.contract.shop import Key, Shop
from tests.standins import until

from . import store as live
from .store import LiveStore, folders

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def shop(live_store: LiveStore) -> Shop:
    """The shop's own REST interface with the write key, spoken to without our client."""
    return Shop("real", live_store.url, Key(live_store.write.key, live_store.write.secret))


@pytest.fixture
def maker(shop: Shop) -> Iterator[Maker]:
    found = Maker(shop)
    yield found
    found.clean()


@pytest.fixture
def mirror(database: Database, keys: Keys, settings: Settings, live_store: LiveStore) -> Mirrored:
    """The real shop, connected by its read key over http."""
    found = Mirrored(database, keys, settings)
    found.connect_to(live_store.url, live_store.read.key, live_store.read.secret)
    return found


def every(shop: Shop, path: str, **params: str | int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        answer = shop.get(path, per_page=100, page=len(rows) // 100 + 1, **params)
        rows += answer.body
        if len(rows) >= answer.total:
            return rows


def agree(mirror: Mirrored, shop: Shop) -> None:
    """The mirror has exactly what the shop lists, body by body and total by total."""
    orders = every(shop, "orders")
    refunds = every(shop, "refunds")
    people = [row for row in every(shop, "customers", role="all") if row["role"] not in payloads.STAFF_ROLES]
    products = every(shop, "products", status="any")
    lists: list[tuple[list[dict[str, Any]], Any]] = [
        (orders, mirror.orders()),
        (refunds, mirror.refunds()),
        (people, mirror.customers()),
        (products, mirror.products()),
    ]
    for bodies, rows in lists:
        assert [body["id"] for body in bodies if not holds(rows, body)] == []
    counts = mirror.counts()
    of_listed = {row["id"] for row in orders}
    assert (counts["orders"], counts["customers"], counts["products"], counts["refunds"]) == (
        len(orders),
        len(people),
        len(products),
        sum(refund["parent_id"] in of_listed for refund in refunds),
    )
    assert counts["variations"] == sum(len(row["variations"]) for row in products)
    totals: dict[str, int] = {}
    for row in orders:
        totals[row["currency"]] = totals.get(row["currency"], 0) + money.parse(row["total"], row["currency"])
    assert counts["totals"] == totals


def paid_again(mirror: Mirrored) -> list[int]:
    numbers = {order.id: number for number, order in mirror.orders().items()}
    return [numbers[told["order_id"]] for told in mirror.told(OrderPaid)]


# -- the key and the facts ---------------------------------------------------------------------------------------


def test_a_read_key_is_proven_over_http_and_over_https(
    live_store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven = prove(live_store.url, live_store.read.key, live_store.read.secret)
    assert (proven.access, proven.facts.currency, proven.facts.decimals) == ("oauth", "KRW", 0)
    assert (proven.facts.zone, proven.facts.home_address) == ("Asia/Seoul", live_store.url)
    assert {"bacs", "cod"} <= set(proven.facts.gateways)
    assert proven.facts.statuses["shipped"]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(live_store.certificate))
    assert prove(live_store.https_url, live_store.read.key, live_store.read.secret).access == "basic"


def test_wrong_keys_are_named_by_the_real_shop_too(
    live_store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(live_store.certificate))
    wrong, read = "0" * 40, live_store.read
    for address, key, secret, sentence in (
        (live_store.url, f"ck_{wrong}", read.secret, "does not know this consumer key"),
        (live_store.url, read.key, f"cs_{wrong}", "signature is wrong"),
        (live_store.https_url, f"ck_{wrong}", read.secret, "does not know this consumer key"),
        (live_store.https_url, read.key, f"cs_{wrong}", "consumer secret is wrong"),
    ):
        with pytest.raises(StoreRefused, match=sentence):
            prove(address, key, secret)


def test_facts_are_read_while_taxes_are_switched_off(live_store: LiveStore, shop: Shop) -> None:
    switch = "settings/general/woocommerce_calc_taxes"
    assert shop.put(switch, {"value": "no"}).status == 200
    try:
        assert prove(live_store.url, live_store.read.key, live_store.read.secret).facts.taxes_enabled is False
    finally:
        shop.put(switch, {"value": "yes"})


# -- the first pass and after ------------------------------------------------------------------------------------


def test_the_first_pass_equals_the_shop(mirror: Mirrored, shop: Shop) -> None:
    mirror.sync()
    agree(mirror, shop)
    assert mirror.told(OrderPaid) == []


def test_a_shop_behind_tls_is_mirrored_the_same(
    database: Database,
    keys: Keys,
    settings: Settings,
    live_store: LiveStore,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(live_store.certificate))
    mirror = Mirrored(database, keys, settings)
    mirror.connect_to(live_store.https_url, live_store.read.key, live_store.read.secret)
    mirror.sync()
    agree(mirror, Shop("tls", live_store.https_url, shop.key, verify=str(live_store.certificate)))


def test_the_life_of_an_order_is_followed_by_polling(mirror: Mirrored, shop: Shop, maker: Maker) -> None:
    mirror.sync()
    order = maker.order(payment_method="card")
    mirror.sync()
    assert (mirror.order(order["id"]).status, mirror.order(order["id"]).paid) == ("pending", False)

    shop.put(f"orders/{order['id']}", {"set_paid": True})
    mirror.sync()
    assert mirror.order(order["id"]).paid
    assert paid_again(mirror) == [order["id"]]

    line = shop.get(f"orders/{order['id']}").body["line_items"][0]
    refund = maker.refund(order, line_items=[{"id": line["id"], "quantity": 1, "refund_total": 1000}])
    by_amount = maker.refund(order, amount="500")
    mirror.sync()
    lines = {number: row.lines for number, row in mirror.refunds().items()}
    assert lines[refund["id"]][0]["refunds_remote_id"] == line["id"]
    assert lines[by_amount["id"]] == []
    assert len(mirror.told(RefundMade)) == 2

    assert shop.delete(f"orders/{order['id']}").status == 200
    mirror.sync()
    assert mirror.order(order["id"]).status == "trash"
    assert mirror.order(order["id"]).deleted_at is not None
    shop.put(f"orders/{order['id']}", {"status": "completed"})
    mirror.sync_all()
    assert mirror.order(order["id"]).deleted_at is None
    assert paid_again(mirror) == [order["id"]]
    agree(mirror, shop)


def test_virtual_goods_moved_on_by_hand_are_paid_by_their_status(
    mirror: Mirrored, shop: Shop, maker: Maker
) -> None:
    book = maker.download
    order = maker.order(
        line_items=[{"product_id": book["id"], "quantity": 1}], payment_method="card", status="on-hold"
    )
    moved = shop.put(f"orders/{order['id']}", {"status": "processing"}).body
    assert moved["date_paid_gmt"] is None
    mirror.sync()
    assert mirror.order(order["id"]).paid
    assert paid_again(mirror) == [order["id"]]


def test_what_only_a_sweep_can_see_is_found(mirror: Mirrored, shop: Shop, maker: Maker) -> None:
    gone, kept = maker.order(), maker.order(set_paid=True)
    refund = maker.refund(kept, amount="500")
    person = maker.customer("sweep@example.com")
    goods = maker.goods("곧 사라짐")
    mirror.sync()
    assert shop.delete(f"orders/{gone['id']}", force="true").status == 200
    assert shop.delete(f"orders/{kept['id']}/refunds/{refund['id']}", force="true").status == 200
    assert shop.put(f"customers/{person['id']}", {"first_name": "바뀐"}).status == 200
    assert shop.delete(f"products/{goods['id']}", force="true").status == 200
    mirror.sync_all()
    # The refund may be seen already: its order changed within the time that a poll looks back.
    assert mirror.order(gone["id"]).deleted_at is None
    mirror.sweep()
    assert mirror.order(gone["id"]).deleted_at is not None
    assert mirror.refunds()[refund["id"]].deleted_at is not None
    assert len(mirror.told(RefundRemoved)) == 1
    assert "바뀐" in mirror.customers()[person["id"]].person
    assert mirror.products()[goods["id"]].deleted_at is not None
    agree(mirror, shop)


def test_a_crowded_second_is_walked_completely(
    mirror: Mirrored, shop: Shop, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty orders made by one request share few seconds; pages of five must not lose any of them."""
    monkeypatch.setattr(passes, "PER_PAGE", 5)
    monkeypatch.setattr(client, "PER_PAGE", 5)
    made = shop.post("orders/batch", {"create": [{"status": "pending"}] * 40}).body["create"]
    numbers = {row["id"] for row in made}
    try:
        visit = mirror.visit()
        steps = list(passes.by_change(visit.client, "orders", Place()))
        assert numbers <= {row["id"] for step in steps for row in step.rows}
        assert any(step.after.page > passes.GO_ON for step in steps), "no second was crowded"
        mirror.sync()
        assert numbers <= set(mirror.orders())
    finally:
        shop.post("orders/batch", {"delete": sorted(numbers)})


def test_variations_come_with_their_product(mirror: Mirrored, shop: Shop) -> None:
    mirror.sync()
    parent = next(row for row in every(shop, "products") if row["type"] == "variable")
    children = {
        number: row for number, row in mirror.products().items() if row.parent_remote_id == parent["id"]
    }
    assert set(children) == set(parent["variations"])
    child = min(children)
    shop.put(f"products/{parent['id']}/variations/{child}", {"regular_price": "12345"})
    with mirror.visit().client as asked:
        assert asked.get(f"products/{child}").body["parent_id"] == parent["id"]
    look_into(mirror.visit(), [("product", child)])
    assert mirror.products()[child].price == "12345"


# -- webhooks ----------------------------------------------------------------------------------------------------


def test_the_real_shops_webhooks_are_made_proven_and_looked_into(
    database: Database,
    keys: Keys,
    settings: Settings,
    live_store: LiveStore,
    shop: Shop,
    maker: Maker,
    run_jobs: Any,
) -> None:
    mirror = Mirrored(database, keys, settings)
    mirror.connect_to(live_store.url, live_store.write.key, live_store.write.secret)
    mirror.sync()
    worker = ShopWorker(run_jobs.jobs)
    opened = listening()
    settings.public_url = address_of(opened)
    service = build(settings)
    with running(make_app(service, run_jobs=False), opened):
        try:
            worker()  # Connecting asks for the care of webhooks.
            assert mirror.state("webhooks").problem_code == "active"
            with mirror.visit().client as asked:
                hooks = [hook for hook in care.all_of(asked) if settings.public_url in hook["delivery_url"]]
            assert {hook["topic"] for hook in hooks} == set(care.TOPICS)
            assert {hook["status"] for hook in hooks} == {"active"}

            order = maker.order(set_paid=True)
            until(lambda: _arrived(live_store, database, order["id"]), seconds=90)
            worker()
            assert mirror.order(order["id"]).paid
            assert paid_again(mirror) == [order["id"]]

            shop.put(f"webhooks/{hooks[0]['id']}", {"status": "disabled"})
            missed = maker.order()
            jobs.care_for_webhooks(database, keys=keys, settings=settings, store_id=mirror.store_id)
            assert shop.get(f"webhooks/{hooks[0]['id']}").body["status"] == "active"
            worker()
            assert missed["id"] in mirror.orders()
        finally:
            with mirror.visit().client as asked:
                assert care.remove(asked, mirror.store()) == len(care.TOPICS)
            service.close()


def _arrived(store: LiveStore, database: Database, number: int) -> bool:
    store.run_jobs()
    with database.reading() as session:
        return number in session.exec(select(WebhookDelivery.remote_id)).all()


# -- two decimals ------------------------------------------------------------------------------------------------


def test_a_real_euro_shop_is_mirrored_to_the_cent(database: Database, keys: Keys, settings: Settings) -> None:
    given = folders()
    if given is None:
        pytest.skip("no WooCommerce to build: AFTERCART_WP_DIR and AFTERCART_WC_DIR are not set")
    with live.running(*given, profile="eur") as store:
        mirror = Mirrored(database, keys, settings)
        mirror.connect_to(store.url, store.read.key, store.read.secret)
        mirror.sync()
        agree(mirror, Shop("eur", store.url, Key(store.write.key, store.write.secret)))
        assert (mirror.store().currency, mirror.store().decimals) == ("EUR", 2)
        with database.reading() as session:
            orders = session.exec(select(ShopOrder)).all()
        assert {(order.store_decimals, order.exact) for order in orders} == {(2, True)}
        assert any(order.total_minor % 100 for order in orders)
