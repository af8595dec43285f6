"""The bridge as an endpoint for others: fal's queue, its synchronous runs and its storage, answered by this machine."""
