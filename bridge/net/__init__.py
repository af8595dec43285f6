"""The way out of this machine: addresses, proxies, trust, and keys."""
