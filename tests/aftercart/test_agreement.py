"""The demo's comparison finds what does not agree."""

from typing import Any

import pytest
from sqlmodel import Session

from aftercart.agreement import agreement_of, paid_in
from connector.tables import Store
from core.files import Files
from tests import factories

pytestmark = pytest.mark.database


def shop_like(mirror: dict[str, int], **changes: Any) -> dict[str, Any]:
    empty = {"orders": 0, "customers": 0, "guests": 0, "products": 0, "refunds": 0, "totals": {}, "paid": []}
    return {**empty, **mirror, **changes}


@pytest.fixture
def shop(session: Session) -> Store:
    return factories.store(session)


def test_an_empty_shop_agrees_with_its_empty_mirror(session: Session, shop: Store, files: Files) -> None:
    assert agreement_of(session, shop, shop_like({}), [], files=files).faults == []


def test_a_missing_order_is_a_fault(session: Session, shop: Store, files: Files) -> None:
    found = agreement_of(session, shop, shop_like({"orders": 1}), [], files=files)
    assert found.faults == ["orders: 1 ≠ 0"]


def test_a_total_that_differs_by_one_unit_is_a_fault(session: Session, shop: Store, files: Files) -> None:
    order = factories.order(session, shop)
    told = shop_like({"orders": 1, "guests": 1}, totals={"KRW": order.total_minor + 1})
    assert any("KRW" in fault for fault in agreement_of(session, shop, told, [], files=files).faults)


def test_a_paid_order_without_invoice_or_hold_is_a_fault(session: Session, shop: Store, files: Files) -> None:
    paid = {"status": "completed", "date_paid_gmt": "2026-11-20T00:00:00", "payment_method": "card"}
    found = agreement_of(session, shop, shop_like({}, paid=[paid]), [], files=files)
    assert any("1 ≠ 0" in fault for fault in found.faults)


@pytest.mark.parametrize(
    ("status", "paid_at", "method", "expected"),
    [
        ("completed", "2026-11-20T00:00:00", "bacs", True),
        ("processing", None, "card", True),
        ("processing", None, "cod", False),
        ("cancelled", "2026-11-20T00:00:00", "card", False),
        ("on-hold", None, "card", False),
    ],
)
def test_paid_is_counted_from_the_shops_own_words(
    status: str, paid_at: str | None, method: str, expected: bool
) -> None:
    order = {"status": status, "date_paid_gmt": paid_at, "payment_method": method}
    assert bool(paid_in({"paid": [order]}, ["bacs", "cheque", "cod"])) is expected
