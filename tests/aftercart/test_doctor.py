"""`aftercart doctor` names each fault in words."""

from collections.abc import Iterator

import pytest

from aftercart import doctor
from aftercart.cli_shops import connect_shop
from aftercart.doctor import Finding
from aftercart.service import Service
from connector.woo import care
from connector.woo.shops import client_of
from demo.serving import running_shop
from demo.storage import Shop, open_shop
from tests.aftercart.conftest import Command

pytestmark = pytest.mark.database


@pytest.fixture
def shop() -> Shop:
    return open_shop("krw")


@pytest.fixture
def address(shop: Shop) -> Iterator[str]:
    with running_shop(shop) as found:
        yield found


def findings(service: Service, examination: object) -> list[Finding]:
    return list(doctor._careful(examination, service))  # type: ignore[arg-type]


def connect(service: Service, shop: Shop, address: str, permission: str = "read_write") -> None:
    key = next(key for key in shop.keys if key.permission == permission)
    connect_shop(service, address, key.key, key.secret)


def test_a_fresh_service_is_good_where_it_can_be(service: Service) -> None:
    (database,) = [one for one in findings(service, doctor._database) if one.subject == "Database"]
    assert database.level == "good"
    assert findings(service, doctor._disk)[0].level == "good"
    assert findings(service, doctor._fonts)[0].level == "good"
    assert findings(service, doctor._work)[0].level == "good"


def test_what_is_not_set_up_yet_is_worth_a_look_and_named(service: Service) -> None:
    said = [
        *findings(service, doctor._address),
        *findings(service, doctor._mail),
        *findings(service, doctor._shops),
    ]
    assert {one.level for one in said} == {"look"}
    assert any("AFTERCART_PUBLIC_URL" in one.sentence for one in said)
    assert any("AFTERCART_SMTP_HOST" in one.sentence for one in said)
    assert any("aftercart connect" in one.sentence for one in said)


def test_a_mail_server_that_is_not_there_is_bad(service: Service) -> None:
    service.settings.smtp_host, service.settings.smtp_port = "127.0.0.1", 9
    service.settings.mail_from = "orders@shop.example"
    (found,) = findings(service, doctor._mail)
    assert found.level == "bad"
    assert "127.0.0.1" in found.sentence


def test_a_shop_with_working_key_and_webhooks_is_good(service: Service, shop: Shop, address: str) -> None:
    connect(service, shop, address)
    service.settings.public_url = "http://127.0.0.1:8080"
    with service.database.reading() as session:
        store = doctor.queries.stores(session)[0]
    client = client_of(store, service.keys, service.settings)
    secret = service.keys.reveal(store.webhook_secret_hidden)
    assert any("0 of 11" in one.sentence for one in findings(service, doctor._shops))
    care.see_to(client, store, address=service.settings.public_url, secret=secret)
    assert {one.level for one in findings(service, doctor._shops)} == {"good"}


def test_a_key_that_was_taken_back_is_named(service: Service, shop: Shop, address: str) -> None:
    connect(service, shop, address)
    shop.keys.clear()
    (found,) = findings(service, doctor._shops)
    assert found.level == "bad"
    assert "key" in found.sentence


def test_a_key_that_may_not_read_customers_is_named(
    service: Service, shop: Shop, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(service, shop, address)
    asked = doctor.WooClient.get

    def closed(client: doctor.WooClient, path: str, **parameters: object) -> object:
        if path == "customers":
            raise doctor.StoreRefused("no", permanent=True)
        return asked(client, path, **parameters)

    monkeypatch.setattr(doctor.WooClient, "get", closed)
    assert any("may not read: customers" in one.sentence for one in findings(service, doctor._shops))


def test_too_few_decimals_are_named_with_where_to_change_them(
    service: Service, shop: Shop, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(service, shop, address)
    monkeypatch.setattr(doctor.money, "decimals_of", lambda _currency: 2)
    assert any("Number of decimals" in one.sentence for one in findings(service, doctor._shops))


def test_the_command_ends_with_1_when_something_is_bad(command: Command) -> None:
    good = command("doctor", "--json")
    assert good.returncode == 0, good.stderr
    assert '"level": "look"' in good.stdout
    bad = command(
        "doctor", AFTERCART_SMTP_HOST="127.0.0.1", AFTERCART_SMTP_PORT="9", AFTERCART_MAIL_FROM="a@b.example"
    )
    assert bad.returncode == 1
    assert "✗" in bad.stdout
