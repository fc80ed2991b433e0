"""What all commands share: the terminal's language, the service's parts, and errors as one plain sentence."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from core import languages, logs
from core.errors import AftercartError
from core.languages import gettext as _
from core.settings import Settings, load

FAILED = 1
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def choose_language() -> None:
    """Speak the terminal's language (LC_ALL, LC_MESSAGES, LANG), or English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        found = languages.language_of(os.environ.get(name, "").split(".")[0])
        if found:
            languages.set_language(found)
            return


def run(app: typer.Typer) -> None:
    """Run a command; what went wrong is said in one sentence, and the exit code is 1."""
    # Orders and documents are nobody else's to read on this machine, whoever made the data folder.
    os.umask(0o077)
    try:
        app(prog_name="aftercart")
    except AftercartError as problem:
        said = _("Not done")
        errors.print(f"[red]{said}:[/red] {escape(str(problem.sentence))}", soft_wrap=True)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


def settings(*, quiet: bool = False) -> Settings:
    """The settings, with logs started."""
    found = load()
    logs.start(level="WARNING" if quiet else found.log_level, json=found.log_json)
    return found


@contextmanager
def waiting(sentence: str) -> Iterator[None]:
    """Show that something takes a moment."""
    with errors.status(sentence):
        yield


def wait_for_end() -> None:
    """Return when somebody asks this process to stop (Ctrl-C or SIGTERM)."""
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_given: ended.set())
    ended.wait()


def pause(seconds: float) -> None:
    """Wait before looking again; for commands only, the service never waits like this."""
    threading.Event().wait(seconds)
