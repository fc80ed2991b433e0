"""How a printer's answer begins; apart from it, so that the service does not load what prints."""

PRINTED = b"+"
FAILED = b"-"
BROKEN = b"!"
