"""Claims about the demo shop's stand-in for the plugin: its word is one that the product takes."""

import pytest
from starlette.testclient import TestClient

from connector import paired_keys
from connector.shopper_tokens import vouched
from demo.api import make_app
from demo.figures import STAFF
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def page(krw):
    return TestClient(make_app(krw), base_url=krw.url, follow_redirects=False)


@pytest.fixture
def customer(krw) -> int:
    return next(number for number, row in krw.customers.items() if row["role"] not in STAFF)


def test_nobody_gets_no_word(page):
    answer = page.get("/aftercart/token")
    assert answer.json() == {"token": ""}
    assert answer.headers["cache-control"] == "private, no-store"


def test_who_is_signed_in_gets_a_word_that_the_service_takes(page, krw, customer, session, keys):
    page.post("/aftercart/sign-in", data={"customer_id": customer})
    token = page.get("/aftercart/token").json()["token"]
    paired = page.get("/demo/state").json()["paired"]
    shop = factories.store(session, address=krw.url, home_address=krw.url)
    paired_keys.keep(session, keys, shop.id, paired["kid"], bytes.fromhex(paired["root"]))
    assert vouched(session, keys, shop, token).customer_remote_id == customer
    page.post("/aftercart/sign-in", data={})
    assert page.get("/aftercart/token").json() == {"token": ""}


def test_staff_and_people_who_are_not_there_get_no_word(page, krw):
    staff = [number for number, row in krw.customers.items() if row["role"] in STAFF]
    for number in (*staff, 999_999, "x"):
        page.post("/aftercart/sign-in", data={"customer_id": number})
        assert page.get("/aftercart/token").json() == {"token": ""}
