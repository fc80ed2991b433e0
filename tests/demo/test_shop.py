"""The command line of a shop, and the shop as a process of its own."""

import subprocess
import sys

import requests

from demo.shop import arguments, prepared


def test_options_reach_the_shop() -> None:
    given = "--name eur --orders 120 --speed real --webhook-delay 60 --webhook-copies 3 --webhook-shuffle --pretend-https"
    shop = prepared(arguments().parse_args(given.split()), "http://127.0.0.1:1")
    conduct = shop.conduct
    assert (shop.blueprint.name, shop.pretends_https, shop.drops_authorization) == ("eur", True, False)
    assert (conduct.throttled, conduct.webhook_delay_seconds) == (True, 60)
    assert (conduct.webhook_copies, conduct.webhook_shuffle) == (3, True)
    assert len(shop.shown) == len(shop.orders) >= 120


def test_a_shop_runs_as_its_own_process_and_takes_callers_once_it_has_told_its_address() -> None:
    command = [sys.executable, "-m", "demo.shop", "--name", "eur"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split()[-1]
            state = requests.get(f"{address}/demo/state", timeout=20).json()
            assert (state["name"], state["url"], state["currency"]) == ("eur", address, "EUR")
        finally:
            process.terminate()
