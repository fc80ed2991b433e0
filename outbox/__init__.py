"""All that leaves as a message: one letter for each cause, its way out, and every switch that holds it back.

`outbox/email` is the side room that speaks SMTP; only the front door imports it.
"""
