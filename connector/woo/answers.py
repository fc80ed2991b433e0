"""What a shop answered: data, or a sentence that says who can mend it."""

import email.utils
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from connector.errors import GoneInStore, StoreRefused, StoreUnavailable
from core import clock
from core.languages import Text

GONE = {"woocommerce_rest_shop_order_invalid_id", "wc_user_invalid_id", "woocommerce_rest_product_invalid_id"}


@dataclass(frozen=True)
class Answer:
    """A decoded answer; `total` and `pages` are those of a list, `asked_at` is the moment before asking (shop's clock)."""

    data: Any
    total: int
    pages: int
    shop_time: datetime


def read(address: str, response: requests.Response, content: bytes) -> Answer:
    status = response.status_code
    if 300 <= status < 400:
        raise StoreUnavailable(
            Text(
                "%(address)s sends visitors on to %(other)s. Connect that address instead.",
                address=address,
                other=site_of(response.headers.get("Location", "")),
            ),
            permanent=True,
        )
    try:
        data = json.loads(content)
    except ValueError:
        raise _unreadable(address, status, content) from None
    if status >= 400:
        raise _refusal(address, status, data, response.headers.get("Date", ""))
    headers = response.headers
    return Answer(
        data,
        int(headers.get("X-WP-Total", 0)),
        int(headers.get("X-WP-TotalPages", 0)),
        _date(headers.get("Date", "")),
    )


def site_of(location: str) -> str:
    """Scheme and host of a redirect, without anything that may have been secret in it."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "?"


def _date(header: str) -> datetime:
    try:
        return email.utils.parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        return clock.now()


def _unreadable(address: str, status: int, content: bytes) -> StoreUnavailable:
    start = content[:300].lstrip().lower()
    if status == 404:
        return StoreUnavailable(
            Text(
                "%(address)s has no WordPress REST interface. Is it a WooCommerce shop, and are its permalinks set to anything but “Plain”?",
                address=address,
            ),
            permanent=True,
        )
    if status >= 500 or start.startswith((b"<!doctype", b"<html")):
        return StoreUnavailable(
            Text(
                "%(address)s answered with an error page (%(status)s) in place of data.",
                address=address,
                status=status,
            )
        )
    return StoreUnavailable(
        Text(
            "The answer of %(address)s is unreadable: something on the site prints text into it, usually a plugin. It begins with “%(start)s”.",
            address=address,
            start=content[:60].decode("utf-8", "replace").strip(),
        )
    )


def _refusal(address: str, status: int, data: Any, date: str) -> Exception:
    code = str(data.get("code", "")) if isinstance(data, dict) else ""
    message = str(data.get("message", "")) if isinstance(data, dict) else ""
    # Refund errors arrive as 500 with the intended status inside; those will not pass by waiting.
    meant = (
        data.get("data", {}).get("status", status)
        if isinstance(data, dict) and isinstance(data.get("data"), dict)
        else status
    )
    if code in GONE or meant in (404, 410):
        if code == "rest_no_route":
            return StoreUnavailable(
                Text(
                    "%(address)s has no WooCommerce REST interface. Is WooCommerce active there?",
                    address=address,
                ),
                permanent=True,
            )
        return GoneInStore(message or code, code=code)
    if code == "woocommerce_rest_authentication_error":
        return StoreRefused(_authentication(message, date), permanent=True, code=code)
    if meant in (401, 403):
        return StoreRefused(
            Text(
                "The shop does not accept the key, or the key may not do this. Make a key under WooCommerce > Settings > Advanced > REST API for an administrator."
            ),
            permanent=True,
            code=code or str(status),
        )
    if status == 429 or (status >= 500 and meant >= 500):
        return StoreUnavailable(
            Text(
                "%(address)s answered with an error (%(status)s %(code)s).",
                address=address,
                status=status,
                code=code,
            )
        )
    return StoreUnavailable(
        Text("The shop did not understand a question: %(message)s (%(code)s).", message=message, code=code),
        permanent=True,
    )


def _authentication(message: str, date: str) -> Text:
    if "timestamp" in message.lower():
        apart = round(abs((clock.now() - _date(date)).total_seconds()) / 60)
        return Text(
            "The clocks of this machine and of the shop are %(minutes)s minutes apart; 15 are allowed. Set both by network time.",
            minutes=apart,
        )
    if "signature" in message.lower():
        return Text(
            "The shop says that the signature is wrong. Is the consumer secret complete, and is the address exactly the shop's own?"
        )
    if "secret" in message.lower():
        return Text("The shop knows the consumer key, but the consumer secret is wrong.")
    if "nonce" in message.lower():
        return Text(
            "The shop says that a request came twice. Something between here and the shop repeats requests."
        )
    return Text("The shop refused the key: %(message)s", message=message)
