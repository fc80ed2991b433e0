"""The mirror equals the shop: after the first visit, after a crash anywhere, after any time away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from connector import queries
from connector import syncing as core_syncing
from connector.errors import StoreRefused
from connector.events import OrderPaid, RefundMade, SiteAddressChanged
from connector.tables import Store
from connector.woo import client as woo_client
from connector.woo import jobs, passes, people, syncing
from connector.woo.visits import Visit
from core.database import Database
from core.jobs import request
from core.security import Keys
from core.settings import Settings
from demo import clicks
from demo.conduct import Fault
from demo.figures import listed_orders
from demo.storage import Shop

from .mirrors import Mirror

pytestmark = pytest.mark.database


class Crash(Exception):
    """The process dies here."""


@pytest.fixture
def pages_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (passes, people, woo_client):
        monkeypatch.setattr(module, "PER_PAGE", 10)


@pytest.mark.parametrize("name", ["krw", "eur"])
def test_the_first_visit_mirrors_every_count_and_total_of_the_shop(
    serve: Callable[..., Shop], database: Database, keys: Keys, settings: Settings, name: str
) -> None:
    mirror = Mirror(serve(name), database, keys, settings)
    mirror.connect()
    mirror.sync()
    assert mirror.counts() == mirror.truth()
    with database.reading() as session:
        assert queries.is_mirrored(session, mirror.store_id)


def test_two_shops_with_the_same_numbers_stay_apart(
    serve: Callable[..., Shop], database: Database, keys: Keys, settings: Settings
) -> None:
    mirrors = [Mirror(serve(name), database, keys, settings) for name in ("krw", "eur", "krw")]
    for mirror in mirrors:
        mirror.connect()
        mirror.sync()
    for mirror in mirrors:
        assert mirror.counts() == mirror.truth()


def test_a_read_key_is_enough_for_the_whole_mirror(mirror: Mirror) -> None:
    mirror.store_id = 0
    with mirror.database.writing() as session:
        session.delete(queries.stores(session)[0])
    mirror.connect("read")
    mirror.sync()
    assert mirror.counts() == mirror.truth()


def test_what_was_paid_before_connecting_is_no_news(synced: Mirror) -> None:
    assert any(order.paid for order in synced.orders().values())
    assert synced.told(OrderPaid) == []
    assert synced.told(RefundMade) == []


def test_a_second_visit_changes_nothing(synced: Mirror) -> None:
    before = synced.whole()
    synced.sync_all()
    assert synced.whole() == before
    assert synced.told(OrderPaid) == []


@pytest.mark.usefixtures("pages_of_ten")
@pytest.mark.parametrize("dies_in", ["before its write", "after its write"])
def test_a_crash_at_any_page_loses_and_doubles_nothing(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    """Between a fetch and its write, and right after a write, at every step of the first synchronisation."""
    died: set[tuple[Any, ...]] = set()
    real = core_syncing.advance

    def advance(session: Any, store_id: int, resource: str, **named: Any) -> None:
        step = (resource, named.get("cursor_at"), named.get("page"))
        fatal = step not in died
        died.add(step)
        if fatal and dies_in == "before its write":
            raise Crash
        real(session, store_id, resource, **named)
        dying.extend([True] * fatal)

    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        with really_writing(database) as session:
            yield session
        if dying:
            dying.clear()
            raise Crash

    dying: list[bool] = []
    really_writing = Database.writing
    monkeypatch.setattr(core_syncing, "advance", advance)
    monkeypatch.setattr(Database, "writing", writing)
    crashes = 0
    while True:
        try:
            mirror.sync()
        except Crash:
            crashes += 1
            assert crashes < 100
        else:
            break
    assert crashes > 10
    monkeypatch.undo()
    mirror.sync_all()
    assert mirror.counts() == mirror.truth()
    assert len(mirror.orders()) >= mirror.truth()["orders"]


@pytest.mark.usefixtures("pages_of_ten")
def test_short_visits_reach_the_end_too(mirror: Mirror) -> None:
    visits = 0
    while not syncing.bring_up_to_date(mirror.visit(seconds=-1)):
        visits += 1
        assert visits < 100
    assert visits > 10
    assert mirror.counts() == mirror.truth()


@pytest.mark.usefixtures("pages_of_ten")
def test_a_bulk_edit_inside_the_overlap_does_not_hold_short_visits_for_ever(synced: Mirror) -> None:
    """Forty orders changed within two minutes: each visit of one page must come further than the last."""
    listed = [order["id"] for order in listed_orders(synced.shop)]
    for number in listed[:40]:
        clicks.edit_order(synced.shop, {"id": number, "customer_note": "bulk"})
    visits = 0
    while not syncing.bring_up_to_date(synced.visit(seconds=-1)):
        visits += 1
        assert visits < 30
    edited = {number for number, order in synced.shop.orders.items() if order["customer_note"] == "bulk"}
    assert len(edited) == 40
    assert {number for number, order in synced.orders().items() if order.customer_note == "bulk"} == edited


def test_a_change_stamped_earlier_but_committed_late_is_still_seen(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {})
    synced.sync()
    late = clicks.place(synced.shop, {})
    order = synced.shop.orders[late["id"]]
    synced.shop.stamp(order, "modified", synced.shop.now() - timedelta(seconds=60))
    synced.shop.forget_shown(late["id"])
    synced.sync()
    assert {placed["id"], late["id"]} <= set(synced.orders())


def test_two_overlapping_visits_end_in_the_same_mirror(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line may synchronise while the service does."""
    monkeypatch.setattr(Visit, "readable", _nesting(Visit.readable, mirror))
    mirror.sync()
    monkeypatch.undo()
    mirror.sync_all()
    assert mirror.counts() == mirror.truth()
    assert mirror.told(OrderPaid) == []


def _nesting(real: Any, mirror: Mirror) -> Any:
    nested = False

    def readable(visit: Visit, *given: Any) -> Any:
        nonlocal nested
        found = real(visit, *given)
        if not nested:
            nested = True
            mirror.sync()
        return found

    return readable


# -- away and back -----------------------------------------------------------------------------------------------


def test_a_shop_that_was_away_is_caught_up_and_that_is_said(
    synced: Mirror, capsys: pytest.CaptureFixture[str]
) -> None:
    synced.shop.conduct.fault = Fault("down")
    synced.sync()
    failing = synced.state("orders")
    assert failing.failing_since is not None
    assert failing.problem_code == "store_unavailable"
    assert "could not be reached" in failing.problem
    placed = clicks.place(synced.shop, {"status": "processing"})
    synced.shop.conduct.fault = None
    synced.sync_all()
    back = synced.state("orders")
    assert (back.failing_since, back.problem, back.problem_code) == (None, "", "")
    assert back.away_since == failing.failing_since
    assert back.back_at is not None
    assert back.away_since is not None
    assert back.back_at > back.away_since
    assert synced.order(placed["id"]).paid
    assert synced.counts() == synced.truth()


def test_a_shop_that_stays_away_keeps_the_moment_since_when(synced: Mirror) -> None:
    synced.shop.conduct.fault = Fault("down")
    synced.sync()
    since = synced.state("orders").failing_since
    synced.sync()
    assert synced.state("orders").failing_since == since
    assert synced.state("orders").back_at is None


@pytest.mark.usefixtures("pages_of_ten")
def test_back_is_said_only_when_all_is_caught_up(synced: Mirror) -> None:
    synced.shop.conduct.fault = Fault("down")
    synced.sync()
    for _ in range(25):
        clicks.place(synced.shop, {})
    synced.shop.conduct.fault = None
    assert not syncing.bring_up_to_date(synced.visit(seconds=-1))
    assert synced.state("orders").failing_since is not None
    assert synced.state("orders").back_at is None
    synced.sync()
    assert synced.state("orders").failing_since is None
    assert synced.state("orders").back_at is not None


def test_what_is_refused_for_customers_does_not_hold_up_products(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(visit: Visit) -> bool:
        raise StoreRefused("The key may not list customers.", permanent=True)

    resources = tuple(
        (name, refused if name == "customers" else bring, pause) for name, bring, pause in syncing.RESOURCES
    )
    monkeypatch.setattr(syncing, "RESOURCES", resources)
    mirror.sync()
    assert mirror.state("customers").problem == "The key may not list customers."
    assert mirror.state("products").complete
    assert mirror.state("orders").failing_since is None


def test_a_lost_key_is_told_in_words_and_heals_with_a_new_one(synced: Mirror) -> None:
    kept = list(synced.shop.keys)
    synced.shop.keys.clear()
    synced.sync()
    assert "does not know this consumer key" in synced.state("orders").problem
    synced.shop.keys[:] = kept
    synced.sync_all()
    with synced.database.reading() as session:
        assert [
            state.resource for state in queries.sync_states(session, synced.store_id) if state.failing_since
        ] == []


# -- what the shop says of itself --------------------------------------------------------------------------------


def change_setting(shop: Shop, name: str, value: str) -> None:
    for rows in shop.settings.values():
        for row in rows:
            if row["id"] == name:
                row["value"] = value


def test_changed_facts_of_the_shop_are_taken_over(synced: Mirror) -> None:
    change_setting(synced.shop, "woocommerce_store_address", "을지로 30")
    change_setting(synced.shop, "woocommerce_prices_include_tax", "no")
    synced.sync()
    assert synced.store().seller["street"] != "을지로 30", "facts are asked for every few minutes only"
    synced.sync_all()
    assert synced.store().seller["street"] == "을지로 30"
    assert synced.store().prices_include_tax is False


def test_decimals_that_change_bring_every_amount_again(synced: Mirror) -> None:
    """FACTS §4: a shop without decimals shows 98.63 EUR as 99, and no change date moves when that is mended."""
    euro = next(order for order in synced.orders().values() if order.currency == "EUR")
    assert (euro.store_decimals, euro.total_minor % 100) == (0, 0)
    stored = synced.shop.orders[euro.remote_id]
    stored["total"] = "51.61"
    change_setting(synced.shop, "woocommerce_price_num_decimals", "2")
    synced.shop.shown.clear()
    synced.sync_all()
    again = synced.order(euro.remote_id)
    assert (again.store_decimals, again.total_minor) == (2, 5161)
    assert {order.store_decimals for order in synced.orders().values()} == {2}
    assert synced.counts() == synced.truth()
    assert synced.told(OrderPaid) == []


def test_an_order_is_judged_by_the_decimals_it_was_served_with(synced: Mirror) -> None:
    """The setting is asked for every few minutes; an order read in between must not pass for exact."""
    change_setting(synced.shop, "woocommerce_price_num_decimals", "2")
    placed = clicks.place(synced.shop, {})
    synced.sync()
    assert synced.store().decimals == 0
    assert synced.order(placed["id"]).store_decimals == 2


def test_another_home_address_is_told_once(synced: Mirror) -> None:
    was = synced.shop.url
    with synced.database.writing() as session:
        store = session.get(Store, synced.store_id)
        assert store is not None
        store.home_address = "https://shop.example"
    synced.sync_all()
    synced.sync_all()
    told = synced.told(SiteAddressChanged)
    assert [fields["address"] for fields in told] == [was]
    assert synced.store().home_address == was


# -- at once -----------------------------------------------------------------------------------------------------


def test_a_visit_that_is_not_through_asks_for_another(
    mirror: Mirror, run_jobs: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Visit, "is_over", lambda _: True)
    monkeypatch.setattr(passes, "PER_PAGE", 10)
    with mirror.database.writing() as session:
        request(session, "woo.sync", str(mirror.store_id), store_id=mirror.store_id)
    ran = run_jobs()
    assert ran.count("woo.sync") > 5
    assert mirror.counts() == mirror.truth()


def test_a_tick_asks_for_every_shop_and_doubles_no_waiting_visit(mirror: Mirror, run_jobs: Any) -> None:
    run_jobs()
    for _ in range(3):
        jobs.tick(mirror.database)
    assert run_jobs.waiting() == ["woo.sync"]


def test_a_shop_that_was_disconnected_is_not_visited(mirror: Mirror) -> None:
    for job in (jobs.sync, jobs.sync_until_done, jobs.care_for_webhooks):
        job(mirror.database, keys=mirror.keys, settings=mirror.settings, store_id=999)
    jobs.take_in(mirror.database, keys=mirror.keys, settings=mirror.settings, store_id=999, last_attempt=True)
