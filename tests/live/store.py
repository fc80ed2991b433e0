"""Builds and runs a throw-away WooCommerce: SQLite, PHP's built-in server, a free port, a temporary folder."""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from . import dropin, tls

PHP = Path(__file__).parent / "php"
PROFILES = {
    "krw": {"currency": "KRW", "decimals": 0, "country": "KR", "zone": "Asia/Seoul"},
    "eur": {"currency": "EUR", "decimals": 2, "country": "DE", "zone": "Europe/Berlin"},
}


@dataclass(frozen=True)
class Key:
    """A REST key of the shop: `ck_…` and `cs_…`."""

    key: str
    secret: str


@dataclass(frozen=True)
class LiveStore:
    """A running shop. `url` is plain http (OAuth 1.0a), `https_url` the same shop behind TLS (basic)."""

    url: str
    https_url: str
    certificate: Path
    read: Key
    write: Key
    folder: Path

    def run_jobs(self) -> None:
        """One run of the shop's job queue, as a system cron would ask for it."""
        requests.get(f"{self.url}/wp-cron.php", timeout=60)

    def mails(self) -> list[dict[str, object]]:
        """The letters the shop would have sent, oldest first."""
        kept = self.folder / "mails.jsonl"
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
        return [json.loads(line) for line in lines]


def folders() -> tuple[Path, Path] | None:
    """WordPress and WooCommerce as named by the environment; None when neither is named.

    Raises RuntimeError when only one is named or a named one is not what it should be.
    """
    wordpress, woocommerce = os.environ.get("AFTERCART_WP_DIR"), os.environ.get("AFTERCART_WC_DIR")
    if not wordpress and not woocommerce:
        return None
    for name, given, mark in (
        ("AFTERCART_WP_DIR", wordpress, "wp-load.php"),
        ("AFTERCART_WC_DIR", woocommerce, "woocommerce.php"),
    ):
        if not given or not (Path(given) / mark).is_file():
            raise RuntimeError(f"{name} must name a folder that holds {mark}; it is {given or 'unset'!r}")
    return Path(str(wordpress)), Path(str(woocommerce))


@contextmanager
def running(wordpress: Path, woocommerce: Path, profile: str = "krw") -> Iterator[LiveStore]:
    """A seeded shop that answers; ended with all its processes, and its folder removed, at the end.

    Raises RuntimeError with PHP's own words when a step of the set-up fails.
    """
    shop = Path(tempfile.mkdtemp(prefix="aftercart-shop-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, shop, ignore_errors=True)
        plain, inner, secure = _free_ports(3)
        _lay_out(shop, wordpress, woocommerce)
        settings = PROFILES[profile] | {
            "url": f"http://127.0.0.1:{plain}",
            "https_url": f"https://127.0.0.1:{secure}",
        }
        (shop / "shop.json").write_text(json.dumps(settings), encoding="utf-8")
        for step in ("install", "activate"):
            _php(shop, step)
        keys = json.loads(_php(shop, "seed").strip().splitlines()[-1])
        for port, extra in ((plain, {}), (inner, {"AFTERCART_SHOP_BEHIND_TLS": "1"})):
            stack.callback(_end, _serve(shop, port, extra))
            _wait(f"http://127.0.0.1:{port}/wp-json/", shop)
        front = stack.enter_context(tls.front(f"http://127.0.0.1:{inner}", shop, secure))
        yield LiveStore(
            url=f"http://127.0.0.1:{plain}",
            https_url=front.url,
            certificate=front.certificate,
            read=Key(**keys["read"]),
            write=Key(**keys["write"]),
            folder=shop,
        )


def _lay_out(shop: Path, wordpress: Path, woocommerce: Path) -> None:
    shutil.copytree(wordpress, shop, dirs_exist_ok=True)
    shutil.copytree(woocommerce, shop / "wp-content" / "plugins" / "woocommerce")
    (shop / "database").mkdir()
    dropin.unpack(shop / "wp-content")
    for file in PHP.glob("*.php"):
        shutil.copy(file, shop)
    (shop / "shop-for-tests.php").rename(shop / "wp-content" / "mu-plugins" / "shop-for-tests.php")


def _options() -> list[str]:
    return ["-d", "memory_limit=512M", "-d", "display_errors=stderr", "-d", "opcache.enable_cli=1"]


def _php(shop: Path, step: str) -> str:
    done = subprocess.run(
        ["php", *_options(), f"{step}.php"], cwd=shop, capture_output=True, text=True, timeout=180
    )
    if done.returncode:
        raise RuntimeError(f"{step}.php failed: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def _serve(shop: Path, port: int, extra: dict[str, str]) -> subprocess.Popen[bytes]:
    with (shop / "server.log").open("ab") as log:
        return subprocess.Popen(
            ["php", *_options(), "-S", f"127.0.0.1:{port}", "-t", str(shop), str(shop / "router.php")],
            cwd=shop,
            env=os.environ | {"PHP_CLI_SERVER_WORKERS": "3"} | extra,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Its workers outlive a killed parent; the group is ended as one.
        )


def _wait(url: str, shop: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if requests.get(url, timeout=30).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    log = (shop / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the shop does not answer at {url}: {log[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, sign)
            process.wait(5)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def environment(store: LiveStore) -> dict[str, str]:
    """The variables by which the contract tests find a store."""
    return {
        "AFTERCART_STORE_URL": store.url,
        "AFTERCART_STORE_KEY": store.write.key,
        "AFTERCART_STORE_SECRET": store.write.secret,
        "AFTERCART_STORE_READ_KEY": store.read.key,
        "AFTERCART_STORE_READ_SECRET": store.read.secret,
        "AFTERCART_STORE_HTTPS_URL": store.https_url,
        "AFTERCART_STORE_CERTIFICATE": str(store.certificate),
    }


def main() -> int:
    """Command line: build a shop, print how to reach it, and with --keep stay up until ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.live.store", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="stay up until killed (Ctrl-C, SIGTERM)")
    parser.add_argument(
        "--profile", choices=sorted(PROFILES), default="krw", help="currency and zone of the shop"
    )
    parser.add_argument(
        "--cron-seconds", type=float, default=5, help="pause between runs of the shop's job queue; 0 for none"
    )
    arguments = parser.parse_args()
    try:
        given = folders()
    except RuntimeError as fault:
        parser.error(str(fault))
    if given is None:
        parser.error("AFTERCART_WP_DIR and AFTERCART_WC_DIR must name a WordPress and a WooCommerce folder")
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    with running(*given, profile=arguments.profile) as store:
        for name, value in environment(store).items():
            print(f"{name}={value}", flush=True)
        while arguments.keep and not ended.wait(arguments.cron_seconds or None):
            store.run_jobs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
