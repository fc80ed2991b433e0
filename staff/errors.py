"""What can go wrong when people come in or change who may."""

from core.errors import BadInput, Conflict, NotFound, NotSignedIn


class WrongSignIn(NotSignedIn):
    """Address or password is wrong, or the member is disabled: one answer for all three."""

    code = "wrong_sign_in"


class BadPassword(BadInput):
    code = "bad_password"


class WrongPassword(BadInput):
    """The present password, asked for before it is changed, is another one."""

    code = "wrong_password"


class BadAddress(BadInput):
    code = "bad_address"


class LinkNotFound(NotFound):
    """No such link, used already, voided by a newer one, or too old."""

    code = "link_not_found"


class MemberNotFound(NotFound):
    code = "member_not_found"


class MemberExists(Conflict):
    code = "member_exists"


class LastOwner(Conflict):
    """Without an owner nobody could ever change anything here again."""

    code = "last_owner"
