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


class HandlingRefused(BadInput):
    """What a person of the shop wants to do with a conversation makes no sense as it stands; the sentence says why."""

    code = "handling_refused"


class ReplyUnfilled(BadInput):
    """A saved reply cannot be sent: `details` hold `names`, the variables without a value."""

    code = "reply_unfilled"


class NotYet(Conflict):
    """The conversation is not in the state for this, such as a rating before its end."""

    code = "not_yet"


class TranscriptRefused(BadInput):
    """The letter is wanted at an address that is not the contact's."""

    code = "transcript_refused"


class ChatBusy(TooMany):
    """The service cannot take the message at this moment; the same one may be sent again."""

    code = "chat_busy"


class BadAttachment(BadInput):
    """The file is too large, or nothing that may be sent."""

    code = "bad_attachment"


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
