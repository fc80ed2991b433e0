"""Webhook deliveries as WooCommerce makes them: late, collapsed, signed over raw bytes, never tried again."""

import base64
import hashlib
import hmac
import http.client
import random
import threading
import time
from urllib.parse import urlsplit

from demo.answers import RestError, php_json
from demo.customers import customer_json
from demo.customers import missing as missing_customer
from demo.orders import missing as missing_order
from demo.products import missing as missing_product
from demo.products import product_json
from demo.recording import Body
from demo.rendering import order_json
from demo.storage import Shop

AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"
TIMEOUT_SECONDS = 60
"""Source: `wp_safe_remote_request` in `deliver`."""

TOLERATED_FAILURES = 5
"""Failures counted up to 6; the next one disables (measured: the 7th in a row)."""

Job = tuple[int, str, int]
"""Webhook id, topic, resource id."""


def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Send and give the status; 0 when nobody answered. Redirects are not followed."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST", target, body, {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close", **headers}
        )
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def ping(webhook: Body) -> None:
    """Send `webhook_id=N` unsigned while the address has not answered 200 yet."""
    if webhook["pending"] and webhook["status"] == "active":
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        webhook["pending"] = (
            post(webhook["delivery_url"], f"webhook_id={webhook['id']}".encode(), form) != 200
        )


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def payload(shop: Shop, topic: str, resource_id: int) -> bytes:
    """The body as the resource is now, not as it was at the event; an error object when it is gone."""
    kind, _, event = topic.partition(".")
    if kind == "action":
        return php_json({"action": event, "arg": resource_id})
    if event == "deleted":
        return php_json({"id": resource_id})
    try:
        return resource(shop, kind, resource_id)
    except RestError as error:
        return php_json(error.body())


def resource(shop: Shop, kind: str, resource_id: int) -> bytes:
    if kind == "order":
        if resource_id not in shop.orders:
            raise missing_order()
        return order_json(shop, shop.orders[resource_id])
    if kind == "customer":
        if resource_id not in shop.customers:
            raise missing_customer()
        return customer_json(shop, shop.customers[resource_id])
    if resource_id not in shop.products:
        raise missing_product("product")
    return product_json(shop, shop.products[resource_id])


class Courier:
    """Waits a while after a change, then delivers everything that waits, one after the other."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.waiting: dict[Job, None] = {}
        self.due_at = 0.0
        self.changed = threading.Condition()
        self.sending = threading.Lock()
        self.stopped = False
        self.thread: threading.Thread | None = None
        shop.listeners.append(self.hear)

    def hear(self, topic: str, resource_id: int) -> None:
        """Queue a delivery for each webhook of this topic, unless one for the resource waits already."""
        wanted = [
            webhook["id"]
            for webhook in self.shop.webhooks.values()
            if webhook["topic"] == topic and webhook["status"] == "active"
        ]
        if not wanted:
            return
        with self.changed:
            if not self.waiting:
                self.due_at = time.monotonic() + self.shop.conduct.webhook_delay_seconds
            for webhook_id in wanted:
                self.waiting.setdefault((webhook_id, topic, resource_id))
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, daemon=True)
                self.thread.start()
            self.changed.notify()

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.stopped and (not self.waiting or self.due_at > time.monotonic()):
                    rest = self.due_at - time.monotonic() if self.waiting else None
                    self.changed.wait(rest)
                if self.stopped:
                    return
            self.deliver_waiting()

    def deliver_waiting(self) -> None:
        """Deliver what waits now, as a run of the job queue does."""
        with self.sending:
            with self.changed:
                jobs = list(self.waiting) * max(1, self.shop.conduct.webhook_copies)
                self.waiting.clear()
            if self.shop.conduct.webhook_shuffle:
                random.shuffle(jobs)
            for job in jobs:
                self.deliver(*job)

    def deliver(self, webhook_id: int, topic: str, resource_id: int) -> None:
        with self.shop.lock:
            webhook = self.shop.webhooks.get(webhook_id)
            if webhook is None or webhook["status"] != "active":
                return
            body = payload(self.shop, topic, resource_id)
            headers = self.headers(webhook, topic, body)
        status = post(webhook["delivery_url"], body, headers)
        with self.shop.lock:
            self.count(webhook, failed=not 200 <= status < 303)
        ping(webhook)

    def headers(self, webhook: Body, topic: str, body: bytes) -> dict[str, str]:
        """The Delivery-ID hashes webhook and second, so two orders of one second share it (measured)."""
        resource_name, _, event = topic.partition(".")
        second = int(self.shop.now().timestamp())
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.shop.url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource_name,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": signature(webhook["secret"], body),
            "X-WC-Webhook-ID": str(webhook["id"]),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(f"{webhook['id']}{second}".encode()).hexdigest(),
        }

    def count(self, webhook: Body, *, failed: bool) -> None:
        if not failed:
            webhook["failures"] = 0
        elif webhook["failures"] > TOLERATED_FAILURES:
            webhook["status"] = "disabled"
        else:
            webhook["failures"] += 1
        self.shop.stamp(webhook, "modified")

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify()
