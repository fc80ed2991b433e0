"""The front door: what runs (service, worker, command line, demo) and the one table of causes and effects."""
