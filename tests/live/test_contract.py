"""The contract, asked of a real WooCommerce: the same tests the stand-in has to pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .store import LiveStore, environment, folders, running

ROOT = Path(__file__).parents[2]


def contract(store: LiveStore, *chosen: str) -> None:
    """Run contract tests in a process of their own. With this shop there is no reason to skip any."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *chosen],
        cwd=ROOT,
        env=os.environ | environment(store),
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_the_contract_holds_on_a_real_woocommerce_without_decimals(live_store: LiveStore) -> None:
    contract(live_store, "tests/contract")


@pytest.mark.slow
def test_money_behaves_the_same_on_a_real_woocommerce_with_two_decimals(live_store: LiveStore) -> None:
    given = folders()
    assert given
    with running(*given, profile="eur") as store:
        contract(store, "tests/contract/test_money.py", "tests/contract/test_modified.py")
