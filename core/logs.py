"""Structured logs to standard error; values that look like secrets never leave."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

SECRET_NAMES = re.compile(
    r"(?i)(secret|password|passwd|token|authorization|cookie|consumer_key|order_key|signature|api_key|smtp_url)"
)
SECRET_TEXTS = re.compile(
    r"""(?ix)
    c[ks]_[0-9a-f]{8,}                                           # keys of a shop, also inside an encoded text
    | \b wc_order_\w+                                            # an order's key opens its pay page
    | \b (?:oauth_(?:signature|nonce)|consumer_(?:key|secret)|password|secret|token)=[^&\s"']+
    | \b (?:basic|bearer)\s+[a-z0-9+/=._~-]{8,}
    | \b eyJ[\w-]+\.[\w-]+\.[\w-]*                              # signed tokens
    | /(?:i|welcome|reset)/[\w.-]{20,}                           # links that open something by themselves
    | (?<=://)[^/@\s]*:[^/\s]+(?=@)                              # name:password@host
    """
)
HIDDEN = "[hidden]"


def without_secrets(text: str) -> str:
    """The text with keys, signatures, order keys and signed links blotted out."""
    return SECRET_TEXTS.sub(HIDDEN, text)


def _hide(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in entry.items():
        entry[name] = _hidden(name, value)
    return entry


def _hidden(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, Mapping):
        return {inner: _hidden(str(inner), found) for inner, found in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", found) for found in value]
    return without_secrets(str(value)) if isinstance(value, BaseException) else value


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
    # These talk a lot, and some of it is what they sign.
    for noisy in ("weasyprint", "fontTools", "urllib3", "oauthlib", "mail.log", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log(room: str) -> Any:
    """The logger of a room: `log("outbox").info("letter_sent", letter_id=3)`."""
    return structlog.stdlib.get_logger(room)
