"""Claims about WordPress as a shop's website."""
