"""Where secrets must not be: in logs, in the database's bytes, in pages, in files that others can read.

One real `aftercart serve` lives through a whole day: first owner, a shop connected, an order paid and invoiced, a
password forgotten, a shop in trouble, forged and altered requests. Then everything it left behind is searched.
"""

import html
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from aftercart.processes import free_port
from connector import queries
from core import logs
from core.database import Database
from core.security import Keys
from demo.mailbox import running_mailbox
from demo.serving import running_shop
from demo.storage import open_shop
from tests.standins import until

pytestmark = pytest.mark.slow

FEW = 8  # Recorded orders that are kept; the whole shop would only take longer.
PASSWORD, NEW_PASSWORD = "seven quiet lanterns", "eight louder kettles"


@dataclass
class Day:
    """What a day left behind, and every secret that was used in it by what it is."""

    folder: Path
    log: str = ""
    printed: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    place = tmp_path_factory.mktemp("day")
    # As systemd and administrators make folders: readable by everybody.
    (place / "data").mkdir(mode=0o755)
    day = Day(place / "data")
    shop = open_shop("krw")
    for number in sorted(shop.orders)[:-FEW]:
        del shop.orders[number]
    shop.refunds.clear()
    with running_shop(shop) as shop_address, running_mailbox(place / "mail") as (mailbox, mail_address):
        port = free_port()
        settings = {
            **os.environ,
            "AFTERCART_DATA_FOLDER": str(day.folder),
            "AFTERCART_PORT": str(port),
            "AFTERCART_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "AFTERCART_POLL_SECONDS": "5",
            "AFTERCART_SMTP_HOST": "127.0.0.1",
            "AFTERCART_SMTP_PORT": str(mailbox.port),
            "AFTERCART_SMTP_SECURITY": "none",
            "AFTERCART_SMTP_PASSWORD": "smtp-password-of-the-day",
            "AFTERCART_MAIL_FROM": "orders@shop.example",
            "AFTERCART_LOG_LEVEL": "DEBUG",
            "LANG": "C.UTF-8",
        }
        with (place / "out").open("wb") as out, (place / "log").open("wb") as log:
            command = [sys.executable, "-m", "aftercart"]
            service = subprocess.Popen([*command, "serve"], env=settings, stdout=out, stderr=log)
            try:
                _live(day, settings, shop, shop_address, mail_address)
            finally:
                service.send_signal(signal.SIGTERM)
                service.wait(30)
        day.log, day.printed = (place / "log").read_text(), (place / "out").read_text()
        day.secrets |= {f"order key of {one['id']}": one["order_key"] for one in shop.orders.values()}
    yield day


def _live(day: Day, settings: dict[str, str], shop: object, shop_address: str, mail_address: str) -> None:
    service = settings["AFTERCART_PUBLIC_URL"]
    until(lambda: _answers(f"{service}/health/ready"), seconds=60)
    out = day.folder.parent / "out"
    welcome = until(lambda: re.search(r"/welcome/([\w-]+)", out.read_text()))[1]
    owner = requests.Session()
    owner.headers["Accept"] = "text/html"
    account = {"name": "Minji", "email": "minji@shop.example", "password": PASSWORD}
    assert owner.post(f"{service}/welcome/{welcome}", data=account, timeout=30).ok
    day.secrets |= {
        "first link": welcome,
        "password": PASSWORD,
        "session": owner.cookies["aftercart_session"],
    }

    keys = requests.get(f"{shop_address}/demo/state", timeout=30).json()["keys"]["read_write"]
    day.secrets |= {"consumer key": keys["key"], "consumer secret": keys["secret"]}
    secret = day.folder.parent / "secret"
    secret.write_text(keys["secret"])
    connected = subprocess.run(
        [sys.executable, "-m", "aftercart", "connect", shop_address, "--secret-file", str(secret)],
        env={**settings, "AFTERCART_STORE_KEY": keys["key"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert connected.returncode == 0, connected.stderr
    day.pages["aftercart connect"] = connected.stdout + connected.stderr
    until(lambda: "/orders/1" in owner.get(f"{service}/orders", timeout=30).text, seconds=60)

    # An order is placed and paid; its letter brings a link, which is opened and altered.
    _shop(shop_address, "place", email="anna@example.com")
    _shop(shop_address, "pay")
    letter = until(lambda: _letter(mail_address, "anna@example.com"), seconds=60)
    token = re.search(r"/i/([\w.-]+)", letter)[1]
    day.secrets["link"] = token
    opened = requests.get(f"{service}/i/{token}", timeout=30)
    assert opened.headers["content-type"] == "application/pdf"
    assert requests.get(f"{service}/i/{token[:-4]}AAAA", timeout=30).status_code == 404
    assert requests.post(f"{service}/i/{token}/renew", timeout=30).ok

    # Somebody forgets the password, and somebody else guesses.
    assert requests.post(f"{service}/reset", data={"email": "minji@shop.example"}, timeout=30).ok
    reset = re.search(
        r"/reset/([\w-]+)", until(lambda: _letter(mail_address, "minji@shop.example"), seconds=60)
    )[1]
    day.secrets |= {"reset link": reset, "new password": NEW_PASSWORD}
    requests.post(
        f"{service}/sign-in", data={"email": "minji@shop.example", "password": "wrong guess 12"}, timeout=30
    )
    day.secrets["guess"] = "wrong guess 12"
    assert owner.post(f"{service}/reset/{reset}", data={"password": NEW_PASSWORD}, timeout=30).ok
    day.secrets["later session"] = owner.cookies["aftercart_session"]

    # The shop has a bad hour: it refuses signatures, then prints text into its answers.
    log = day.folder.parent / "log"
    for mode, sign in (("clock_skew", "The clocks"), ("broken_json", "is unreadable")):
        _shop(shop_address, "misbehave", mode=mode)
        until(lambda sign=sign: sign in log.read_text(), seconds=60)
    _shop(shop_address, "misbehave", mode="")

    for path in (
        "/",
        "/orders",
        "/orders/1",
        "/invoices",
        "/letters",
        "/settings",
        "/settings/team",
        "/health",
    ):
        page = owner.get(f"{service}{path}", timeout=30)
        assert page.ok, path
        day.pages[path] = html.unescape(page.text)
        for fragment in re.findall(r'hx-get="([^"]+)"', page.text):
            day.pages[fragment] = html.unescape(owner.get(service + html.unescape(fragment), timeout=30).text)
    day.secrets["csrf"] = re.search(r'name="csrf" value="([\w-]+)"', day.pages["/"])[1]
    _kept_secrets(day)


def _kept_secrets(day: Day) -> None:
    root = (day.folder / "secret.key").read_text()
    database = Database(f"sqlite:///{day.folder / 'aftercart.sqlite3'}")
    with database.reading() as session:
        store = queries.stores(session)[0]
        webhooks = Keys(root).reveal(store.webhook_secret_hidden)
        public_id = store.public_id
    database.dispose()
    assert public_id
    day.secrets |= {"root": root, "webhook secret": webhooks, "smtp password": "smtp-password-of-the-day"}


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def _shop(address: str, hand: str, **given: object) -> None:
    assert requests.post(f"{address}/demo/{hand}", json=given, timeout=30).ok


def _letter(mail_address: str, to: str) -> str:
    listed = requests.get(f"{mail_address}/messages", params={"to": to}, timeout=30).json()
    if not listed:
        return ""
    source = f"{mail_address}/letters/{listed[0]['id']}"
    return html.unescape(requests.get(source, timeout=30).text)


# -- what was left behind ----------------------------------------------------------------------------------------


def test_the_day_had_its_troubles_and_its_secrets(day: Day) -> None:
    """Otherwise the claims below would hold for an empty log."""
    assert "letter_tried" in day.log
    assert "shop_not_synchronised" in day.log
    assert len(day.secrets) > 15
    assert all(len(secret) >= 10 for secret in day.secrets.values())


def test_no_secret_is_in_the_logs_of_a_whole_day(day: Day) -> None:
    assert [name for name, secret in day.secrets.items() if secret in day.log] == []


def test_no_customer_is_named_in_the_logs_of_a_whole_day(day: Day) -> None:
    """Orders are named by their numbers; values of statements and words of mail servers are left out."""
    assert [who for who in ("anna@example.com", "anna@", "minji@shop.example") if who in day.log] == []


def test_what_is_printed_at_start_is_the_first_link_and_no_other_secret(day: Day) -> None:
    assert [name for name, secret in day.secrets.items() if secret in day.printed] == ["first link"]


def test_no_page_of_staff_shows_a_secret_but_the_proof_of_its_own_forms(day: Day) -> None:
    shown = {
        (name, path)
        for name, secret in day.secrets.items()
        for path, page in day.pages.items()
        if secret in page
    }
    assert {name for name, _path in shown} == {"csrf"}


def test_no_key_of_a_shop_is_in_the_database_in_clear(day: Day) -> None:
    """Links stand in the letters that carry them, and a form's proof beside the digest of its session; nothing else."""
    stored = b"".join(path.read_bytes() for path in day.folder.glob("aftercart.sqlite3*"))
    assert b"anna@example.com" in stored
    hidden = {
        name: secret for name, secret in day.secrets.items() if name not in ("link", "csrf", "reset link")
    }
    assert len(hidden) > 12
    assert [name for name, secret in hidden.items() if secret.encode() in stored] == []


def test_nothing_in_the_data_folder_can_be_read_by_others_on_the_machine(day: Day) -> None:
    open_to_others = [
        f"{path.relative_to(day.folder)} {stat.filemode(path.stat().st_mode)}"
        for path in day.folder.rglob("*")
        if path.stat().st_mode & 0o077
    ]
    assert len(list(day.folder.rglob("*"))) > 4
    assert open_to_others == []


def test_a_crash_is_logged_without_the_values_of_its_variables(capsys: pytest.CaptureFixture[str]) -> None:
    def crash(password: str) -> None:
        raise ValueError("broken")

    for json in (True, False):
        logs.start(json=json)
        try:
            crash("seven " + "quiet lanterns")
        except ValueError as problem:
            logs.log("web").error("request_crashed", exc_info=problem)
        written = capsys.readouterr().err
        assert "ValueError" in written
        assert "seven quiet lanterns" not in written


def test_links_that_open_something_are_blotted_out_in_logs() -> None:
    token = "LzU2T_wOz_eDC8ZkHIkDmZngmB-hPr1PNekc3aY1lpE"
    for path in ("i", "welcome", "reset"):
        assert token not in logs.without_secrets(f"GET https://help.example/{path}/{token} failed")
