"""Claims about conversations."""
