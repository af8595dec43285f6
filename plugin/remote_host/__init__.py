"""A host in another process: how it is reached, and the panel that works with it."""
