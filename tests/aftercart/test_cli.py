"""The command line as a user meets it."""

import json
from pathlib import Path

import pytest

from aftercart.service import Service
from core.database import Database
from core.jobs import enqueue
from demo.serving import running_shop
from demo.storage import open_shop
from tests import factories
from tests.aftercart.conftest import Command

pytestmark = pytest.mark.database


def test_every_command_explains_itself_in_both_languages(command: Command) -> None:
    english, korean = command("--help"), command("--help", LANG="ko_KR.UTF-8")
    assert english.returncode == korean.returncode == 0
    assert "Connect a shop by its REST key." in english.stdout
    assert "Connect a shop" not in korean.stdout


def test_worker_refuses_on_sqlite_and_says_why(command: Command, database: Database) -> None:
    if not database.on_sqlite:
        pytest.skip("on PostgreSQL the worker works")
    refused = command("worker")
    assert refused.returncode == 1
    assert "AFTERCART_DATABASE_URL" in refused.stderr


def test_worker_without_a_name_refuses_on_postgresql(command: Command, database: Database) -> None:
    if database.on_sqlite:
        pytest.skip("a worker of its own needs PostgreSQL")
    refused = command("worker")
    assert refused.returncode == 1
    assert "AFTERCART_NODE" in refused.stderr


def test_serve_refuses_a_postgresql_database_that_is_behind(command: Command, database: Database) -> None:
    if database.on_sqlite:
        pytest.skip("on SQLite serve migrates by itself")
    with database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM alembic_version")
    refused = command("serve", "--port", "1")
    assert refused.returncode == 1
    assert "aftercart migrate" in refused.stderr


def test_an_unusable_setting_is_named(command: Command) -> None:
    refused = command("jobs", "list", AFTERCART_SMTP_PORT="many")
    assert refused.returncode == 1
    assert "AFTERCART_SMTP_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_connect_sync_preview_and_issue(command: Command, service: Service, tmp_path: Path) -> None:
    shop = open_shop("eur")
    with running_shop(shop) as address:
        key = next(key for key in shop.keys if key.permission == "read")
        connected = command("connect", address, "--key", key.key, AFTERCART_STORE_SECRET=key.secret)
        assert connected.returncode == 0, connected.stderr
        assert key.secret not in connected.stdout + connected.stderr
        synced = command("sync", "--full")
        assert synced.returncode == 0, synced.stderr
        assert "70 orders" in synced.stdout
    preview = command("invoices", "preview", "176", "--to", str(tmp_path / "draft.pdf"))
    assert preview.returncode == 0, preview.stderr
    assert (tmp_path / "draft.pdf").read_bytes().startswith(b"%PDF")
    issued = command("invoices", "issue", "--since", "2020-01-01")
    assert "61 orders" in issued.stdout, issued.stderr
    listed = command("jobs", "list", "--json")
    names = [json.loads(line)["name"] for line in listed.stdout.splitlines()]
    assert names.count("invoices.issue_for_order") == 61


def test_a_shop_that_is_away_is_said_and_the_exit_code_is_1(command: Command, service: Service) -> None:
    shop = open_shop("krw")
    with running_shop(shop) as address:
        key = next(key for key in shop.keys if key.permission == "read")
        assert (
            command("connect", address, "--key", key.key, AFTERCART_STORE_SECRET=key.secret).returncode == 0
        )
    away = command("sync")
    assert away.returncode == 1
    assert "could not be reached" in away.stderr


def test_jobs_are_listed_and_a_dead_one_runs_again(
    command: Command, service: Service, database: Database
) -> None:
    with service.database.writing() as session:
        factories.store(session)
        enqueue(session, "outbox.send", "77", letter_id=77)
    assert "outbox.send" in command("jobs", "list").stdout
    unknown = command("jobs", "retry", "outbox.send:78")
    assert unknown.returncode == 1
    assert "no dead job" in unknown.stderr
    assert "0 jobs" in command("jobs", "adopt", "nobody").stdout
