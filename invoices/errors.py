"""What can be refused about documents."""

from core.errors import BadInput, Conflict, NotFound


class InvoiceNotFound(NotFound):
    """There is no such document, or it is not the asker's: both look the same."""

    code = "invoice_not_found"


class HoldNotFound(NotFound):
    """There is no such open task."""

    code = "hold_not_found"


class NotDue(Conflict):
    """The order is in no state to be invoiced."""

    code = "invoice_not_due"


class StillDue(Conflict):
    """The document cannot be waived."""

    code = "invoice_still_due"


class StillPreparing(Conflict):
    """The PDF is not made yet."""

    code = "invoice_still_preparing"


class WithoutAddress(Conflict):
    """The order has no e-mail address."""

    code = "order_without_address"


class BadSellerProfile(BadInput):
    code = "bad_seller_profile"
