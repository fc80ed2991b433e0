"""Claims about conversations while sockets are cut and the service is killed; bench/chat_crash.py does the same for long."""

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.chat_crash import WRONG, Plan, ordeal

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_no_message_is_lost_or_doubled_by_cuts_double_submits_and_kill_9(
    tmp_path: Path, pytestconfig: pytest.Config, database_url: str
):
    """On PostgreSQL with two service processes and a Redis that is killed too."""
    plan = Plan(messages=400, rooms=20, rate=30, kills=2, seed=20261125, cuts_a_second=5, doubled=0.2)
    with ExitStack() as stack:
        found = ordeal(stack, tmp_path, plan, pytestconfig.getoption("--database"), database_url)
        asyncio.run(found.run())
        judged = found.verdict()
        logs = "".join(path.read_text(errors="replace") for path in found.stage.group.folder.glob("*.log"))
    assert {what: judged[what] for what in WRONG} == dict.fromkeys(WRONG, 0)
    assert (judged["messages"], judged["kills"]) == (400, 2)
    assert re.search(r"message \d+ of \d+", logs) is None  # No text of theirs.
    assert not any(browser.room.token in logs for browser in found.browsers)
