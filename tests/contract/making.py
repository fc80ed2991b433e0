"""Makes orders, customers and webhooks in the shop under test and takes them away again."""

from typing import Any

from .shop import Json, Shop

ADDRESS = {
    "first_name": "계약",
    "last_name": "시험",
    "address_1": "테헤란로 3길 12",
    "city": "서울",
    "postcode": "06236",
    "country": "KR",
    "email": "contract@example.com",
}


class Maker:
    """What a test made stands in the shop until `clean` removes it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._made: list[str] = []
        self._product: Json = None

    @property
    def product(self) -> Json:
        """Simple goods with a price that must be sent, as the shop has them already."""
        if self._product is None:
            self._product = self.found(virtual=False)
        return self._product

    @property
    def download(self) -> Json:
        """Goods that need no sending: an order of them alone is complete once paid."""
        return self.found(virtual=True, downloadable=True)

    def found(self, **traits: object) -> Json:
        """A simple product of the shop that is for sale and has these traits."""
        rows = self.shop.get(
            "products", type="simple", status="publish", stock_status="instock", per_page=100
        ).body
        return next(
            row
            for row in rows
            if row["price"] not in ("", "0") and all(row[name] == value for name, value in traits.items())
        )

    def order(self, **fields: Any) -> Json:
        """An order of two pieces of `product` by a guest, unpaid unless `fields` say otherwise."""
        body = {
            "billing": ADDRESS,
            "line_items": [{"product_id": self.product["id"], "quantity": 2}],
            "payment_method": "bacs",
        }
        return self._make("orders", body | fields)

    def goods(self, name: str) -> Json:
        """A simple product for 10, to be changed or removed."""
        return self._make("products", {"name": name, "regular_price": "10"})

    def customer(self, email: str) -> Json:
        return self._make("customers", {"email": email, "first_name": "계약", "password": "not-a-secret-7"})

    def webhook(self, topic: str, address: str, secret: str) -> Json:
        return self._make(
            "webhooks", {"name": "contract", "topic": topic, "delivery_url": address, "secret": secret}
        )

    def refund(self, order: Json, **fields: Any) -> Json:
        """A refund on paper only: no gateway is asked. It goes away with its order."""
        answer = self.shop.post(f"orders/{order['id']}/refunds", {"api_refund": False} | fields)
        assert answer.status == 201, answer
        return answer.body

    def clean(self) -> None:
        """Remove everything for good, newest first; what a test removed itself is gone already."""
        while self._made:
            answer = self.shop.delete(self._made.pop(), force="true")
            assert answer.status in (200, 404, 400), answer

    def _make(self, kind: str, body: Json) -> Json:
        answer = self.shop.post(kind, body)
        assert answer.status == 201, answer
        self._made.append(f"{kind}/{answer.body['id']}")
        return answer.body
