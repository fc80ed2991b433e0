"""Many orders from the few recorded ones, for benches and long first syncs."""

import random
from datetime import datetime, timedelta

from demo.figures import listed_orders
from demo.recording import Body
from demo.storage import Shop

LINE_KINDS = ("line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines")
LONGEST_TIE = 40
"""23 recorded orders shared one modified second; ties here are a little worse."""

YEARS_BACK = timedelta(days=730)


def multiply(shop: Shop, wanted: int, seed: int = 7) -> None:
    """Copy listed orders with their refunds until `wanted` are listed. Nested parts that never change are shared.

    Ids are fresh, creation dates spread over two years before now, many orders share one modified second.
    """
    chance = random.Random(seed)
    recorded = sorted(listed_orders(shop), key=lambda order: int(order["id"]))
    missing = wanted - len(recorded)
    if missing <= 0:
        return
    refunds: dict[int, list[Body]] = {}
    for refund in sorted(shop.refunds.values(), key=lambda row: int(row["id"])):
        refunds.setdefault(refund["parent_id"], []).append(refund)
    start = shop.now() - YEARS_BACK
    moments = tied_moments(chance, start, missing)
    for number in range(missing):
        source = recorded[number % len(recorded)]
        created = (start + YEARS_BACK * number / missing).replace(microsecond=0)
        order = copied(shop, source, created, max(moments[number], created))
        order["refunds"] = []
        for refund in refunds.get(source["id"], []):
            order["refunds"].append(copied_refund(shop, refund, source, order))
        shop.keep_order(order)


def tied_moments(chance: random.Random, start: datetime, count: int) -> list[datetime]:
    """Rising seconds, each shared by 1 to 40 orders."""
    moments: list[datetime] = []
    moment = start
    step = YEARS_BACK / count
    while len(moments) < count:
        tie = chance.randint(1, LONGEST_TIE)
        moment = min(moment + step * tie, start + YEARS_BACK)
        moments += [moment.replace(microsecond=0)] * tie
    return moments[:count]


def copied(shop: Shop, source: Body, created: datetime, modified: datetime) -> Body:
    number = next(shop.posts)
    key = f"wc_order_copy{number}"
    order = {**source, "id": number, "number": str(number), "order_key": key}
    order["payment_url"] = f"{{shop}}/checkout/order-pay/{number}/?pay_for_order=true&key={key}"
    for kind in LINE_KINDS:
        order[kind] = [{**line, "id": next(shop.items)} for line in source[kind]]
    shop.stamp(order, "created", created)
    shop.stamp(order, "modified", modified)
    for name in ("paid", "completed"):
        if source[f"date_{name}_gmt"]:
            shop.stamp(order, name, created)
    return order


def copied_refund(shop: Shop, refund: Body, source: Body, order: Body) -> Body:
    """Copy a refund for a copied order, its lines pointing to the copied lines; gives the summary."""
    places = {
        str(old["id"]): str(new["id"])
        for kind in LINE_KINDS
        for old, new in zip(source[kind], order[kind], strict=True)
    }
    copy = {**refund, "id": next(shop.posts), "parent_id": order["id"]}
    for kind in LINE_KINDS[:4]:
        copy[kind] = [
            {
                **line,
                "id": next(shop.items),
                "meta_data": [pointed(meta, places) for meta in line["meta_data"]],
            }
            for line in refund[kind]
        ]
    shop.stamp(copy, "created", datetime.fromisoformat(order["date_modified_gmt"] + "+00:00"))
    shop.refunds[copy["id"]] = copy
    summary = next(row for row in source["refunds"] if row["id"] == refund["id"])
    return {**summary, "id": copy["id"]}


def pointed(meta: Body, places: dict[str, str]) -> Body:
    if meta["key"] != "_refunded_item_id":
        return meta
    place = places.get(str(meta["value"]), meta["value"])
    return {**meta, "value": place, "display_value": place}
