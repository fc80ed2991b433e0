"""Claims about the written pages: their links lead somewhere, and they name the commands and addresses that exist."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import iter_route_contexts

from aftercart.app import make_app
from aftercart.cli import app
from aftercart.service import build
from core.settings import Settings

TOP = Path(__file__).parent.parent
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "demo/**/*.md", "tests/**/*.md", "bench/**/*.md")
    for path in TOP.glob(pattern)
    if not any(part.startswith(".") or part == "demo-data" for part in path.relative_to(TOP).parts)
)
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


@cache
def text_of(path: Path) -> str:
    """The page without its blocks of code, whose brackets are no links."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The names by which headings of that page are linked."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.replace("`", "")) for heading in headings]
    return {heading.strip().lower().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_every_link_leads_to_something(page: Path) -> None:
    lost = []
    for address in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", address):
            continue
        name, _, anchor = address.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            lost.append(address)
    assert lost == []


def test_every_test_that_a_page_names_exists() -> None:
    gone = []
    for page in PAGES:
        for name, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page.read_text()):
            there = (TOP / name).is_file()
            if not there or (test and f"def {test}(" not in (TOP / name).read_text()):
                gone.append(f"{page.name}: {name}::{test}")
    assert gone == []


def test_every_room_has_its_page_and_the_readme_leads_there() -> None:
    readme = (TOP / "README.md").read_text()
    for room in ("core", "connector", "invoices", "faq", "outbox", "staff", "demo"):
        assert (TOP / "docs" / f"{room}.md").is_file(), room
        assert f"](docs/{room}.md)" in readme, room


def commands(command: Any, name: str = "aftercart") -> dict[str, Any]:
    """Every command that does something, by its whole name."""
    if hasattr(command, "commands"):
        below = [commands(child, f"{name} {word}") for word, child in command.commands.items()]
        return {name: child for found in below for name, child in found.items()}
    return {name: command}


def written() -> dict[str, str]:
    """The rows of the table of commands: name and what is said of it."""
    page = (TOP / "docs" / "aftercart.md").read_text()
    return dict(re.findall(r"^\| `(aftercart [a-z -]+)` \| (.+) \|$", page, re.MULTILINE))


def test_every_command_stands_in_the_page_and_every_one_there_exists() -> None:
    assert set(written()) == set(commands(typer.main.get_command(app)))


def test_every_option_of_a_command_stands_beside_it_and_every_one_there_exists() -> None:
    for name, command in commands(typer.main.get_command(app)).items():
        options = {
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--") and option != "--help"
        }
        assert set(re.findall(r"--[a-z-]+", written()[name])) == options, name


def test_commands_named_anywhere_in_the_pages_exist() -> None:
    known = set(commands(typer.main.get_command(app)))
    groups = {name.rpartition(" ")[0] for name in known}
    for page in PAGES:
        if page.name == "CHANGELOG.md":
            continue
        for name in re.findall(r"aftercart ((?:[a-z]+ )?[a-z]+)(?=[ `\n]|$)", " ".join(_shown(page))):
            first = f"aftercart {name.split()[0]}"
            assert first in known | groups, (page.name, name)


def _shown(page: Path) -> list[str]:
    """What stands in code on that page."""
    return [f"{code} " for code in re.findall(r"`(?:\.venv/bin/)?(aftercart [^`\n]+)`", page.read_text())]


def test_every_address_for_programs_stands_in_the_page_about_them(settings: Settings) -> None:
    page = (TOP / "docs" / "api.md").read_text()
    service = build(settings)
    documented = [
        f"{method} {found.path}"
        for found in iter_route_contexts(make_app(service, run_jobs=False).routes)
        for method in sorted(getattr(found, "methods", None) or ())
        if method != "HEAD" and str(found.path).startswith(("/api/stores", "/i/", "/webhooks/", "/health/"))
    ]
    service.close()
    # Coming back to a form's address is no address of its own, and staff's page of health has another page.
    for address in set(documented) - {"GET /i/{token}/renew", "POST /health/jobs/again"}:
        assert f"`{address}`" in page, address
    assert len(documented) >= 5
