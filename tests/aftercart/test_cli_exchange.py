"""Articles in and out as a person at the command line meets it."""

import json
from pathlib import Path

import pytest

from core.database import Database
from tests import factories
from tests.aftercart.conftest import Command

pytestmark = pytest.mark.database

RETURNS = """---
title: 반품은 어떻게 하나요?
category: returns
state: published
samples:
- 반품 방법
---

14일 안에 보내 주세요.
"""


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Path:
    with database.writing() as session:
        factories.store(session)
    found = tmp_path / "articles"
    found.mkdir()
    (found / "returns.ko.md").write_text(RETURNS)
    (found / "returns.en.md").write_text("---\ntitle: Returns\n---\nWithin 14 days.\n")
    (found / "bad.en.md").write_text("---\ntitle: Bad\nkind: poem\n---\nx\n")
    return found


def test_a_folder_comes_in_and_goes_out_and_comes_in_again_unchanged(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    tried = command("faq", "import", str(folder), "--dry-run")
    assert tried.returncode == 1
    assert "Nothing was written" in tried.stdout
    first = command("faq", "import", str(folder), "--json")
    said = {one["key"]: one for one in map(json.loads, first.stdout.splitlines())}
    assert (first.returncode, said["returns"]["outcome"]) == (1, "new"), first.stderr
    assert "bad.en.md, line 3" in said["bad.en.md"]["reason"]
    out = tmp_path / "out"
    exported = command("faq", "export", str(out))
    assert exported.returncode == 0, exported.stderr
    assert {path.name for path in out.iterdir()} == {"returns.ko.md", "returns.en.md", "aftercart.json"}
    again = command("faq", "import", str(out))
    assert (again.returncode, again.stdout.strip()) == (0, "1 unchanged")


@pytest.mark.parametrize("format", ["csv", "json"])
def test_one_file_holds_everything_too(command: Command, folder: Path, tmp_path: Path, format: str) -> None:  # noqa: A002
    command("faq", "import", str(folder))
    file = tmp_path / f"articles.{format}"
    assert command("faq", "export", str(file), "--format", format).returncode == 0
    again = command("faq", "import", str(file))
    assert (again.returncode, again.stdout.strip()) == (0, "1 unchanged"), again.stderr


def test_what_cannot_be_read_or_written_is_said_in_one_sentence(command: Command, folder: Path) -> None:
    for arguments, words in (
        (("import", "nowhere"), "no file or folder"),
        (("export", str(folder)), "no empty folder"),
        (("import", str(folder), "--shop", "nobody"), "No such shop"),
    ):
        refused = command("faq", *arguments)
        assert refused.returncode == 1
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
