"""The command line of the stand-in: `python -m demo.shop --name krw --port 8101`."""

import argparse

import uvicorn

from demo.api import make_app
from demo.multiplying import multiply
from demo.rendering import order_json
from demo.serving import address_of, configured, listening
from demo.storage import Shop, open_shop


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.shop", description="A WooCommerce stand-in.")
    parser.add_argument("--name", choices=["krw", "eur"], default="krw", help="which recorded shop")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--orders", type=int, default=0, help="multiply the recorded orders to so many")
    parser.add_argument(
        "--speed",
        choices=["fast", "real"],
        default="fast",
        help="real: as slow as the measured store, about 300 orders/s at 100 a page",
    )
    parser.add_argument(
        "--webhook-delay", type=float, default=0.5, help="seconds before deliveries; the real: 60"
    )
    parser.add_argument("--webhook-copies", type=int, default=1, help="deliver everything so many times")
    parser.add_argument("--webhook-shuffle", action="store_true", help="deliver in random order")
    parser.add_argument("--pretend-https", action="store_true", help="believe that connections came by https")
    parser.add_argument(
        "--drop-authorization", action="store_true", help="lose the header, as some servers do"
    )
    return parser


def prepared(chosen: argparse.Namespace, url: str) -> Shop:
    shop = open_shop(chosen.name, url=url)
    shop.pretends_https = chosen.pretend_https
    shop.drops_authorization = chosen.drop_authorization
    shop.conduct.throttled = chosen.speed == "real"
    shop.conduct.webhook_delay_seconds = chosen.webhook_delay
    shop.conduct.webhook_copies = chosen.webhook_copies
    shop.conduct.webhook_shuffle = chosen.webhook_shuffle
    multiply(shop, chosen.orders)
    for order in shop.orders.values():
        order_json(shop, order)  # Written once now, so that a bench measures the client and not this server.
    return shop


def main() -> None:
    chosen = arguments().parse_args()
    opened = listening(chosen.port)
    shop = prepared(chosen, address_of(opened))
    print(f"{shop.blueprint.title}: {shop.url}", flush=True)
    for key in shop.keys:
        print(f"  {key.permission}: {key.key} {key.secret}", flush=True)
    uvicorn.Server(configured(make_app(shop), shop)).run(sockets=[opened])


if __name__ == "__main__":
    main()
