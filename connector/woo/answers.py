"""What a shop answered: data, or a sentence that says who can mend it."""

import email.utils
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from connector.errors import GoneInStore, StoreRefused, StoreUnavailable
from core import clock
from core.languages import Text

# WooCommerce's own words for "there is no such thing (any more)". Any other 404 says nothing about an order.
GONE = {
    "woocommerce_rest_shop_order_invalid_id",
    "woocommerce_rest_shop_order_refund_invalid_id",
    "woocommerce_rest_invalid_order_id",
    "woocommerce_rest_invalid_order_refund_id",
    "woocommerce_rest_product_invalid_id",
    "woocommerce_rest_product_variation_invalid_id",
    "woocommerce_rest_shop_webhook_invalid_id",
    "woocommerce_rest_already_trashed",
    "wc_user_invalid_id",
}
GONE_STATUSES = (400, 404, 410)
# By a word of WooCommerce's own message; a refusal of a key has one code for all its causes.
KEY_FAULTS = {
    "permission": Text(
        "The shop knows the key, but the key lacks a permission. Give it “Read” or “Read/Write” under WooCommerce > Settings > Advanced > REST API."
    ),
    "signature": Text(
        "The shop says that the signature is wrong. Is the consumer secret complete, and is the address exactly the shop's own?"
    ),
    "secret": Text("The shop knows the consumer key, but the consumer secret is wrong."),
    "nonce": Text(
        "The shop says that a request came twice. Something between here and the shop repeats requests."
    ),
    "key is invalid": Text(
        "The shop does not know this consumer key. Was it removed, or is it a key of another shop?"
    ),
}


@dataclass(frozen=True)
class Answer:
    """A decoded answer. `total` and `pages` are those of a list (0 where the shop tells none), `shop_time` is its clock."""

    address: str
    data: Any
    total: int
    pages: int
    shop_time: datetime

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The things of a list. Raises StoreUnavailable when the answer is no list of things."""
        if not isinstance(self.data, list) or not all(isinstance(row, dict) for row in self.data):
            raise _other_shape(self.address)
        return self.data

    @property
    def body(self) -> dict[str, Any]:
        """The one thing. Raises StoreUnavailable when the answer is something else."""
        if not isinstance(self.data, dict):
            raise _other_shape(self.address)
        return self.data


def read(address: str, response: requests.Response, content: bytes) -> Answer:
    """Decode, or raise what the status and the error object mean: StoreUnavailable, StoreRefused or GoneInStore."""
    status = response.status_code
    if 300 <= status < 400:
        raise _moved(address, response)
    try:
        data = json.loads(content)
    except ValueError:
        raise _unreadable(address, status, content) from None
    if status >= 400:
        raise _refusal(address, status, data, response)
    headers = response.headers
    return Answer(
        address,
        data,
        _number(headers.get("X-WP-Total")),
        _number(headers.get("X-WP-TotalPages")),
        _date(headers.get("Date", "")),
    )


def site_of(location: str) -> str:
    """Scheme and host of a redirect, without anything that may have been secret in it."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _moved(address: str, response: requests.Response) -> StoreUnavailable:
    return StoreUnavailable(
        Text(
            "%(address)s sends visitors on to %(other)s. Connect that address instead.",
            address=address,
            other=site_of(urljoin(f"{address}/", response.headers.get("Location", ""))),
        ),
        permanent=True,
    )


def _number(header: str | None) -> int:
    return int(header) if header and header.isdecimal() else 0


def _date(header: str) -> datetime:
    try:
        return email.utils.parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        return clock.now()


def _other_shape(address: str) -> StoreUnavailable:
    return StoreUnavailable(
        Text(
            "%(address)s answered with something else than WooCommerce does. Is another program or plugin behind this address?",
            address=address,
        ),
        permanent=True,
    )


def _unreadable(address: str, status: int, content: bytes) -> Exception:
    start = content[:300].lstrip().lower()
    is_page = start.startswith((b"<!doctype", b"<html"))
    if status == 404:
        return StoreUnavailable(
            Text(
                "%(address)s has no WordPress REST interface. Is it a WooCommerce shop, and are its permalinks set to anything but “Plain”?",
                address=address,
            ),
            permanent=True,
        )
    if status in (401, 403):
        return StoreRefused(
            Text(
                "Something in front of %(address)s refused the request (%(status)s) before WordPress saw it: a password for the whole site, or a firewall. Let requests to /wp-json/wc/ pass.",
                address=address,
                status=status,
            ),
            permanent=True,
            code=str(status),
        )
    if status == 200 and is_page:
        return StoreUnavailable(
            Text(
                "%(address)s answered with a web page in place of data. Is it a WooCommerce shop, and are its permalinks set to anything but “Plain”?",
                address=address,
            )
        )
    if status >= 400 or is_page:
        return StoreUnavailable(
            Text(
                "%(address)s answered with an error page (%(status)s) in place of data.",
                address=address,
                status=status,
            ),
            permanent=400 <= status < 500 and status not in (408, 425, 429),
        )
    return StoreUnavailable(
        Text(
            "The answer of %(address)s is unreadable: something on the site prints text into it, usually a plugin. It begins with “%(start)s”.",
            address=address,
            start=content[:60].decode("utf-8", "replace").strip(),
        )
    )


def _meant(status: int, data: dict[str, Any]) -> int:
    """The status that was meant: errors about refunds arrive as 500 with the meant one inside (FACTS §4)."""
    inside = data.get("data")
    if isinstance(inside, dict):
        inside = inside.get("status")
    return inside if isinstance(inside, int) and 400 <= inside < 600 else status


def _refusal(address: str, status: int, data: Any, response: requests.Response) -> Exception:
    told = data if isinstance(data, dict) else {}
    code, message = str(told.get("code", "")), str(told.get("message", ""))
    meant = _meant(status, told)
    if code in GONE and meant in GONE_STATUSES:
        return GoneInStore(message or code, code=code)
    if meant == 404:
        return StoreUnavailable(
            Text(
                "%(address)s has no WooCommerce REST interface. Is WooCommerce active there?",
                address=address,
            ),
            permanent=True,
        )
    if code == "woocommerce_rest_authentication_error":
        return StoreRefused(
            _authentication(message, response.headers.get("Date", "")), permanent=True, code=code
        )
    if meant in (401, 403):
        return StoreRefused(
            Text(
                "The shop does not accept the key, or the key may not do this. Make a key under WooCommerce > Settings > Advanced > REST API for an administrator."
            ),
            permanent=True,
            code=code or str(status),
        )
    if status == 429 or (status >= 500 and meant >= 500 and meant != 501):
        return StoreUnavailable(
            Text(
                "%(address)s answered with an error (%(status)s %(code)s).",
                address=address,
                status=status,
                code=code,
            )
        )
    return StoreUnavailable(
        Text(
            "The shop did not understand a question: %(message)s (%(code)s).",
            message=message[:200],
            code=code or status,
        ),
        permanent=True,
    )


def _authentication(message: str, date: str) -> Text:
    if "timestamp" in message.lower():
        apart = round(abs((clock.now() - _date(date)).total_seconds()) / 60)
        return Text(
            "The clocks of this machine and of the shop are %(minutes)s minutes apart; 15 are allowed. Set both by network time.",
            minutes=apart,
        )
    for word, sentence in KEY_FAULTS.items():
        if word in message.lower():
            return sentence
    return Text("The shop refused the key: %(message)s", message=message[:200])
