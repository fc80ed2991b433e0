"""The ground floor: settings, database, jobs, events, money, errors, security, files, clock, languages, web.

Nothing here knows a shop, an invoice or a letter.
"""
