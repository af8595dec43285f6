"""The bridge as a service on loopback: one per user, started on demand, gone when idle."""
