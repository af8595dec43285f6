"""Superwhite in Blender 4.2 to 5.x: its video sequencer and its compositor."""
