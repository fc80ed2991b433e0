"""Everything that knows WooCommerce: its REST interface, its bodies, its webhooks."""
