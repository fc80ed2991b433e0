"""What a stranger can do at the address where shops send their webhooks: nothing."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from connector.tables import Store
from connector.woo.tables import WebhookDelivery
from core.database import Database
from core.jobs import Jobs
from core.security import Keys
from tests import factories
from tests.security.conftest import Browser

pytestmark = pytest.mark.database

SECRET, OTHER = "비밀 & <webhook>", "another shop's secret"
BODY = json.dumps({"id": 41, "status": "processing"}, separators=(",", ":")).encode()


@pytest.fixture
def store(database: Database, keys: Keys, service: object) -> Store:
    with database.writing() as session:
        factories.store(session, webhook_secret_hidden=keys.hide(OTHER), public_id="other")
        return factories.store(session, webhook_secret_hidden=keys.hide(SECRET), public_id="shop")


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def deliver(browser: Browser, body: bytes = BODY, *, shop: str = "shop", **headers: str | bytes) -> Any:
    given = {"x-wc-webhook-topic": "order.updated", "content-type": "application/json", **headers}
    return browser().post(f"/webhooks/woo/{shop}", content=body, headers=given)


def noted(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(WebhookDelivery)).one()


def test_a_delivery_is_proven_over_its_raw_bytes(database: Database, browser: Browser, store: Store) -> None:
    assert deliver(browser, **{"x-wc-webhook-signature": signature(BODY)}).status_code == 200
    assert noted(database) == 1
    # The same contents written in another way are other bytes.
    spaced = json.dumps(json.loads(BODY)).encode()
    assert deliver(browser, spaced, **{"x-wc-webhook-signature": signature(BODY)}).status_code == 401
    assert deliver(browser, BODY + b"\n", **{"x-wc-webhook-signature": signature(BODY)}).status_code == 401
    assert noted(database) == 1


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "none",
        signature(BODY, OTHER),
        signature(BODY, ""),
        signature(b""),
        signature(BODY)[:-4] + "AAA=",
        signature(BODY).rstrip("="),
        hashlib.sha256(BODY).hexdigest(),
        "é",
    ],
)
def test_no_forged_signature_is_taken(
    database: Database, jobs: Jobs, browser: Browser, store: Store, forged: str
) -> None:
    sent = {"x-wc-webhook-signature": forged.encode("latin-1")} if forged else {}
    answer = deliver(browser, **sent)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "webhook_unproven"
    assert noted(database) == 0
    assert jobs.unfinished() == []


def test_a_delivery_of_one_shop_is_none_of_another(
    database: Database, browser: Browser, store: Store
) -> None:
    assert deliver(browser, shop="other", **{"x-wc-webhook-signature": signature(BODY)}).status_code == 401
    assert deliver(browser, shop="nowhere", **{"x-wc-webhook-signature": signature(BODY)}).status_code == 404
    assert noted(database) == 0


def test_the_unsigned_ping_is_answered_and_does_nothing(
    database: Database, jobs: Jobs, browser: Browser, store: Store
) -> None:
    ping = browser().post("/webhooks/woo/shop", data={"webhook_id": "7"})
    assert ping.status_code == 200
    # What only looks like one is refused.
    for body in (b"webhook_id=7&id=41", b"webhook_id=x", b'{"webhook_id": 7}', b"webhook_id=" + b"7" * 100):
        assert browser().post("/webhooks/woo/shop", content=body).status_code == 401, body
    assert deliver(browser, b"webhook_id=7").status_code == 401
    assert noted(database) == 0
    assert jobs.unfinished() == []


def test_a_repeated_delivery_makes_no_more_work(
    database: Database, jobs: Jobs, browser: Browser, store: Store
) -> None:
    for _ in range(20):
        assert deliver(browser, **{"x-wc-webhook-signature": signature(BODY)}).status_code == 200
    assert noted(database) == 1
    assert [job.name for job in jobs.unfinished()] == ["woo.take_in"]


def test_what_a_delivery_says_of_an_order_is_not_believed(
    database: Database, browser: Browser, store: Store
) -> None:
    """It is a hint: only its kind and number are kept, and the shop is asked for the rest."""
    body = json.dumps({"id": 41, "total": "0.01", "billing": {"email": "thief@evil.example"}}).encode()
    deliver(browser, body, **{"x-wc-webhook-signature": signature(body)})
    with database.reading() as session:
        kept = session.exec(select(WebhookDelivery)).one()
    assert (kept.topic, kept.remote_id) == ("order.updated", 41)
    assert "thief" not in repr(kept)
