"""Sessions in the whole service, as it is put together for real."""

import pytest
from fastapi import FastAPI

from aftercart import care
from core.database import Database
from core.jobs import Jobs
from core.settings import Settings
from core.web import SESSION_COOKIE
from staff.tables import StaffSession
from tests.invoices.rows import all_of
from tests.security.conftest import PASSWORD, PASSWORD_HASH, Browser
from tests.standins import Clock

pytestmark = pytest.mark.database


def test_a_session_lives_on_while_it_is_used_and_no_longer(browser: Browser, clock: Clock) -> None:
    client = browser("agent")
    for _ in range(5):
        clock.advance(days=10)
        assert client.get("/orders").status_code == 200
    clock.advance(days=14)
    assert client.get("/orders").status_code == 303


def test_sessions_that_ended_are_forgotten_at_night(
    database: Database, jobs: Jobs, settings: Settings, browser: Browser, clock: Clock
) -> None:
    browser("agent")
    clock.advance(days=15)
    browser("owner")
    care.purge(database, jobs=jobs, settings=settings)
    with database.reading() as session:
        assert len(all_of(session, StaffSession)) == 1


def test_the_cookie_is_for_this_service_over_https_and_out_of_reach_of_scripts(browser: Browser) -> None:
    browser("owner")
    answer = browser().post("/sign-in", data={"email": "owner1@shop.example", "password": PASSWORD})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    for part in ("httponly", "secure", "samesite=lax", "path=/"):
        assert part in cookie
    assert "domain=" not in cookie


def test_passwords_are_kept_as_argon2_hashes() -> None:
    assert PASSWORD_HASH.startswith("$argon2id$")
    memory = int(PASSWORD_HASH.split("m=")[1].split(",")[0])
    assert memory >= 19 * 1024, "OWASP's least for argon2id, in KiB"


def test_the_service_listens_on_this_machine_alone_unless_told_otherwise(app: FastAPI) -> None:
    assert Settings.model_fields["host"].default == "127.0.0.1"
    assert Settings.model_fields["trusted_proxies"].default == "127.0.0.1"
