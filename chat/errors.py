"""What can be wrong in conversations."""

from core.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany


class ConversationNotFound(NotFound):
    """There is none of that name, or not for this viewer: both look the same."""

    code = "conversation_not_found"


class MessageRefused(BadInput):
    """The message is empty, too long, or holds what is no text."""

    code = "message_refused"


class AnsweredMeanwhile(Conflict):
    """Another person of the shop answered first; `details` hold `seq`, `name` and `text` of that answer."""

    code = "answered_meanwhile"


class NotForTheBot(Conflict):
    """A person holds the conversation; the bot says nothing more."""

    code = "not_for_the_bot"


class Blocked(NotAllowed):
    """The shop takes no more messages from this contact."""

    code = "blocked"


class ChatBusy(TooMany):
    """The service cannot take the message at this moment; the same one may be sent again."""

    code = "chat_busy"
