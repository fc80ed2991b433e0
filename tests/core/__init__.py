"""Claims about the ground floor."""
