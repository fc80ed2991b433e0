"""What Aftercart relies on in a shop's API, asked of the stand-in and of a real WooCommerce by the same tests."""
