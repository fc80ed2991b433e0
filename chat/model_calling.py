"""Asking a language model at an OpenAI-compatible address, through the client library of the extra `model`.

Within one time limit for all of it, however slowly an address drips; and never more than so many bytes.
"""

import importlib.util
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.model_asking import MOST_ANSWER_TOKENS
from core.logs import log

SECONDS = 6.0
MOST_BYTES = 200_000  # Of an answer on its way; ten sentences are some 2,000.


@dataclass(frozen=True)
class Reached:
    """What came back. `failure` is "late" or "failed" where nothing usable did; `tokens` 0 where it did not say."""

    text: str = ""
    tokens: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Place:
    """Where a model answers, under which name, with which key."""

    address: str
    name: str
    key: str


def is_installed() -> bool:
    """Whether the extra `model` is there."""
    return importlib.util.find_spec("openai") is not None


def call(place: Place, messages: Sequence[dict[str, str]], *, seconds: float = SECONDS) -> Reached:
    """The model's answer, or why there is none; never an error."""
    # Here and not above: it takes over a second to load and most shops have no model.
    from openai import OpenAI  # noqa: PLC0415

    from chat.model_transport import Bounded  # noqa: PLC0415

    found: list[Reached] = []
    client = OpenAI(
        base_url=place.address,
        api_key=place.key or "none",
        max_retries=0,
        timeout=seconds,
        http_client=Bounded.client(MOST_BYTES, seconds),
    )
    # The library's time limits are for each read; only a thread can be left behind after all of them together.
    asking = threading.Thread(target=lambda: found.append(_ask(client, place.name, messages)), daemon=True)
    asking.start()
    asking.join(seconds)
    client.close()
    return found[0] if found else Reached(failure="late")


def _ask(client: Any, name: str, messages: Sequence[dict[str, str]]) -> Reached:
    from openai import APITimeoutError  # noqa: PLC0415

    try:
        answer = client.chat.completions.create(
            model=name, messages=list(messages), max_tokens=MOST_ANSWER_TOKENS, temperature=0
        )
        text = answer.choices[0].message.content
        tokens = answer.usage.total_tokens if answer.usage else 0
        if not isinstance(text, str):
            return Reached(failure="failed")
        return Reached(text, tokens if isinstance(tokens, int) else 0)
    except APITimeoutError:
        return Reached(failure="late")
    except Exception as problem:  # Whatever an address answers, the shopper gets the plain answer.
        log("chat").warning("model_failed", problem=type(problem).__name__)
        return Reached(failure="failed")
