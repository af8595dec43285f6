"""The panel without a scriptable host: timeline files and loose clips."""
