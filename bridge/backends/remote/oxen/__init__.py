"""Oxen: its queue, its events, and its repositories, which hold what is sent and what is made."""
