"""The list of threats stays true: every test that docs/security.md names exists, and every threat names one."""

import re
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
PAGE = TOP / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_the_page_names_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 40
    gone = [
        f"{path}::{name}"
        for path, name in named
        if not (TOP / path).is_file()
        or not re.search(rf"^def {name}\(", (TOP / path).read_text(), re.MULTILINE)
    ]
    assert gone == []


def test_every_threat_names_a_test() -> None:
    rows = re.findall(r"^\| (?!threat \||---)(.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) > 25
    assert [row[:60] for row in rows if not NAMED.search(row)] == []


def test_every_test_of_this_folder_stands_in_the_page() -> None:
    text = PAGE.read_text()
    written = [
        (path.name, name)
        for path in sorted((TOP / "tests" / "security").glob("test_*.py"))
        if path.name != Path(__file__).name
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    ]
    assert [name for file, name in written if f"tests/security/{file}::{name}" not in text] == []
