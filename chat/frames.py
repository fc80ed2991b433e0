"""Frames that come from browsers, read with distrust."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from chat import forms
from chat.errors import MessageRefused
from chat.saying import Said
from core.languages import Text
from customers.queries import LONGEST_TOKEN
from customers.schemas import Shopper

MOST_SINCE = 200


@dataclass(frozen=True)
class Hello:
    """The first frame: who comes, and what is there already of each conversation."""

    token: str
    since: dict[str, int]


def object_of(text: str) -> dict[str, Any]:
    """The object in a frame. Raises ValueError."""
    try:
        found = json.loads(text)
    except RecursionError as problem:
        raise ValueError("nested too deep") from problem
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - one error for everything that is no frame
    return found


def hello(text: str) -> Hello:
    """The first frame of a browser. Raises ValueError."""
    found = object_of(text)
    token = found.get("token")
    if found.get("type") != "hello" or not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise ValueError("no hello")
    return Hello(token, since_of(found.get("since") or {}))


def since_of(given: object) -> dict[str, int]:
    """Numbers by conversation. Raises ValueError."""
    if not isinstance(given, dict) or len(given) > MOST_SINCE:
        raise ValueError("no numbers")
    if not all(isinstance(seq, int) and 0 <= seq < 2**31 for seq in given.values()):
        raise ValueError("no numbers")
    return {str(name): seq for name, seq in given.items()}


def said(frame: dict[str, Any], shopper: Shopper) -> Said:
    """What a frame `send` says. Raises MessageRefused."""
    try:
        form = forms.MessageForm.model_validate(frame)
    except ValidationError as problem:
        raise MessageRefused(Text("The message cannot be read.")) from problem
    return form.said(shopper, str(frame.get("conversation", "")))
