"""A real WooCommerce for tests: built in a temporary folder from folders the machine's owner names."""
