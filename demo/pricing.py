"""What an order costs: taxes by place, rounding by line, and the sums WooCommerce keeps of them.

Source: `abstract-wc-order.php` (`calculate_totals`, `update_taxes`) and `wc-core-functions.php`
(`wc_round_tax_total`) of WooCommerce; checked against the recorded orders.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from demo.recording import Body, recorded
from demo.storage import Shop

FINE = Decimal("0.000001")
"""WooCommerce keeps six decimals of a line and its taxes."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Place:
    """Where an order is taxed."""

    country: str
    state: str = ""
    postcode: str = ""
    city: str = ""


def fine(amount: Decimal) -> str:
    return str(amount.quantize(FINE, ROUND_HALF_UP))


def base_place(shop: Shop) -> Place:
    """The shop's own place; the setting reads `KR` or `DE:DE-BE`."""
    country, _, state = shop.setting("general", "woocommerce_default_country").partition(":")
    return Place(country, state)


def place_of(shop: Shop, order: Body) -> Place:
    """The shipping address, else the billing address, else the shop."""
    for address in (order["shipping"], order["billing"]):
        if address["country"]:
            return Place(address["country"], address["state"], address["postcode"], address["city"].upper())
    return base_place(shop)


def prices_include_tax(shop: Shop) -> bool:
    return shop.setting("tax", "woocommerce_prices_include_tax") == "yes"


def postcode_fits(pattern: str, postcode: str) -> bool:
    low, dots, high = pattern.partition("...")
    if dots:
        return low <= postcode <= high
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), postcode) is not None


def fits(rate: Body, place: Place) -> bool:
    return (
        rate["country"] in ("", place.country)
        and rate["state"] in ("", place.state)
        and (not rate["cities"] or place.city in rate["cities"])
        and (not rate["postcodes"] or any(postcode_fits(one, place.postcode) for one in rate["postcodes"]))
    )


def rates_at(place: Place, tax_class: str, *, shipping: bool = False) -> list[Body]:
    """The rates of a class at a place: one per priority, the most exactly placed one."""
    wanted = tax_class or "standard"
    found = [rate for rate in recorded("shared", "taxes") if rate["class"] == wanted and fits(rate, place)]
    found.sort(
        key=lambda rate: (rate["priority"], not rate["cities"], not rate["postcodes"], not rate["state"])
    )
    chosen: dict[int, Body] = {}
    for rate in found:
        chosen.setdefault(rate["priority"], rate)
    return [rate for rate in chosen.values() if rate["shipping"] or not shipping]


def taxes_on(net: Decimal, rates: Iterable[Body]) -> dict[int, Decimal]:
    """Tax by rate id on a net amount; a compound rate is taken of net plus the taxes before it."""
    taxes: dict[int, Decimal] = {}
    for rate in sorted(rates, key=lambda rate: bool(rate["compound"])):
        ground = net + sum(taxes.values()) if rate["compound"] else net
        taxes[rate["id"]] = (ground * Decimal(rate["rate"]) / 100).quantize(FINE, ROUND_HALF_UP)
    return taxes


def net_price(shop: Shop, product: Body, quantity: int) -> Decimal:
    """The price of so many pieces without tax. A price with tax holds the tax of the shop's own place."""
    gross = Decimal(product["price"] or "0") * quantity
    if not prices_include_tax(shop) or product["tax_status"] != "taxable":
        return gross
    percent = sum(Decimal(rate["rate"]) for rate in rates_at(base_place(shop), product["tax_class"]))
    return gross / (1 + Decimal(percent) / 100)


def rounded_tax(shop: Shop, amount: Decimal) -> Decimal:
    """A tax in the store's decimals; exact halves go down where prices include tax, as WooCommerce has it."""
    mode = ROUND_HALF_DOWN if prices_include_tax(shop) else ROUND_HALF_UP
    return amount.quantize(Decimal(1).scaleb(-shop.decimals), mode)


def tax_line(shop: Shop, line: Body, rates: list[Body]) -> None:
    """Write the taxes of a product, shipping or fee line from its totals."""
    taxes = taxes_on(Decimal(line["total"]), rates)
    before = taxes_on(Decimal(line["subtotal"]), rates) if "subtotal" in line else {}
    line["taxes"] = [
        {"id": rate, "total": fine(tax), "subtotal": fine(before[rate]) if before else ""}
        for rate, tax in taxes.items()
    ]
    line["total_tax"] = str(sum((rounded_tax(shop, tax) for tax in taxes.values()), ZERO))
    if "subtotal" in line:
        line["subtotal_tax"] = str(sum((rounded_tax(shop, tax) for tax in before.values()), ZERO))


def tax_order(shop: Shop, order: Body, untaxed: set[int]) -> None:
    """Tax every line anew; `untaxed` holds ids of product lines whose product bears no tax."""
    place = place_of(shop, order)
    for line in order["line_items"]:
        tax_line(shop, line, [] if line["id"] in untaxed else rates_at(place, line["tax_class"]))
    for line in order["shipping_lines"]:
        tax_line(shop, line, rates_at(place, "", shipping=True))
    for line in order["fee_lines"]:
        if line["tax_status"] != "taxable":
            tax_line(shop, line, [])
        elif Decimal(line["total"]) < 0:
            tax_discount_fee(shop, order, line, place, untaxed)
        else:
            tax_line(shop, line, rates_at(place, line["tax_class"]))


def tax_discount_fee(shop: Shop, order: Body, fee: Body, place: Place, untaxed: set[int]) -> None:
    """A negative fee takes back tax in proportion to the tax classes of what is taxed (`calculate_taxes` of fees)."""
    costs: dict[str, Decimal] = {}
    for line in [*order["line_items"], *order["fee_lines"], *order["shipping_lines"]]:
        total = Decimal(line["total"])
        if total > 0 and line["id"] not in untaxed and line.get("tax_status", "taxable") == "taxable":
            costs[line.get("tax_class", "")] = costs.get(line.get("tax_class", ""), ZERO) + total
    taxes: dict[int, Decimal] = {}
    for tax_class, cost in costs.items():
        share = Decimal(fee["total"]) * cost / sum(costs.values())
        for rate, tax in taxes_on(share, rates_at(place, tax_class)).items():
            taxes[rate] = taxes.get(rate, ZERO) + tax
    fee["taxes"] = [{"id": rate, "total": fine(tax), "subtotal": ""} for rate, tax in taxes.items()]
    fee["total_tax"] = str(sum((rounded_tax(shop, tax) for tax in taxes.values()), ZERO))


def summed_taxes(shop: Shop, lines: Iterable[Body]) -> dict[int, Decimal]:
    """Tax by rate over lines, each line's tax rounded by itself."""
    sums: dict[int, Decimal] = {}
    for line in lines:
        for tax in line["taxes"]:
            sums[tax["id"]] = sums.get(tax["id"], ZERO) + rounded_tax(shop, Decimal(tax["total"]))
    return sums


def tax_lines(shop: Shop, body: Body) -> list[Body]:
    """The tax lines of an order or refund, keeping the ids of lines that were there."""
    cart = summed_taxes(shop, [*body["line_items"], *body["fee_lines"]])
    shipping = summed_taxes(shop, body["shipping_lines"])
    kept = {line["rate_id"]: line["id"] for line in body["tax_lines"]}
    rates = {rate["id"]: rate for rate in recorded("shared", "taxes")}
    lines = []
    for rate_id in [*cart, *(rate for rate in shipping if rate not in cart)]:
        rate = rates[rate_id]
        percent = float(rate["rate"])
        code = "-".join(part for part in (rate["country"], rate["state"], rate["name"]) if part)
        lines.append(
            {
                "id": kept.get(rate_id) or next(shop.items),
                "rate_code": f"{code.upper()}-{rate['priority']}",
                "rate_id": rate_id,
                "label": rate["name"],
                "compound": rate["compound"],
                "tax_total": str(cart.get(rate_id, ZERO)),
                "shipping_tax_total": str(shipping.get(rate_id, ZERO)),
                "rate_percent": int(percent) if percent.is_integer() else percent,
                "meta_data": [],
            }
        )
    return lines


def amounts(lines: Iterable[Body], name: str) -> list[Decimal]:
    return [Decimal(line[name]) for line in lines]


def calculate_totals(shop: Shop, order: Body, untaxed: set[int] | None = None) -> None:
    """Tax every line and sum the order up. Each line is rounded before summing (round at subtotal is off)."""
    tax_order(shop, order, untaxed or set())
    order["tax_lines"] = tax_lines(shop, order)
    items = order["line_items"]
    cart = sum((shop.rounded(amount) for amount in amounts(items, "total")), ZERO)
    before = sum((shop.rounded(amount) for amount in amounts(items, "subtotal")), ZERO)
    shipping = shop.rounded(sum(amounts(order["shipping_lines"], "total"), ZERO))
    cart_tax = sum(amounts(order["tax_lines"], "tax_total"), ZERO)
    shipping_tax = sum(amounts(order["tax_lines"], "shipping_tax_total"), ZERO)
    taxes = [tax for line in items for tax in line["taxes"]]
    discount_tax = shop.rounded(sum(amounts(taxes, "subtotal"), ZERO) - sum(amounts(taxes, "total"), ZERO))
    fees = sum(amounts(order["fee_lines"], "total"), ZERO)
    order |= {
        "discount_total": str(before - cart),
        "discount_tax": str(discount_tax),
        "shipping_total": str(shipping),
        "shipping_tax": str(shipping_tax),
        "cart_tax": str(cart_tax),
        "total": str(shop.rounded(cart + fees + shipping + cart_tax + shipping_tax)),
        "total_tax": str(cart_tax + shipping_tax),
    }
    for line in items:
        price = float(Decimal(line["total"]) / (line["quantity"] or 1))
        line["price"] = int(price) if price.is_integer() else price
