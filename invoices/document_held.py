"""Why an order or refund gets no document by itself: each reason with the sentence that says who can mend it, and how."""

from core.errors import Conflict
from core.languages import Text

SENTENCES = {
    "currency_decimals": Text(
        "The shop rounds amounts in %(currency)s to %(store_decimals)s decimals, so the exact amounts are not known."
        " The shop's owner can set the number of decimals to %(decimals)s in WooCommerce → Settings → General;"
        " then try again."
    ),
    "finer_fractions": Text(
        "The shop gave amounts finer than %(currency)s has."
        " The shop's owner can set the decimals of that currency to %(decimals)s where prices are entered,"
        " then save the order again."
    ),
    "unexplained_total": Text(
        "The order's total is %(total)s, but its lines and taxes make %(explained)s."
        " Someone may have set the total by hand: recalculate the order in the shop, or correct its lines;"
        " then try again."
    ),
    "unexplained_tax": Text(
        "The order's tax is %(total)s, but its lines or tax rates make %(explained)s."
        " Recalculate the order in the shop; then try again."
    ),
    "missing_shop_data": Text(
        "An invoice needs the shop's own details, and these are missing: %(missing)s."
        " An owner can enter them under Settings; then try again."
    ),
    "amount_only_refund": Text(
        "The refund of %(total)s names no lines, so its tax is not known."
        " Delete the refund in the shop and enter it again with the lines it gives back,"
        " or write the credit note by hand."
    ),
    "refund_exceeds_invoice": Text(
        "Refunds of %(refunded)s are more than the invoice %(number)s of %(total)s."
        " Check the order's refunds in the shop."
    ),
    "refund_currency": Text(
        "The invoice %(number)s is in %(invoice_currency)s, but the order is now in %(currency)s."
        " Correct the order in the shop, or write the credit note by hand."
    ),
}

FIELDS = {
    "name": Text("company name"),
    "street": Text("street"),
    "city": Text("city"),
    "country": Text("country"),
}


class Held(Conflict):
    """No document was made, because it could not be exact. `reason` is a stable word; `details` fit its sentence."""

    code = "held"

    def __init__(self, reason: str, **details: str) -> None:
        super().__init__(sentence(reason, details), **details)
        self.reason = reason


def sentence(reason: str, details: dict[str, str]) -> Text:
    """The sentence of a stored reason and its details."""
    values: dict[str, object] = dict(details)
    if "missing" in details:
        values["missing"] = _Fields(details["missing"])
    return Text(SENTENCES[reason].message, **values)


class _Fields:
    """Names of the shop's own details, said in the reader's language when shown."""

    def __init__(self, names: str) -> None:
        self.names = names.split(", ")

    def __str__(self) -> str:
        return ", ".join(str(FIELDS[name]) for name in self.names)
