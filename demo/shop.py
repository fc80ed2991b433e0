"""The command line of the stand-in: `python -m demo.shop --name krw --port 8101`."""

import argparse

import uvicorn

from demo.api import make_app
from demo.serving import address_of, configured, listening
from demo.storage import open_shop


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.shop", description="A WooCommerce stand-in.")
    parser.add_argument("--name", choices=["krw", "eur"], default="krw", help="which recorded shop")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    return parser


def main() -> None:
    chosen = arguments().parse_args()
    opened = listening(chosen.port)
    shop = open_shop(chosen.name, url=address_of(opened))
    print(f"{shop.blueprint.title}: {shop.url}", flush=True)
    for key in shop.keys:
        print(f"  {key.permission}: {key.key} {key.secret}", flush=True)
    uvicorn.Server(configured(make_app(shop))).run(sockets=[opened])


if __name__ == "__main__":
    main()
