"""Labels: words by which conversations are found again."""

from collections.abc import Sequence

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from chat import actions
from chat.actions import Posted
from chat.desk_tables import ConversationLabel, Label
from chat.errors import HandlingRefused
from chat.handling import Who, author_of
from chat.schemas import NewEvent
from core.database import upsert
from core.errors import NotFound
from core.languages import Text

COLOURS = ("grey", "green", "blue", "yellow", "orange", "red", "purple")
LONGEST_NAME = 40


def labels(session: Session) -> Sequence[Label]:
    """All labels by name."""
    return session.exec(select(Label).order_by(func.lower(Label.name))).all()


def label(session: Session, label_id: int) -> Label:
    """That label. Raises NotFound."""
    found = session.get(Label, label_id)
    if found is None:
        raise NotFound(Text("There is no such label."))
    return found


def labels_of(session: Session, conversation_ids: Sequence[int]) -> dict[int, list[Label]]:
    """The labels of each of those conversations, by name."""
    chosen = (
        select(ConversationLabel.conversation_id, Label)
        .join(Label, col(Label.id) == ConversationLabel.label_id)
        .where(col(ConversationLabel.conversation_id).in_(conversation_ids))
        .order_by(func.lower(Label.name))
    )
    found: dict[int, list[Label]] = {one: [] for one in conversation_ids}
    for conversation_id, one in session.exec(chosen):
        found[conversation_id].append(one)
    return found


def change(
    session: Session,
    conversation_id: int,
    who: Who,
    *,
    add: Sequence[int] = (),
    remove: Sequence[int] = (),
) -> Posted | None:
    """Stick labels on and take others off; None when nothing changes. Raises NotFound."""
    author = author_of(who)
    held = actions.hold(session, conversation_id)
    number = int(held.id or 0)
    has = {int(one.id or 0) for one in labels_of(session, [number])[number]}
    new = [label(session, one) for one in dict.fromkeys(add) if one not in has]
    gone = [label(session, one) for one in dict.fromkeys(remove) if one in has and one not in add]
    if not new and not gone:
        return None
    rows = [{"conversation_id": number, "label_id": one.id} for one in new]
    upsert(session, ConversationLabel, rows, key=["conversation_id", "label_id"], update=[])
    session.execute(
        delete(ConversationLabel).where(
            col(ConversationLabel.conversation_id) == number,
            col(ConversationLabel.label_id).in_([one.id for one in gone]),
        )
    )
    data = {"added": [one.name for one in new], "removed": [one.name for one in gone]}
    return actions.post(session, number, NewEvent("label", author, data=data))


def add(session: Session, conversation_id: int, who: Who, *, label_id: int) -> Posted | None:
    """Stick one label on."""
    return change(session, conversation_id, who, add=[label_id])


def remove(session: Session, conversation_id: int, who: Who, *, label_id: int) -> Posted | None:
    """Take one label off."""
    return change(session, conversation_id, who, remove=[label_id])


def count(session: Session, label_id: int) -> int:
    """How many conversations have it."""
    chosen = select(func.count()).where(col(ConversationLabel.label_id) == label_id)
    return int(session.exec(chosen).one())


# -- the labels themselves ---------------------------------------------------------------------------------------


def save(session: Session, *, name: str, colour: str, label_id: int | None = None) -> Label:
    """Make a label or change one. Raises HandlingRefused and NotFound."""
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise HandlingRefused(Text("A label has a name of at most %(most)s characters.", most=LONGEST_NAME))
    if colour not in COLOURS:
        raise HandlingRefused(Text("There is no such colour."))
    same = session.exec(select(Label).where(func.lower(Label.name) == tidy.lower())).first()
    if same is not None and same.id != label_id:
        raise HandlingRefused(Text("There is a label of that name already."))
    made = label(session, label_id) if label_id is not None else Label(name=tidy, colour=colour)
    made.name, made.colour = tidy, colour
    session.add(made)
    session.flush()
    return made


def forget(session: Session, label_id: int) -> None:
    """Take a label off all conversations; what happened to them stays told by its name."""
    session.delete(label(session, label_id))
    session.flush()
