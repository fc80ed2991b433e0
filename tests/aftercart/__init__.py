"""Claims about aftercart."""
