"""Claims about the history of the tables."""
