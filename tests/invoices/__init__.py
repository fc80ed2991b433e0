"""Claims about invoices."""
