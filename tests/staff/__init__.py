"""Claims about staff."""
