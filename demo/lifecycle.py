"""What happens to an order in its life: statuses, payment, stock, trash, deletion, restoring."""

from demo.recording import Body
from demo.storage import Shop

PAYABLE = frozenset({"on-hold", "pending", "failed", "cancelled"})
"""Statuses a payment may end (source: `payment_complete`)."""


def refresh_flags(shop: Shop, order: Body) -> None:
    """Set what follows from status and lines."""
    status = order["status"]
    order["is_editable"] = status in {"pending", "on-hold", "auto-draft"}
    order["needs_payment"] = status in {"pending", "failed"} and float(order["total"]) > 0
    goods = [shop.products.get(line["product_id"]) for line in order["line_items"]]
    order["needs_processing"] = any(row and not (row["virtual"] and row["downloadable"]) for row in goods)


def set_status(shop: Shop, order: Body, status: str) -> None:
    """Change the status of a working copy: payment and completion dates, stock, hooks that webhooks listen to.

    A payment date is set when the status a payment leads to is reached, whoever set it (`maybe_set_date_paid`);
    so an order paid on delivery has one too.
    """
    if status == order["status"]:
        return
    order["status"] = status
    reached = {"processing", "completed"} if order["needs_processing"] else {"completed"}
    if status in reached and not order["date_paid_gmt"]:
        shop.stamp(order, "paid")
    if status == "completed":
        shop.stamp(order, "completed")
        if order["customer_id"] in shop.customers:
            shop.customers[order["customer_id"]]["is_paying_customer"] = True
    if status in {"processing", "completed", "on-hold"}:
        reduce_stock(shop, order)
    refresh_flags(shop, order)
    shop.announce(f"action.woocommerce_order_status_{status}", order["id"])


def pay(shop: Shop, order: Body, transaction_id: str = "") -> None:
    """`payment_complete`: the status follows from the goods."""
    if order["status"] not in PAYABLE:
        return
    order["transaction_id"] = transaction_id
    if not order["date_paid_gmt"]:
        shop.stamp(order, "paid")
    set_status(shop, order, "processing" if order["needs_processing"] else "completed")


def reduce_stock(shop: Shop, order: Body) -> None:
    """Take sold pieces off the shelf once; a sale also fires product.updated (FACTS section 7)."""
    for line in order["line_items"]:
        product = shop.products.get(line["product_id"])
        if product is None or any(meta["key"] == "_reduced_stock" for meta in line["meta_data"]):
            continue
        product["total_sales"] = int(product["total_sales"]) + line["quantity"]
        if product["manage_stock"]:
            product["stock_quantity"] -= line["quantity"]
            number = str(line["quantity"])
            line["meta_data"].append(
                {
                    "id": next(shop.metas),
                    "key": "_reduced_stock",
                    "value": number,
                    "display_key": "_reduced_stock",
                    "display_value": number,
                }
            )
            shop.stamp(product, "modified")
            shop.announce("product.updated", product["id"])


def trash(shop: Shop, order_id: int) -> None:
    """Move to the trash: modified date moves, order.deleted fires."""
    with shop.order_changed(order_id, tell=False) as order:
        shop.status_before_trash[order_id] = order["status"]
        order["status"] = "trash"
        refresh_flags(shop, order)
    shop.announce("order.deleted", order_id)


def restore(shop: Shop, order_id: int) -> None:
    """Take out of the trash as the admin page does: the old status comes back, order.restored fires."""
    with shop.order_changed(order_id, tell=False) as order:
        order["status"] = shop.status_before_trash.pop(order_id, "pending")
        refresh_flags(shop, order)
    shop.announce("order.restored", order_id)


def delete_for_good(shop: Shop, order_id: int) -> None:
    """Delete an order with its refunds; nothing is told to anybody (FACTS section 7)."""
    with shop.lock:
        shop.orders.pop(order_id)
        shop.forget_shown(order_id)
        shop.notes.pop(order_id, None)
        shop.status_before_trash.pop(order_id, None)
        for refund_id in [row["id"] for row in shop.refunds.values() if row["parent_id"] == order_id]:
            del shop.refunds[refund_id]
