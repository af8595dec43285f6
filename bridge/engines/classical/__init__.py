"""The embedded engine: classical inverse tone mapping, on any machine, with nothing to download."""
