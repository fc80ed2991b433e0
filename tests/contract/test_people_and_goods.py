"""Customers, products and the shop's own settings: what the mirror reads besides orders."""

import uuid

import pytest

from .making import Maker
from .shop import Shop


def mail() -> str:
    return f"contract.{uuid.uuid4().hex[:12]}@example.com"


def test_customers_know_no_modification_filter(shop: Shop) -> None:
    stamp = "2020-01-01T00:00:00Z"
    assert shop.get("customers", modified_after=stamp).total == shop.get("customers").total
    assert shop.get("customers", modified_after="2099-01-01T00:00:00Z").total == shop.get("customers").total


def test_customers_do_not_sort_by_modification(shop: Shop) -> None:
    answer = shop.get("customers", orderby="modified")
    assert (answer.status, answer.code) == (400, "rest_invalid_param")


@pytest.mark.parametrize("choice", ["id", "include", "name", "registered_date"])
def test_customers_know_four_ways_to_sort(shop: Shop, choice: str) -> None:
    assert shop.get("customers", orderby=choice, per_page=1).status == 200


def test_each_customer_carries_a_modification_date(maker: Maker) -> None:
    customer = maker.customer(mail())
    assert "date_modified_gmt" in customer
    assert customer["date_created_gmt"]


def test_role_all_shows_people_whom_the_default_hides(shop: Shop) -> None:
    customers, everybody = shop.get("customers").total, shop.get("customers", role="all").total
    assert everybody > customers
    roles = {row["role"] for row in shop.get("customers", role="all", per_page=100).body}
    assert "administrator" in roles


def test_an_unknown_role_is_refused(shop: Shop) -> None:
    answer = shop.get("customers", role="nope")
    assert (answer.status, answer.code) == (400, "rest_invalid_param")


def test_a_guest_is_no_customer(shop: Shop, maker: Maker) -> None:
    address = mail()
    maker.order(billing={"email": address})
    assert shop.get("customers", email=address, role="all").body == []


def test_an_order_does_not_move_the_customers_date(shop: Shop, maker: Maker) -> None:
    customer = maker.customer(mail())
    before = shop.get(f"customers/{customer['id']}").body["date_modified_gmt"]
    maker.order(customer_id=customer["id"])
    assert shop.get(f"customers/{customer['id']}").body["date_modified_gmt"] == before


def test_a_profile_edit_moves_the_customers_date(shop: Shop, maker: Maker) -> None:
    customer = maker.customer(mail())
    shop.put(f"customers/{customer['id']}", {"first_name": "먼저"})
    before = shop.get(f"customers/{customer['id']}").body["date_modified_gmt"]
    shop.pass_time()
    shop.put(f"customers/{customer['id']}", {"first_name": "다음"})
    assert shop.get(f"customers/{customer['id']}").body["date_modified_gmt"] > before


def test_a_customer_is_deleted_by_force_only(shop: Shop, maker: Maker) -> None:
    customer = maker.customer(mail())["id"]
    soft = shop.delete(f"customers/{customer}")
    assert (soft.status, soft.code) == (501, "woocommerce_rest_trash_not_supported")
    assert shop.delete(f"customers/{customer}", force="true").status == 200
    gone = shop.get(f"customers/{customer}")
    assert (gone.status, gone.code) == (404, "wc_user_invalid_id")


def test_a_mail_address_makes_one_customer(shop: Shop, maker: Maker) -> None:
    address = mail()
    maker.customer(address)
    answer = shop.post("customers", {"email": address, "password": "not-a-secret-7"})
    assert (answer.status, answer.code) == (400, "registration-error-email-exists")


def test_an_order_of_an_unknown_customer_is_refused(shop: Shop) -> None:
    answer = shop.post("orders", {"customer_id": 999_999})
    assert (answer.status, answer.code) == (400, "woocommerce_rest_invalid_customer_id")


def test_a_variable_product_lists_its_variations(shop: Shop) -> None:
    product = shop.get("products", type="variable", per_page=1).body[0]
    rows = shop.get(f"products/{product['id']}/variations", per_page=100).body
    assert {row["id"] for row in rows} == set(product["variations"])
    assert {row["parent_id"] for row in rows} == {product["id"]}
    assert all(isinstance(row["attributes"], list) for row in rows)


def test_variations_have_modified_after(shop: Shop) -> None:
    product = shop.get("products", type="variable", per_page=1).body[0]
    path = f"products/{product['id']}/variations"
    assert shop.get(path, modified_after="2020-01-01T00:00:00Z").total == len(product["variations"])
    assert shop.get(path, modified_after="2099-01-01T00:00:00Z").total == 0


def test_variations_can_be_paged_by_id(shop: Shop) -> None:
    product = shop.get("products", type="variable", per_page=1).body[0]
    path = f"products/{product['id']}/variations"
    rows = shop.get(path, status="any", orderby="id", order="asc", per_page=100).body
    assert [row["id"] for row in rows] == sorted(product["variations"])


def test_products_sort_by_modification(shop: Shop) -> None:
    rows = shop.get("products", orderby="modified", order="asc", per_page=100).body
    dates = [row["date_modified_gmt"] for row in rows]
    assert dates == sorted(dates)


def test_a_trashed_product_is_in_no_list_and_still_200(shop: Shop, maker: Maker) -> None:
    goods = maker.goods("버릴 것")["id"]
    assert shop.delete(f"products/{goods}").status == 200
    assert shop.get("products", include=goods, status="any").body == []
    answer = shop.get(f"products/{goods}")
    assert (answer.status, answer.body["status"]) == (200, "trash")


def test_a_deleted_product_is_404(shop: Shop, maker: Maker) -> None:
    goods = maker.goods("없앨 것")["id"]
    assert shop.delete(f"products/{goods}", force="true").status == 200
    answer = shop.get(f"products/{goods}")
    assert (answer.status, answer.code) == (404, "woocommerce_rest_product_invalid_id")


def test_a_variations_line_names_product_and_variation(shop: Shop, maker: Maker) -> None:
    product = shop.get("products", type="variable", per_page=1).body[0]
    variation = product["variations"][-1]
    line = {"product_id": product["id"], "variation_id": variation, "quantity": 1}
    made = maker.order(line_items=[line])["line_items"][0]
    assert (made["product_id"], made["variation_id"]) == (product["id"], variation)
    assert made["parent_name"] == product["name"]


def test_downloadable_goods_are_marked(shop: Shop) -> None:
    rows = shop.get("products", per_page=100).body
    assert {row["downloadable"] for row in rows} == {True, False}


def test_statuses_are_listed_without_prefix(shop: Shop) -> None:
    rows = shop.get("orders/statuses").body
    assert all(set(row) == {"slug", "name"} for row in rows)
    assert {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"} <= {
        row["slug"] for row in rows
    }


def test_a_plugins_status_stands_beside_the_stores_own(shop: Shop, maker: Maker) -> None:
    slugs = {row["slug"] for row in shop.get("orders/statuses").body}
    if "shipped" not in slugs:
        pytest.skip("the shop has no status `shipped`")
    order = maker.order(status="shipped")
    assert order["status"] == "shipped"
    assert order["id"] in {row["id"] for row in shop.get("orders", status="shipped", per_page=100).body}


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("general", "woocommerce_currency"),
        ("general", "woocommerce_price_num_decimals"),
        ("general", "woocommerce_default_country"),
        ("general", "woocommerce_store_address"),
        ("general", "woocommerce_store_address_2"),
        ("general", "woocommerce_store_city"),
        ("general", "woocommerce_store_postcode"),
        ("general", "woocommerce_calc_taxes"),
        ("tax", "woocommerce_prices_include_tax"),
        ("tax", "woocommerce_tax_round_at_subtotal"),
    ],
)
def test_settings_are_rows_with_id_and_value(shop: Shop, group: str, name: str) -> None:
    rows = {row["id"]: row for row in shop.get(f"settings/{group}").body}
    assert isinstance(rows[name]["value"], str)


def test_one_setting_can_be_read_and_an_unknown_one_is_404(shop: Shop) -> None:
    assert shop.get("settings/general/woocommerce_currency").body["id"] == "woocommerce_currency"
    answer = shop.get("settings/general/nope")
    assert (answer.status, answer.code) == (404, "rest_setting_setting_invalid")


def test_the_current_currency_is_the_settings_currency(shop: Shop) -> None:
    current = shop.get("data/currencies/current").body
    assert current["code"] == shop.get("settings/general/woocommerce_currency").body["value"]
    assert {"code", "name", "symbol"} <= set(current)


def test_gateways_tell_id_title_and_whether_they_are_on(shop: Shop) -> None:
    rows = shop.get("payment_gateways").body
    assert {"bacs", "cheque", "cod"} <= {row["id"] for row in rows}
    assert all(isinstance(row["enabled"], bool) and isinstance(row["method_title"], str) for row in rows)


def test_tax_rates_are_text_with_a_name_and_a_class(shop: Shop) -> None:
    rows = shop.get("taxes", per_page=100).body
    assert rows
    assert all(isinstance(row["rate"], str) and row["class"] for row in rows)
    assert {"id", "country", "state", "rate", "name", "compound", "shipping"} <= set(rows[0])


def test_system_status_tells_versions_and_how_orders_are_stored(shop: Shop) -> None:
    body = shop.get("system_status").body
    assert body["environment"]["version"]
    assert body["environment"]["wp_version"]
    assert isinstance(body["settings"]["HPOS_enabled"], bool)
    assert isinstance(body["settings"]["number_of_decimals"], int)
    assert body["settings"]["currency"] == shop.get("data/currencies/current").body["code"]
