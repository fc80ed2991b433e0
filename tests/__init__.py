"""Tests mirror the house: `tests/<room>/test_<file>.py`; each name is a claim."""
