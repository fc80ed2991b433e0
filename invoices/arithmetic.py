"""The sums of a document: printed lines, discounts, tax by rate, and the one rounding line between them and the totals.

No amount is made here: every number is the shop's own, a sum of the shop's, or the difference of two of its sums.

Which difference is rounding? A shop rounds each amount that it stores, to within one smallest unit (half a unit each
time, and some of them twice: a line's tax is rounded from the rates' parts, which are rounded already). So the net
amounts of n lines may miss the order's net by up to n units, the taxes of n lines and m rates by up to n + m, the taxes
of m rates by up to m. A larger difference has another cause and is held for a person.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from connector.schemas import Coupon, Line, TaxRate
from core import money
from invoices.document_held import Held
from invoices.document_parts import PrintedLine, RateName, TaxRow

# Stands among the numbers of rates; those are never negative.
UNTAXED = -1


def printed_lines(
    lines: Sequence[Line], rates: Sequence[TaxRate], coupons: Sequence[Coupon]
) -> tuple[PrintedLine, ...]:
    """Goods at their prices before discount, then the discounts, shipping and fees."""
    goods = [line for line in lines if line.kind == "product"]
    return (
        *(_printed(line, rates, *_listed(line)) for line in goods),
        *_discounts(goods, coupons),
        *(_printed(line, rates, line.net_minor, line.tax_minor) for line in lines if line.kind == "shipping"),
        *(_printed(line, rates, line.net_minor, line.tax_minor) for line in lines if line.kind == "fee"),
    )


def _listed(line: Line) -> tuple[int, int]:
    """Net and tax before discount. Where staff raised a price, the lower one in the list explains nothing."""
    if line.net_before_discount_minor < line.net_minor:
        return line.net_minor, line.tax_minor
    return line.net_before_discount_minor, line.tax_before_discount_minor


def _printed(line: Line, rates: Sequence[TaxRate], net_minor: int, tax_minor: int) -> PrintedLine:
    mine = {share.rate_id for share in line.taxes}
    quantity = _number(line.quantity) if line.kind == "product" else None
    return PrintedLine(
        kind=line.kind,
        name=line.name,
        attributes=line.attributes,
        sku=line.sku,
        quantity="" if quantity is None else f"{quantity:f}",
        unit_minor=None if quantity is None else _price_of_one(net_minor, quantity),
        net_minor=net_minor,
        tax_minor=tax_minor,
        rates=tuple(_name(rate) for rate in rates if rate.rate_id in mine),
    )


def _number(quantity: str) -> Decimal | None:
    """The quantity without needless zeros; None for 0 (money given back without goods) and for no number."""
    try:
        number = Decimal(quantity).normalize()
    except InvalidOperation:
        return None
    return number if number.is_finite() and number != 0 else None


def _price_of_one(net_minor: int, quantity: Decimal) -> int | None:
    price = Decimal(net_minor) / quantity
    return int(price) if price == price.to_integral_value() and price * quantity == net_minor else None


def _name(rate: TaxRate) -> RateName:
    return RateName(label=rate.label, percent=rate.percent)


def _discounts(goods: Sequence[Line], coupons: Sequence[Coupon]) -> tuple[PrintedLine, ...]:
    """What lies between the listed and the own amounts of the goods: a row per coupon where the coupons' own amounts
    make exactly that, else one row that names them all (each coupon was rounded on its own), or none.
    """
    listed = [_listed(line) for line in goods]
    net = sum(line.net_minor for line in goods) - sum(net for net, _ in listed)
    tax = sum(line.tax_minor for line in goods) - sum(tax for _, tax in listed)
    rows = tuple(
        PrintedLine(
            kind="discount",
            name=coupon.code,
            net_minor=-coupon.discount_minor,
            tax_minor=-coupon.discount_tax_minor,
        )
        for coupon in coupons
    )
    if (sum(row.net_minor for row in rows), sum(row.tax_minor for row in rows)) == (net, tax):
        return rows
    names = ", ".join(coupon.code for coupon in coupons)
    return (PrintedLine(kind="discount", name=names, net_minor=net, tax_minor=tax),)


def rounding_line(
    printed: Sequence[PrintedLine],
    rates: Sequence[TaxRate],
    *,
    total_minor: int,
    tax_minor: int,
    currency: str,
) -> tuple[PrintedLine, ...]:
    """The row that makes the printed rows add up to the shop's own total and tax; none where they do already.

    Raises Held where the difference is more than rounding.
    """
    stored = sum(1 for line in printed if line.kind != "discount")
    net = total_minor - tax_minor - sum(line.net_minor for line in printed)
    tax = tax_minor - sum(line.tax_minor for line in printed)
    if abs(net) > stored or abs(net + tax) > stored + len(rates):
        explained = sum(line.net_minor for line in printed) + tax_minor
        raise _unexplained("unexplained_total", total_minor, explained, currency)
    if abs(tax) > stored + len(rates):
        raise _unexplained("unexplained_tax", tax_minor, tax_minor - tax, currency)
    return (PrintedLine(kind="rounding", net_minor=net, tax_minor=tax),) if net or tax else ()


def tax_rows(
    lines: Sequence[Line], rates: Sequence[TaxRate], *, tax_minor: int, currency: str
) -> tuple[TaxRow, ...]:
    """Tax by rate as the shop says it, each with the amount it was laid on; no rows where nothing knows a tax.

    Raises Held where the rates' taxes miss the shop's own tax by more than rounding.
    """
    bases = [_bases(line, rates) for line in lines]
    rows = [
        TaxRow(
            kind="rate",
            rate=_name(rate),
            compound=rate.compound,
            base_minor=sum(base.get(rate.rate_id, 0) for base in bases),
            tax_minor=rate.tax_minor + rate.shipping_tax_minor,
        )
        for rate in rates
    ]
    difference = tax_minor - sum(row.tax_minor for row in rows)
    if abs(difference) > len(rates):
        raise _unexplained("unexplained_tax", tax_minor, tax_minor - difference, currency)
    untaxed = sum(base.get(UNTAXED, 0) for base in bases)
    if rows and untaxed:
        rows.append(TaxRow(kind="untaxed", base_minor=untaxed, tax_minor=0))
    if difference:
        rows.append(TaxRow(kind="rounding", base_minor=0, tax_minor=difference))
    return tuple(rows)


def _bases(line: Line, rates: Sequence[TaxRate]) -> dict[int, int]:
    """The part of the line that each rate was laid on, by rate; `UNTAXED` is what no rate was laid on.

    Source: WC_Tax::calc_exclusive_tax lays the plain rates on the price, then the compound ones in their order, each on
    price and taxes so far. Only a negative fee is shared among the tax classes of the goods instead
    (WC_Order_Item_Fee::calculate_taxes).
    """
    shares = {share.rate_id: share.minor for share in line.taxes}
    if not shares:
        return {UNTAXED: line.net_minor}
    mine = sorted((rate for rate in rates if rate.rate_id in shares), key=lambda rate: rate.compound)
    laid, taxes_before, as_laid = {}, 0, True
    for rate in mine:
        base = laid[rate.rate_id] = line.net_minor + (taxes_before if rate.compound else 0)
        taxes_before += shares[rate.rate_id]
        as_laid = as_laid and abs(base * _part(rate) - shares[rate.rate_id]) <= 1
    if line.kind == "fee" and line.net_minor < 0 and not as_laid:
        return _shared(line.net_minor, mine, shares) or laid
    return laid


def _shared(net_minor: int, rates: Sequence[TaxRate], shares: Mapping[int, int]) -> dict[int, int] | None:
    """A net amount shared among rates, each part told by its tax; None where that makes no sense.

    A tax is known to half a unit, so its part is known to half a unit divided by the rate. What is left within that
    goes to the part known worst; more than that went to a rate of zero, or to goods without any tax.
    """
    taxing = sorted((rate for rate in rates if _part(rate) > 0), key=_part)
    if not taxing or any(rate.compound for rate in rates):
        return None
    parts = {rate.rate_id: round(shares[rate.rate_id] / _part(rate)) for rate in taxing}
    rest = net_minor - sum(parts.values())
    if abs(rest) <= sum(1 / (2 * _part(rate)) + 1 for rate in taxing):
        parts[taxing[0].rate_id] += rest
    elif rest < 0:
        parts[next((rate.rate_id for rate in rates if _part(rate) == 0), UNTAXED)] = rest
    else:
        return None
    return parts


def _part(rate: TaxRate) -> Decimal:
    return Decimal(rate.percent or 0) / 100


def _unexplained(reason: str, said: int, explained: int, currency: str) -> Held:
    # English and Korean write amounts of money alike, so one form serves both sentences.
    return Held(
        reason, total=money.shown(said, currency, "en"), explained=money.shown(explained, currency, "en")
    )
