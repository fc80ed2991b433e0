"""Every setting of the service, typed and explained; read once at start from `AFTERCART_…`.

Any of them may also be given as `AFTERCART_…_FILE`, a file that holds the value (for secrets from a vault). With no
setting at all the service runs on SQLite in `./data`; secrets that nobody gave are made on first start.
"""

import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from core.errors import NotConfigured
from core.languages import Text

PREFIX = "AFTERCART_"


class FromFiles(PydanticBaseSettingsSource):
    """Values that stand in the file which `AFTERCART_<NAME>_FILE` names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return (Path(path).read_text().rstrip("\r\n") if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """All settings. Names carry their unit; defaults run out of the box on SQLite."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    # Where things are
    data_folder: Path = Field(Path("data"), description="Folder of the database, documents and secrets.")
    database_url: str = Field(
        "", description="PostgreSQL address; empty means SQLite inside the data folder."
    )
    public_url: str = Field(
        "", description="Address by which shoppers reach the service, such as https://help.shop.example."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded headers are believed, comma separated."
    )
    node: str = Field("", description="Fixed, distinct name of this process; required on PostgreSQL.")

    # Secrets
    secret_key: SecretStr = Field(
        SecretStr(""), description="Root of all signatures and of encryption at rest; made on first start."
    )

    # Shop
    poll_seconds: Annotated[Literal[5, 10, 15, 20, 30, 60], BeforeValidator(int)] = Field(
        20, description="How often each shop is asked for changes."
    )
    shop_timeout_seconds: float = Field(
        45,
        gt=0,
        description="Longest wait for one answer of a shop; measured pages of 100 orders take up to 2 s each.",
    )
    webhook_retention_days: int = Field(7, ge=1, description="How long received webhooks are kept.")

    # Mail
    smtp_host: str = Field("", description="Mail server; empty means that letters wait.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected."
    )
    smtp_user: str = Field("", description="Name to sign in at the mail server with; empty means without.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password for the mail server.")
    mail_from: str = Field("", description="Sender address of all letters, such as orders@shop.example.")
    mail_timeout_seconds: float = Field(
        30, gt=0, description="Longest wait for one answer of the mail server."
    )
    sending: bool = Field(True, description="False pauses all sending.")

    # Documents
    render_timeout_seconds: float = Field(
        60, gt=0, description="Longest time for one PDF; 120 lines take under 2 s."
    )
    render_sleep_seconds: float = Field(
        300, gt=0, description="Idle time after which a renderer's process ends."
    )
    renderers: int = Field(
        2,
        ge=1,
        le=16,
        description="PDFs that are made at the same time, each in a process of some 90 MB; the second starts only when needed.",
    )
    link_days: int = Field(30, ge=1, description="How long a link in a letter opens its document.")

    # Work
    workers: int = Field(
        8,
        ge=1,
        le=32,
        description="Jobs that run at the same time in one process; most of them wait for others.",
    )
    queue_poll_seconds: float = Field(
        0.25, gt=0, description="How often waiting jobs are looked for; visits to shops a third as often."
    )
    job_retention_days: int = Field(14, ge=1, description="How long finished jobs are kept.")
    redis_url: str = Field(
        "",
        description="Redis, by which several processes tell each other what happens in chats and share the counters of rate limits.",
    )

    # Logs
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least important lines that are written."
    )
    log_json: bool = Field(False, description="One JSON object a line in place of text.")

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, FromFiles(settings_cls), env_settings

    @property
    def on_sqlite(self) -> bool:
        return not self.database_url

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.on_sqlite:
            return f"sqlite:///{self.data_folder.absolute() / 'aftercart.sqlite3'}"
        _, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}"

    @property
    def address(self) -> str:
        """The public address, or the local one while none is set."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def files_folder(self) -> Path:
        return self.data_folder / "files"


def load(**given: Any) -> Settings:
    """Read the settings, create the data folder, and make the secrets that nobody gave.

    Raises NotConfigured with a sentence that names the setting.
    """
    try:
        settings = Settings(**given)
    except ValidationError as problem:
        first = problem.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise NotConfigured(
            Text("The setting %(name)s is not usable: %(problem)s.", name=name, problem=first["msg"])
        ) from problem
    except OSError as problem:
        raise NotConfigured(
            Text("A settings file cannot be read: %(problem)s.", problem=str(problem))
        ) from problem
    try:
        settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.secret_key.get_secret_value():
            settings.secret_key = SecretStr(_kept_secret(settings.data_folder / "secret.key"))
    except OSError as problem:
        raise NotConfigured(
            Text(
                "The data folder %(folder)s cannot be used: %(problem)s.",
                folder=str(settings.data_folder),
                problem=str(problem),
            )
        ) from problem
    return settings


def _kept_secret(path: Path) -> str:
    """The secret in that file, made once. Written aside and linked, so that two first starts agree on one."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first; its secret holds.
        finally:
            draft.unlink()
    return path.read_text().strip()
