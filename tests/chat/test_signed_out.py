"""Claims about the live edge when an account's word runs out: who was signed in hears and says nothing more."""

from datetime import timedelta

import pytest

from chat import safety_net
from core import clock
from core.database import Database
from customers.tables import ContactDevice
from tests import factories
from tests.chat.conftest import Browse

pytestmark = pytest.mark.database


@pytest.fixture
def signed_in(browse: Browse, database: Database, shop):
    """A browser that the shop vouches for, and its device's number."""
    until = clock.now() + timedelta(minutes=10)
    with database.writing() as session:
        account = factories.contact(session, shop, customer_remote_id=7)
        device = factories.device(session, account, "of-the-account", account_until=until, speaks_until=until)
    return browse(token="of-the-account", contact=account), device.id


def run_out(database: Database, device_id: int) -> None:
    with database.writing() as session:
        device = session.get(ContactDevice, device_id)
        device.account_until = device.speaks_until = clock.now() - timedelta(seconds=1)
        session.add(device)


def test_who_is_signed_in_no_more_says_nothing_more(signed_in, open_socket, database):
    shopper, device_id = signed_in
    talk = shopper.begin()
    with open_socket(shopper) as one:
        one.say(talk, "still here", "client-001")
        assert one.next("sent")["seq"] == 2
        run_out(database, device_id)
        one.say(talk, "somebody else", "client-002")
        assert one.next("refused")["error"]["code"] == "no_such_device"
        assert one.closed_with() == 4001


def test_and_is_shown_out_without_a_word(signed_in, open_socket, database, monkeypatch):
    monkeypatch.setattr(safety_net, "CARE_SECONDS", 0.1)
    shopper, device_id = signed_in
    shopper.begin()
    with open_socket(shopper) as one:
        run_out(database, device_id)
        assert one.closed_with() == 4001


@pytest.mark.parametrize("path", ["/conversations", "/stream", "/orders"])
def test_no_address_answers_then(signed_in, database, path):
    shopper, device_id = signed_in
    run_out(database, device_id)
    if path == "/orders":
        answer = shopper.client.get(f"/api/customers/{shopper.store.public_id}/orders")
    else:
        answer = shopper.ask("GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_such_device")
