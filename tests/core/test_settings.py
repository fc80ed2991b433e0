"""Claims about where settings come from and what is made on a first start."""

import stat
import threading
from pathlib import Path

import pytest

from core import settings
from core.errors import NotConfigured
from core.languages import speaking


def test_without_any_setting_the_service_runs_on_sqlite_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    found = settings.load()
    assert found.on_sqlite
    assert found.database_address == f"sqlite:///{tmp_path / 'data' / 'aftercart.sqlite3'}"


def test_a_setting_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AFTERCART_PORT", "9000")
    assert settings.load(data_folder=tmp_path).port == 9000


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_any_setting_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str):
    secret = tmp_path / "password"
    secret.write_bytes(("geheim" + ending).encode())
    monkeypatch.setenv("AFTERCART_SMTP_PASSWORD_FILE", str(secret))
    assert settings.load(data_folder=tmp_path).smtp_password.get_secret_value() == "geheim"


def test_a_file_goes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "user").write_text("from file")
    monkeypatch.setenv("AFTERCART_SMTP_USER_FILE", str(tmp_path / "user"))
    monkeypatch.setenv("AFTERCART_SMTP_USER", "from environment")
    assert settings.load(data_folder=tmp_path).smtp_user == "from file"


def test_a_missing_file_is_named_in_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AFTERCART_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(NotConfigured, match="nowhere"):
        settings.load(data_folder=tmp_path)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("POLL_SECONDS", "7"), ("SMTP_SECURITY", "maybe")]
)
def test_an_unusable_setting_is_named_in_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(f"AFTERCART_{name}", value)
    with pytest.raises(NotConfigured, match=f"AFTERCART_{name}"):
        settings.load(data_folder=tmp_path)


def test_a_polling_pause_that_cron_can_say_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AFTERCART_POLL_SECONDS", "30")
    assert settings.load(data_folder=tmp_path).poll_seconds == 30


def test_the_first_start_makes_a_secret_that_only_the_service_can_read(tmp_path: Path):
    folder = tmp_path / "new" / "data"
    made = settings.load(data_folder=folder).secret_key.get_secret_value()
    assert len(made) >= 32
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert settings.load(data_folder=folder).secret_key.get_secret_value() == made


def test_a_given_secret_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AFTERCART_SECRET_KEY", "g" * 40)
    assert settings.load(data_folder=tmp_path).secret_key.get_secret_value() == "g" * 40
    assert not (tmp_path / "secret.key").exists()


def test_first_starts_at_the_same_moment_agree_on_one_secret(tmp_path: Path):
    together = threading.Barrier(16)
    made: list[str] = []

    def start() -> None:
        together.wait()
        made.append(settings.load(data_folder=tmp_path).secret_key.get_secret_value())

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 16
    assert set(made) == {(tmp_path / "secret.key").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_data_folder_that_cannot_be_made_is_named_in_the_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotConfigured, match="file/data"):
        settings.load(data_folder=tmp_path / "file" / "data")


def test_an_unreadable_kept_secret_is_no_reason_for_a_new_one(tmp_path: Path):
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(NotConfigured):
        settings.load(data_folder=tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_is_understood(tmp_path: Path, scheme: str):
    found = settings.load(data_folder=tmp_path, database_url=f"{scheme}://me:secret@db/aftercart")
    assert not found.on_sqlite
    assert found.database_address == "postgresql+psycopg://me:secret@db/aftercart"


def test_a_public_address_ends_without_a_slash(tmp_path: Path):
    assert (
        settings.load(data_folder=tmp_path, public_url="https://help.example/").address
        == "https://help.example"
    )


def test_secrets_are_not_printed_with_the_settings(tmp_path: Path):
    found = settings.load(data_folder=tmp_path, smtp_password="geheim")
    assert "geheim" not in repr(found)
    assert found.secret_key.get_secret_value() not in repr(found)


def test_the_error_speaks_the_readers_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AFTERCART_PORT", "many")
    with speaking("ko"), pytest.raises(NotConfigured) as caught:
        settings.load(data_folder=tmp_path)
    assert "AFTERCART_PORT" in str(caught.value.sentence)
