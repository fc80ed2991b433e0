"""Who may ask: keys, signatures, clocks, and what each refusal is called."""

import uuid

import pytest

from .shop import Answer, Key, Shop

BAD = "woocommerce_rest_authentication_error"
UNSEEN = "woocommerce_rest_cannot_view"


@pytest.fixture
def http(shop: Shop) -> Shop:
    if not shop.url.startswith("http://"):
        pytest.skip("needs a shop under http://, where keys must be signed")
    return shop


@pytest.fixture
def https(shop: Shop) -> str:
    base = shop.url if shop.url.startswith("https://") else shop.https_url
    if not base:
        pytest.skip("needs a shop under https:// too (AFTERCART_STORE_HTTPS_URL)")
    return base


def signed(shop: Shop, **how: object) -> Answer:
    return shop.send("GET", shop.signed("GET", shop.address("orders"), **how))  # type: ignore[arg-type]


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def test_a_signed_request_over_http_is_answered(http: Shop) -> None:
    assert signed(http).status == 200


def test_no_key_at_all_may_not_list(shop: Shop) -> None:
    assert refusal(shop.send("GET", shop.address("orders"))) == (401, UNSEEN)


def test_basic_over_http_is_silently_ignored(http: Shop) -> None:
    answer = http.send("GET", http.address("orders"), auth=(http.key.key, http.key.secret))
    assert refusal(answer) == (401, UNSEEN)


def test_key_and_secret_in_the_query_over_http_are_silently_ignored(http: Shop) -> None:
    query = {"consumer_key": http.key.key, "consumer_secret": http.key.secret}
    assert refusal(http.send("GET", http.address("orders", query))) == (401, UNSEEN)


def test_a_forwarded_proto_header_makes_no_https(http: Shop) -> None:
    answer = http.send(
        "GET",
        http.address("orders"),
        auth=(http.key.key, http.key.secret),
        headers={"X-Forwarded-Proto": "https"},
    )
    assert refusal(answer) == (401, UNSEEN)


def test_a_wrong_secret_is_an_invalid_signature(http: Shop) -> None:
    answer = signed(http, key=Key(http.key.key, "cs_" + "0" * 40))
    assert refusal(answer) == (401, BAD)
    assert answer.body["message"] == "Invalid signature - provided signature does not match."


def test_an_unknown_signing_key_is_told(http: Shop) -> None:
    answer = signed(http, key=Key("ck_" + "0" * 40, "cs_" + "0" * 40))
    assert refusal(answer) == (401, BAD)
    assert answer.body["message"] == "Consumer key is invalid."


def test_a_timestamp_fourteen_minutes_old_is_taken(http: Shop) -> None:
    assert signed(http, age=14 * 60).status == 200


@pytest.mark.parametrize("age", [16 * 60, -16 * 60])
def test_a_timestamp_sixteen_minutes_off_is_refused(http: Shop, age: int) -> None:
    answer = signed(http, age=age)
    assert refusal(answer) == (401, BAD)
    assert answer.body["message"] == "Invalid timestamp."


def test_the_same_signed_address_works_once(http: Shop) -> None:
    address = http.signed("GET", http.address("orders"), nonce=uuid.uuid4().hex)
    assert http.send("GET", address).status == 200
    again = http.send("GET", address)
    assert refusal(again) == (401, BAD)
    assert again.body["message"] == "Invalid nonce - nonce has already been used."


def test_a_signature_covers_the_query(http: Shop) -> None:
    address = http.signed("GET", http.address("orders", {"per_page": 1}))
    assert refusal(http.send("GET", address.replace("per_page=1", "per_page=2"))) == (401, BAD)


def test_a_signature_covers_the_method(http: Shop) -> None:
    assert refusal(http.send("GET", http.signed("HEAD", http.address("orders")))) == (401, BAD)


@pytest.mark.parametrize(
    "params",
    [
        {"search": "없는 사람 & <b>/50%25 + ~"},
        {"modified_after": "2020-01-01T09:00:00+09:00"},
        {"modified_after": "2020-01-01T09:00:00.123Z"},
        {"status": "processing,completed"},
        {"include[0]": 1, "include[1]": 2},
        {"search": ""},
    ],
    ids=["korean-and-marks", "offset", "fraction", "comma-list", "numbered-list", "empty"],
)
def test_rfc_5849_signing_holds_for_awkward_values(http: Shop, params: dict[str, str | int]) -> None:
    address = http.address("orders", {**params, "per_page": 1})
    assert http.send("GET", http.signed("GET", address)).status == 200


def test_the_link_header_repeats_the_consumer_key_over_oauth(http: Shop) -> None:
    answer = http.get("orders", per_page=1)
    assert f"oauth_consumer_key={http.key.key}" in answer.headers["Link"]


def test_basic_over_https_is_answered(shop: Shop, https: str) -> None:
    address = shop.address("orders", base=https)
    assert shop.send("GET", address, auth=(shop.key.key, shop.key.secret)).status == 200


def test_key_and_secret_in_the_query_over_https_are_answered(shop: Shop, https: str) -> None:
    query = {"consumer_key": shop.key.key, "consumer_secret": shop.key.secret}
    assert shop.send("GET", shop.address("orders", query, base=https)).status == 200


def test_a_signed_request_over_https_is_answered(shop: Shop, https: str) -> None:
    assert shop.send("GET", shop.signed("GET", shop.address("orders", base=https))).status == 200


def test_basic_over_https_with_a_wrong_secret_is_told(shop: Shop, https: str) -> None:
    answer = shop.send("GET", shop.address("orders", base=https), auth=(shop.key.key, "cs_" + "0" * 40))
    assert refusal(answer) == (401, BAD)
    assert answer.body["message"] == "Consumer secret is invalid."


def test_basic_over_https_with_an_unknown_key_looks_like_no_key(shop: Shop, https: str) -> None:
    answer = shop.send("GET", shop.address("orders", base=https), auth=("ck_" + "0" * 40, "cs_" + "0" * 40))
    assert refusal(answer) == (401, UNSEEN)


def test_a_store_key_does_not_open_core_routes(http: Shop) -> None:
    answer = http.send("GET", http.signed("GET", http.address("/wp/v2/users/me")))
    assert answer.status == 401


@pytest.fixture
def reader(shop: Shop) -> Shop:
    if shop.read_key is None:
        pytest.skip("needs a second key that may only read (AFTERCART_STORE_READ_KEY, …_READ_SECRET)")
    return Shop(name=shop.name, url=shop.url, key=shop.read_key, https_url=shop.https_url, verify=shop.verify)


@pytest.mark.parametrize(
    "path",
    [
        "orders",
        "orders/statuses",
        "customers",
        "products",
        "refunds",
        "webhooks",
        "settings/general",
        "settings/tax",
        "taxes",
        "payment_gateways",
        "data/currencies/current",
        "system_status",
    ],
)
def test_a_read_key_reads_everything_the_mirror_needs(reader: Shop, path: str) -> None:
    assert reader.get(path).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_read_key_may_not_write(reader: Shop, method: str) -> None:
    order = reader.get("orders", per_page=1).body[0]
    path = "orders" if method == "POST" else f"orders/{order['id']}"
    answer = reader.call(method, path, body={} if method != "DELETE" else None)
    assert refusal(answer) == (401, BAD)
    assert answer.body["message"] == "The API key provided does not have write permissions."
