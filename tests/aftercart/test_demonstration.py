"""The newcomer's first command does what it says."""

import json
from pathlib import Path

import pytest

from tests.aftercart.conftest import Command


@pytest.mark.slow
def test_the_demo_ends_well_only_when_shop_mirror_documents_and_mailbox_agree(
    command: Command, tmp_path: Path
) -> None:
    done = command("demo", "--check", "--json", "--folder", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["ok"] is True
    assert [shop["currency"] for shop in told["shops"]] == ["KRW", "EUR"]
    for shop in told["shops"]:
        for resource in ("orders", "customers", "guests", "products", "refunds"):
            assert shop[resource]["shop"] == shop[resource]["mirror"] > 0
        assert shop["paid"] == shop["invoices"] + sum(shop["held"].values())
        assert shop["invoices"] == shop["mails"] + shop["without_address"]
        assert shop["pdfs_read"] == shop["invoices"] + shop["credit_notes"] > 0
        assert not shop["totals"].keys() - {"KRW", "EUR", "USD", "JPY"}
