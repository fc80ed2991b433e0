"""From an address and a key to a proven connection, and what a shop says of itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.errors import StoreRefused, StoreUnavailable
from connector.woo.facts import zone_name
from connector.woo.shops import prove, read_facts
from core import clock
from core.errors import BadInput
from demo.conduct import Fault
from demo.serving import running_shop
from demo.storage import Shop, open_shop
from tests.live import tls

from .mirrors import client_for, key_of
from .scripted import in_turn, reply, scripted


@pytest.fixture
def secure_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Shop, str]]:
    shop = open_shop("eur")
    shop.pretends_https = True
    with running_shop(shop) as inner, tls.front(inner, tmp_path) as front:
        shop.url = front.url.replace("https:", "http:")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(front.certificate))
        yield shop, front.url


def test_an_http_shop_is_asked_with_signatures(serve: Callable[..., Shop]) -> None:
    shop = serve("krw")
    proven = prove(f" {shop.url}/wp-admin/ ", f" {key_of(shop).key}\n", key_of(shop).secret)
    assert (proven.address, proven.access) == (shop.url, "oauth")
    assert abs((proven.shop_time - clock.now()).total_seconds()) < 60


def test_an_https_shop_is_asked_with_basic_authentication(secure_shop: tuple[Shop, str]) -> None:
    shop, address = secure_shop
    proven = prove(address, key_of(shop, "read").key, key_of(shop, "read").secret)
    assert proven.access == "basic"


def test_an_https_server_that_drops_the_header_is_asked_with_the_query(
    secure_shop: tuple[Shop, str],
) -> None:
    shop, address = secure_shop
    shop.drops_authorization = True
    assert prove(address, key_of(shop).key, key_of(shop).secret).access == "query"


def test_an_https_shop_whose_proxy_hides_that_from_php_is_asked_with_signatures(
    secure_shop: tuple[Shop, str],
) -> None:
    """FACTS §1: X-Forwarded-Proto is not believed, so basic and query keys are silently ignored there."""
    shop, address = secure_shop
    shop.pretends_https = False
    shop.url = address
    assert prove(address, key_of(shop).key, key_of(shop).secret).access == "oauth"


def test_an_unknown_key_over_https_is_named_by_the_last_way(secure_shop: tuple[Shop, str]) -> None:
    shop, address = secure_shop
    with pytest.raises(StoreRefused, match="does not know this consumer key"):
        prove(address, "ck_" + "0" * 40, key_of(shop).secret)


def test_a_wrong_secret_over_https_is_named_although_the_other_way_was_tried_too(
    secure_shop: tuple[Shop, str],
) -> None:
    shop, address = secure_shop
    with pytest.raises(StoreRefused, match="consumer secret is wrong"):
        prove(address, key_of(shop).key, "cs_" + "0" * 40)
    shop.drops_authorization = True
    with pytest.raises(StoreRefused, match="consumer secret is wrong"):
        prove(address, key_of(shop).key, "cs_" + "0" * 40)


@pytest.mark.parametrize(
    ("key", "secret"),
    [("", ""), ("cs_" + "a" * 40, "ck_" + "a" * 40), ("ck_a b", "cs_" + "a" * 40), ("ck_키" + "a" * 20, "cs_" + "a" * 40), ("admin", "password")],
)  # fmt: skip
def test_what_cannot_be_a_key_is_refused_without_asking_anybody(key: str, secret: str) -> None:
    with pytest.raises(BadInput, match="begins with ck_"):
        prove("https://shop.example", key, secret)


def test_a_key_that_may_only_write_is_refused(serve: Callable[..., Shop]) -> None:
    shop = serve("krw")
    with pytest.raises(StoreRefused, match="lacks a permission"):
        prove(shop.url, key_of(shop, "write").key, key_of(shop, "write").secret)


def test_a_shop_that_fails_is_told_by_its_fault(serve: Callable[..., Shop]) -> None:
    shop = serve("krw")
    shop.conduct.fault = Fault("html_errors")
    with pytest.raises(StoreUnavailable, match="error page"):
        prove(shop.url, key_of(shop).key, key_of(shop).secret)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("krw", ("서울상점", "KRW", 0, "Asia/Seoul", True, "KR")),
        ("eur", ("Kontor Berlin", "EUR", 2, "Europe/Berlin", True, "DE")),
    ],
)
def test_a_shop_says_what_it_is(serve: Callable[..., Shop], name: str, expected: tuple[object, ...]) -> None:
    shop = serve(name)
    facts, _ = read_facts(client_for(shop, "read"))
    told = (facts.name, facts.currency, facts.decimals, facts.zone, facts.prices_include_tax)
    assert (*told, facts.seller.country) == expected
    assert facts.home_address == shop.url
    assert "WooCommerce 11" in facts.software
    assert facts.statuses["processing"]
    assert facts.statuses["shipped"], "statuses of plugins too"
    assert {"bacs", "cod", "cheque"} <= set(facts.gateways)
    assert facts.seller.street
    assert facts.settings["woocommerce_currency"] == facts.currency


def test_a_closed_status_report_costs_only_the_versions(
    serve: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = serve("krw")
    client = client_for(shop)
    real = client.get

    def get(path: str, **parameters: object) -> object:
        if path == "system_status":
            raise StoreRefused("no", permanent=True)
        return real(path, **parameters)

    monkeypatch.setattr(client, "get", get)
    facts, _ = read_facts(client)
    assert facts.currency == "KRW"
    assert "?" in facts.software


def test_settings_without_a_currency_are_not_guessed() -> None:
    index = '{"name":"x","home":"http://x","namespaces":["wc/v3"]}'
    answers = in_turn(reply(200, index), reply(200, "[]"))
    with scripted(answers) as server, pytest.raises(StoreUnavailable, match="does not tell its currency"):
        prove(server.address, "ck_" + "a" * 40, "cs_" + "a" * 40)


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ({"timezone_string": "Asia/Seoul", "gmt_offset": 9}, "Asia/Seoul"),
        ({"timezone_string": "", "gmt_offset": 9}, "Etc/GMT-9"),
        ({"timezone_string": "", "gmt_offset": "-5"}, "Etc/GMT+5"),
        ({"timezone_string": "", "gmt_offset": 5.5}, "Asia/Kolkata"),
        ({"timezone_string": "", "gmt_offset": 5.75}, "Asia/Kathmandu"),
        ({"timezone_string": "", "gmt_offset": 0}, "UTC"),
        ({}, "UTC"),
        ({"timezone_string": "", "gmt_offset": 14}, "Etc/GMT-14"),
    ],
)
def test_a_fixed_offset_is_a_zone_too(told: dict[str, object], zone: str) -> None:
    assert zone_name(told) == zone
    assert str(clock.zone(zone)) == zone
