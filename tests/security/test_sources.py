"""Habits in the source that keep whole kinds of faults out; read from the syntax tree, so no file is forgotten."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
ROOMS = ("aftercart", "core", "connector", "outbox", "staff", "invoices", "faq", "customers", "chat")


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of the product as (place, name, call)."""
    for room in ROOMS:
        for path in sorted((TOP / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    name = (
                        node.func.attr
                        if isinstance(node.func, ast.Attribute)
                        else getattr(node.func, "id", "")
                    )
                    yield f"{path.relative_to(TOP)}:{node.lineno}", name, node


def templates() -> list[Path]:
    return sorted(path for room in ROOMS for path in (TOP / room).rglob("templates/*.html"))


def is_constant(found: ast.expr) -> bool:
    """A text that stands in the source, itself or by its name in capitals."""
    return isinstance(found, ast.Constant) or (isinstance(found, ast.Name) and found.id.isupper())


def test_no_sql_is_put_together_from_texts() -> None:
    """Statements are built by SQLAlchemy with bound values; the few written ones are whole, constant texts."""
    written = [
        (place, call.args[0])
        for place, name, call in calls()
        if name in ("text", "exec_driver_sql", "literal_column", "executescript")
        and call.args
        # A method of that name that has nothing to do with SQL.
        and not (name == "text" and isinstance(call.func, ast.Attribute))
    ]
    assert written
    loose = [
        place
        for place, first in written
        if not is_constant(first)
        # `where` of upsert names the condition of an index, `begin` a kind of transaction, `counting` our own tables.
        # The index is read by statements made of our own numbers alone.
        and not (place.startswith(("core/database.py", "faq/candidates.py")) and isinstance(first, ast.Name))
    ]
    assert loose == []


def test_what_upsert_takes_as_a_condition_is_constant() -> None:
    conditions = [
        keyword.value
        for _place, name, call in calls()
        if name == "upsert"
        for keyword in call.keywords
        if keyword.arg == "where"
    ]
    assert conditions
    assert all(is_constant(condition) for condition in conditions)


def test_nothing_is_run_by_a_shell_evaluated_or_unpickled() -> None:
    plain = [(place, name) for place, name, call in calls() if isinstance(call.func, ast.Name)]
    assert [found for found in plain if found[1] in ("eval", "exec", "compile", "__import__")] == []
    assert [place for place, name, _call in calls() if name in ("system", "popen", "import_string")] == []
    shells = [
        place
        for place, _name, call in calls()
        for keyword in call.keywords
        if keyword.arg == "shell"
        and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    ]
    assert shells == []
    sources = [path.read_text() for room in ROOMS for path in (TOP / room).rglob("*.py")]
    assert not any(
        re.search(r"^\s*(import|from) (pickle|marshal|shelve)\b", source, re.MULTILINE) for source in sources
    )


def test_no_certificate_goes_unchecked() -> None:
    unchecked = [
        place
        for place, name, call in calls()
        if name == "_create_unverified_context"
        or any(
            keyword.arg in ("verify", "check_hostname")
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value is False
            for keyword in call.keywords
        )
    ]
    assert unchecked == []


def test_no_template_lets_a_text_through_unescaped() -> None:
    assert len(templates()) > 20
    for path in templates():
        text = path.read_text()
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text), path


def test_no_page_has_a_script_a_style_or_a_handler_of_its_own() -> None:
    """The policy forbids them; a page that needs one would only be broken. Letters and documents are no pages."""
    no_pages = {"outbox/templates/frame.html", "invoices/templates/document.html"}
    for path in templates():
        if str(path.relative_to(TOP)) in no_pages:
            continue
        text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_every_form_in_a_page_of_staff_has_its_proof() -> None:
    """Without it the form would be refused; `press` and `proof` of core/macros.html bring it."""
    without = {
        # For people who are not signed in; these are held by their origin, their token or their limits.
        "core/templates/macros.html",
        "staff/templates/sign_in.html",
        "staff/templates/welcome.html",
        "staff/templates/reset.html",
        "staff/templates/new_password.html",
        "invoices/templates/link.html",
        "chat/templates/rate.html",
    }
    for path in templates():
        if str(path.relative_to(TOP)) in without:
            continue
        for form in re.findall(
            r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE
        ):
            assert "proof(" in form or 'name="csrf"' in form, (path, form[:120])


def test_no_secret_is_an_option_of_a_command() -> None:
    """Command lines are seen by everybody on the machine."""
    options = [
        (place, argument.value)
        for place, name, call in calls()
        if name == "Option"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    secret = re.compile(r"--(.*secret|.*password|.*token)$")
    assert [found for found in options if secret.match(found[1])] == []


def test_no_secret_is_compared_letter_by_letter() -> None:
    """`same` of core/security.py takes as long for every answer; digests are looked up by the database."""
    pattern = re.compile(
        r"\b\w*(csrf|signature|password|secret)\w*(\(.*?\))?\s*[!=]=|[!=]=\s*\w*(csrf|signature|password|secret)\b"
    )
    found = [
        f"{path.relative_to(TOP)}:{number}"
        for room in ROOMS
        for path in sorted((TOP / room).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []
