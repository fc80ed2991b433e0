"""A language model may put the bot's answer into other words, where a shop has one; off unless it is set up.

The plain answer is made first and without it. The model sees the question (blotted), the passages and the order's facts
(without numbers that tell whose it is); what comes back is used only where it keeps to them. Every other end is the
plain answer.
"""

from dataclasses import dataclass, replace

from chat.bot_turns import Asked, Services, Turn
from chat.model_asking import NO_ANSWER, Asking, asking
from chat.model_budget import Outcome, Reserved, reserve, settle
from chat.model_calling import Place, Reached, call, is_installed
from chat.model_check import checked
from chat.settings import Model
from core.database import Database
from core.logs import log

REWORDED = ("article", "order", "product", "shop")


@dataclass(frozen=True)
class _Judged:
    outcome: Outcome
    text: str
    tokens: int


def in_other_words(database: Database, services: Services, asked: Asked, turn: Turn, model: Model) -> Turn:
    """The turn in the model's words, or as it was. Called outside of any session: it waits for another machine."""
    if not _may_ask(model, turn):
        return turn
    task = asking(asked, turn)
    with database.writing() as session:
        reserved = reserve(session, asked.store, tokens=task.most_tokens, budget=model.monthly_tokens)
    if reserved is None:
        return turn
    place = Place(
        model.address, model.name, services.keys.reveal(model.key_hidden) if model.key_hidden else ""
    )
    reached = call(place, task.messages)
    judged = _judged(task, reached, reserved)
    with database.writing() as session:
        settle(
            session,
            reserved,
            conversation_id=int(asked.conversation.id or 0),
            sent={"model": model.name, "messages": list(task.messages)},
            answer=reached.text,
            outcome=judged.outcome,
            tokens=judged.tokens,
        )
    return replace(turn, text=judged.text, reworded=True) if judged.outcome == "used" else turn


def _may_ask(model: Model, turn: Turn) -> bool:
    if not (model.on and model.address and model.name and model.monthly_tokens > 0):
        return False
    if turn.action not in REWORDED or not turn.sources:
        return False
    if not is_installed():
        log("chat").warning("model_not_installed", extra="model")
        return False
    return True


def _judged(task: Asking, reached: Reached, reserved: Reserved) -> _Judged:
    if reached.failure == "late":
        return _Judged("late", "", reserved.tokens)  # It may have worked on it all the same.
    if reached.failure:
        return _Judged("failed", "", 0)
    # What an address says of its cost is believed within what is possible.
    tokens = reached.tokens if 0 < reached.tokens <= reserved.tokens else reserved.tokens
    said = None if NO_ANSWER in reached.text else checked(reached.text, task.sources)
    restored = task.restored(said) if said else None
    return _Judged("used", restored, tokens) if restored else _Judged("refused", "", tokens)
