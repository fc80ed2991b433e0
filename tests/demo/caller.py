"""Asks a shop without a network: the request goes straight to its API, as if it had come by https with a key."""

import json
from typing import Any
from urllib.parse import urlencode

from demo.answers import Answer
from demo.dispatching import Api, Incoming
from demo.storage import Shop

Json = Any


class Caller:
    """Speaks to one shop with its `read_write` key unless another permission is named."""

    def __init__(self, shop: Shop, permission: str | None = "read_write") -> None:
        shop.pretends_https = True
        self.shop = shop
        self.api = Api(shop)
        key = next((key for key in shop.keys if key.permission == permission), None)
        self.credentials = {"consumer_key": key.key, "consumer_secret": key.secret} if key else {}

    def ask(self, method: str, path: str, body: Json = None, **params: Any) -> Answer:
        content = (
            body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
        )
        return self.api.answer(
            Incoming(
                method=method,
                path=f"/wp-json/wc/v3/{path}",
                query=urlencode({**params, **self.credentials}),
                headers={"content-type": "application/json"},
                body=content,
            )
        )

    def get(self, path: str, **params: Any) -> Json:
        return json.loads(self.ask("GET", path, **params).body)

    def post(self, path: str, body: Json) -> Json:
        return json.loads(self.ask("POST", path, body).body)

    def put(self, path: str, body: Json) -> Json:
        return json.loads(self.ask("PUT", path, body).body)

    def delete(self, path: str, **params: Any) -> Json:
        return json.loads(self.ask("DELETE", path, **params).body)

    def ids(self, path: str, **params: Any) -> list[int]:
        return [row["id"] for row in self.get(path, **params)]
