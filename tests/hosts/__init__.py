"""The adapters in real hosts."""
