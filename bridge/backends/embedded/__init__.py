"""The embedded backend: the classical engine in a worker process on this machine.

`backend` is the service's side, `worker` the process; neither loads what only the other needs.
"""
