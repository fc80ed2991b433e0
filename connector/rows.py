"""The columns that the shop's things fill in the mirror's tables, without the mirror's own judgement of them."""

from typing import Any

from connector.people import full_name
from connector.schemas import Address, Coupon, Line, Order, Refund, TaxRate

# Written out rather than by dataclasses.asdict, which copies deeply and took a quarter of a first synchronisation.


def address(found: Address) -> dict[str, str]:
    return {
        "first_name": found.first_name,
        "last_name": found.last_name,
        "company": found.company,
        "street": found.street,
        "street_more": found.street_more,
        "city": found.city,
        "state": found.state,
        "postcode": found.postcode,
        "country": found.country,
        "email": found.email,
        "phone": found.phone,
    }


def order(found: Order) -> dict[str, Any]:
    return {
        "remote_id": found.remote_id,
        "number": found.number,
        "status": found.status,
        "currency": found.currency,
        "exact": found.exact,
        "total_minor": found.total_minor,
        "tax_minor": found.tax_minor,
        "shipping_minor": found.shipping_minor,
        "shipping_tax_minor": found.shipping_tax_minor,
        "discount_minor": found.discount_minor,
        "discount_tax_minor": found.discount_tax_minor,
        "prices_include_tax": found.prices_include_tax,
        "customer_remote_id": found.customer_remote_id,
        "email": found.billing.email.lower(),  # As addresses are looked for; `billing` has it as it was typed.
        "person": full_name(found.billing.first_name, found.billing.last_name),
        "country": found.billing.country,
        "language": found.language,
        "billing": address(found.billing),
        "shipping": address(found.shipping),
        "payment_method": found.payment_method,
        "payment_title": found.payment_title,
        "customer_note": found.customer_note,
        "coupons": [coupon(one) for one in found.coupons],
        "meta": found.meta,
        "created_at": found.created_at,
        "modified_at": found.modified_at,
        "paid_at": found.paid_at,
        "completed_at": found.completed_at,
    }


def coupon(found: Coupon) -> dict[str, Any]:
    return {
        "code": found.code,
        "discount_minor": found.discount_minor,
        "discount_tax_minor": found.discount_tax_minor,
    }


def line(found: Line) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "remote_id": found.remote_id,
        "name": found.name,
        "sku": found.sku,
        "quantity": found.quantity,
        "net_minor": found.net_minor,
        "tax_minor": found.tax_minor,
        "net_before_discount_minor": found.net_before_discount_minor,
        "tax_before_discount_minor": found.tax_before_discount_minor,
        "taxes": [{"rate_id": share.rate_id, "minor": share.minor} for share in found.taxes],
        "attributes": [list(attribute) for attribute in found.attributes],
        "product_remote_id": found.product_remote_id,
        "variation_remote_id": found.variation_remote_id,
    }


def tax_rate(found: TaxRate) -> dict[str, Any]:
    return {
        "rate_id": found.rate_id,
        "label": found.label,
        "percent": found.percent,
        "compound": found.compound,
        "tax_minor": found.tax_minor,
        "shipping_tax_minor": found.shipping_tax_minor,
    }


def refund(found: Refund) -> dict[str, Any]:
    return {
        "remote_id": found.remote_id,
        "amount_minor": found.amount_minor,
        "reason": found.reason,
        "created_at": found.created_at,
        "lines": [line(one) | {"refunds_remote_id": one.refunds_remote_id} for one in found.lines],
        "tax_rates": [tax_rate(one) for one in found.tax_rates],
        "raw": found.raw,
    }
