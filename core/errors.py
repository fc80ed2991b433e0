"""The tree of errors: what happened, who can mend it, and whether another try makes sense.

AftercartError
├── BadInput          400  the sender must change what was sent
├── NotSignedIn       401
├── NotAllowed        403
├── NotFound          404  also "not yours": both look the same from outside
├── Conflict          409  the state does not allow it
├── TooMany           429
├── NotConfigured     500  a setting is missing; the sentence names it
└── OutsideError      502  a shop, mail server or disk failed; `permanent` says whether a retry is useless
"""

from core.languages import Text


class AftercartError(Exception):
    """Root of all errors that carry a sentence for a person.

    `status` is the HTTP answer, `code` the stable word for programs, `sentence` the text for people (translated
    when shown).
    """

    status = 500
    code = "error"

    def __init__(self, sentence: Text | str, **details: object) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.details = details


class BadInput(AftercartError):
    status = 400
    code = "bad_input"


class NotSignedIn(AftercartError):
    status = 401
    code = "not_signed_in"


class NotAllowed(AftercartError):
    status = 403
    code = "not_allowed"


class NotFound(AftercartError):
    status = 404
    code = "not_found"


class Conflict(AftercartError):
    status = 409
    code = "conflict"


class TooMany(AftercartError):
    status = 429
    code = "too_many"


class NotConfigured(AftercartError):
    code = "not_configured"


class OutsideError(AftercartError):
    """Something outside failed. `permanent` means that the same call will fail again."""

    status = 502
    code = "outside"

    def __init__(self, sentence: Text | str, *, permanent: bool = False, **details: object) -> None:
        super().__init__(sentence, **details)
        self.permanent = permanent
