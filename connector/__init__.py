"""The shop's mirror: its orders, refunds, customers, products and facts, in our words, kept up to date.

`connector/woo` is the side room that knows WooCommerce; nothing above this room does.
"""
