"""Editing applications on this machine: found, given a small launcher each, and relieved of it again.

Standard library only; nothing here imports what a launcher starts.
"""
