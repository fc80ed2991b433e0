"""Invoices and credit notes: their numbers, their frozen contents, their PDFs, and the links that open them."""
