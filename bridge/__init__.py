"""The bridge: jobs, media, engines and backends behind one local service, and the client that speaks to it."""

__version__ = "0.1.0"
