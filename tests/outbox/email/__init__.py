"""Claims about outbox/email."""
