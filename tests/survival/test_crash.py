"""Claims about kill -9 of the service, at a few moments; bench/crash.py does the same at many."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.crash import Plan, ordeal

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_after_kill_9_every_paid_order_has_one_number_one_document_and_one_letter(
    tmp_path: Path, pytestconfig: pytest.Config, database_url: str
):
    plan = Plan(kills=3, seed=20261123, orders=8, clicked=6)
    with ExitStack() as stack:
        found = ordeal(stack, tmp_path, plan, pytestconfig.getoption("--database"), database_url)
        found.run(lambda: None)
        judged = found.settle()
        assert judged.faults == []
        assert judged.figures["paid orders"] > 8
        assert judged.figures["invoices"] > 8
        assert sum(found.hits.values()) >= 3
        assert found.stage.orphans() == []
