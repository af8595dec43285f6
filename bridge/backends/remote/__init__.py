"""Backends beyond this machine: what is sent, how it is followed, and what is made of what comes back.

`plates`, `unpack` and `movie` run in worker processes; the rest is the service's side.
"""
