"""A WooCommerce stand-in fed by recorded bodies, and a local mailbox.

`python -m demo.shop --name krw --port 8101` answers `/wp-json/wc/v3/…` the way WooCommerce 11.0.1 was measured
to answer: its authentication, paging, filters, rounding, error bodies, silent changes and webhooks, its speed
when asked, and its misbehaviour on demand. The click pages at `/` place, pay, refund, edit and delete orders.
`python -m demo.mailbox` is a real SMTP receiver with a web page. `make demo` and the tests use both; nothing of
the product is imported here, so a mistake in the product cannot hide in its own mirror image.
"""
