"""Claims about texts: whatever a person reads exists in English and in Korean, with the same places to fill in."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from core.languages import LANGUAGES, LOCALES

TOP = Path(__file__).parent.parent
PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All texts of the code and the templates, as `make messages` collects them."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    options = ["--mapping", str(TOP / "pyproject.toml"), "--keywords", "Text", "--output", str(target)]
    CommandLineInterface().run(["pybabel", "--quiet", "extract", *options, str(TOP)])
    with target.open("rb") as file:
        return read_po(file)


@cache
def translated(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, tuple | list) else [message.string]
    return [str(text) for text in found]


def sentence(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def places(text: str) -> set[str]:
    return {first or second for first, second in PLACES.findall(text)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(collected: Catalog, language: str):
    catalogue = translated(language)
    missing = []
    for message in collected:
        found = catalogue.get(message.id, message.context) if message.id else message
        if message.id and (found is None or not all(texts(found)) or found.fuzzy):
            missing.append(f"{sentence(message)}  ({message.locations[0][0]})")
    assert missing == [], f"{len(missing)} texts"


def test_no_text_hides_in_a_formatted_string():
    """Before Python 3.12 nothing looks for texts in there, so that it would stay English."""
    rooms = [path for path in TOP.iterdir() if (path / "__init__.py").is_file() and path.name != "tests"]
    hidden = [
        f"{path.relative_to(TOP)}:{call.lineno}"
        for room in rooms
        for path in room.rglob("*.py")
        for formatted in ast.walk(ast.parse(path.read_text()))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "gettext", "ngettext", "Text")
    ]
    assert hidden == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(collected: Catalog, language: str):
    left = [
        sentence(message) for message in translated(language) if message.id and message.id not in collected
    ]
    assert left == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_the_same_places(language: str):
    different = []
    for message in translated(language):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        wanted = {place for text in ids for place in places(str(text))}
        different += [text for text in texts(message) if message.id and places(text) != wanted]
    assert different == []


def test_no_english_text_holds_korean(collected: Catalog):
    assert [sentence(found) for found in collected if re.search("[가-힣]", sentence(found))] == []
