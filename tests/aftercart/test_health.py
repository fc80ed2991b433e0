"""For machines that watch: alive and ready are told apart, and what is missing is named."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from aftercart.app import make_app
from aftercart.service import Service

pytestmark = pytest.mark.database


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    yield TestClient(make_app(service, run_jobs=False))


def test_a_running_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"state": "alive"}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)


def test_a_full_disk_is_not_ready(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.files, "free_bytes", lambda: 1024)
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["disk"]) == (503, False)


def test_a_database_that_is_behind_is_not_ready(client: TestClient, service: Service) -> None:
    with service.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM alembic_version")
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["migrated"]) == (503, False)
