"""The embedded backend: the classical engine in a worker process on this machine.

`backend` is the service's side, `work` the worker's; neither loads what only the other needs.
"""
