"""Claims about the knowledge base."""
