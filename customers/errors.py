"""What can be wrong about people."""

from core.errors import BadInput, NotFound, NotSignedIn


class NoSuchDevice(NotSignedIn):
    """The token of the widget is not known here, or no longer."""

    code = "no_such_device"


class ContactNotFound(NotFound):
    code = "contact_not_found"


class WrongCode(BadInput):
    """The code is wrong, used or old: all three look the same."""

    code = "wrong_code"
