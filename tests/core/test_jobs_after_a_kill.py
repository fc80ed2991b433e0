"""Claims about work that a killed process left behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from core import jobs as book
from core.database import Database
from core.jobs import Jobs
from core.work import Job
from tests.standins import until

pytestmark = pytest.mark.database
TOP = Path(__file__).parent.parent.parent

# A worker of its own process; its job says that it has begun and then never ends.
WORKER = """
    import sys, threading
    from pathlib import Path
    from core.database import Database
    from core.jobs import Jobs
    from core.work import Job

    def begin(*, n: int) -> None:
        Path(sys.argv[2], str(n)).touch()
        threading.Event().wait()

    jobs = Jobs(Database(sys.argv[1]), [Job("test.work", begin)])
    jobs.start({}, node="only", workers=4, poll_seconds=0.02)
    threading.Event().wait()
"""


def test_jobs_that_ran_when_the_process_was_killed_run_again_and_the_others_are_not_lost(
    database: Database, tmp_path: Path
):
    begun = tmp_path / "begun"
    begun.mkdir()
    done: list[int] = []

    def finish(*, n: int) -> None:
        done.append(n)

    jobs = Jobs(database, [Job("test.work", finish)])
    for n in range(6):
        with database.writing() as session:
            book.enqueue(session, "test.work", str(n), n=n)

    code = textwrap.dedent(WORKER)
    worker = subprocess.Popen(
        [sys.executable, "-c", code, database.address, str(begun)],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": str(TOP)},
    )
    try:
        until(lambda: len(list(begun.iterdir())) == 4, seconds=30)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert jobs.counts() == {"running": 4, "waiting": 2, "later": 0, "dead": 0}

    jobs.start({}, node="only", workers=4, poll_seconds=0.02)
    try:
        until(lambda: jobs.unfinished() == [])
    finally:
        jobs.stop(drain_seconds=0)
        jobs.close()
    assert sorted(done) == list(range(6))


def test_a_transaction_that_was_open_when_the_process_was_killed_leaves_no_job(
    database: Database, tmp_path: Path
):
    code = textwrap.dedent("""
        import sys, threading
        from pathlib import Path
        from core import jobs as book
        from core.database import Database
        from core.jobs import Jobs
        from core.work import Job

        database = Database(sys.argv[1])
        jobs = Jobs(database, [Job("test.work", print)])
        with database.writing() as session:
            book.enqueue(session, "test.work", "1", n=1)
            Path(sys.argv[2]).touch()
            threading.Event().wait()
    """)
    handed_in = tmp_path / "handed in"
    process = subprocess.Popen(
        [sys.executable, "-c", code, database.address, str(handed_in)],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": str(TOP)},
    )
    try:
        until(handed_in.exists, seconds=30)
    finally:
        process.kill()
        process.wait()
    jobs = Jobs(database, [Job("test.work", print)])
    assert jobs.unfinished() == []
    with database.writing() as session:
        book.enqueue(session, "test.work", "1", n=1)
    assert len(jobs.unfinished()) == 1
    jobs.close()
