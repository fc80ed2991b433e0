"""Claims about the person behind addresses."""
