"""Claims about what an attacker meets; docs/security.md says which threat each answers."""
