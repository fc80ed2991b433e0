"""Taking conversations along on the command line."""

import csv
import json
from pathlib import Path

import pytest

from core.database import Database
from tests import factories
from tests.aftercart.conftest import Command
from tests.chat.handlers import talk

pytestmark = pytest.mark.database


def test_all_conversations_are_written_into_a_file(
    command: Command, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        store = factories.store(session)
        for text in ("언제 오나요?", "hello"):
            talk(session, store, text)
    whole, table = tmp_path / "all.json", tmp_path / "all.csv"
    done = command("chat", "export", str(whole), "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(whole.read_text())["conversations"]
    assert [one["events"][0]["text"] for one in found] == ["언제 오나요?", "hello"]
    assert command("chat", "export", str(table)).returncode == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == ["언제 오나요?", "hello"]
    again = command("chat", "export", str(table))
    assert again.returncode != 0
    assert "exists already" in again.stderr + again.stdout
