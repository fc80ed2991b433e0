"""Claims about connector."""
