"""Claims about demo."""
