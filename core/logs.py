"""Structured logs to standard error; values that look like secrets never leave."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_NAMES = re.compile(
    r"(?i)(secret|password|passwd|token|authorization|cookie|consumer_key|order_key|signature|api_key|smtp_url)"
)
SECRET_TEXTS = re.compile(
    r"(?i)\b(c[ks]_[0-9a-f]{8,}|wc_order_\w+|oauth_signature=[^&\s\"']+|oauth_nonce=[^&\s\"']+"
    r"|consumer_(?:key|secret)=[^&\s\"']+|eyJ[\w-]+\.[\w-]+\.[\w-]+|/i/[\w.-]{20,}|(?<=://)[^/@\s:]+:[^/@\s]+(?=@))"
)
HIDDEN = "[hidden]"


def without_secrets(text: str) -> str:
    """The text with keys, signatures, order keys and signed links blotted out."""
    return SECRET_TEXTS.sub(HIDDEN, text)


def _hide(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in entry.items():
        if SECRET_NAMES.search(name):
            entry[name] = HIDDEN
        elif isinstance(value, str):
            entry[name] = without_secrets(value)
    return entry


def start(*, level: str = "INFO", json: bool = False) -> None:
    """Send all logs, ours and the libraries', through one formatter on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # The jobs engine installs a handler of its own only where it finds none.
    logging.getLogger("dbos").handlers = [handler]
    logging.getLogger("dbos").propagate = False
    for noisy in ("weasyprint", "fontTools", "urllib3", "mail.log", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log(room: str) -> Any:
    """The logger of a room: `log("outbox").info("letter_sent", letter_id=3)`."""
    return structlog.stdlib.get_logger(room)
