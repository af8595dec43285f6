"""DaVinci Resolve Studio, 18.5 to 21.1."""
