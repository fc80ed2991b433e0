"""Claims about the house itself: the rules of docs and design that a machine can watch."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aftercart.wiring import JOBS
from core.settings import Settings
from core.work import Job

TOP = Path(__file__).parent.parent
ROOMS = ("aftercart", "core", "connector", "outbox", "staff", "invoices", "faq", "customers", "chat", "demo")
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 30
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
# What the front door offers to jobs by name.
SERVICES = {
    "database", "jobs", "settings", "keys", "files", "renderer", "mailer", "limits", "attempt", "last_attempt",
    "websites", "meaning", "fanout",
}  # fmt: skip
OPERATING = TOP / "docs" / "operating.md"


@cache
def sources() -> dict[Path, ast.Module]:
    """Every Python file of the product."""
    files = sorted(path for room in (*ROOMS, "migrations") for path in (TOP / room).rglob("*.py"))
    written = [path for path in files if "versions" not in path.parts]
    return {path.relative_to(TOP): ast.parse(path.read_text()) for path in written}


def functions() -> Iterator[tuple[str, int]]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


@cache
def tracked() -> list[Path]:
    """The files of the repository; without git (an unpacked archive) all that lie here outside hidden folders."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=TOP,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(TOP) for path in TOP.rglob("*") if path.is_file()]
        return [path for path in found if not any(part.startswith(".") for part in path.parts)]
    return [Path(name) for name in listed.stdout.split("\0") if name and (TOP / name).is_file()]


def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    return found


# -- size and names ----------------------------------------------------------------------------------------------


def test_no_file_is_longer_than_300_lines():
    written = [path for path in tracked() if path.suffix in (".py", ".js", ".php", ".css", ".html", ".sh")]
    written = [path for path in written if path.parts[0] != "tests"]
    written = [path for path in written if "versions" not in path.parts and ".min." not in path.name]
    long = {str(path): len((TOP / path).read_text().splitlines()) for path in written}
    assert {path: lines for path, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines():
    assert [name for name, lines in functions() if lines > LONGEST_FUNCTION] == []


def test_nine_functions_of_ten_are_within_30_lines():
    lengths = [lines for _, lines in functions()]
    assert sum(lines <= USUAL_FUNCTION for lines in lengths) >= 0.9 * len(lengths)


def test_no_file_or_folder_has_a_name_that_says_nothing():
    assert [
        str(path)
        for path in tracked()
        if path.suffix == ".py" and {path.stem, *path.parts[:-1]} & SAYS_NOTHING
    ] == []


def test_every_module_says_what_belongs_there():
    assert [str(path) for path, tree in sources().items() if not ast.get_docstring(tree)] == []


# -- habits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "pattern", "allowed"),
    [
        ("a mark for later", r"\b(TODO|FIXME|XXX)\b", ()),
        ("a silenced check without its name", r"type: ignore(?!\[)|noqa(?!:)", ()),
        ("sleep in place of a delayed job", r"\btime\.sleep\(", ("demo/",)),
        ("a commit outside core/database.py", r"\.commit\(\)", ("core/database.py",)),
        (
            "async away from the edge",
            r"\basync def\b",
            # Pure ASGI, a lifespan, and raw bytes that are read before anything else happens.
            (
                *("core/headers.py", "demo/", "aftercart/app.py", "connector/woo/webhooks.py"),
                # The live edge: sockets, streams and polls of many, in one loop.
                *(
                    "chat/connection.py",
                    "chat/live.py",
                    "chat/hub.py",
                    "chat/outlet.py",
                    "chat/entry.py",
                    "chat/safety_net.py",
                ),
                *("chat/desk_live.py", "chat/waiting.py"),
            ),
        ),
        (
            "a word of WooCommerce above its side room",
            r"line_items|meta_data|date_\w+_gmt",
            # The check of the demo counts by the shop's own words, so that it does not trust the mirror.
            ("connector/woo/", "demo/", "aftercart/agreement.py"),
        ),
    ],
)
def test_the_product_never_holds(what: str, pattern: str, allowed: tuple[str, ...]):
    found = [
        f"{path}:{number}"
        for path in sources()
        if not str(path).startswith(allowed or ("\0",))
        for number, line in enumerate((TOP / path).read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], what


def test_no_path_of_somebodys_machine_is_written_down():
    machine = re.compile(r"(?<![\w.])/(?:" + "|".join(["ro" + "ot", "wo" + "rk", "ho" + "me/\\w+"]) + r")/")
    found = []
    for path in tracked():
        try:
            text = (TOP / path).read_text()
        except UnicodeDecodeError:
            continue
        found += [str(path)] if machine.search(text) else []
    assert found == []


# -- settings and wiring -----------------------------------------------------------------------------------------


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_stands_in_the_operating_page_with_its_default():
    text = OPERATING.read_text()
    missing = []
    for name, field in Settings.model_fields.items():
        default = (
            field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        )
        shown = f"`{default}`" if default not in ("", None) else "–"
        row = f"| `AFTERCART_{name.upper()}` | {shown} | {field.description} |"
        missing += [row] if row not in text else []
    assert missing == []


def test_the_operating_page_names_no_setting_that_is_gone():
    named = set(re.findall(r"^\| `AFTERCART_(\w+)`", OPERATING.read_text(), re.MULTILINE))
    assert named - {name.upper() for name in Settings.model_fields} == set()


def jobs() -> dict[str, Job]:
    return {job.name: job for job in JOBS}


def test_every_job_name_in_the_code_is_wired():
    named = {
        argument.value
        for tree in sources().values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _called(call) in ("enqueue", "request")
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant)
    }
    assert named - set(jobs()) == set()


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_job_asks_only_for_what_is_offered_and_takes_no_objects():
    plain = {"int", "str", "bool", "float", "None", "dict", "list", "object", "class"}
    wrong = [
        f"{job.name}: {parameter}"
        for job in jobs().values()
        for name, parameter in inspect.signature(job.run).parameters.items()
        if name not in SERVICES and not set(re.findall(r"[\w.]+", str(parameter.annotation))) <= plain
    ]
    assert wrong == []


# -- dependencies and decisions ----------------------------------------------------------------------------------


def locked(kind: str) -> dict[str, set[str]]:
    text = (TOP / "requirements" / f"{kind}.txt").read_text()
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", text, re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def wanted(kind: str) -> list[Requirement]:
    whole = tomllib.loads((TOP / "pyproject.toml").read_text())
    listed = list(whole["project"]["dependencies"])
    every = ["demo", "semantic", "model"]
    for extra in {"runtime": ["demo"], "semantic": ["demo", "semantic"], "model": ["demo", "model"]}.get(
        kind, every
    ):
        listed += whole["project"]["optional-dependencies"][extra]
    listed += whole["dependency-groups"]["dev"] if kind == "development" else []
    return [Requirement(entry) for entry in listed]


@pytest.mark.parametrize("kind", ["runtime", "semantic", "model", "development"])
def test_the_lock_holds_every_dependency_within_its_range(kind: str):
    versions = locked(kind)
    outside = [
        str(requirement)
        for requirement in wanted(kind)
        if not any(
            requirement.specifier.contains(found)
            for found in versions.get(canonicalize_name(requirement.name), ())
        )
    ]
    assert outside == [], "run `make lock`"


@pytest.mark.parametrize("kind", ["runtime", "semantic", "model", "development"])
def test_the_lock_has_a_hash_for_all_and_no_address(kind: str):
    text = (TOP / "requirements" / f"{kind}.txt").read_text()
    without_hash = re.findall(r"^[\w.\[\],-]+==[^\\]*$", text, re.MULTILINE)
    assert without_hash == []
    assert "://" not in text
    assert "--index" not in text


def test_what_is_locked_for_the_service_is_locked_alike_for_its_tests():
    runtime, development = locked("runtime"), locked("development")
    assert {name for name in runtime if runtime[name] != development.get(name)} == set()


# What is imported by name but comes with another dependency, which keeps the two in step.
COMES_WITH = {
    "websockets": "uvicorn",
    "starlette": "fastapi",
    "redis": "limits",
    "packaging": "pytest",
    "urllib3": "requests",
    "idna": "requests",
    "email-validator": "pydantic",
    "pydantic-core": "pydantic",
    "fonttools": "weasyprint",
    "beautifulsoup4": "markdownify",
    "pyyaml": "python-frontmatter",
    "httpx2": "openai",
}


def imported(*folders: str) -> set[str]:
    """Distributions of others that the Python files below those folders import."""
    own = {*ROOMS, "migrations", "tests", "bench"}
    names = set()
    for path in (found for folder in folders for found in (TOP / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add((node.module or "").split(".")[0])
    known = packages_distributions()
    return {
        canonicalize_name(known[name][0])
        for name in names - own - set(sys.stdlib_module_names)
        if name in known
    }


@pytest.mark.parametrize(
    ("kind", "folders"), [("runtime", (*ROOMS, "migrations")), ("development", ("tests", "bench"))]
)
def test_whatever_is_imported_is_declared(kind: str, folders: tuple[str, ...]):
    # What an extra brings may be imported too, by what is only loaded where the extra is there.
    extras = [] if kind == "development" else [*wanted("semantic"), *wanted("model")]
    declared = {canonicalize_name(found.name) for found in [*wanted(kind), *extras]}
    needed = {COMES_WITH.get(name, name) for name in imported(*folders)}
    assert needed - declared == set()


def test_every_dependency_has_its_reason_in_the_docs():
    text = (TOP / "docs" / "dependencies.md").read_text()
    assert [found.name for found in wanted("development") if f"| {found.name} " not in text] == []


def test_every_decision_is_short_and_names_a_test_that_exists():
    pages = sorted((TOP / "docs" / "decisions").glob("[0-9]*.md"))
    assert pages
    for page in pages:
        text = page.read_text()
        assert len(text.splitlines()) < 60, page.name
        cited = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
        assert cited, f"{page.name} names no test"
        for path, name in cited:
            assert (TOP / path).is_file(), f"{page.name}: {path}"
            assert not name or f"def {name}(" in (TOP / path).read_text(), f"{page.name}: {name}"


def test_every_place_that_the_contributing_page_names_exists():
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", (TOP / "CONTRIBUTING.md").read_text())
    assert [place for place in named if not (TOP / place).exists()] == []


def test_every_setting_is_used_somewhere():
    read = {
        node.attr
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    assert set(Settings.model_fields) - read == set()
