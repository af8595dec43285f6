"""Superwhite inside Nuke, 14 to 17."""
