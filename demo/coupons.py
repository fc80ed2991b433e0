"""Coupons on an order: percent, fixed on the cart, fixed on each piece."""

from decimal import Decimal

from demo.answers import RestError
from demo.pricing import ZERO, fine, place_of, prices_include_tax, rates_at, taxes_on
from demo.recording import Body, recorded
from demo.storage import Shop


def refused(message: str) -> RestError:
    return RestError("woocommerce_rest_invalid_coupon", message, 400)


def coupon_of(shop: Shop, code: str) -> Body:
    """The recorded coupon; raises the recorded refusals for unknown and expired ones."""
    coupons: list[Body] = recorded("shared", "coupons")
    coupon = next((row for row in coupons if row["code"] == code.lower()), None)
    if coupon is None:
        raise refused(f"Coupon &quot;{code}&quot; cannot be applied because it does not exist.")
    if coupon["date_expires"] and coupon["date_expires"] < shop.now().isoformat()[:19]:
        raise refused(f"Coupon &quot;{code}&quot; has expired.")
    return coupon


def discount(shop: Shop, coupon: Body, line: Body, lines: int, percent_of_tax: Decimal) -> Decimal:
    """What the coupon takes off one line, net; never more than the line still costs."""
    amount = Decimal(coupon["amount"])
    if coupon["discount_type"] == "percent":
        taken = Decimal(line["subtotal"]) * amount / 100
    else:
        pieces = line["quantity"] if coupon["discount_type"] == "fixed_product" else Decimal(1) / lines
        taken = amount * pieces
        if prices_include_tax(shop):
            taken /= 1 + percent_of_tax / 100
    return min(taken, Decimal(line["total"]))


def apply_coupon(shop: Shop, order: Body, coupon: Body) -> None:
    """Lower the product lines and add the coupon line; the order's sums are for `calculate_totals`."""
    place = place_of(shop, order)
    net = tax = ZERO
    for line in order["line_items"]:
        rates = rates_at(place, line["tax_class"])
        percent = sum((Decimal(rate["rate"]) for rate in rates), ZERO)
        taken = discount(shop, coupon, line, len(order["line_items"]), percent)
        line["total"] = fine(Decimal(line["total"]) - taken)
        net += taken
        tax += sum(taxes_on(taken, rates).values(), ZERO)
    amount = float(coupon["amount"])
    nominal = int(amount) if amount.is_integer() else amount
    info = {
        "id": next(shop.metas),
        "key": "coupon_info",
        "value": f'[{coupon["id"]},"{coupon["code"]}",null,{nominal}]',
    }
    order["coupon_lines"].append(
        {
            "id": next(shop.items),
            "code": coupon["code"],
            "discount": str(shop.rounded(net)),
            "discount_tax": str(shop.rounded(tax)),
            "meta_data": [{**info, "display_key": info["key"], "display_value": info["value"]}],
            "discount_type": coupon["discount_type"],
            "nominal_amount": nominal,
            "free_shipping": coupon["free_shipping"],
        }
    )
