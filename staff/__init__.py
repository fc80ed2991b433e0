"""Who works here: members of staff, their roles and sessions, the one-time links by which they come in.

Also the pages that belong to no other room: signing in, Today, Settings, Health.
"""
