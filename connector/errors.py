"""What can go wrong with a shop, in words that say who can mend it."""

from core.errors import Conflict, NotFound, OutsideError


class StoreNotFound(NotFound):
    code = "store_not_found"


class OrderNotFound(NotFound):
    code = "order_not_found"


class StoreExists(Conflict):
    code = "store_exists"


class StoreUnavailable(OutsideError):
    """The shop did not answer as a shop; worth another try unless `permanent`."""

    code = "store_unavailable"


class StoreRefused(OutsideError):
    """The shop answered and said no: key, permission, clock or signature."""

    code = "store_refused"


class GoneInStore(OutsideError):
    """The shop says that the thing does not exist (any more)."""

    code = "gone_in_store"

    def __init__(self, sentence: object, **details: object) -> None:
        super().__init__(str(sentence), permanent=True, **details)
