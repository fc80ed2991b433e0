"""Today, Settings and Health."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from core import clock
from core.errors import NotFound
from core.work import JobRow
from tests.staff.conftest import Hire, SignIn

pytestmark = pytest.mark.database


class JobBook:
    """A book of jobs with one dead job."""

    def __init__(self) -> None:
        now = clock.now()
        failed = now - timedelta(hours=1)
        self.row = JobRow(
            "outbox.send:7", "outbox.send", "dead", failed, failed, {"letter_id": 7}, "mailbox <full>"
        )
        self.again: list[str] = []

    def counts(self) -> dict[str, int]:
        return {"running": 1, "waiting": 20, "later": 3, "dead": 1}

    def dead(self, limit: int = 100) -> list[JobRow]:
        return [self.row]

    def unfinished(self, limit: int = 100) -> list[JobRow]:
        return []

    def retry(self, job_id: str) -> None:
        if job_id != self.row.id:
            raise NotFound("There is no dead job with that id.")
        self.again.append(job_id)


def test_today_loads_the_rooms_fragments_in_their_order(app: FastAPI, hire: Hire, browser: SignIn) -> None:
    app.state.panels = {"today": ["/console/b", "/console/a"]}
    page = browser(hire("reader")).get("/").text
    assert 0 < page.index('hx-get="/console/b"') < page.index('hx-get="/console/a"')


def test_today_is_one_calm_sentence_when_all_is_set_up(app: FastAPI, hire: Hire, browser: SignIn) -> None:
    app.state.checklist = lambda session: [(True, "Connect a shop", "", "")]
    page = browser(hire("reader")).get("/").text
    assert "Nothing needs a hand" in page
    assert "Set-up" not in page


def test_today_shows_what_is_left_to_set_up(app: FastAPI, hire: Hire, browser: SignIn) -> None:
    app.state.checklist = lambda session: [
        (True, "Connect a shop", "", ""),
        (False, "Mail", "Letters wait for a mail server.", "/settings"),
    ]
    page = browser(hire("reader")).get("/").text
    assert "1 of 2 done" in page
    assert "Letters wait for a mail server." in page
    assert "Nothing needs a hand" not in page


def test_health_shows_dead_jobs_with_their_reason_and_lets_an_agent_run_them_again(
    app: FastAPI, hire: Hire, browser: SignIn
) -> None:
    app.state.jobs = book = JobBook()
    client = browser(hire("agent"))
    page = client.get("/health").text
    assert "mailbox &lt;full&gt;" in page
    assert "letter_id 7" in page
    taken = client.post("/health/jobs/again", data={"job": "outbox.send:7"})
    assert taken.headers["location"] == "/health?again=true"
    assert book.again == ["outbox.send:7"]
    assert client.post("/health/jobs/again", data={"job": "gone"}).status_code == 404


def test_a_reader_sees_no_button_that_would_be_refused(app: FastAPI, hire: Hire, browser: SignIn) -> None:
    app.state.jobs = JobBook()
    client = browser(hire("reader"))
    assert 'action="/health' not in client.get("/health").text
    for path in ("/settings/team", "/console/connector/settings"):
        assert 'action="/settings/team' not in client.get(path).text


def test_health_speaks_with_the_real_book_of_jobs(hire: Hire, browser: SignIn) -> None:
    assert browser(hire("reader")).get("/health").status_code == 200
