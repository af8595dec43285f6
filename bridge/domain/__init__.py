"""Frozen types that every other package shares. No I/O and no pixels here."""
