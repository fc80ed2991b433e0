"""How a shopper found the help: one click after the end, in the widget or by the link in the transcript."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from chat import actions, settings
from chat.actions import Posted
from chat.errors import MessageRefused, NotYet
from chat.schemas import SHOPPER, Author, NewEvent
from chat.tables import Conversation, ConversationEvent
from core.errors import NotFound
from core.languages import Text
from core.security import Keys, read_token, sign

PURPOSE = "chat-rating"
LINK_LIFETIME = timedelta(days=30)
SCORES = (1, 2, 3, 4, 5)
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class Given:
    """A rating as it stands."""

    score: int
    comment: str


def rate(
    session: Session,
    conversation_id: int,
    *,
    score: int,
    comment: str = "",
    author: Author = SHOPPER,
    client_id: str | None = None,
) -> Posted | None:
    """Keep it; a later one counts in place of the one before. None when it stands so already.

    Raises NotYet before the conversation was ever resolved, and MessageRefused.
    """
    if score not in SCORES or len(comment) > LONGEST_COMMENT:
        raise MessageRefused(Text("Please choose one of the five answers."))
    conversation = actions.hold(session, conversation_id)
    if not _ever_resolved(session, conversation):
        raise NotYet(Text("You can rate the conversation once it has ended."))
    found = given(session, int(conversation.id or 0))
    if found == Given(score, comment.strip()):
        return None
    data = {"score": score, "comment": comment.strip()}
    return actions.post(session, conversation_id, NewEvent("rating", author, client_id=client_id, data=data))


def given(session: Session, conversation_id: int) -> Given | None:
    """The rating since the conversation was last resolved."""
    chosen = (
        select(ConversationEvent)
        .where(ConversationEvent.conversation_id == conversation_id)
        .where(col(ConversationEvent.kind).in_(("rating", "state")))
        .order_by(col(ConversationEvent.seq).desc())
    )
    for event in session.exec(chosen):
        if event.kind == "rating":
            return Given(event.data["score"], event.data.get("comment") or "")
        if event.data["to"] == "resolved":
            return None
    return None


def _ever_resolved(session: Session, conversation: Conversation) -> bool:
    if conversation.state == "resolved":
        return True
    chosen = select(ConversationEvent).where(
        ConversationEvent.conversation_id == conversation.id, ConversationEvent.kind == "state"
    )
    return any(event.data["to"] == "resolved" for event in session.exec(chosen))


# -- by link -----------------------------------------------------------------------------------------------------


def link(keys: Keys, conversation: Conversation, *, address: str) -> str:
    """The full address of the page on which this conversation can be rated for a month. Opening it counts nothing."""
    claims = {"c": conversation.public_id}
    token = sign(keys.of(PURPOSE), claims, purpose=PURPOSE, lifetime=LINK_LIFETIME)
    return f"{address}/rate/{token}"


def conversation_of_link(session: Session, keys: Keys, token: str) -> Conversation:
    """The conversation that a link is for. Raises BadToken, ExpiredToken, and NotFound for one that is gone."""
    claims = read_token(keys.of(PURPOSE), token, purpose=PURPOSE)
    found = session.exec(select(Conversation).where(Conversation.public_id == str(claims.get("c")))).first()
    if found is not None and found.merged_into_id is not None:
        found = session.get(Conversation, found.merged_into_id)
    if found is None:
        raise NotFound(Text("This conversation does not exist any more."))
    if not settings.of_store(session, found.store_id).rating:
        raise NotFound(Text("The shop does not ask for ratings any more."))
    return found
