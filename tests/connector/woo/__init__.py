"""Claims about connector/woo."""
