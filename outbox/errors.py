"""What can go wrong with a letter, in words that say who can mend it."""

from core.errors import BadInput, Conflict, NotFound, OutsideError
from core.languages import Text


class LetterNotFound(NotFound):
    code = "letter_not_found"


class NotThisClass(BadInput):
    """The purpose does not allow this legal class, or nobody has consented to it."""

    code = "legal_class_refused"


class LetterIsOnItsWay(Conflict):
    """The letter is being sent, or was; it cannot be changed any more."""

    code = "letter_on_its_way"


class NotSentYet(OutsideError):
    """The letter could not be sent now; the engine tries again."""

    code = "letter_not_sent_yet"


class UnusableAddress(BadInput):
    """No letter can be sent to this text."""

    code = "unusable_address"
    sentence: Text
