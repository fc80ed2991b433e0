"""Claims about outbox."""
