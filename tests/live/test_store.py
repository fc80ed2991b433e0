"""The runner itself: what it builds, what it leaves alone, and that nothing stays behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from .store import LiveStore, folders

ROOT = Path(__file__).parents[2]


def test_without_folders_there_is_no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERCART_WP_DIR", raising=False)
    monkeypatch.delenv("AFTERCART_WC_DIR", raising=False)
    assert folders() is None


@pytest.mark.parametrize("named", ["AFTERCART_WP_DIR", "AFTERCART_WC_DIR"])
def test_one_folder_alone_is_an_error_not_a_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    for name, mark in (("AFTERCART_WP_DIR", "wp-load.php"), ("AFTERCART_WC_DIR", "woocommerce.php")):
        monkeypatch.delenv(name, raising=False)
        (tmp_path / mark).touch()
    monkeypatch.setenv(named, str(tmp_path))
    with pytest.raises(RuntimeError, match="must name a folder that holds .*unset"):
        folders()


def test_a_folder_that_is_missing_is_an_error_not_a_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFTERCART_WP_DIR", str(tmp_path / "gone"))
    monkeypatch.setenv("AFTERCART_WC_DIR", str(tmp_path / "gone"))
    with pytest.raises(RuntimeError, match="AFTERCART_WP_DIR must name a folder that holds wp-load.php"):
        folders()


def test_the_shop_is_the_woocommerce_that_was_given_with_order_tables(live_store: LiveStore) -> None:
    header = (Path(os.environ["AFTERCART_WC_DIR"]) / "woocommerce.php").read_text(encoding="utf-8")
    status = requests.get(
        f"{live_store.https_url}/wp-json/wc/v3/system_status",
        params={"consumer_key": live_store.read.key, "consumer_secret": live_store.read.secret},
        verify=str(live_store.certificate),
        timeout=60,
    ).json()
    assert f"Version: {status['environment']['version']}\n" in header
    assert status["settings"]["HPOS_enabled"] is True
    assert (status["settings"]["currency"], status["settings"]["number_of_decimals"]) == ("KRW", 0)


def test_a_visitor_sees_the_shop(live_store: LiveStore) -> None:
    page = requests.get(f"{live_store.url}/", timeout=60)
    assert page.status_code == 200
    assert "서울상점" in page.text


def test_the_given_folders_are_not_written(live_store: LiveStore) -> None:
    built = (live_store.folder / "shop.json").stat().st_mtime
    for name in ("AFTERCART_WP_DIR", "AFTERCART_WC_DIR"):
        folder = Path(os.environ[name])
        assert max(each.stat().st_mtime for each in folder.rglob("*")) < built


def test_letters_are_kept_and_not_sent(live_store: LiveStore) -> None:
    assert "owner@example.com" in {letter["to"] for letter in live_store.mails()}


@pytest.mark.slow
def test_ending_the_runner_leaves_no_process_and_no_folder(live_store: LiveStore) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-m", "tests.live.store", "--keep"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with runner:
        assert runner.stdout is not None
        told = dict(runner.stdout.readline().strip().split("=", 1) for _ in range(7))
        url, certificate = told["AFTERCART_STORE_URL"], Path(told["AFTERCART_STORE_CERTIFICATE"])
        assert requests.get(f"{url}/wp-json/", timeout=60).status_code == 200
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(30) == 0
    assert not certificate.parent.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
