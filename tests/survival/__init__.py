"""Claims about what the running service survives, with real processes."""
