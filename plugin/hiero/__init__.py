"""Superwhite inside Hiero and Nuke Studio, 14 to 17."""
