"""Letters as e-mail: addresses, the MIME message, and the talk with a mail server over SMTP."""
