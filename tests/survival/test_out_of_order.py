"""Claims about a bad network and a bad shop, with the service as a real process."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bench.stage.replay import Replay
from bench.stage.service import Stage
from bench.stage.verdict import verdict
from connector import queries
from connector.tables import ShopOrder, Store, SyncState
from connector.woo.tables import WebhookDelivery
from core.database import Database
from core.settings import Settings
from demo.clicks import pay_order, place
from demo.conduct import Fault
from demo.letters import Letters
from demo.serving import running_shop
from demo.storage import Key, Shop, open_shop
from invoices.tables import Hold, Invoice
from outbox.tables import Letter
from tests.survival.sites import running_plain_site, running_wordpress_without_woocommerce

pytestmark = pytest.mark.database

LONG_SECONDS = 90
ORDERS = 10


def key_of(shop: Shop) -> Key:
    return next(key for key in shop.keys if key.permission == "read_write")


def end_state(session: Session, store_id: int) -> dict[str, Any]:
    """All that matters of a shop in the end, by the shop's own numbers, so that two shops can be compared."""
    remote = dict(
        session.exec(select(ShopOrder.id, ShopOrder.remote_id).where(ShopOrder.store_id == store_id)).all()
    )
    orders = session.exec(select(ShopOrder).where(ShopOrder.store_id == store_id)).all()
    documents = session.exec(select(Invoice).where(Invoice.store_id == store_id)).all()
    holds = session.exec(select(Hold).where(Hold.store_id == store_id)).all()
    letters = session.exec(select(Letter).where(Letter.store_id == store_id)).all()
    return {
        "counts": queries.counts(session, store_id),
        "totals": queries.totals(session, store_id),
        "orders": sorted((one.remote_id, one.status, one.total_minor, one.paid) for one in orders),
        "documents": sorted(
            (remote[one.order_id], one.kind, one.cause, one.total_minor, one.letter) for one in documents
        ),
        "holds": sorted((remote[one.order_id], one.kind, one.cause, one.reason) for one in holds),
        "letters": sorted((remote[one.order_id or 0], one.purpose, one.state) for one in letters),
    }


@pytest.mark.slow
def test_every_webhook_three_times_and_shuffled_ends_as_each_once_in_order(stage: tuple[Stage, Letters]):
    service, mailbox = stage
    service.given["AFTERCART_POLL_SECONDS"] = "60"  # What follows is told by webhooks, not found by polling.
    with ExitStack() as stack:
        replays: dict[int, Replay] = {}
        for copies in (1, 3):
            replay = Replay(open_shop("eur"), random.Random(5), kept=0, orders=ORDERS, clicked=0)
            replay.shop.conduct.webhook_copies = copies
            replay.shop.conduct.webhook_shuffle = copies > 1
            key = key_of(replay.shop)
            store = service.connect(stack.enter_context(running_shop(replay.shop)), key.key, key.secret)
            replays[int(store.id or 0)] = replay
        service.start()
        service.await_ready()
        service.await_that(lambda: all(one.shop.webhooks for one in replays.values()), "webhooks", seconds=60)
        for steps in zip(*(replay.steps for replay in replays.values()), strict=True):
            for step in steps:
                step()
        shops = {store_id: replay.shop for store_id, replay in replays.items()}

        def faults() -> list[str]:
            accepted = [letter.shown() for letter in mailbox.all()]
            return verdict(service, shops, accepted, thorough=False).faults

        service.await_that(lambda: faults() == [], "agreement", seconds=LONG_SECONDS)
    with service.look.database.reading() as session:
        once, thrice = (end_state(session, store_id) for store_id in replays)
        hints = session.exec(select(WebhookDelivery)).all()
    assert once == thrice
    assert len(once["documents"]) > 3
    assert hints


@pytest.mark.slow
def test_a_shop_that_was_away_for_an_hour_is_caught_up_and_that_is_said(stage: tuple[Stage, Letters]):
    service, mailbox = stage
    shop = open_shop("krw")
    with running_shop(shop) as address:
        store = service.connect(address, key_of(shop).key, key_of(shop).secret)
        store_id = int(store.id or 0)
        service.start()
        service.await_ready()
        service.await_mirror(store)
        shop.conduct.fault = Fault("down")
        missed = [place(shop, {"email": f"missed-{place_}@example.com"})["id"] for place_ in range(3)]
        for number in missed:
            pay_order(shop, {"id": number})
        service.await_that(
            lambda: orders_state(service, store_id).failing_since is not None, "fault", seconds=60
        )
        assert "could not be reached" in problem(service, store_id)
        an_hour_earlier(service, store_id)
        shop.conduct.fault = None
        service.await_that(lambda: orders_state(service, store_id).back_at is not None, "back", seconds=60)
        found = orders_state(service, store_id)
        assert found.failing_since is None
        assert found.away_since is not None
        assert found.back_at is not None
        assert timedelta(minutes=59) < found.back_at - found.away_since < timedelta(minutes=65)
        wanted = {f"missed-{place_}@example.com" for place_ in range(3)}
        service.await_that(
            lambda: wanted <= {to for letter in mailbox.all() for to in letter.to},
            "letters",
            seconds=LONG_SECONDS,
        )
    with service.look.database.reading() as session:
        assert {order.remote_id for order in session.exec(select(ShopOrder)) if order.paid} >= set(missed)
    said = "".join(path.read_text(errors="replace") for path in service.group.folder.glob("*.log"))
    assert "shop_caught_up" in said


def orders_state(service: Stage, store_id: int) -> SyncState:
    with service.look.database.reading() as session:
        return session.exec(
            select(SyncState).where(SyncState.store_id == store_id, SyncState.resource == "orders")
        ).one()


def problem(service: Stage, store_id: int) -> str:
    return orders_state(service, store_id).problem


def an_hour_earlier(service: Stage, store_id: int) -> None:
    """Let the shop have been away since an hour ago."""
    with service.look.database.writing() as session:
        session.execute(
            update(SyncState)
            .where(col(SyncState.store_id) == store_id, col(SyncState.failing_since).is_not(None))
            .values(failing_since=datetime.now(UTC) - timedelta(hours=1))
        )


# -- what an owner may get wrong ---------------------------------------------------------------------------------


def connect(settings: Settings, address: str, key: str, secret: str) -> subprocess.CompletedProcess[str]:
    """`aftercart connect` as an owner types it."""
    surroundings = {
        **os.environ,
        "AFTERCART_DATA_FOLDER": str(settings.data_folder),
        "AFTERCART_DATABASE_URL": settings.database_url,
        "AFTERCART_STORE_SECRET": secret,
        "LANG": "C.UTF-8",
        "COLUMNS": "300",
    }
    return subprocess.run(
        [sys.executable, "-m", "aftercart", "connect", address, "--key", key],
        capture_output=True,
        text=True,
        env=surroundings,
        timeout=120,
    )


def assert_refused(done: subprocess.CompletedProcess[str], database: Database, sentence: str) -> None:
    """One clear sentence, exit code 1, and nothing half-done stays."""
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    with database.reading() as session:
        assert session.exec(select(Store)).all() == []
        assert session.exec(select(SyncState)).all() == []
    assert database.attached["jobs"].unfinished() == []


@pytest.mark.parametrize(
    ("key", "secret", "sentence"),
    [
        ("ck_" + "0" * 40, "right", "The shop does not know this consumer key."),
        ("right", "cs_" + "0" * 40, "The shop says that the signature is wrong."),
        ("sk_live_123", "right", "A consumer key begins with ck_"),
    ],
)
def test_a_wrong_key_is_named(database: Database, settings: Settings, key: str, secret: str, sentence: str):
    shop = open_shop("eur")
    right = key_of(shop)
    with running_shop(shop) as address:
        done = connect(
            settings,
            address,
            right.key if key == "right" else key,
            right.secret if secret == "right" else secret,
        )
    assert_refused(done, database, sentence)
    assert right.secret not in done.stdout + done.stderr


def misbehaving(fault: Fault) -> Callable[[], AbstractContextManager[str]]:
    shop = open_shop("eur")
    shop.conduct.fault = fault
    if fault.mode == "clock_skew":
        shop.clock_ahead = timedelta(seconds=fault.seconds)
    return lambda: running_shop(shop)


@pytest.mark.parametrize(
    ("site", "sentence"),
    [
        (
            misbehaving(Fault("clock_skew", seconds=3600)),
            "The clocks of this machine and of the shop are 60 minutes apart",
        ),
        (misbehaving(Fault("broken_json")), "something on the site prints text into it, usually a plugin"),
        (misbehaving(Fault("html_errors")), "answered with an error page (502) in place of data"),
        (misbehaving(Fault("down")), "could not be reached. Is the address right and the site up?"),
        (running_wordpress_without_woocommerce, "a WordPress without WooCommerce's REST interface"),
        (running_plain_site, "has no WordPress REST interface"),
    ],
    ids=["clock", "plugin", "error page", "away", "no WooCommerce", "no WordPress"],
)
def test_a_site_that_cannot_be_connected_is_named_in_one_sentence(
    database: Database, settings: Settings, site: Callable[[], AbstractContextManager[str]], sentence: str
):
    key = key_of(open_shop("eur"))
    with site() as address:
        done = connect(settings, address, key.key, key.secret)
    assert_refused(done, database, sentence)


def test_a_wrong_address_is_named(database: Database, settings: Settings):
    key = key_of(open_shop("eur"))
    with running_plain_site() as address:
        closed = address  # Nobody listens there once the block has ended.
    assert_refused(connect(settings, closed, key.key, key.secret), database, "could not be reached")
    assert_refused(
        connect(settings, "ftp://shop.example", key.key, key.secret), database, "is no address of a shop"
    )
